"""The parts of a draft: found by kind and id, made anew, and what is taken out kept among the leftovers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from zhenggai.web.faults import Invalid
from zhenggai.web.ledger.drafting.limits import duties_in
from zhenggai.web.ledger.drafting.model import (
    PARTY_ROLES,
    Draft,
    FindingDraft,
    LeftoverDraft,
    MeasureDraft,
    Places,
    ResponseDraft,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

LISTS: Final = {"area": "areas", "item": "items", "finding": "findings", "response": "responses"}
WORDS: Final = {
    "area": "方面",
    "item": "条",
    "finding": "问题",
    "response": "措施组",
    "measure": "措施",
    "head": "文件信息",
}


def find(draft: Draft, kind: str, pk: str) -> dict[str, Any]:
    """Return one part of the draft by its kind and id.

    Raises:
        Invalid: it is not there any more; field `target`.
    """
    if kind == "head":
        return cast("dict[str, Any]", draft["head"])
    parts: list[Any] = [m for r in draft["responses"] for m in r["measures"]] if kind == "measure" else []
    if kind in LISTS:
        parts = draft[LISTS[kind]]  # type: ignore[literal-required]
    for part in parts:
        if part["id"] == pk:
            return cast("dict[str, Any]", part)
    raise Invalid({"target": "要修改的内容已不存在，请刷新页面。"})


def target_of(values: Mapping[str, str]) -> tuple[str, str, str]:
    """Return what an edit is about, from kind:id:field."""
    kind, _, rest = values.get("target", "").partition(":")
    pk, _, field = rest.partition(":")
    return kind, pk, field


def new_id(draft: Draft, letter: str) -> str:
    """Return an id that the draft has never had."""
    number = draft["next_id"]
    draft["next_id"] = number + 1
    return f"{letter}n{number}"


def response_of(draft: Draft, measure: str) -> ResponseDraft:
    """Return the response that a measure stands in; `Invalid` (field `target`) when the measure is gone."""
    for response in draft["responses"]:
        if any(one["id"] == measure for one in response["measures"]):
            return response
    raise Invalid({"target": "要修改的措施已不存在，请刷新页面。"})


def all_names(draft: Draft) -> dict[str, set[str]]:
    """Return every name of the parties with the roles that it is named in, in the order of the draft."""
    names: dict[str, set[str]] = {}
    for response in draft["responses"]:
        for role, members in response["parties"].items():
            for name in members:
                names.setdefault(name, set()).add(role)
    return names


def new_part(draft: Draft, kind: str, parent: str, text: str, places: Places) -> str:
    """Add a part and return its id; `parent` is kind:id or ""."""
    place, _, pk = parent.partition(":")
    if place:
        find(draft, place, pk)
    if kind == "area":
        draft["areas"].append({"id": new_id(draft, "A"), "number": "", "title": text, "places": places})
        return draft["areas"][-1]["id"]
    if kind == "item":
        area = pk if place == "area" else None
        draft["items"].append({"id": new_id(draft, "I"), "area": area, "number": "", "title": text, "places": places})
        return draft["items"][-1]["id"]
    if kind == "finding":
        return _new_finding(draft, place, pk, text, places)
    if kind == "response":
        if place != "finding":
            raise Invalid({"parent": "请选择要回应的问题。"})
        draft["responses"].append(_empty_response(new_id(draft, "R"), [pk]))
        return draft["responses"][-1]["id"]
    if kind == "measure":
        return _new_measure(draft, place, pk, text, places)
    raise Invalid({"kind": "不能新增这种内容。"})


def _new_finding(draft: Draft, place: str, pk: str, text: str, places: Places) -> str:
    item = find(draft, "item", pk) if place == "item" else None
    area = pk if place == "area" else item["area"] if item else None
    finding = FindingDraft(
        id=new_id(draft, "F"), area=area, item=item["id"] if item else None, number="", text=text, cause="",
        layer="internal", places=places,
    )  # fmt: skip
    place_finding(draft, finding)
    return finding["id"]


def _new_measure(draft: Draft, place: str, pk: str, text: str, places: Places) -> str:
    if place == "finding":
        answers = [response for response in draft["responses"] if pk in response["findings"]]
        if not answers:
            new_part(draft, "response", f"finding:{pk}", "", [])
            answers = [draft["responses"][-1]]
        response = answers[-1]
    elif place == "response":
        response = cast("ResponseDraft", find(draft, "response", pk))
    else:
        raise Invalid({"parent": "请选择措施所回应的问题。"})
    measure = MeasureDraft(
        id=new_id(draft, "M"), number="", text=text, time_limit=None, recurrences=duties_in(draft, text), places=places
    )
    response["measures"].append(measure)
    return measure["id"]


def _empty_response(pk: str, findings: list[str]) -> ResponseDraft:
    return ResponseDraft(
        id=pk, findings=findings, objective="", parties={role: [] for role in PARTY_ROLES}, labels={}, time_limit=None,
        status="", status_text="", measures=[], progress=[], places=[],
    )  # fmt: skip


def place_finding(draft: Draft, finding: FindingDraft) -> None:
    """Put a finding that is not in the list behind the last one of its item or area, or where that item or area has its turn."""
    areas = {area["id"]: n for n, area in enumerate(draft["areas"])}
    items = {item["id"]: n for n, item in enumerate(draft["items"])}

    def turn(one: FindingDraft) -> tuple[int, int]:
        return areas.get(one["area"] or "", -1), items.get(one["item"] or "", -1)

    own = turn(finding)
    turns = [turn(other) for other in draft["findings"]]
    # Findings without an area or without an item stand anywhere: they tell nothing of where one with both has its turn.
    alike = [n for n, one in enumerate(turns) if [level < 0 for level in one] == [level < 0 for level in own]]
    before = [n for n in alike if turns[n] <= own] or [n for n, one in enumerate(turns) if (-1, -1) != one <= own]
    behind = [n for n in alike if turns[n] > own]
    if own == (-1, -1):
        at = len(turns)
    elif behind and not any(n in alike for n in before):
        at = behind[0]
    else:
        at = before[-1] + 1 if before else 0
    draft["findings"].insert(at, finding)


def keep_words(draft: Draft, words: str, places: Places, answer: str) -> None:
    """Keep what is taken out of the ledger among the settled leftovers, so that no text is lost."""
    if words:
        draft["unassigned"].append(
            LeftoverDraft(id=new_id(draft, "U"), text=words, places=places, state="settled", answer=answer)
        )
