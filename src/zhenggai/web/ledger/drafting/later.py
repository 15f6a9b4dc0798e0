"""What a later document says: rows with the fields that it states, reports, and cells that could not be read."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from zhenggai.text import fold
from zhenggai.web.ledger.drafting.model import GROUP_FUNCTIONS, PARTY_ROLES

if TYPE_CHECKING:
    from zhenggai.web.ledger.drafting.model import (
        Draft,
        GroupDraft,
        LimitDraft,
        MeasureDraft,
        PhaseDraft,
        Places,
        ResponseDraft,
    )
    from zhenggai.web.ledger.drafting.standing import Kind

FIELD_WORDS: Final = {
    "number": "序号",
    "title": "标题",
    "text": "内容",
    "cause": "原因分析",
    "objective": "整改目标",
    "lead_leader": "牵头领导",
    "responsible_leader": "责任领导",
    "responsible_person": "责任人",
    "responsible_department": "责任部门",
    "cooperating_department": "配合部门",
    "verifying_department": "验收部门",
    "supervising_department": "督办单位",
    "remark": "备注",
    "due_text": "完成时限",
    "rectification_class": "整改类型",
    "parents": "所属",
    "content": "内容",
    "start": "起始日期",
    "end": "截止日期",
    "above": "上级机构",
    "leader": "组长",
    "deputies": "副组长",
    "director": "办公室主任",
    "members": "成员",
    "done": "进展情况",
    "status": "完成状态",
    "percent": "完成进度",
    "difficulty": "存在困难",
    "next_step": "下一步措施",
}
_PROGRESS_ONLY: Final = frozenset({"report", "notice"})


@dataclass(frozen=True, slots=True)
class Incoming:
    """A row of the document. `fields` holds only what the document states.

    `parents` are keys of other incoming rows or references of standing ones; None where the document does not say.
    `values` are meanings that go with the words of `due_text`; `since_changed` gives, for fields that somebody has changed
    since the file was sent out, nothing more than their names.
    """

    kind: Kind
    key: str
    fields: dict[str, str]
    parents: tuple[str, ...] | None = None
    reference: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    place: str = ""
    places: Places = field(default_factory=list)
    since_changed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class IncomingReport:
    """Progress that the document reports on the measure or response with the key or reference `target`."""

    key: str
    target: str
    fields: dict[str, str]
    place: str = ""
    places: Places = field(default_factory=list)
    since_changed: bool = False


@dataclass(frozen=True, slots=True)
class CellFault:
    """A cell that cannot be read: `row` and `column` as a person counts and calls them.

    `suggestion` is what to take instead, "" where there is nothing to suggest.
    """

    id: str
    row: int
    column: str
    words: str
    message: str
    suggestion: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Later:
    """The whole document. `expected` are the references whose absence is a question; None means all.

    `name_places` tells where a name was written first.
    """

    rows: tuple[Incoming, ...]
    reports: tuple[IncomingReport, ...] = ()
    expected: frozenset[str] | None = None
    progress_only: bool = False
    faults: tuple[CellFault, ...] = ()
    notes: tuple[str, ...] = ()
    name_places: dict[str, str] = field(default_factory=dict)


def later_of(draft: Draft) -> Later:
    """Return the draft of a later document in the form that is compared. A notice or a report tells of progress only."""
    progress_only = draft["head"]["kind"] in _PROGRESS_ONLY
    areas = [
        Incoming("area", a["id"], {"number": a["number"], "title": a["title"]}, (), places=a["places"])
        for a in draft["areas"]
    ]
    items = [
        Incoming(
            "item",
            i["id"],
            {"number": i["number"], "title": i["title"]},
            (i["area"],) if i["area"] else (),
            places=i["places"],
        )
        for i in draft["items"]
    ]
    findings = [
        Incoming(
            "finding",
            f["id"],
            {"number": f["number"], "text": f["text"], "cause": f["cause"]},
            (owner,) if (owner := f["item"] or f["area"]) else (),
            places=f["places"],
        )
        for f in draft["findings"]
    ]
    responses = [_response(response) for response in draft["responses"]]
    measures = [_measure(measure, response) for response in draft["responses"] for measure in response["measures"]]
    return Later(
        rows=(*areas, *items, *findings, *responses, *measures, *(schedule_of(draft) if says_schedule(draft) else ())),
        reports=tuple(report for response in draft["responses"] for report in _reports(response)),
        expected=frozenset() if progress_only else None,
        progress_only=progress_only,
    )


def says_schedule(draft: Draft) -> bool:
    """Say whether phases, dated acts, arrangements and groups belong to a document of this kind: a plan has them."""
    return draft["head"]["kind"] == "plan"


def schedule_of(draft: Draft) -> list[Incoming]:
    """Return what a plan says beside its measures. The keys are kinds and places in the draft, where nobody edits them."""
    found = [
        Incoming("phase", f"phase-{n}", _phase(phase), (), places=phase["places"])
        for n, phase in enumerate(draft["phases"])
    ]
    found += [
        Incoming(
            "milestone",
            f"milestone-{n}",
            {"number": "", "text": one["text"], "due_text": one["time_limit"]["text"]},
            (),
            values={"limit": one["time_limit"]},
            places=one["places"],
        )
        for n, one in enumerate(draft["milestones"])
    ]
    found += [
        Incoming(
            "mechanism",
            f"mechanism-{n}",
            {"number": "", "title": one["name"], "content": one["text"]},
            (),
            values={"recurrences": one["recurrences"]},
            places=one["places"],
        )
        for n, one in enumerate(draft["mechanisms"])
    ]
    found += [
        Incoming("group", f"group-{n}", _group(group), (), places=group["places"])
        for n, group in enumerate(draft["groups"])
    ]
    return found


def _phase(phase: PhaseDraft) -> dict[str, str]:
    fields = {name: phase[name] for name in ("number", "title", "start", "end")}
    return fields | {"content": phase["text"]}


def _group(group: GroupDraft) -> dict[str, str]:
    members = {function: "、".join(group["members"].get(function, ())) for function in GROUP_FUNCTIONS}
    return {"number": "", "title": group["name"], "above": group["parent"], **members, "content": group["duties"]}


def _response(response: ResponseDraft) -> Incoming:
    fields = {"objective": response["objective"]}
    fields |= {role: "、".join(response["parties"].get(role, ())) for role in PARTY_ROLES}
    return Incoming(
        "response", response["id"], fields, tuple(dict.fromkeys(response["findings"])), places=response["places"]
    )


def _measure(measure: MeasureDraft, response: ResponseDraft) -> Incoming:
    limit: LimitDraft | None = measure["time_limit"] or response["time_limit"]
    fields = {"number": measure["number"], "text": measure["text"], "due_text": limit["text"] if limit else ""}
    values = {"limit": limit, "recurrences": measure["recurrences"]}
    return Incoming("measure", measure["id"], fields, (response["id"],), values=values, places=measure["places"])


def _reports(response: ResponseDraft) -> list[IncomingReport]:
    """Return the progress of a block: beside its measures where there is one entry each, else on the block as a whole."""
    entries, measures = response["progress"], response["measures"]
    status = {"status": response["status"]} if response["status"] else {}
    if entries and len(entries) == len(measures):
        return [
            IncomingReport(f"P{m['id']}", m["id"], {"done": e["text"]} | status, places=e["places"])
            for m, e in zip(measures, entries, strict=True)
        ]
    words = "\n".join(entry["text"] for entry in entries)
    fields = ({"done": words} if words else {}) | status
    places = [place for entry in entries for place in entry["places"]]
    return [IncomingReport(f"P{response['id']}", response["id"], fields, places=places)] if fields else []


def same(name: str, before: str, after: str) -> bool:
    """Say whether two wordings of a field tell the same: blanks, widths and the last mark do not matter, nor names' order."""
    if name in (*PARTY_ROLES, *GROUP_FUNCTIONS):
        return set(names_in(before)) == set(names_in(after))
    return plain(before) == plain(after)


def plain(words: str) -> str:
    """Return `words` without blanks, in half width, without the mark at the end."""
    return re.sub(r"\s+", "", fold(words)).rstrip("。.;,、:")


def names_in(joined: str) -> list[str]:
    """Return the names of a field of names."""
    return [name for name in joined.split("、") if name]
