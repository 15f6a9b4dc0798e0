"""The findings of a draft as its screen shows them: those that share their measures together, and what an edit changed of that."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zhenggai.web.ledger.drafting.model import (
        AreaDraft,
        Draft,
        FindingDraft,
        ItemDraft,
        MeasureDraft,
        Places,
        ResponseDraft,
    )


@dataclass(frozen=True, slots=True)
class Group:
    """Findings that stand together, with the area or item above the first of them, and the responses below them."""

    area: AreaDraft | None
    item: ItemDraft | None
    findings: tuple[FindingDraft, ...]
    responses: tuple[ResponseDraft, ...]

    @property
    def key(self) -> str:
        """The id of the first finding, by which the page knows the group."""
        return self.findings[0]["id"]

    def holds(self, kind: str, pk: str) -> bool:
        """Say whether a part of the draft is shown within the group."""
        if kind in ("area", "item"):
            above = self.area if kind == "area" else self.item
            return above is not None and above["id"] == pk
        return pk in {part["id"] for part in (*self.findings, *self.responses, *self._measures)}

    @property
    def blocks(self) -> frozenset[int]:
        """The blocks of the document that the group was read from."""
        places: list[Places] = [part["places"] for part in (*self.findings, *self.responses, *self._measures)]
        places += [part["places"] for part in (self.area, self.item) if part]
        places += [entry["places"] for response in self.responses for entry in response["progress"]]
        limits = [part["time_limit"] for part in (*self.responses, *self._measures)]
        places += [limit["places"] for limit in limits if limit]
        return frozenset(place[0] for some in places for place in some)

    @property
    def _measures(self) -> tuple[MeasureDraft, ...]:
        return tuple(measure for response in self.responses for measure in response["measures"])


@dataclass(frozen=True, slots=True)
class GroupChange:
    """What is to be done on a page that shows the groups of before: `gone` taken away, `again` put in place of themselves.

    `added` are new groups, each run of them with the key of the group that it stands behind, "" for the top.
    """

    gone: tuple[str, ...]
    again: tuple[Group, ...]
    added: tuple[tuple[str, tuple[Group, ...]], ...]


def groups_of(content: Draft) -> tuple[Group, ...]:
    """Return the findings in the order of the ledger, those that share their responses together."""
    answers: dict[str, list[ResponseDraft]] = defaultdict(list)
    for response in content["responses"]:
        for answered in response["findings"]:
            answers[answered].append(response)
    areas = {area["id"]: area for area in content["areas"]}
    items = {item["id"]: item for item in content["items"]}
    groups: list[Group] = []
    area = item = None
    for finding in content["findings"]:
        responses = tuple(answers[finding["id"]])
        same = groups and responses and groups[-1].responses == responses and item == finding["item"]
        if same:
            last = groups[-1]
            groups[-1] = Group(last.area, last.item, (*last.findings, finding), responses)
            continue
        new_area = areas.get(finding["area"] or "") if finding["area"] != area else None
        new_item = items.get(finding["item"] or "") if finding["item"] != item else None
        groups.append(Group(new_area, new_item, (finding,), responses))
        area, item = finding["area"], finding["item"]
    return tuple(groups)


def orphans_of(content: Draft) -> tuple[ResponseDraft, ...]:
    """Return the responses that answer no finding."""
    known = {finding["id"] for finding in content["findings"]}
    return tuple(r for r in content["responses"] if known.isdisjoint(r["findings"]))


def still_shown(before: Sequence[Group], after: Sequence[Group], shown: slice) -> slice:
    """Return which of the groups of `after` a page shows that showed `shown` of those of `before`.

    What comes to stand between groups that are not on the page is not on the page either.
    """
    keys = {group.key: n for n, group in enumerate(after)}
    above = [keys[group.key] for group in before[: shown.start] if group.key in keys]
    below = [keys[group.key] for group in before[shown.stop :] if group.key in keys]
    start = max(above) + 1 if above else 0
    return slice(start, max(start, min(below, default=len(after))))


def change_of(before: Sequence[Group], after: Sequence[Group], *, always: str = "") -> GroupChange:
    """Return what brings a page from the groups of `before` to those of `after`; the group `always` comes anew in any case."""
    old, new = [group.key for group in before], [group.key for group in after]
    gone: list[str] = []
    again: list[Group] = []
    added: list[tuple[str, tuple[Group, ...]]] = []
    for kind, start, stop, new_start, new_stop in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            pairs = zip(before[start:stop], after[new_start:new_stop], strict=True)
            again += [group for known, group in pairs if known != group or group.key == always]
            continue
        gone += old[start:stop]
        if new_start < new_stop:
            added.append((new[new_start - 1] if new_start else "", tuple(after[new_start:new_stop])))
    return GroupChange(tuple(gone), tuple(again), tuple(added))
