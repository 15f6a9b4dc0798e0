"""ASSIGN, REMOVE, REOPEN: text that the ledger does not hold yet gets its place, and text that is taken out is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from zhenggai.web.faults import Invalid
from zhenggai.web.ledger.drafting.limits import duties_in
from zhenggai.web.ledger.drafting.parts import LISTS, WORDS, find, keep_words, new_part, response_of, target_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhenggai.web.ledger.drafting.model import DoubtDraft, Draft, LeftoverDraft, MeasureDraft

UNASSIGNED = "unassigned_text"
"""The code of the doubt that some text was left over."""
TAKEN_OUT = "移出台账"
NOT_PART = "不属于台账"
_INTO = {
    "area": ("area", "title", "并入方面"),
    "item": ("item", "title", "并入条"),
    "finding": ("finding", "text", "并入问题"),
    "cause": ("finding", "cause", "作为原因分析"),
    "objective": ("response", "objective", "作为整改目标"),
    "measure": ("measure", "text", "并入措施"),
}
"""Where text can be added: the kind of part, its field, and the words for it."""


def assign(draft: Draft, values: Mapping[str, str]) -> str:
    """Give leftover text its place.

    `to` is none, new-area, new-item:area:A1, new-finding:item:I1, new-measure:finding:F1, progress:R1, or one of area, item,
    finding, cause, objective, measure with the id of the part whose words the text continues.
    """
    leftover = _leftover(draft, values.get("leftover", ""))
    if leftover["state"] == "settled":
        raise Invalid({"leftover": "这段文字已处理过，请刷新页面。"})
    leftover["answer"] = _put(draft, values.get("to", ""), leftover)
    leftover["state"] = "settled"
    for doubt in draft["doubts"]:
        if tells_of(doubt, leftover):
            doubt["state"], doubt["answer"] = "settled", leftover["answer"]
    return f"未归类文字{leftover['answer']}"


def tells_of(doubt: DoubtDraft, leftover: LeftoverDraft) -> bool:
    """Say whether a doubt is only that this text was left over."""
    return doubt["code"] == UNASSIGNED and doubt["places"] == leftover["places"]


def _put(draft: Draft, to: str, leftover: LeftoverDraft) -> str:
    kind, _, rest = to.partition(":")
    text, places = leftover["text"], leftover["places"]
    if to == "none":
        return NOT_PART
    if kind in ("new-area", "new-item", "new-finding", "new-measure"):
        new_part(draft, kind.removeprefix("new-"), rest, text, places)
        return f"列为新的{WORDS[kind.removeprefix('new-')]}"
    if kind == "progress":
        find(draft, "response", rest)["progress"].append({"number": "", "text": text, "places": places})
        return "作为进展情况"
    if kind not in _INTO:
        raise Invalid({"to": "请选择这段文字归到哪里。"})
    of, field, answer = _INTO[kind]
    part = find(draft, of, rest)
    part[field], part["places"] = part[field] + text, [*part["places"], *places]
    if kind == "measure":
        part["recurrences"] = duties_in(draft, part["text"])
    return answer


def reopen(draft: Draft, values: Mapping[str, str]) -> str:
    """Take back that text is not part of the ledger, so that it can be assigned."""
    leftover = _leftover(draft, values.get("leftover", ""))
    if leftover["state"] != "settled" or leftover["answer"] not in (NOT_PART, TAKEN_OUT):
        raise Invalid({"leftover": "这段文字已在台账中，请直接修改台账内容。"})
    leftover["state"], leftover["answer"] = "open", ""
    return "重新归类文字"


def remove(draft: Draft, values: Mapping[str, str]) -> str:
    """Take a part out of the ledger. Its words stay among the settled leftovers; what stood below an area or item stays."""
    kind, pk, _ = target_of(values)
    if kind not in (*LISTS, "measure"):
        raise Invalid({"target": "这项内容不能移出。"})
    part = find(draft, kind, pk)
    if kind == "response" and part["measures"]:
        raise Invalid({"target": "请先移出其中的措施。"})
    if kind == "measure":
        response_of(draft, pk)["measures"].remove(cast("MeasureDraft", part))
    else:
        draft[LISTS[kind]].remove(part)  # type: ignore[literal-required]
    for response in draft["responses"]:
        response["findings"] = [finding for finding in response["findings"] if finding != pk]
    for finding in draft["findings"]:
        finding["item"] = None if finding["item"] == pk else finding["item"]
        finding["area"] = None if finding["area"] == pk else finding["area"]
    for item in draft["items"]:
        item["area"] = None if item["area"] == pk else item["area"]
    keep_words(draft, _words(part), part["places"], TAKEN_OUT)
    return f"移出{WORDS[kind]}"


def _words(part: dict[str, Any]) -> str:
    """Return everything that a part says, a line for each field."""
    said = [part.get(name, "") for name in ("number", "title", "text", "cause", "objective", "status_text")]
    said += [f"{entry['number']}{entry['text']}" for entry in part.get("progress", ())]
    said += ["、".join(names) for names in part.get("parties", {}).values()]
    limit = part.get("time_limit")
    lines = [words for words in (*said[1:], limit["text"] if limit else "") if words]
    return said[0] + "\n".join(lines) if lines else ""


def _leftover(draft: Draft, pk: str) -> LeftoverDraft:
    for leftover in draft["unassigned"]:
        if leftover["id"] == pk:
            return leftover
    raise Invalid({"leftover": "这段文字已不存在，请刷新页面。"})
