"""What an edit changed on the page of a draft: only that goes back, so that open forms and what was read on stay as they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhenggai.web.ledger.drafting.grouping import GroupChange, change_of, groups_of, still_shown
from zhenggai.web.ledger.queries.drafts import shown_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from zhenggai.web.ledger.drafting.grouping import Group
    from zhenggai.web.ledger.drafting.model import LeftoverDraft
    from zhenggai.web.ledger.drafting.names import Proposal
    from zhenggai.web.ledger.queries.drafts import Review


ADDED = "add"
"""The target of an edit that comes from the form below the groups."""
LISTED = ("area", "item", "finding", "response", "measure")
_CONFIRM = (
    ("title", "台账名称", "text"),
    ("issuer", "反馈单位", "text"),
    ("feedback_date", "反馈日期", "date"),
    ("plan_date", "方案日期", "date"),
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """What became of the doubts and leftovers: `settled` are the ids that went; `whole` says that others came or changed."""

    whole: bool
    settled: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """The parts of the page to be put in place of those it shows. `groups` is None where all groups come anew."""

    groups: GroupChange | None
    shown: tuple[Group, ...]
    following: int
    later: bool
    waiting: Waiting
    names: tuple[tuple[int, Proposal], ...]
    all_names: bool
    unknown: bool
    head: bool
    rest: bool
    add: bool
    confirm: tuple[tuple[str, str, str, str], ...]
    """Fields of the confirmation that follow the head: name, label, kind of input, value."""
    last: str

    @property
    def count(self) -> int:
        """How many groups are sent."""
        if self.groups is None:
            return len(self.shown)
        return len(self.groups.again) + sum(len(run) for _, run in self.groups.added)


def changes_of(before: Review, after: Review, *, page: int, through: str, target: str) -> Changes:
    """Return what differs on a page that showed the groups of `page` and on to `through`.

    `target` (kind:id:field) is the part whose small form was open; what holds it comes anew in any case.
    """
    kind, _, rest = target.partition(":")
    pk = rest.partition(":")[0]
    old, new = groups_of(before.content), groups_of(after.content)
    was = shown_of(old, page=page, through=through)
    now = still_shown(old, new, was)
    shown = new[now]
    holder = next((group.key for group in shown if group.holds(kind, pk)), "")
    names_before, names_after = before.names, after.names
    same_names = [one.name for one in names_before] == [one.name for one in names_after]
    last = shown[-1].key if shown else ""
    return Changes(
        groups=change_of(old[was], shown, always=holder) if shown and was.start < was.stop else None,
        shown=shown,
        following=len(new) - now.stop,
        later=(len(old) - was.stop, old[was][-1].key if old[was] else "") != (len(new) - now.stop, last),
        waiting=_waiting(before, after, assigned=kind if not pk else ""),
        names=tuple(
            (n, one)
            for n, (known, one) in enumerate(zip(names_before, names_after, strict=same_names))
            if known != one and same_names
        ),
        all_names=not same_names,
        unknown=before.unknown != after.unknown,
        head=kind == "head" or before.content["head"] != after.content["head"],
        rest=(kind in LISTED and not holder) or _rest(before) != _rest(after),
        add=target == ADDED or _places(before) != _places(after),
        confirm=_confirm(before, after),
        last=last,
    )


def _waiting(before: Review, after: Review, *, assigned: str) -> Waiting:
    """Return what became of what waits; `assigned` is the leftover whose form was open."""
    old, new = _by_id(before), _by_id(after)
    settled = tuple(pk for pk in old if pk not in new)
    stays = all(old.get(pk) == one for pk, one in new.items())
    return Waiting(whole=not stays or (bool(assigned) and assigned in new), settled=settled)


def _by_id(review: Review) -> Mapping[str, object]:
    leftovers: Sequence[LeftoverDraft] = review.leftovers
    return {doubt["id"]: (doubt, advice) for doubt, advice in review.doubts} | {one["id"]: one for one in leftovers}


def _confirm(before: Review, after: Review) -> tuple[tuple[str, str, str, str], ...]:
    old, new = before.content["head"], after.content["head"]
    heads = {"issuer": "feedback_body"}
    fields = (
        (name, label, kind, str(old.get(heads.get(name, name), "")), str(new.get(heads.get(name, name), "")))
        for name, label, kind in _CONFIRM
    )
    return tuple((name, label, kind, now) for name, label, kind, was, now in fields if was != now)


def _rest(review: Review) -> tuple[object, ...]:
    return review.orphans, review.bare, review.settled


def _places(review: Review) -> tuple[object, ...]:
    return review.content["areas"], review.content["items"]
