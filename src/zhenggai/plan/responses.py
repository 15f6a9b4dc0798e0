"""Drafts become responses: fields mapped by their labels, limits and duties read, status told from progress."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from zhenggai import deadline
from zhenggai.deadline import kinds
from zhenggai.plan import wording
from zhenggai.plan.doubts import raise_doubt
from zhenggai.plan.labels import PARTIES, Role, classify
from zhenggai.plan.model import Measure, Progress, Response, TimeLimit
from zhenggai.plan.parties import is_placeholder, split_names
from zhenggai.plan.tree import Draft, Field, Fragment, raw_text, spans_of
from zhenggai.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from zhenggai.plan.model import Doubt, Span, Status
    from zhenggai.plan.tree import Entry, Node

_FIRST_SENTENCES = (
    re.compile(r"\s*(?P<status>[^。;:]{2,24})(?:[。;:]|$)\s*"),
    re.compile(r"\s*(?P<status>[^。;,:]{2,20})(?:[。;,:]|$)\s*"),
)
_LAST_SENTENCES = (
    re.compile(r"(?:^|[。;,])(?P<status>(?:目前,?)?(?:该|此|本|以上|上述)?(?:项)?问题[^。;]{2,24})。?$"),
    re.compile(r"[。;](?P<status>[^。;,]{0,8}(?:整改|销号|办结)[^。;,]{0,8})。?$"),
)
"""A sentence that names the problem, or a whole one that says no more than how far the rectification is."""


@dataclass(slots=True)
class ResponseBuilder:
    """Makes responses and collects the doubts that arise."""

    context: deadline.Context
    doubts: list[Doubt] = field(default_factory=list)
    leads: list[Fragment] = field(default_factory=list)
    _measures: int = 0
    _readings: dict[str, deadline.Reading] = field(default_factory=dict)

    def build(self, draft: Draft, number: int, finding_ids: tuple[str, ...], inherited: Sequence[Field]) -> Response:
        """Return the response of `draft`; `inherited` are fields of the headings above, for roles that it lacks."""
        fields = _with_inherited(draft.fields, inherited) or _in_sentence(draft)
        status, status_text, status_spans = self._status(draft, fields)
        parties = self._parties(fields)
        limit = self._limit([f for f in fields if f.role is Role.TIME_LIMIT])
        progress = tuple(
            Progress(e.number, raw_text(e.fragments), spans_of(e.fragments)) for e in draft.progress if e.text.strip()
        )
        each = sum(1 for e in draft.measures if e.fields) > 1
        measures = tuple(self._measure(e, own_fields=each) for e in draft.measures if e.text.strip())
        return Response(
            f"R{number}",
            finding_ids,
            objective=raw_text(draft.objective) or None,
            measures=measures,
            labels=_labels(fields) | ({"下一步": raw_text(draft.next_steps)} if draft.next_steps else {}),
            time_limit=limit,
            progress=progress,
            status=status,
            status_text=status_text,
            spans=(
                *spans_of(draft.objective),
                *spans_of(draft.next_steps),
                *spans_of(draft.leads),
                *[f.value.span for f in fields],
                *status_spans,
            ),
            **parties,
        )

    def _measure(self, entry: Entry, *, own_fields: bool) -> Measure:
        self._measures += 1
        text = raw_text(entry.fragments)
        return Measure(
            f"M{self._measures}",
            entry.number,
            text,
            spans_of(entry.fragments),
            self._own_limit(entry, text, own_fields=own_fields),
            deadline.recurrences(text, context=self.context),
        )

    def _own_limit(self, entry: Entry, text: str, *, own_fields: bool) -> TimeLimit | None:
        labelled = [f for f in entry.fields if f.role is Role.TIME_LIMIT and own_fields]
        if labelled:
            return self._limit(labelled)
        wordings = deadline.limits_in(text, context=self.context)
        if not wordings:
            return None
        parts = tuple(p for w in wordings for p in w.parts)
        spans = tuple(_place(entry, w.start, w.end) for w in wordings) if len(entry.fragments) == 1 else ()
        return TimeLimit("、".join(text[w.start : w.end] for w in wordings), parts, spans)

    # -- fields ----------------------------------------------------------------------------------------------------

    def _limit(self, fields: Sequence[Field]) -> TimeLimit | None:
        values: list[Fragment] = []
        for one in fields:
            if all(v.raw != one.value.raw for v in values):
                values.append(one.value)
        text = "；".join(v.raw for v in values)
        if not values:
            return None
        reading = self._read(text)
        spans = tuple(v.span for v in values)
        self._doubt_limit(text, reading, spans)
        return TimeLimit(text, reading.parts, spans)

    def _read(self, text: str) -> deadline.Reading:
        """Read a time limit; a plan gives the same ones again and again."""
        if text not in self._readings:
            self._readings[text] = deadline.read(text, context=self.context)
        return self._readings[text]

    def _doubt_limit(self, text: str, reading: deadline.Reading, spans: tuple[Span, ...]) -> None:
        if any(isinstance(p, kinds.Placeholder) for p in reading.parts):
            self.doubts.append(raise_doubt("time_limit_placeholder", spans, text=text))
        elif not reading.parts:
            code = (
                "time_limit_unread"
                if self.context.reference or not re.search(r"\d月", text)
                else "reference_date_missing"
            )
            self.doubts.append(raise_doubt(code, spans, text=text))
        elif self.context.year_is_assumed and re.search(r"(?<!年)\b\d{1,2}月", fold(text)) and "年" not in text:
            year = self.context.reference.year if self.context.reference else ""
            self.doubts.append(raise_doubt("year_assumed", spans, text=text, year=year))

    def _parties(self, fields: Sequence[Field]) -> dict[str, tuple[str, ...]]:
        out: dict[str, list[str]] = {}
        side_by_side = {f.role for f in fields}
        for one in fields:
            if one.role not in PARTIES:
                continue
            role = _mapped(one, fields, side_by_side)
            for name in split_names(one.value.raw, slashes="department" in role):
                self._put(out, role, name, one)
        return {role: tuple(names) for role, names in out.items()}

    def _put(self, out: dict[str, list[str]], role: str, name: str, one: Field) -> None:
        names = out.setdefault(role, [])
        if name not in names:
            names.append(name)
        if is_placeholder(name):
            self.doubts.append(raise_doubt("name_placeholder", (one.value.span,), label=one.label, text=name))

    # -- status ----------------------------------------------------------------------------------------------------

    def _status(self, draft: Draft, fields: Sequence[Field]) -> tuple[Status | None, str | None, tuple[Span, ...]]:
        stated = [f for f in fields if f.role is Role.STATUS]
        self._part_leads(draft.measures, draft)
        opening = self._opening_status(draft)
        if stated:
            texts = list(dict.fromkeys(f.value.raw for f in stated))
            text = "、".join(texts)
            status = wording.read_status(fold(texts[0]).replace("\n", "、"))
            if status is None:
                self.doubts.append(raise_doubt("unknown_status", (stated[0].value.span,), text=text))
            return status, text, ()
        if opening is not None:
            return (
                wording.read_status(opening.text) or wording.read_status(re.split("[,、]", opening.text)[-1]),
                opening.raw,
                (opening.span,),
            )
        return None, None, ()

    def _opening_status(self, draft: Draft) -> Fragment | None:
        """Take the status off the first sentence of the progress: 已完成整改。一是……."""
        status: Fragment | None = None
        for pattern in _FIRST_SENTENCES if draft.progress else ():
            first = draft.progress[0]
            head = first.fragments[0]
            match = pattern.match(head.text)
            if match is not None and _states(match["status"]):
                status = _within(head, match.start("status"), match.end("status"))
                self.leads.append(_within(head, 0, match.end()))
                first.fragments[0] = _within(head, match.end(), len(head.text))
                if not first.text.strip(" 。;,"):
                    draft.progress.pop(0)
                break
        self._part_leads(draft.progress, draft)
        return status or _closing_status(draft)

    def _part_leads(self, entries: list[Entry], draft: Draft) -> None:
        """Text before the first numbered entry only leads over to it."""
        if len(entries) > 1 and entries[0].number is None and entries[1].number is not None:
            draft.leads += entries.pop(0).fragments


def _states(sentence: str) -> bool:
    """Whether a sentence only says how far things are: 已完成整改; 该问题属历史遗留问题，持续推进中."""
    if wording.is_status(sentence):
        return True
    return bool(re.match(r"(?:该|此|本|以上|上述)(?:项)?问题", sentence)) and wording.is_status(
        re.split("[,、]", sentence)[-1]
    )


def _within(fragment: Fragment, start: int, end: int) -> Fragment:
    return Fragment(fragment.line, fragment.start + start, fragment.start + end)


def _closing_status(draft: Draft) -> Fragment | None:
    """Return the status that the last sentence of the progress states: …。该问题已整改到位。 It stays part of the progress."""
    if not draft.progress:
        return None
    last = draft.progress[-1].fragments[-1]
    for pattern in _LAST_SENTENCES:
        match = pattern.search(last.text)
        if match is not None and wording.is_status(match["status"]):
            return _within(last, match.start("status"), match.end("status"))
    return None


_RESPONSE_FIELDS: dict[Role, str] = {role: role.value for role in PARTIES}


def _mapped(one: Field, fields: Sequence[Field], labels: set[Role]) -> str:
    """Return the response's field for a labelled value, where labels side by side change each other's meaning."""
    if one.role is Role.LEAD_DEPARTMENTS:
        return "responsible_departments"
    if one.role is Role.RESPONSIBLE_DEPARTMENTS and Role.LEAD_DEPARTMENTS in labels:
        return "cooperating_departments"
    if one.role is Role.RESPONSIBLE_LEADERS and Role.LEAD_LEADERS not in labels:
        words = {f.label for f in fields if f.role is Role.RESPONSIBLE_LEADERS}
        if any("责任" in w for w in words) and any("分管" in w or "主管" in w for w in words) and "责任" in one.label:
            return "lead_leaders"
    return _RESPONSE_FIELDS[one.role]


_ASSIGNMENT = re.compile(
    r"(?:^|[。;,])(?:以上工作|本项工作|此项工作)?由(?P<lead>[^,。;由]{2,30}?)(?:牵头|牵头负责|负责|牵头落实|负责落实)(?:,(?P<help>[^,。;]{2,40}?)(?:配合|协助|协同|参与))?"
    r"(?:,(?P<limit>[^,。;]{2,20}?)(?:完成|落实到位|整改到位)?)?[。;]?$"
)


def _in_sentence(draft: Draft) -> list[Field]:
    """Return the fields that the last sentence of the measures states: 由办公室牵头，财务科配合，2024年8月底前完成。"""
    entry = draft.measures[-1] if draft.measures else None
    if entry is None or not entry.fragments:
        return []
    fragment = entry.fragments[-1]
    match = _ASSIGNMENT.search(fragment.text)
    whole = match is not None and (match["help"] or match["limit"] or match.start() == 0 or match[0][0] in "。;")
    if match is None or not whole or (match["limit"] and not wording.is_time_limit(match["limit"])):
        return []
    roles = {
        "lead": (Role.LEAD_DEPARTMENTS, "牵头"),
        "help": (Role.COOPERATING_DEPARTMENTS, "配合"),
        "limit": (Role.TIME_LIMIT, "完成"),
    }
    return [
        Field(role, label, _within(fragment, match.start(name), match.end(name)))
        for name, (role, label) in roles.items()
        if match[name]
    ]


def _with_inherited(own: Sequence[Field], inherited: Sequence[Field]) -> list[Field]:
    present = {f.role for f in own}
    return [*own, *(f for f in inherited if f.role not in present)]


def _labels(fields: Iterable[Field]) -> dict[str, str]:
    out: dict[str, str] = {}
    for one in fields:
        if not one.label:
            continue
        value = one.value.raw
        if one.label not in out:
            out[one.label] = value
        elif value not in out[one.label].split("；"):
            out[one.label] += "；" + value
    return out


def _place(entry: Entry, start: int, end: int) -> Span:
    return _within(entry.fragments[0], start, end).span


def spread_trailing_fields(root: Node, drafts: list[Draft]) -> dict[int, list[Field]]:
    """Find fields that stand once, on a line after the last problem of a group, and hold for the whole group.

    Returns the fields to add by `id(draft)`; a problem of such a group that has no response gets one in `drafts`. They are
    spread only where the document does so throughout: hardly any earlier problem of a group has such a line of its own,
    and most groups end with one.
    """
    several = [g for g in _groups(root) if len(g) > 1]
    bearing = [g for g in several if _trailing(g[-1])]
    earlier = [node for g in several for node in g[:-1] if node.draft is not g[-1].draft]
    if sum(1 for n in earlier if _trailing(n)) * 4 > len(earlier) or len(bearing) * 3 < len(several) * 2:
        return {}
    if sum(len(g) - 1 for g in bearing) < 2 or not any(_lacks(n, g[-1]) for g in bearing for n in g[:-1]):
        return {}
    spread: dict[int, list[Field]] = {}
    for group in bearing:
        for node in group[:-1]:
            if node.draft is None:
                node.draft = Draft([node])
                drafts.append(node.draft)
            spread[id(node.draft)] = _trailing(group[-1])
    return spread


def _trailing(node: Node) -> list[Field]:
    fields = node.draft.fields if node.draft is not None else []
    return [f for f in fields if f.trailing and f.role in PARTIES | {Role.TIME_LIMIT}]


def _lacks(node: Node, last: Node) -> bool:
    fields = node.draft.fields if node.draft is not None else []
    return not {f.role for f in _trailing(last)} & {f.role for f in fields if f.role in PARTIES}


def _groups(root: Node) -> list[list[Node]]:
    """The problems under each lowest heading; where no heading holds several responses, under each highest one."""
    groups: list[list[Node]] = []
    for depth in (2, 1):
        groups = [list(node.leaves()) for node in root.walk() if node.children and node.depth == depth]
        if sum(1 for g in groups if len({id(n.draft) for n in g}) > 1) > 1:
            break
    return [g for g in groups if len({id(n.draft) for n in g}) > 1]


_NAMED_LABELS = re.compile(r"明确(?:了)?(?P<labels>[\u4e00-\u9fff]{2,8}(?:、[\u4e00-\u9fff]{2,8}){2,})")


def unused_labels(leads: Iterable[str], responses: Sequence[Response]) -> list[str]:
    """Return the fields that the lead says are settled for each problem and that no response has."""
    unused: list[str] = []
    for match in (m for text in leads for m in _NAMED_LABELS.finditer(text)):
        for word in match["labels"].split("、"):
            role = classify(re.sub(r"(?:和|及|与|等).*$", "", word))
            if role not in PARTIES | {Role.TIME_LIMIT} or not responses:
                continue
            names = "responsible_departments" if role is Role.LEAD_DEPARTMENTS else role.value
            if not any(getattr(r, names) for r in responses) and word not in unused:
                unused.append(word)
    return unused
