"""Why something was not done. Each message is one Chinese sentence that says what to do or who can."""

from __future__ import annotations

from typing import ClassVar


class LedgerFault(Exception):  # noqa: N818
    """Something that was asked for and did not happen; nothing has changed. `status` is what HTTP calls it."""

    status: ClassVar[int] = 400


class Unknown(LedgerFault):
    """There is no such thing, or its very existence is secret to the person."""

    status = 404

    def __init__(self, what: str = "您要查看的内容") -> None:
        super().__init__(f"没有找到{what}，它可能已被移除，或者您没有查看它的权限。")


class Refused(LedgerFault):
    """The person may not do this; the message says who can. `act` names the right that is missing, "" where it is not a right."""

    status = 403

    def __init__(self, message: str, *, act: str = "") -> None:
        self.act = act
        super().__init__(message)


class Stale(LedgerFault):
    """Somebody else has changed it meanwhile; `who`, `what` and `when` say so in the message."""

    status = 409


class Invalid(LedgerFault):
    """Values that cannot be taken: `fields` gives one Chinese sentence for each field's name."""

    status = 422

    def __init__(self, fields: dict[str, str]) -> None:
        self.fields = fields
        super().__init__("；".join(fields.values()))
