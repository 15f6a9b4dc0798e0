"""What does not fit: where, what, and on which event's number if one is at fault."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Misfit:
    """`where` names the thing as people call it, `what` says in Chinese why it does not fit, `code` names the check.

    `event` is the number on the unit's chain of the event that is broken or that says otherwise.
    """

    code: str
    where: str
    what: str
    event: int | None = None

    def __str__(self) -> str:
        return f"{self.where}{self.what}。"
