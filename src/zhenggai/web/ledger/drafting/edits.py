"""What a person does to a draft. Each edit is one function that changes a copy and says in Chinese what was done.

`apply` finds the edit by its name; whatever cannot be done raises `Invalid` and the draft stays as it was. Text is never lost:
what is taken out of the ledger stands among the settled leftovers.
"""

from __future__ import annotations

import copy
import datetime as dt
import re
from typing import TYPE_CHECKING

from zhenggai.web.faults import Invalid
from zhenggai.web.ledger.drafting.arranging import move
from zhenggai.web.ledger.drafting.cutting import merge, split
from zhenggai.web.ledger.drafting.leftovers import assign, remove, reopen
from zhenggai.web.ledger.drafting.limits import duties_in, read_all_limits, read_limit
from zhenggai.web.ledger.drafting.model import PARTY_ROLES, PERSON_ROLES, Draft, ProgressDraft
from zhenggai.web.ledger.drafting.parts import WORDS, all_names, find, new_part, target_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

LONGEST = 5000
LONGEST_NUMBER = 20
LONGEST_NAME = 50
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_STATUSES = ("", "completed", "basically_done", "ongoing", "not_done")
_TEXTS = {
    "head": {
        "title": "标题",
        "issuer": "单位",
        "document_number": "发文字号",
        "feedback_body": "反馈单位",
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
    for name, value in values.items():
        if "\0" in value:
            raise Invalid({name: "内容中有不能保存的字符，请删除后重试。"})
    changed = copy.deepcopy(draft)
    return changed, EDITS[edit](changed, values)


def _set(draft: Draft, values: Mapping[str, str]) -> str:
    """Change one field. `target` is kind:id:field."""
    kind, pk, field = target_of(values)
    part = find(draft, kind, pk)
    value = values.get("value", "").strip()
    if len(value) > LONGEST:
        raise Invalid({"value": f"内容过长，请控制在{LONGEST}字以内。"})
    if kind == "response" and field in PARTY_ROLES:
        names = split_names(value)
        if any(len(name) > LONGEST_NAME for name in names):
            raise Invalid({"value": f"每个名称请控制在{LONGEST_NAME}字以内，多个名称用顿号分开。"})
        part["parties"][field] = names
        return "修改责任分工"
    if kind in ("response", "measure") and field == "time_limit":
        before = part["time_limit"]
        part["time_limit"] = read_limit(draft, value, before["places"] if before else [])
        return "修改完成时限"
    if kind == "response" and field == "progress":
        part["progress"] = _entries(part["progress"], value)
        return "修改进展情况"
    if field not in _TEXTS.get(kind, {}):
        raise Invalid({"target": "没有这个栏目，请刷新页面。"})
    part[field] = _checked(kind, field, value)
    if field.endswith("_date"):
        read_all_limits(draft)
    if (kind, field) == ("measure", "text"):
        part["recurrences"] = duties_in(draft, value)
    return f"修改{_TEXTS[kind][field]}"


def _entries(before: list[ProgressDraft], text: str) -> list[ProgressDraft]:
    """Return an entry a line; one whose words stand where they stood keeps its number and places."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    same = {entry["text"]: entry for entry in before}
    if len(lines) == len(before):
        return [{**entry, "text": line} for entry, line in zip(before, lines, strict=True)]
    return [same.get(line, ProgressDraft(number="", text=line, places=[])) for line in lines]


def _checked(kind: str, field: str, value: str) -> str:
    if (kind, field) in _NEEDED and not value:
        raise Invalid({"value": f"{_TEXTS[kind][field]}不能为空；不需要时请用“移出”。"})
    if field.endswith("_date") and value and not _is_date(value):
        raise Invalid({"value": "日期请按2026-07-20的格式填写。"})
    if field == "number" and len(value) > LONGEST_NUMBER:
        raise Invalid({"value": f"序号过长，请控制在{LONGEST_NUMBER}字以内。"})
    if field == "status" and value not in _STATUSES:
        raise Invalid({"value": "请从列表中选择完成状态。"})
    if field == "layer" and value not in ("internal", "restricted"):
        raise Invalid({"value": "请选择知悉范围。"})
    return value


def _is_date(text: str) -> bool:
    try:
        return bool(_DATE.fullmatch(text) and dt.date.fromisoformat(text))
    except ValueError:
        return False


def split_names(text: str) -> list[str]:
    """Return the names that a person typed into one field, divided by 、，； or line breaks, none twice."""
    return list(dict.fromkeys(name.strip() for name in re.split(r"[、，,；;\n]", text) if name.strip()))


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
    if len(text) > LONGEST:
        raise Invalid({"value": f"内容过长，请控制在{LONGEST}字以内。"})
    new_part(draft, kind, values.get("parent", ""), text, [])
    return f"新增{WORDS.get(kind, '')}"


def _settle(draft: Draft, values: Mapping[str, str]) -> str:
    """Say that a doubt has been looked at."""
    for doubt in draft["doubts"]:
        if doubt["id"] == values.get("doubt"):
            doubt["state"], doubt["answer"] = "settled", values.get("answer", "").strip()[:200] or "已核对"
            return "核对疑点"
    raise Invalid({"doubt": "这处疑点已不存在，请刷新页面。"})


def _name(draft: Draft, values: Mapping[str, str]) -> str:
    """Say who or what a name means: person:ID, organization:ID, new-person, new-organization, or text (only the words)."""
    name = values.get("name", "")
    if name not in all_names(draft):
        raise Invalid({"name": "台账中没有这个名称，请刷新页面。"})
    draft["names"][name] = _meaning(values.get("answer", ""))
    return f"对应“{name}”"


def _names(draft: Draft, values: Mapping[str, str]) -> str:
    """Say it of several names: `answer:NAME`, "" for those that nothing is said of."""
    said = {key.removeprefix("answer:"): value for key, value in values.items() if key.startswith("answer:") and value}
    known = all_names(draft)
    changed = []
    for name, answer in said.items():
        if name not in known:
            raise Invalid({"names": "台账中没有这个名称，请刷新页面。"})
        meaning = _meaning(answer)
        if draft["names"].get(name) != meaning:
            draft["names"][name] = meaning
            changed.append(name)
    if not said:
        raise Invalid({"names": "请先选择名称对应的人员或部门。"})
    if not changed:  # a second choice that waited its turn was sent along with the first
        return "核对名称"
    return f"对应“{changed[0]}”" if len(changed) == 1 else f"对应{len(changed)}个名称"


def _meaning(answer: str) -> dict[str, int | str]:
    kind, _, pk = answer.partition(":")
    if kind in ("person", "organization") and pk.isascii() and pk.isdigit() and len(pk) < 10:
        return {kind: int(pk)}
    if answer in ("new-person", "new-organization"):
        return {"new": answer.removeprefix("new-")}
    if answer == "text":
        return {}
    raise Invalid({"answer": "请选择这个名称对应的人员或部门。"})


def _new_names(draft: Draft, values: Mapping[str, str]) -> str:
    """Say of every name in `names`, one a line, that it is new: a person or a department, as its role wants."""
    known = all_names(draft)
    names = [name for name in values.get("names", "").splitlines() if name in known and name not in draft["names"]]
    if not names:
        raise Invalid({"names": "没有可以新增的名称，请刷新页面。"})
    for name in names:
        draft["names"][name] = {"new": "person" if known[name] & PERSON_ROLES else "organization"}
    return f"新增{len(names)}个人员和部门"


EDITS: dict[str, Callable[[Draft, Mapping[str, str]], str]] = {
    "set": _set,
    "split": split,
    "merge": merge,
    "move": move,
    "link": _link,
    "unlink": _unlink,
    "add": _add,
    "remove": remove,
    "settle": _settle,
    "assign": assign,
    "reopen": reopen,
    "name": _name,
    "names": _names,
    "new_names": _new_names,
}
