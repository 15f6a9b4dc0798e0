"""MOVE: the order of the parts of a draft, and what they belong to. Findings always stand in the order of their areas and items."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from zhenggai.web.faults import Invalid
from zhenggai.web.ledger.drafting.parts import LISTS, WORDS, find, place_finding, response_of, target_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhenggai.web.ledger.drafting.model import Draft, FindingDraft, ItemDraft, MeasureDraft


def move(draft: Draft, values: Mapping[str, str]) -> str:
    """Move a part up or down among its like, or `to` another item, area or response (kind:id)."""
    kind, pk, _ = target_of(values)
    part = find(draft, kind, pk)
    to = values.get("to", "")
    if kind not in WORDS or kind == "head":
        raise Invalid({"target": "这项内容不能移动。"})
    if to in ("up", "down"):
        _swap(draft, kind, pk, 1 if to == "down" else -1)
        return f"调整{WORDS[kind]}次序"
    place, _, owner = to.partition(":")
    if (kind, place) not in (("finding", "item"), ("finding", "area"), ("item", "area"), ("measure", "response")):
        raise Invalid({"to": "不能移到那里，请重新选择。"})
    target = find(draft, place, owner)
    if kind == "finding":
        item = cast("ItemDraft", target) if place == "item" else None
        part["item"], part["area"] = (item["id"], item["area"]) if item else (None, target["id"])
        _place_anew(draft, [cast("FindingDraft", part)])
    elif kind == "item":
        part["area"] = target["id"]
        draft["items"].remove(cast("ItemDraft", part))
        last = [n for n, item in enumerate(draft["items"]) if item["area"] == target["id"]]
        draft["items"].insert(last[-1] + 1 if last else len(draft["items"]), cast("ItemDraft", part))
        below = [finding for finding in draft["findings"] if finding["item"] == pk]
        for finding in below:
            finding["area"] = target["id"]
        _place_anew(draft, below)
    else:
        response_of(draft, pk)["measures"].remove(cast("MeasureDraft", part))
        target["measures"].append(part)
    return f"移动{WORDS[kind]}"


def siblings_of(draft: Draft, kind: str, pk: str) -> list[Any]:
    """Return the parts of the same kind and owner as this one, itself included, in their order."""
    part = find(draft, kind, pk)
    if kind == "measure":
        return list(response_of(draft, pk)["measures"])
    owners = {"finding": ("area", "item"), "item": ("area",), "response": ("findings",)}.get(kind, ())
    rows: list[Any] = draft[LISTS[kind]]  # type: ignore[literal-required]
    return [row for row in rows if all(row[owner] == part[owner] for owner in owners)]


def _swap(draft: Draft, kind: str, pk: str, step: int) -> None:
    siblings = siblings_of(draft, kind, pk)
    part = find(draft, kind, pk)
    other = siblings.index(part) + step
    if not 0 <= other < len(siblings):
        raise Invalid({"to": "已经到头，不能再移。"})
    first, second = (part, siblings[other]) if step < 0 else (siblings[other], part)
    rows: list[Any] = response_of(draft, pk)["measures"] if kind == "measure" else draft[LISTS[kind]]  # type: ignore[literal-required]
    _refill(rows, [first], [second])
    if kind in ("area", "item"):
        _carry(draft["findings"], kind, first["id"], second["id"])
    if kind == "area":
        _carry(draft["items"], kind, first["id"], second["id"])


def _carry(rows: list[Any], owner: str, first: str, second: str) -> None:
    """Put what belongs to `first` before what belongs to `second`."""
    _refill(rows, [row for row in rows if row[owner] == first], [row for row in rows if row[owner] == second])


def _refill(rows: list[Any], first: list[Any], second: list[Any]) -> None:
    """Write both groups, one behind the other, where they stood."""
    ids = {row["id"] for row in (*first, *second)}
    places = [n for n, row in enumerate(rows) if row["id"] in ids]
    for n, row in zip(places, (*first, *second), strict=True):
        rows[n] = row


def _place_anew(draft: Draft, findings: list[FindingDraft]) -> None:
    for finding in findings:
        draft["findings"].remove(finding)
    for finding in findings:
        place_finding(draft, finding)
