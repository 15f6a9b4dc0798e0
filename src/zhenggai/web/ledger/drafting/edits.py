"""What a person does to a draft. Each edit is one function that changes a copy and says in Chinese what was done.

`apply` finds the edit by its name; whatever cannot be done raises `Invalid` and the draft stays as it was. Text is never lost:
what is taken out of the ledger stands among the settled leftovers.
"""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Any, cast

from zhenggai import deadline
from zhenggai.deadline import kinds
from zhenggai.web.faults import Invalid
from zhenggai.web.ledger.drafting.dates import context_of
from zhenggai.web.ledger.drafting.model import (
    PARTY_ROLES,
    Draft,
    FindingDraft,
    LeftoverDraft,
    LimitDraft,
    MeasureDraft,
    Places,
    ResponseDraft,
)
from zhenggai.web.ledger.drafting.pieces import cut_places

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

LONGEST = 5000
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_STATUSES = ("", "completed", "basically_done", "ongoing", "not_done")
_LISTS = {"area": "areas", "item": "items", "finding": "findings", "response": "responses"}
_WORDS = {"area": "方面", "item": "条", "finding": "问题", "response": "措施组", "measure": "措施", "head": "文件信息"}
_TEXTS = {
    "head": {
        "title": "标题",
        "issuer": "单位",
        "document_number": "发文字号",
        "feedback_date": "反馈日期",
        "plan_date": "方案日期",
    },
    "area": {"number": "序号", "title": "方面"},
    "item": {"number": "序号", "title": "反馈问题"},
    "finding": {"number": "序号", "text": "具体问题", "cause": "原因分析", "layer": "知悉范围"},
    "response": {"objective": "整改目标", "status": "完成状态", "status_text": "状态原文"},
    "measure": {"number": "序号", "text": "整改措施"},
}
"""The fields that are plain text, with their names."""
_NEEDED = frozenset({("area", "title"), ("item", "title"), ("finding", "text"), ("measure", "text")})


def apply(draft: Draft, edit: str, values: Mapping[str, str]) -> tuple[Draft, str]:
    """Return a changed copy of `draft` and, in Chinese, what was done.

    Raises:
        Invalid: there is no such edit (field `edit`), or a value cannot be taken (its own field).
    """
    if edit not in EDITS:
        raise Invalid({"edit": "没有这种操作，请刷新页面后重试。"})
    changed = copy.deepcopy(draft)
    return changed, EDITS[edit](changed, values)


def find(draft: Draft, kind: str, pk: str) -> dict[str, Any]:
    """Return one part of the draft by its kind and id.

    Raises:
        Invalid: it is not there any more; field `target`.
    """
    if kind == "head":
        return cast("dict[str, Any]", draft["head"])
    parts: list[Any] = [m for r in draft["responses"] for m in r["measures"]] if kind == "measure" else []
    if kind in _LISTS:
        parts = draft[_LISTS[kind]]  # type: ignore[literal-required]
    for part in parts:
        if part["id"] == pk:
            return cast("dict[str, Any]", part)
    raise Invalid({"target": "要修改的内容已不存在，请刷新页面。"})


def _target(values: Mapping[str, str]) -> tuple[str, str, str]:
    kind, _, rest = values.get("target", "").partition(":")
    pk, _, field = rest.partition(":")
    return kind, pk, field


def _new_id(draft: Draft, letter: str) -> str:
    number = draft["next_id"]
    draft["next_id"] = number + 1
    return f"{letter}n{number}"


def _set(draft: Draft, values: Mapping[str, str]) -> str:
    """Change one field. `target` is kind:id:field."""
    kind, pk, field = _target(values)
    part = find(draft, kind, pk)
    value = values.get("value", "").strip()
    if len(value) > LONGEST:
        raise Invalid({"value": f"内容过长，请控制在{LONGEST}字以内。"})
    if kind == "response" and field in PARTY_ROLES:
        part["parties"][field] = split_names(value)
        return "修改责任分工"
    if kind in ("response", "measure") and field == "time_limit":
        part["time_limit"] = _read_limit(draft, value, part["time_limit"])
        return "修改完成时限"
    if kind == "response" and field == "progress":
        part["progress"] = [{"number": "", "text": line, "places": []} for line in value.splitlines() if line.strip()]
        return "修改进展情况"
    if field not in _TEXTS.get(kind, {}):
        raise Invalid({"target": "没有这个栏目，请刷新页面。"})
    part[field] = _checked(kind, field, value)
    return f"修改{_TEXTS[kind][field]}"


