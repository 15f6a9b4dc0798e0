"""What a changed rule does to the occurrences of a duty: only open future ones are touched, and all that changes is listed first.

Nothing that is past, begun or moved by hand is taken away; nothing that lies in the past is invented.
"""

from __future__ import annotations

import datetime as dt  # noqa: TC003 — the dataclass carries dates at run time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zhenggai.deadline import Occasion


@dataclass(frozen=True, slots=True)
class Standing:
    """An occurrence that there is. `begun`: something has been reported, proved or decided for it; `moved`: a person set its date."""

    key: str
    scheduled_on: dt.date
    due_on: dt.date
    quota: int
    begun: bool = False
    moved: bool = False

    def is_fixed(self, today: dt.date) -> bool:
        """Return whether a change of the rule must leave it alone."""
        return self.begun or self.moved or min(self.due_on, self.scheduled_on) <= today


@dataclass(frozen=True, slots=True)
class Revision:
    """What a rule does to what there is: occurrences to `add`, keys to `drop`, keys whose quota changes, and keys that stay."""

    add: tuple[Occasion, ...]
    drop: tuple[str, ...]
    requota: tuple[Occasion, ...]
    stay: tuple[str, ...]

    @property
    def changes(self) -> bool:
        """Whether anything changes at all."""
        return bool(self.add or self.drop or self.requota)


def revise(
    existing: Iterable[Standing], wanted: Iterable[Occasion], today: dt.date, *, since: dt.date | None = None
) -> Revision:
    """Return what has to happen so that the open future follows `wanted`.

    Occasions after `since` are added; that is today, unless the rule stood already on an earlier day on which nobody laid it out.

    An open future occurrence of the same key and date stays, with the new quota; of the same key and another date it is
    dropped and added anew, because a scheduled date never changes.
    """
    standing = {one.key: one for one in existing}
    add: list[Occasion] = []
    requota: list[Occasion] = []
    stay: list[Occasion] = []
    drop = {key for key, one in standing.items() if not one.is_fixed(today)}
    for occasion in wanted:
        here = standing.get(occasion.key)
        if here is None or (here.key in drop and here.scheduled_on != occasion.scheduled_on):
            if occasion.scheduled_on > (since or today):
                add.append(occasion)
            continue
        if here.key in drop:
            drop.remove(here.key)
            (requota if here.quota != occasion.quota else stay).append(occasion)
    fixed = [key for key, one in standing.items() if one.is_fixed(today)]
    return Revision(
        add=tuple(add),
        drop=tuple(key for key in standing if key in drop),
        requota=tuple(requota),
        stay=(*fixed, *(occasion.key for occasion in stay)),
    )
