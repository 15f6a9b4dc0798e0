"""Blocks become a plan: outline, problems, tables, schedule, groups and doubts put together."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from zhenggai import deadline
from zhenggai.plan.coverage import Coverage
from zhenggai.plan.doubts import raise_doubt
from zhenggai.plan.front import Front, read_front, read_totals
from zhenggai.plan.groups import read_groups
from zhenggai.plan.habits import observe
from zhenggai.plan.levels import settle_levels
from zhenggai.plan.lines import Line, Table, read_notes, read_stretches
from zhenggai.plan.lists import find_lists, take_lists
from zhenggai.plan.marks import MarkKind, leading_mark
from zhenggai.plan.merge import merge_ledger
from zhenggai.plan.model import (
    Area,
    Attachment,
    Finding,
    FurnitureReason,
    FurnitureSpan,
    Item,
    Plan,
    Response,
    Source,
)
from zhenggai.plan.outline import PROBLEMS_ALONE, Outline, Part, ProblemPart, Zone, choose_problem_parts, draw_outline
from zhenggai.plan.pieces import Piece, cut_line, cut_lines, unroll
from zhenggai.plan.problems import ProblemReader
from zhenggai.plan.responses import ResponseBuilder, spread_trailing_fields, unused_labels
from zhenggai.plan.schedule import Schedule, read_concentrated_period, read_mechanisms, read_schedule
from zhenggai.plan.sharing import part_strangers
from zhenggai.plan.tables import read_ledger
from zhenggai.plan.tree import Draft, Field, Fragment, Level, Node, raw_text, spans_of
from zhenggai.text import compact

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Sequence

    from zhenggai.document.blocks import Document
    from zhenggai.plan.ledger import Ledger
    from zhenggai.plan.model import Announced, Doubt, Kind, Span


_LETTER = re.compile(r"[^\W_]")
"""A letter or digit of any script."""


def build_plan(document: Document, *, as_of: dt.date | None = None) -> Plan:
    """Return `document` as a plan. `as_of` gives the year where the document has no date of its own."""
    return _Builder(document, as_of).build()


@dataclass(slots=True)
class _Ledgers:
    """What was read of the problems: one tree per problem part and table."""

    roots: list[Node] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)
    heads: list[Span] = field(default_factory=list)
    leads: list[Fragment] = field(default_factory=list)
    gaps: list[tuple[Node, int]] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    unread: list[Table] = field(default_factory=list)
    """Tables between the problems that are no ledger."""


@dataclass(slots=True)
class _Rows:
    """Areas, items and findings with their identifiers."""

    areas: list[Area] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    ids: dict[int, str] = field(default_factory=dict)
    """Identifiers of findings by `id(node)`."""
    unanswered: list[tuple[Node, str]] = field(default_factory=list)


class _Builder:
    def __init__(self, document: Document, as_of: dt.date | None) -> None:
        self._document = document
        self._as_of = as_of
        self._doubts: list[Doubt] = []
        self._leads: list[str] = []
        self._kind: Kind = "other"

    def build(self) -> Plan:
        stretches = tuple(unroll(read_stretches(self._document)))
        outline = draw_outline(stretches)
        tail = [line for zone in outline.zones for line in zone.tail]
        front = read_front(stretches, tail)
        pieces_of = {id(p): list(cut_lines(p.lines)) for zone in outline.zones for p in zone.parts}
        chosen = choose_problem_parts(outline, pieces_of)
        read = self._read_problems(outline, chosen, pieces_of, front)
        others = _other_parts(outline, chosen, pieces_of)
        context = self._context(front, Schedule((), ()))
        schedule = read_schedule(others, context)
        concentrated = read_concentrated_period(_prose_lines(outline, others), context)
        if concentrated is not None:
            schedule = Schedule((*schedule.phases, concentrated), schedule.milestones)
        context = self._context(front, schedule)
        rows = _number_rows(read.roots)
        responses, leads = self._responses(read, rows, context)
        self._kind, self._leads = front.kind, list(_lead_texts(outline, chosen, others))
        announced = read_totals(self._leads)
        self._check(announced, rows, responses, read, outline)
        coverage, furniture = self._cover(read, rows, responses, leads)
        rest = coverage.rest()
        self._doubt_rest(rest, read.unread)
        return Plan(
            source=Source(
                self._document.name, self._document.media_type, self._document.sha256, self._document.characters
            ),
            kind=front.kind,
            title=front.title,
            issuer=front.issuer,
            document_number=front.document_number,
            feedback_date=front.feedback_date,
            plan_date=front.plan_date,
            announced=announced,
            areas=tuple(rows.areas),
            items=tuple(rows.items),
            findings=tuple(rows.findings),
            responses=responses,
            phases=schedule.phases,
            milestones=schedule.milestones,
            mechanisms=read_mechanisms(others),
            groups=read_groups(_listed_lines(outline), _prose_lines(outline, others)),
            attachments=_attachments(outline),
            doubts=tuple(dict.fromkeys(self._doubts)),
            furniture=furniture,
            unassigned=rest,
            problem_part=coverage.part(),
        )

    # -- problems --------------------------------------------------------------------------------------------------

    def _read_problems(
        self, outline: Outline, chosen: list[ProblemPart], pieces_of: dict[int, list[Piece]], front: Front
    ) -> _Ledgers:
        read = _Ledgers()
        ledgers = _tables(outline)
        pieces = [piece for c in chosen for p in c.parts for piece in pieces_of[id(p)]]
        if ledgers and not _answers(pieces) and not _repeats(pieces, [ledger for _, ledger in ledgers]):
            chosen = []
        lists = find_lists(outline)
        if lists is not None:
            chosen = [ProblemPart([lists[0]], as_nodes=False)]
        for part in chosen:
            self._read_part(part, pieces_of, front, read)
        for listed in lists[1] if lists is not None else ():
            read.lines += listed.part.lines
        if lists is not None:
            heads: list[Fragment] = []
            take_lists(lists[1], read.roots[-1], read.drafts, heads)
            read.heads += spans_of(heads)
        for table, ledger in ledgers:
            self._take_ledger(table, ledger, read)
        known = {id(table) for table, _ in ledgers}
        read.unread = [t for part in chosen for one in part.parts for t in one.tables if id(t) not in known]
        read.lines += [line for table in read.unread for line in table.lines]
        return read

    def _read_part(self, part: ProblemPart, pieces_of: dict[int, list[Piece]], front: Front, read: _Ledgers) -> None:
        pieces: list[Piece] = []
        for one in part.parts:
            if part.as_nodes and one.heading is not None:
                pieces += cut_line(one.heading, {})
                read.lines.append(one.heading)
            pieces += pieces_of[id(one)]
            read.lines += one.lines
        habits = observe(pieces, front.kind, titled_problems=all(PROBLEMS_ALONE.search(p.title) for p in part.parts))
        reader = ProblemReader(pieces, habits)
        root = reader.read()
        part_strangers(reader.drafts)
        dropped = settle_levels(root, reader.drafts)
        for node in dropped:
            self._doubts.append(raise_doubt("not_a_problem", spans_of(node.fragments), text=node.text))
        for draft in reader.drafts if habits.labelled else ():
            entries = draft.progress or draft.measures
            if draft.unlabelled and entries:
                role = "整改进展" if draft.progress else "整改措施"
                spans = spans_of(entries[0].fragments)
                self._doubts.append(
                    raise_doubt("unlabelled_text", spans, text=raw_text(entries[0].fragments), role=role)
                )
        read.roots.append(root)
        read.drafts += reader.drafts
        read.heads += reader.heads
        read.leads += reader.leads
        read.gaps += reader.gaps

    def _take_ledger(self, table: Table, ledger: Ledger, read: _Ledgers) -> None:
        unmatched = merge_ledger(read.roots, read.drafts, ledger)
        for node in unmatched:
            self._doubts.append(raise_doubt("row_unmatched", spans_of(node.fragments), text=node.text))
        if any(True for _ in ledger.root.walk()):
            _settle_ledger(ledger.root)
            read.roots.append(ledger.root)
        read.drafts += ledger.drafts
        read.heads += spans_of(ledger.heads)
        read.lines += table.lines
        read.lines += [ledger.heading] if ledger.heading is not None else []

    # -- responses -------------------------------------------------------------------------------------------------

    def _context(self, front: Front, schedule: Schedule) -> deadline.Context:
        year = re.search(r"(?:19|20)\d{2}", front.document_number or front.title or "")
        return deadline.Context(
            plan_date=front.plan_date,
            feedback_date=front.feedback_date,
            default_year=int(year[0]) if year else None,
            as_of=self._as_of,
            phases=tuple(deadline.PhaseEnd(p.title, p.end) for p in schedule.phases),
        )

    def _responses(
        self, read: _Ledgers, rows: _Rows, context: deadline.Context
    ) -> tuple[tuple[Response, ...], list[Fragment]]:
        builder = ResponseBuilder(context)
        spread = {k: v for root in read.roots for k, v in spread_trailing_fields(root, read.drafts).items()}
        out: list[Response] = []
        for draft in read.drafts:
            ids = tuple(rows.ids[id(n)] for n in draft.nodes if id(n) in rows.ids)
            if ids:
                inherited = [*spread.get(id(draft), []), *_scope(draft.nodes[0])]
                out.append(builder.build(draft, len(out) + 1, ids, inherited))
                if len(ids) > 1:
                    marks = "、".join(n.mark for n in draft.nodes if n.mark)
                    self._doubts.append(
                        raise_doubt("measures_shared", spans_of(draft.nodes[-1].fragments), marks=marks, count=len(ids))
                    )
        self._doubts += builder.doubts
        return tuple(out), builder.leads

    # -- checks ----------------------------------------------------------------------------------------------------

    def _check(
        self,
        announced: Announced,
        rows: _Rows,
        responses: Sequence[Response],
        read: _Ledgers,
        outline: Outline,
    ) -> None:
        if not rows.findings:
            self._doubts.append(raise_doubt("no_problem_part"))
        for node, expected in read.gaps:
            self._doubts.append(raise_doubt("number_gap", spans_of(node.fragments), mark=node.mark, expected=expected))
        acting = {f for r in responses if r.measures or r.progress for f in r.findings}
        if acting:
            for finding in rows.findings:
                if finding.id not in acting:
                    self._doubts.append(raise_doubt("finding_without_measure", finding.spans, text=finding.text))
        self._check_totals(announced, rows)
        for label in unused_labels(self._leads, responses) if self._kind in {"plan", "ledger"} else ():
            self._doubts.append(raise_doubt("label_unused", label=label))
        for index, named in enumerate(outline.named):
            if index not in outline.present:
                self._doubts.append(raise_doubt("attachment_missing", (named.line.span(),), title=named.title))
        for note in self._document.notes:
            self._doubts.append(raise_doubt("file_note", note=note))

    def _check_totals(self, announced: Announced, rows: _Rows) -> None:
        if announced.areas is not None and rows.areas and announced.areas != len(rows.areas):
            self._doubts.append(
                raise_doubt("total_differs", stated=f"{announced.areas}个方面", found=f"{len(rows.areas)}个")
            )
        if announced.findings is not None and announced.findings not in {len(rows.findings), len(rows.items)}:
            self._doubts.append(
                raise_doubt("total_differs", stated=f"{announced.findings}个问题", found=f"{len(rows.findings)}个")
            )

    # -- coverage --------------------------------------------------------------------------------------------------

    def _cover(
        self, read: _Ledgers, rows: _Rows, responses: Iterable[Response], leads: list[Fragment]
    ) -> tuple[Coverage, tuple[FurnitureSpan, ...]]:
        coverage = Coverage()
        coverage.cover(read.lines)
        coverage.cover(read_notes(self._document))  # what a note says may belong to a problem: a person must see it
        coverage.find(s for area in rows.areas for s in area.spans)
        coverage.find(s for item in rows.items for s in item.spans)
        coverage.find(s for finding in rows.findings for s in finding.spans)
        for response in responses:
            coverage.find(response.spans)
            coverage.find(s for m in response.measures for s in m.spans)
            coverage.find(s for e in response.progress for s in e.spans)
        between = [n for root in read.roots for n in root.walk() if n.level is Level.BETWEEN]
        furniture = [
            FurnitureSpan(FurnitureReason.LEAD, coverage.furnish(f.span for f in (*read.leads, *leads))),
            FurnitureSpan(FurnitureReason.HEADING, coverage.furnish(s for n in between for s in spans_of(n.fragments))),
            FurnitureSpan(FurnitureReason.LABEL, coverage.furnish(read.heads)),
            FurnitureSpan(FurnitureReason.SEPARATOR, coverage.furnish(self._separators(coverage.rest()))),
        ]
        return coverage, tuple(f for f in furniture if f.spans)

    def _doubt_rest(self, rest: Iterable[Span], unread: Iterable[Table]) -> None:
        """Say of each text that no field took, and once of each table."""
        for table in unread:
            spans = tuple(line.span() for line in table.lines)
            self._doubts.append(raise_doubt("unassigned_text", spans, text=" ".join(map(self._text, spans))))
        in_tables = {line.block for table in unread for line in table.lines}
        self._doubts += [
            raise_doubt("unassigned_text", (span,), text=self._text(span))
            for span in rest
            if span.block not in in_tables and self._text(span).strip(" 。；;，,、")
        ]

    def _separators(self, spans: Iterable[Span]) -> Iterator[Span]:
        for span in spans:
            if _LETTER.search(self._document.blocks[span.block].text, span.start, span.end) is None:
                yield span

    def _text(self, span: Span) -> str:
        return self._document.blocks[span.block].text[span.start : span.end]


def _answers(pieces: Iterable[Piece]) -> bool:
    return any(p.role in {"measures", "progress"} for p in pieces)


def _repeats(pieces: Iterable[Piece], ledgers: Iterable[Ledger]) -> bool:
    """Whether most rows of the tables repeat problems of the text: then the text holds the measures."""
    heads = {compact(piece.text)[:8] for piece in pieces if piece.mark is not None}
    rows = [compact(leaf.text)[:8] for ledger in ledgers for leaf in ledger.root.leaves()]
    return sum(1 for row in rows if row in heads) * 2 > len(rows)


def _tables(outline: Outline) -> list[tuple[Table, Ledger]]:
    found: list[tuple[Table, Ledger]] = []
    for zone in outline.zones:
        for table in [s for s in zone.front if isinstance(s, Table)] + [t for p in zone.parts for t in p.tables]:
            ledger = read_ledger(table, found[-1][1].columns if found else ())
            if ledger is not None:
                found.append((table, ledger))
        _put_under_headings(zone, found)
    return found


def _put_under_headings(zone: Zone, found: list[tuple[Table, Ledger]]) -> None:
    """Several tables, each under a heading of its own: the headings are the areas."""
    own = {id(table): ledger for table, ledger in found}
    headed: list[tuple[Line, Ledger]] = []
    for part in zone.parts:
        heading = part.heading
        for stretch in part.stretches:
            if isinstance(stretch, Line):
                mark = leading_mark(stretch.text)
                heading = (
                    stretch
                    if mark is not None and len(stretch.text) < 60 and mark.kind is MarkKind.CHINESE_PAREN
                    else heading
                )
            elif id(stretch) in own and heading is not None:
                headed.append((heading, own[id(stretch)]))
    if len({id(line) for line, _ in headed}) < 2 or any(
        n.level is Level.AREA for _, led in headed for n in led.root.walk()
    ):
        return
    last: Node | None = None
    for heading, ledger in headed:
        first = not (last is not None and last.fragments[0].line is heading)
        ledger.put_under(heading, None if first else last)
        last = ledger.area or last


def _settle_ledger(root: Node) -> None:
    """A row's problem that stands under no item is an item itself."""
    for node in root.walk():
        if node.children and node.level is Level.FINDING:
            node.level = Level.ITEM
        if node.level is Level.ITEM and not node.children:
            node.level = Level.WHOLE_ITEM
        if node.level is Level.FINDING and (node.parent is None or node.parent.level is not Level.ITEM):
            node.level = Level.WHOLE_ITEM