def _checked(kind: str, field: str, value: str) -> str:
    if (kind, field) in _NEEDED and not value:
        raise Invalid({"value": f"{_TEXTS[kind][field]}不能为空；不需要时请用“移出”。"})
    if field.endswith("_date") and value and not _is_date(value):
        raise Invalid({"value": "日期请按2026-07-20的格式填写。"})
    if field == "status" and value not in _STATUSES:
        raise Invalid({"value": "请从列表中选择完成状态。"})
    if field == "layer" and value not in ("internal", "restricted"):
        raise Invalid({"value": "请选择知悉范围。"})
    return value


def _is_date(text: str) -> bool:
    import datetime as dt  # noqa: PLC0415 — only to try the value

    try:
        return bool(_DATE.fullmatch(text) and dt.date.fromisoformat(text))
    except ValueError:
        return False


def split_names(text: str) -> list[str]:
    """Return the names that a person typed into one field, divided by 、，； or line breaks, none twice."""
    return list(dict.fromkeys(name.strip() for name in re.split(r"[、，,；;\n]", text) if name.strip()))


def _read_limit(draft: Draft, words: str, before: LimitDraft | None) -> LimitDraft | None:
    if not words:
        return None
    parts = deadline.read(words, context=context_of(draft)).parts
    printed = [dict(kinds.to_dict(part)) for part in parts]
    return LimitDraft(text=words[:300], parts=printed, places=before["places"] if before else [])


def _split(draft: Draft, values: Mapping[str, str]) -> str:
    """Divide a finding or a measure where `value` has a line break; apart from the breaks it must be the same text."""
    kind, pk, _ = _target(values)
    if kind not in ("finding", "measure"):
        raise Invalid({"target": "只有问题和措施可以拆分。"})
    part = find(draft, kind, pk)
    pieces = [piece.strip() for piece in values.get("value", "").splitlines() if piece.strip()]
    if _bare("".join(pieces)) != _bare(part["text"]):
        raise Invalid({"value": "拆分时只能换行，不能改动文字；要改文字请先拆分再修改。"})
    if len(pieces) < 2:
        raise Invalid({"value": "请在要拆开的地方按回车换行。"})
    siblings = draft["findings"] if kind == "finding" else _response_of(draft, pk)["measures"]
    at = siblings.index(part)  # type: ignore[arg-type]
    rest = part["places"]
    for n, piece in enumerate(pieces):
        places, rest = cut_places(rest, len(piece), whole=n == len(pieces) - 1)
        if n == 0:
            part["text"], part["places"] = piece, places
            continue
        twin = {
            **copy.deepcopy(part),
            "id": _new_id(draft, kind[0].upper()),
            "number": "",
            "text": piece,
            "places": places,
        }
        siblings.insert(at + n, twin)  # type: ignore[arg-type]
        if kind == "finding":
            for response in draft["responses"]:
                if pk in response["findings"]:
                    response["findings"].append(twin["id"])
    return f"拆分{_WORDS[kind]}"


def _merge(draft: Draft, values: Mapping[str, str]) -> str:
    """Join a finding or measure to the one before it; what answered either answers the one that stays."""
    kind, pk, _ = _target(values)
    part = find(draft, kind, pk)
    siblings: list[Any] = draft["findings"] if kind == "finding" else _response_of(draft, pk)["measures"]
    at = siblings.index(part)
    if at == 0:
        raise Invalid({"target": f"前面没有可以合并的{_WORDS[kind]}。"})
    first = siblings[at - 1]
    if kind == "finding" and first["item"] != part["item"]:
        raise Invalid({"target": "只能与同一条中的前一个问题合并，请先移动。"})
    first["text"] = first["text"] + part["number"] + part["text"]
    first["places"] = [*first["places"], *part["places"]]
    if kind == "finding":
        first["cause"] = "".join(filter(None, (first["cause"], part["cause"])))
        for response in draft["responses"]:
            response["findings"] = list(
                dict.fromkeys(first["id"] if finding == pk else finding for finding in response["findings"])
            )
    del siblings[at]
    return f"合并{_WORDS[kind]}"


