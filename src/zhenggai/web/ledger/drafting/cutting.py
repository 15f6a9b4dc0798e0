"""SPLIT, MERGE: one part of the draft becomes several, or two become one, with their places."""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Any

from zhenggai.web.faults import Invalid
from zhenggai.web.ledger.drafting.arranging import siblings_of
from zhenggai.web.ledger.drafting.limits import duties_in, read_limit
from zhenggai.web.ledger.drafting.parts import WORDS, find, new_id, response_of, target_of
from zhenggai.web.ledger.drafting.pieces import cut_places

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhenggai.web.ledger.drafting.model import Draft, LimitDraft


def split(draft: Draft, values: Mapping[str, str]) -> str:
    """Divide a finding or a measure where `value` has a line break; apart from the breaks it must be the same text."""
    kind, pk, _ = target_of(values)
    if kind not in ("finding", "measure"):
        raise Invalid({"target": "只有问题和措施可以拆分。"})
    part = find(draft, kind, pk)
    pieces = [piece.strip() for piece in values.get("value", "").splitlines() if piece.strip()]
    if _bare("".join(pieces)) != _bare(part["text"]):
        raise Invalid({"value": "拆分时只能换行，不能改动文字；要改文字请先拆分再修改。"})
    if len(pieces) < 2:
        raise Invalid({"value": "请在要拆开的地方按回车换行。"})
    row: list[Any] = draft["findings"] if kind == "finding" else response_of(draft, pk)["measures"]
    at, rest = row.index(part), part["places"]
    for n, piece in enumerate(pieces):
        places, rest = cut_places(rest, len(piece), whole=n == len(pieces) - 1)
        if n:
            again = {"id": new_id(draft, kind[0].upper()), "number": "", "text": piece, "places": places}
            row.insert(at + n, {**copy.deepcopy(part), **again})
        else:
            part["text"], part["places"] = piece, places
    twins = row[at : at + len(pieces)]
    if kind == "finding":
        _answer_also(draft, pk, [twin["id"] for twin in twins[1:]])
        for twin in twins[1:]:
            twin["cause"] = ""
    else:
        for twin in twins:
            twin["recurrences"] = duties_in(draft, twin["text"])
    return f"拆分{WORDS[kind]}"


def _answer_also(draft: Draft, finding: str, twins: list[str]) -> None:
    for response in draft["responses"]:
        if finding in response["findings"]:
            at = response["findings"].index(finding) + 1
            response["findings"][at:at] = twins


def merge(draft: Draft, values: Mapping[str, str]) -> str:
    """Join a finding or measure to the one before it, or with `to`=next the one behind it to it.

    The first of the two stays: what answered either answers it, and it is restricted if one of them was.
    """
    kind, pk, _ = target_of(values)
    if kind not in ("finding", "measure"):
        raise Invalid({"target": "只有问题和措施可以合并。"})
    siblings = siblings_of(draft, kind, pk)
    at = siblings.index(find(draft, kind, pk)) + (1 if values.get("to") == "next" else 0)
    if not 0 < at < len(siblings):
        where = "后面" if values.get("to") == "next" else "前面"
        raise Invalid({"target": f"{where}没有可以合并的{WORDS[kind]}；不在同一处的请先移动。"})
    first, second = siblings[at - 1], siblings[at]
    first["text"] = first["text"] + second["number"] + second["text"]
    first["places"] = [*first["places"], *second["places"]]
    if kind == "measure":
        first["time_limit"] = _joined_limit(draft, first["time_limit"], second["time_limit"])
        first["recurrences"] = duties_in(draft, first["text"])
        response_of(draft, second["id"])["measures"].remove(second)
        return "合并措施"
    first["cause"] = first["cause"] + second["cause"]
    if second["layer"] == "restricted":
        first["layer"] = "restricted"
    for response in draft["responses"]:
        kept = (first["id"] if finding == second["id"] else finding for finding in response["findings"])
        response["findings"] = list(dict.fromkeys(kept))
    draft["findings"].remove(second)
    return "合并问题"


def _joined_limit(draft: Draft, first: LimitDraft | None, second: LimitDraft | None) -> LimitDraft | None:
    if first is None or second is None:
        return first or second
    if first["text"] == second["text"]:
        return first
    return read_limit(draft, f"{first['text']}；{second['text']}", [*first["places"], *second["places"]])


def _bare(text: str) -> str:
    return re.sub(r"\s", "", text)