def _other_parts(
    outline: Outline, chosen: list[ProblemPart], pieces_of: dict[int, list[Piece]]
) -> list[tuple[Part, list[Piece]]]:
    taken = {id(p) for c in chosen for p in c.parts}
    return [(p, pieces_of[id(p)]) for zone in outline.zones for p in zone.parts if id(p) not in taken]


def _lead_texts(
    outline: Outline, chosen: list[ProblemPart], others: Iterable[tuple[Part, list[Piece]]]
) -> Iterator[str]:
    for zone in outline.zones:
        yield from (s.text for s in zone.front if isinstance(s, Line))
    for part, _ in others:
        yield from (line.text for line in part.lines)
    for one in chosen:
        yield from (line.text for line in one.parts[0].lines[:2])


def _listed_lines(outline: Outline) -> list[Line]:
    return [
        s
        for zone in outline.zones
        for s in (*zone.front, *(x for p in zone.parts for x in _all(p)), *zone.tail)
        if isinstance(s, Line)
    ]


def _all(part: Part) -> list[Line | Table]:
    return [*([part.heading] if part.heading is not None else []), *part.stretches]


def _prose_lines(outline: Outline, others: Iterable[tuple[Part, list[Piece]]]) -> Iterator[Line]:
    for zone in outline.zones:
        yield from (s for s in zone.front if isinstance(s, Line))
    for part, _ in others:
        yield from part.lines