def _move(draft: Draft, values: Mapping[str, str]) -> str:
    """Move a part up or down among its like, or `to` another item, area or response (kind:id)."""
    kind, pk, _ = _target(values)
    part = find(draft, kind, pk)
    to = values.get("to", "")
    if to in ("up", "down"):
        siblings: list[Any] = (
            _response_of(draft, pk)["measures"] if kind == "measure" else draft[_LISTS[kind]]  # type: ignore[literal-required]
        )
        at = siblings.index(part)
        other = at + (1 if to == "down" else -1)
        if not 0 <= other < len(siblings):
            raise Invalid({"to": "已经到头，不能再移。"})
        siblings[at], siblings[other] = siblings[other], siblings[at]
        return f"调整{_WORDS[kind]}次序"
    place, _, other_id = to.partition(":")
    if kind == "finding" and place == "item":
        item = find(draft, "item", other_id)
        part["item"], part["area"] = other_id, item["area"]
    elif kind in ("finding", "item") and place == "area":
        part["area"] = find(draft, "area", other_id)["id"]
        if kind == "finding":
            part["item"] = None
    elif kind == "measure" and place == "response":
        target = find(draft, "response", other_id)
        _response_of(draft, pk)["measures"].remove(cast("MeasureDraft", part))
        target["measures"].append(part)
    else:
        raise Invalid({"to": "不能移到那里。"})
    return f"移动{_WORDS[kind]}"


def _link(draft: Draft, values: Mapping[str, str]) -> str:
    """Say that a response also answers a finding."""
    response = find(draft, "response", values.get("response", ""))
    finding = find(draft, "finding", values.get("finding", ""))
    if finding["id"] not in response["findings"]:
        response["findings"].append(finding["id"])
    return "关联问题和措施"


def _unlink(draft: Draft, values: Mapping[str, str]) -> str:
    """Say that a response does not answer a finding."""
    response = find(draft, "response", values.get("response", ""))
    if values.get("finding") not in response["findings"]:
        raise Invalid({"finding": "两者没有关联，请刷新页面。"})
    response["findings"].remove(values["finding"])
    return "解除问题和措施的关联"


def _add(draft: Draft, values: Mapping[str, str]) -> str:
    """Add a part of `kind` with the text `value`; `parent` (kind:id) says where it belongs."""
    kind = values.get("kind", "")
    text = values.get("value", "").strip()
    if not text and kind != "response":
        raise Invalid({"value": "请填写内容。"})
    new_part(draft, kind, values.get("parent", ""), text, [])
    return f"新增{_WORDS.get(kind, '')}"


def new_part(draft: Draft, kind: str, parent: str, text: str, places: Places) -> str:
    """Add a part and return its id; `parent` is kind:id or ""."""
    place, _, pk = parent.partition(":")
    if place:
        find(draft, place, pk)
    if kind == "area":
        draft["areas"].append({"id": _new_id(draft, "A"), "number": "", "title": text, "places": places})
        return draft["areas"][-1]["id"]
    if kind == "item":
        area = pk if place == "area" else None
        draft["items"].append({"id": _new_id(draft, "I"), "area": area, "number": "", "title": text, "places": places})
        return draft["items"][-1]["id"]
    if kind == "finding":
        return _new_finding(draft, place, pk, text, places)
    if kind == "response":
        if place != "finding":
            raise Invalid({"parent": "请选择要回应的问题。"})
        draft["responses"].append(_empty_response(_new_id(draft, "R"), [pk]))
        return draft["responses"][-1]["id"]
    if kind == "measure":
        return _new_measure(draft, place, pk, text, places)
    raise Invalid({"kind": "不能新增这种内容。"})


def _new_finding(draft: Draft, place: str, pk: str, text: str, places: Places) -> str:
    item = find(draft, "item", pk) if place == "item" else None
    area = pk if place == "area" else item["area"] if item else None
    finding = FindingDraft(
        id=_new_id(draft, "F"), area=area, item=item["id"] if item else None, number="", text=text, cause="",
        layer="internal", places=places,
    )  # fmt: skip
    same = [n for n, other in enumerate(draft["findings"]) if item and other["item"] == item["id"]]
    draft["findings"].insert(same[-1] + 1 if same else len(draft["findings"]), finding)
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
    measure = MeasureDraft(id=_new_id(draft, "M"), number="", text=text, time_limit=None, recurrences=[], places=places)
    response["measures"].append(measure)
    return measure["id"]


def _empty_response(pk: str, findings: list[str]) -> ResponseDraft:
    return ResponseDraft(
        id=pk, findings=findings, objective="", parties={role: [] for role in PARTY_ROLES}, labels={}, time_limit=None,
        status="", status_text="", measures=[], progress=[], places=[],
    )  # fmt: skip


