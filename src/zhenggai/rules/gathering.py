"""From a document and the plan that was read of it to the facts that rules look at."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from zhenggai import deadline
from zhenggai.deadline.kinds import By, Window, Within
from zhenggai.document.blocks import Part
from zhenggai.rules.facts import OUTSIDE, Answer, Claim, DocumentFacts, Owner, Role, TextBlock
from zhenggai.rules.wording.owners import owners_in
from zhenggai.text import fold

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator

    from zhenggai.document.blocks import Block, Document
    from zhenggai.plan.model import Item, Plan, Response, Spans

Claims = dict[int, dict[tuple[int, int], list[Owner]]]

_PERIOD = re.compile(r"整改(?:期限|期|时限|时间|工作期限)(?:为|是|:|从|自|定为|即|\d|[一二三四五六七八九十两]+个?月)")
_MARGINS = frozenset({Part.HEADER, Part.FOOTER})


def gather(document: Document, plan: Plan) -> DocumentFacts:
    """Return the facts about one document."""
    blocks = tuple(_blocks(document, plan))
    return DocumentFacts(
        plan=plan,
        blocks=blocks,
        own=tuple(block for block in blocks if not block.margin),
        answers=tuple(_answers(plan)),
        findings={finding.id: finding for finding in plan.findings},
        period_end=_period_end(plan, blocks),
    )


def _answers(plan: Plan) -> Iterator[Answer]:
    items = {item.id: item for item in plan.items}
    areas = {area.id: area for area in plan.areas}
    responses: dict[str, list[Response]] = defaultdict(list)
    for response in plan.responses:
        for finding in response.findings:
            responses[finding].append(response)
    for one in plan.findings:
        item, own = items.get(one.item or ""), tuple(responses[one.id])
        said = owners_in([*(m.text for r in own for m in r.measures), *_other_words(item, own)])
        yield Answer(one, item, areas.get(one.area or ""), own, said.leaders, said.departments)


def _other_words(item: Item | None, responses: Iterable[Response]) -> Iterator[str]:
    """What else may say who acts: the heading of the item, the words of the fields."""
    if item is not None:
        yield item.title
    for response in responses:
        yield from response.labels.values()


# -- to what every place belongs ---------------------------------------------------------------------------------------


def _blocks(document: Document, plan: Plan) -> Iterator[TextBlock]:
    claims = _claims(plan)
    problem = {span.block for span in plan.problem_part}
    rows = _row_owners(document, claims)
    for block in document.blocks:
        own = claims.get(block.number, {})
        row = _row(block)
        fallback = OUTSIDE
        if block.number in problem:
            fallback = rows.get(row, Owner(Role.HEADING)) if row is not None else Owner(Role.HEADING)
        yield TextBlock(
            number=block.number,
            text=fold(block.text),
            raw=block.text,
            row=row,
            margin=block.furniture is not None or block.part in _MARGINS,
            header=block.part is Part.HEADER,
            claims=tuple(Claim(*place, owner) for place, owners in sorted(own.items()) for owner in owners),
            fallback=fallback,
        )


def _claims(plan: Plan) -> Claims:
    claims: Claims = defaultdict(lambda: defaultdict(list))
    for spans in (*(area.spans for area in plan.areas), *(item.spans for item in plan.items)):
        _claim(claims, spans, Owner(Role.HEADING))
    for finding in plan.findings:
        _claim(claims, finding.spans, Owner(Role.FINDING, (finding.id,)))
    for response in plan.responses:
        _claim(claims, response.spans, Owner(Role.FIELD, response.findings))
        for measure in response.measures:
            _claim(claims, measure.spans, Owner(Role.MEASURE, response.findings))
        for progress in response.progress:
            _claim(claims, progress.spans, Owner(Role.PROGRESS, response.findings))
    return claims


def _claim(claims: Claims, spans: Spans, owner: Owner) -> None:
    for span in spans:
        claims[span.block][span.start, span.end].append(owner)


def _row(block: Block) -> tuple[str, int, int] | None:
    return (block.sheet or "", block.cell.table, block.cell.row) if block.cell is not None else None


def _row_owners(document: Document, claims: Claims) -> dict[tuple[str, int, int] | None, Owner]:
    """What a cell without words of its own belongs to: the findings of its row."""
    found: dict[tuple[str, int, int] | None, Owner] = {}
    for block in document.blocks:
        row = _row(block)
        if row is None:
            continue
        findings = [f for owners in claims.get(block.number, {}).values() for o in owners for f in o.findings]
        known = found.get(row, Owner(Role.FIELD)).findings
        found[row] = Owner(Role.FIELD, tuple(dict.fromkeys((*known, *findings))))
    return found


# -- the period --------------------------------------------------------------------------------------------------------


def _period_end(plan: Plan, blocks: Iterable[TextBlock]) -> dt.date | None:
    context = deadline.Context(
        plan_date=plan.plan_date, feedback_date=plan.feedback_date, document_date=plan.feedback_date
    )
    for block in blocks:
        if block.margin or block.owner(0).role is not Role.OUTSIDE:
            continue
        for found in _PERIOD.finditer(block.text):
            clause = re.split(r"[。;]", block.text[found.start() : found.start() + 120])[0]
            ends = [*_ends(clause, context, plan)]
            if ends:
                return max(ends)
    stated = [phase.end for phase in plan.phases if phase.end is not None and "集中整改" in phase.title]
    ends = stated or [phase.end for phase in plan.phases if phase.end is not None]
    return max(ends, default=None)


def _ends(clause: str, context: deadline.Context, plan: Plan) -> Iterator[dt.date]:
    parts = deadline.read(clause, context=context).parts or deadline.read(clause, context=context, mode="prose").parts
    for part in parts:
        match part:
            case By():
                yield part.date
            case Window():
                yield part.end
            case Within():
                if part.date is not None:
                    yield part.date
                elif part.anchor is None and plan.feedback_date is not None:
                    whole = Within(part.count, part.unit, "feedback")
                    due = deadline.due((whole,), anchors=context, workdays=deadline.national())[0].date
                    if due is not None:
                        yield due
            case _:
                pass