def _attachments(outline: Outline) -> tuple[Attachment, ...]:
    return tuple(
        Attachment(
            n.number,
            n.line.raw[n.start : n.end] if n.start else n.title,
            i in outline.present,
            (n.line.span(n.start, n.end),),
        )
        for i, n in enumerate(outline.named)
    )


def _scope(node: Node) -> list[Field]:
    """The fields of the headings above a problem, the nearest first."""
    fields: list[Field] = []
    above: Node | None = node
    while above is not None:
        present = {f.role for f in fields}
        fields += [f for f in above.scope_fields if f.role not in present]
        above = above.parent
    return fields


def _number_rows(roots: Iterable[Node]) -> _Rows:
    rows = _Rows()
    for root in roots:
        _walk_rows(root, None, None, rows)
    return rows


def _walk_rows(node: Node, area: str | None, item: str | None, rows: _Rows) -> None:
    for child in node.children:
        here_area, here_item = area, item
        text, spans = raw_text(child.fragments), spans_of(child.fragments)
        if child.level is Level.AREA:
            here_area, here_item = f"A{len(rows.areas) + 1}", None
            rows.areas.append(Area(here_area, child.mark, text, spans))
        if child.level in {Level.ITEM, Level.WHOLE_ITEM}:
            here_item = f"I{len(rows.items) + 1}"
            rows.items.append(Item(here_item, here_area, child.mark, text, spans))
        if child.level in {Level.FINDING, Level.WHOLE_ITEM}:
            number = None if child.level is Level.WHOLE_ITEM else child.mark
            finding = f"F{len(rows.findings) + 1}"
            rows.ids[id(child)] = finding
            causes = child.cause or _cause_above(child)
            cause = raw_text(causes) or None
            rows.findings.append(
                Finding(finding, here_area, here_item, number, text, cause, (*spans, *spans_of(causes)))
            )
        _walk_rows(child, here_area, here_item, rows)


def _cause_above(node: Node) -> list[Fragment]:
    """The cause that a heading above gives for all its problems."""
    above = node.parent
    while above is not None and not above.cause:
        above = above.parent
    return above.cause if above is not None else []
