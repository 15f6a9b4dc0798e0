"""PLAN → DRAFT, and a document's blocks in the form in which they are kept beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zhenggai.deadline import kinds
from zhenggai.web.ledger.drafting.edits import LONGEST_NUMBER
from zhenggai.web.ledger.drafting.feedback_body import feedback_body
from zhenggai.web.ledger.drafting.model import (
    PARTY_ROLES,
    AreaDraft,
    DoubtDraft,
    Draft,
    FindingDraft,
    GroupDraft,
    Head,
    ItemDraft,
    LeftoverDraft,
    LimitDraft,
    MeasureDraft,
    MechanismDraft,
    MilestoneDraft,
    PhaseDraft,
    Places,
    ProgressDraft,
    ResponseDraft,
    empty_draft,
)

if TYPE_CHECKING:
    import datetime as dt

    from zhenggai.document import Document
    from zhenggai.plan import Plan
    from zhenggai.plan import model as plan_model

_FIELD_OF_ROLE = {role: f"{role}s" for role in PARTY_ROLES}


def draft_of(plan: Plan, document: Document) -> Draft:
    """Return `plan` as a draft, with the words of `document` for what was left over."""
    draft = empty_draft()
    draft["head"] = _head(plan)
    draft["head"]["feedback_body"] = feedback_body(block.text for block in document.blocks)
    draft["areas"] = [
        AreaDraft(id=a.id, number=number, title=title, places=_places(a.spans))
        for a in plan.areas
        for number, title in [_numbered(a.number, a.title)]
    ]
    draft["items"] = [
        ItemDraft(id=i.id, area=i.area, number=number, title=title, places=_places(i.spans))
        for i in plan.items
        for number, title in [_numbered(i.number, i.title)]
    ]
    draft["findings"] = [_finding(finding) for finding in plan.findings]
    draft["responses"] = [_response(response) for response in plan.responses]
    draft["phases"] = [_phase(phase) for phase in plan.phases]
    draft["milestones"] = [
        MilestoneDraft(text=m.text, time_limit=_limit_of(m.time_limit), places=_places(m.spans))
        for m in plan.milestones
    ]
    draft["mechanisms"] = [
        MechanismDraft(name=m.name, recurrences=_parts(m.recurrences), text=m.text, places=_places(m.spans))
        for m in plan.mechanisms
    ]
    draft["groups"] = [_group(group) for group in plan.groups]
    draft["doubts"] = [
        DoubtDraft(id=f"D{n}", code=d.code, message=d.message, places=_places(d.spans), state="open", answer="")
        for n, d in enumerate(plan.doubts, start=1)
    ]
    draft["unassigned"] = [
        LeftoverDraft(id=f"U{n}", text=words, places=[place], state="open", answer="")
        for n, (words, place) in enumerate(_leftovers(plan, document), start=1)
    ]
    return draft


def blocks_of(document: Document) -> list[dict[str, Any]]:
    """Return the blocks as they are kept and shown: the text with its part, heading level and table cell."""
    return [
        {
            "n": block.number,
            "text": block.text,
            "part": block.part.value,
            "heading": block.heading,
            "page": block.page,
            "sheet": block.sheet,
            "furniture": block.furniture.value if block.furniture else None,
            "cell": [block.cell.table, block.cell.row, block.cell.column, block.cell.row_span, block.cell.column_span]
            if block.cell
            else None,
        }
        for block in document.blocks
    ]


def _places(spans: plan_model.Spans) -> Places:
    return [[span.block, span.start, span.end] for span in spans]


def _leftovers(plan: Plan, document: Document) -> list[tuple[str, list[int]]]:
    texts = {block.number: block.text for block in document.blocks}
    spans = ((texts[s.block][s.start : s.end], [s.block, s.start, s.end]) for s in plan.unassigned)
    return [(words.strip(), place) for words, place in spans if words.strip()]


def _head(plan: Plan) -> Head:
    announced = plan.announced
    names = ("areas", "items", "findings", "measures", "completed", "basically_done", "ongoing")
    return Head(
        kind=plan.kind,
        title=plan.title or "",
        issuer=plan.issuer or "",
        document_number=plan.document_number or "",
        feedback_date=_date(plan.feedback_date),
        plan_date=_date(plan.plan_date),
        announced={name: getattr(announced, name) for name in names if getattr(announced, name) is not None},
    )


def _date(day: dt.date | None) -> str:
    return day.isoformat() if day else ""


def _numbered(number: str | None, words: str) -> tuple[str, str]:
    """Return number and words; what is too long for a number, as a table may have it, goes before the words."""
    if number and len(number) > LONGEST_NUMBER:
        return "", f"{number} {words}"
    return number or "", words


def _finding(finding: plan_model.Finding) -> FindingDraft:
    number, text = _numbered(finding.number, finding.text)
    return FindingDraft(
        id=finding.id,
        area=finding.area,
        item=finding.item,
        number=number,
        text=text,
        cause=finding.cause or "",
        layer="internal",
        places=_places(finding.spans),
    )


def _response(response: plan_model.Response) -> ResponseDraft:
    return ResponseDraft(
        id=response.id,
        findings=list(response.findings),
        objective=response.objective or "",
        parties={role: list(getattr(response, _FIELD_OF_ROLE[role])) for role in PARTY_ROLES},
        labels=dict(response.labels),
        time_limit=_limit(response.time_limit),
        status=response.status or "",
        status_text=response.status_text or "",
        measures=[
            MeasureDraft(
                id=m.id,
                number=number,
                text=text,
                time_limit=_limit(m.time_limit),
                recurrences=_parts(m.recurrences),
                places=_places(m.spans),
            )
            for m in response.measures
            for number, text in [_numbered(m.number, m.text)]
        ],
        progress=[
            ProgressDraft(number=p.number or "", text=p.text, places=_places(p.spans)) for p in response.progress
        ],
        places=_places(response.spans),
    )


def _limit(limit: plan_model.TimeLimit | None) -> LimitDraft | None:
    return _limit_of(limit) if limit else None


def _limit_of(limit: plan_model.TimeLimit) -> LimitDraft:
    return LimitDraft(text=limit.text, parts=_parts(limit.parts), places=_places(limit.spans))


def _parts(parts: tuple[kinds.TimePart, ...] | tuple[kinds.Every, ...]) -> list[dict[str, Any]]:
    return [dict(kinds.to_dict(part)) for part in parts]


def _phase(phase: plan_model.SchedulePhase) -> PhaseDraft:
    number, title = _numbered(phase.number, phase.title)
    return PhaseDraft(
        number=number,
        title=title,
        start=_date(phase.start),
        end=_date(phase.end),
        text=phase.text,
        places=_places(phase.spans),
    )


def _group(group: plan_model.Group) -> GroupDraft:
    functions = {
        "leader": group.leader,
        "deputies": group.deputies,
        "director": group.director,
        "members": group.members,
    }
    return GroupDraft(
        name=group.name,
        parent=group.parent or "",
        members={function: list(names) for function, names in functions.items()},
        duties=group.duties or "",
        places=_places(group.spans),
    )