def _remove(draft: Draft, values: Mapping[str, str]) -> str:
    """Take a part out of the ledger. Its words stay among the settled leftovers; what stood below an area or item stays."""
    kind, pk, _ = _target(values)
    part = find(draft, kind, pk)
    if kind == "response" and part["measures"]:
        raise Invalid({"target": "请先移出其中的措施。"})
    if kind == "measure":
        _response_of(draft, pk)["measures"].remove(cast("MeasureDraft", part))
    elif kind in _LISTS:
        draft[_LISTS[kind]].remove(part)  # type: ignore[literal-required]
    else:
        raise Invalid({"target": "这项内容不能移出。"})
    for response in draft["responses"]:
        response["findings"] = [finding for finding in response["findings"] if finding != pk]
    for finding in draft["findings"]:
        finding["item"] = None if finding["item"] == pk else finding["item"]
        finding["area"] = None if finding["area"] == pk else finding["area"]
    for item in draft["items"]:
        item["area"] = None if item["area"] == pk else item["area"]
    words = part.get("text") or part.get("title") or part.get("objective") or ""
    if words:
        draft["unassigned"].append(
            LeftoverDraft(id=_new_id(draft, "U"), text=words, places=part["places"], state="settled", answer="移出台账")
        )
    return f"移出{_WORDS[kind]}"


def _settle(draft: Draft, values: Mapping[str, str]) -> str:
    """Say that a doubt has been looked at."""
    for doubt in draft["doubts"]:
        if doubt["id"] == values.get("doubt"):
            doubt["state"], doubt["answer"] = "settled", values.get("answer", "").strip()[:200] or "已核对"
            return "核对疑点"
    raise Invalid({"doubt": "这处疑点已不存在，请刷新页面。"})


def _assign(draft: Draft, values: Mapping[str, str]) -> str:
    """Give leftover text its place: `to` is none, new-finding:item:I1, new-measure:finding:F1, or finding:F1 | measure:M1."""
    leftover = next((one for one in draft["unassigned"] if one["id"] == values.get("leftover")), None)
    if leftover is None or leftover["state"] == "settled":
        raise Invalid({"leftover": "这段文字已处理过，请刷新页面。"})
    to, text, places = values.get("to", ""), leftover["text"], leftover["places"]
    kind, _, rest = to.partition(":")
    if to == "none":
        answer = "不属于台账"
    elif kind in ("new-finding", "new-measure"):
        new_part(draft, kind.removeprefix("new-"), rest, text, places)
        answer = f"列为新的{_WORDS[kind.removeprefix('new-')]}"
    elif kind in ("finding", "measure"):
        part = find(draft, kind, rest)
        part["text"], part["places"] = part["text"] + text, [*part["places"], *places]
        answer = f"并入{_WORDS[kind]}"
    else:
        raise Invalid({"to": "请选择这段文字归到哪里。"})
    leftover["state"], leftover["answer"] = "settled", answer
    return f"未归类文字{answer}"


def _name(draft: Draft, values: Mapping[str, str]) -> str:
    """Say who or what a name means: person:ID, organization:ID, new-person, new-organization, or text (only the words)."""
    name, answer = values.get("name", ""), values.get("answer", "")
    if name not in all_names(draft):
        raise Invalid({"name": "台账中没有这个名称，请刷新页面。"})
    kind, _, pk = answer.partition(":")
    if kind in ("person", "organization") and pk.isascii() and pk.isdigit():
        draft["names"][name] = {kind: int(pk)}
    elif answer in ("new-person", "new-organization"):
        draft["names"][name] = {"new": answer.removeprefix("new-")}
    elif answer == "text":
        draft["names"][name] = {}
    else:
        raise Invalid({"answer": "请选择这个名称对应的人员或部门。"})
    return f"对应“{name}”"


def all_names(draft: Draft) -> dict[str, set[str]]:
    """Return every name of the parties with the roles that it is named in, in the order of the draft."""
    names: dict[str, set[str]] = {}
    for response in draft["responses"]:
        for role, members in response["parties"].items():
            for name in members:
                names.setdefault(name, set()).add(role)
    return names


def _response_of(draft: Draft, measure: str) -> ResponseDraft:
    for response in draft["responses"]:
        if any(one["id"] == measure for one in response["measures"]):
            return response
    raise Invalid({"target": "要修改的措施已不存在，请刷新页面。"})


def _bare(text: str) -> str:
    return re.sub(r"\s", "", text)


EDITS: dict[str, Callable[[Draft, Mapping[str, str]], str]] = {
    "set": _set,
    "split": _split,
    "merge": _merge,
    "move": _move,
    "link": _link,
    "unlink": _unlink,
    "add": _add,
    "remove": _remove,
    "settle": _settle,
    "assign": _assign,
    "name": _name,
}
