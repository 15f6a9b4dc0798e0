"""The 台账 of one inspection, a page at a time, as the official ledger is laid out: cells span what they are about.

A fixed number of queries, whatever the size of the store: the page is cut by key before anything else is read.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, Max, OuterRef, Q

from zhenggai import profile as profiles
from zhenggai.web.ledger import access
from zhenggai.web.ledger.custom import profile_of
from zhenggai.web.ledger.models import Answer, Assignment, Closure, Measure, ProgressUpdate
from zhenggai.web.ledger.models.rows import ClosureStage, CompletionStatus, Layer, RectificationClass
from zhenggai.web.ledger.queries.evidence import evidence_counts
from zhenggai.web.ledger.queries.filters import Filters, condition_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence

    from django.db.models import QuerySet

    from zhenggai.profile import Light, Profile
    from zhenggai.web.accounts.rights import Rights
    from zhenggai.web.ledger.models import Finding, Inspection

PAGE = 25
"""Findings on one page."""

_STATUS = dict(CompletionStatus.choices)
_STAGE = dict(ClosureStage.choices)
_CLASS = dict(RectificationClass.choices)


@dataclass(frozen=True, slots=True)
class Spanning:
    """A cell that spans `rows` rows; `span` is the same as text, for templates format whole numbers slowly."""

    text: str
    rows: int

    @property
    def span(self) -> str:
        """The number of rows as text."""
        return str(self.rows)


@dataclass(frozen=True, slots=True)
class FindingLine:
    """One finding as its cell names it; `text` is "" where the item beside it already says the same.

    `lapsed` says that what was signed for it no longer stands.
    """

    id: str
    reference: str
    text: str
    stage: str
    restricted: bool
    lapsed: bool = False


@dataclass(frozen=True, slots=True)
class FindingCell:
    """The findings that the rows beside them answer: one, or several that share a response."""

    findings: tuple[FindingLine, ...]
    first: int
    rows: int
    span: str
    numbers: str

    @property
    def last(self) -> int:
        """The running number of the last finding in the cell."""
        return self.first + len(self.findings) - 1


@dataclass(frozen=True, slots=True)
class ResponseCell:
    """What holds for a whole block of measures."""

    objective: str
    parties: dict[str, str]
    rows: int
    span: str


@dataclass(frozen=True, slots=True)
class MeasureCell:
    """One measure with its limit, its light and its last report."""

    id: str
    reference: str
    text: str
    rectification_class: str
    due_text: str
    due_on: dt.date | None
    light: Light
    percent: str
    status: str
    progress: str
    reported_at: dt.datetime | None
    version: int
    evidence: str


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One row. A cell that a row above spans is None; a finding without measures has a row without `measure`."""

    area: Spanning | None
    item: Spanning | None
    finding: FindingCell | None
    response: ResponseCell | None
    measure: MeasureCell | None


@dataclass(frozen=True, slots=True)
class LedgerPage:
    """A page of the ledger; `after` is the key of the next page, or "" on the last."""

    inspection: Inspection
    profile: Profile
    rows: tuple[LedgerRow, ...]
    findings: int
    after: str
    finding_ids: tuple[int, ...]
    restricted: tuple[tuple[int, int, str], ...]
    """The restricted findings on the page as (id, unit, reference): showing them is an event."""


@dataclass
class _Band:
    findings: list[Mapping[str, Any]]
    responses: tuple[int, ...]
    rows: list[tuple[int | None, MeasureCell | None]] = field(default_factory=list)


def lapsed() -> Exists:
    """Return the condition that what was signed for a finding in its cycle no longer stands (需复核)."""
    return Exists(
        Closure.objects.filter(finding=OuterRef("pk"), cycle=OuterRef("cycle"), lapsed_at__isnull=False).exclude(
            stage__in=(ClosureStage.RETURNED, ClosureStage.NONE)
        )
    )


def ledger_page(
    rights: Rights, inspection: Inspection, filters: Filters, *, after: str = "", size: int = PAGE
) -> LedgerPage:
    """Return the findings of `inspection` that the person may see and `filters` let through, from the key `after` on.

    Raises:
        Invalid: `after` is no key of a page, field `after`.
    """
    profile = profile_of(inspection.profile)
    chosen = filtered(rights, inspection, filters, profile)
    total = chosen.aggregate(n=Count("pk"))["n"]
    start, before = _key(after)
    page = list(
        chosen.filter(Q(order__gt=start[0]) | Q(order=start[0], pk__gt=start[1]))
        .order_by("order", "pk")
        .annotate(lapsed=lapsed())
        .values(
            "lapsed",
            "pk",
            "order",
            "reference",
            "number",
            "text",
            "closure_stage",
            "layer",
            "area_id",
            "area__number",
            "area__title",
            "item_id",
            "item__number",
            "item__title",
        )[: size + 1]
    )
    more, page = len(page) > size, page[:size]
    bands = _bands(rights, page)
    _put_measures(bands, profile, rights, filters.day(rights.today))
    return LedgerPage(
        inspection=inspection,
        profile=profile,
        rows=tuple(_rows(bands, before)),
        findings=total,
        after=f"{page[-1]['order']}-{page[-1]['pk']}-{before + len(page)}" if more else "",
        finding_ids=tuple(line["pk"] for line in page),
        restricted=tuple(
            (line["pk"], inspection.unit_id, line["reference"]) for line in page if line["layer"] == Layer.RESTRICTED
        ),
    )


def filtered(rights: Rights, inspection: Inspection, filters: Filters, profile: Profile) -> QuerySet[Finding]:
    """Return the findings that the person may see and `filters` let through, those withdrawn left out."""
    visible = access.findings(rights).filter(inspection=inspection, withdrawn_at=None)
    return visible.filter(condition_of(filters, rights, inspection_id=inspection.pk, profile=profile))


def _key(after: str) -> tuple[tuple[int, int], int]:
    parts = after.split("-")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() and len(part) < 18 for part in parts):
        return (-1, 0), 0
    return (int(parts[0]), int(parts[1])), int(parts[2])


def _bands(rights: Rights, page: Sequence[Mapping[str, Any]]) -> list[_Band]:
    """Return the findings in order, those that share all their responses with the one before joined with it."""
    answers: dict[int, list[int]] = defaultdict(list)
    links = Answer.objects.filter(
        access.shown(rights, "response"), finding__in=[line["pk"] for line in page], response__withdrawn_at=None
    )
    for finding, response in links.order_by("response__order", "response_id").values_list("finding_id", "response_id"):
        answers[finding].append(response)
    bands: list[_Band] = []
    for line in page:
        responses = tuple(answers[line["pk"]])
        previous = bands[-1] if bands else None
        same_owner = previous is not None and all(
            previous.findings[0][key] == line[key] for key in ("area_id", "item_id")
        )
        if previous is not None and same_owner and responses and responses == previous.responses:
            previous.findings.append(line)
        else:
            bands.append(_Band([line], responses))
    return bands


def _put_measures(bands: Sequence[_Band], profile: Profile, rights: Rights, day: dt.date) -> None:
    ids = {response for band in bands for response in band.responses}
    measures: dict[int, list[dict[str, Any]]] = defaultdict(list)
    found = Measure.objects.filter(response__in=ids, withdrawn_at=None).order_by("order", "pk")
    fields = (
        "pk",
        "response_id",
        "reference",
        "number",
        "text",
        "rectification_class",
        "due_text",
        "due_on",
        "percent",
        "completion_status",
        "version",
    )
    for measure in found.values(*fields):
        measures[measure["response_id"]].append(measure)
    numbers = [measure["pk"] for group in measures.values() for measure in group]
    last, proofs = _last_updates(numbers), evidence_counts(rights, numbers)
    for band in bands:
        for response in band.responses:
            cells = [
                _measure(measure, last.get(measure["pk"]), profile, day, proofs.get(measure["pk"], 0))
                for measure in measures[response]
            ]
            band.rows.extend((response, cell) for cell in cells)
            if not cells:
                band.rows.append((response, None))
        if not band.rows:
            band.rows.append((None, None))


def _last_updates(measures: Sequence[int]) -> dict[int, tuple[str, dt.datetime]]:
    newest = ProgressUpdate.objects.filter(measure__in=measures).values("measure").annotate(last=Max("pk"))
    rows = ProgressUpdate.objects.filter(pk__in=newest.values("last"))
    return {
        measure: (done, at) for measure, done, at in rows.values_list("measure_id", "done", "reported_at") if measure
    }


def _measure(
    row: dict[str, Any], last: tuple[str, dt.datetime] | None, profile: Profile, today: dt.date, proofs: int
) -> MeasureCell:
    done = row["completion_status"] == CompletionStatus.COMPLETED
    return MeasureCell(
        id=str(row["pk"]),
        reference=row["reference"],
        text=numbered(row["number"], row["text"]),
        rectification_class=_CLASS.get(row["rectification_class"], ""),
        due_text=row["due_text"],
        due_on=row["due_on"],
        light=profiles.light_of(profile, row["due_on"], today, done=done),
        percent=str(row["percent"]),
        status=_STATUS[row["completion_status"]],
        progress=last[0] if last else "",
        reported_at=last[1] if last else None,
        version=row["version"],
        evidence=str(proofs),
    )


def _rows(bands: Sequence[_Band], before: int) -> Iterable[LedgerRow]:
    responses = _response_cells(bands)
    number = before + 1
    for _, area_run in groupby(bands, key=lambda band: band.findings[0]["area_id"]):
        area_bands = list(area_run)
        area = _heading(area_bands, "area")
        for _, item_run in groupby(area_bands, key=lambda band: band.findings[0]["item_id"]):
            item_bands = list(item_run)
            item = _heading(item_bands, "item")
            for band in item_bands:
                yield from _band_rows(band, area, item, number, responses)
                number += len(band.findings)
                area = item = None


def _heading(bands: Sequence[_Band], level: str) -> Spanning | None:
    line = bands[0].findings[0]
    words = numbered(line[f"{level}__number"] or "", line[f"{level}__title"] or "")
    return Spanning(words, sum(len(band.rows) for band in bands))


def _band_rows(
    band: _Band, area: Spanning | None, item: Spanning | None, number: int, responses: dict[int, ResponseCell]
) -> Iterable[LedgerRow]:
    finding: FindingCell | None = FindingCell(
        tuple(
            FindingLine(
                str(line["pk"]),
                line["reference"],
                numbered(line["number"], line["text"]) if line["text"] != line["item__title"] else "",
                _STAGE[line["closure_stage"]],
                line["layer"] == Layer.RESTRICTED,
                line["lapsed"],
            )
            for line in band.findings
        ),
        number,
        len(band.rows),
        str(len(band.rows)),
        f"{number}" if len(band.findings) == 1 else f"{number}–{number + len(band.findings) - 1}",
    )
    for response, run in groupby(band.rows, key=lambda row: row[0]):
        cells = list(run)
        shown = responses.get(response or 0) or ResponseCell("", {}, len(cells), "")
        cell: ResponseCell | None = ResponseCell(shown.objective, shown.parties, len(cells), str(len(cells)))
        for _, measure in cells:
            yield LedgerRow(area, item, finding, cell, measure)
            area = item = finding = cell = None


def _response_cells(bands: Sequence[_Band]) -> dict[int, ResponseCell]:
    ids = {response for band in bands for response in band.responses}
    parties: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    assigned = Assignment.objects.filter(response__in=ids, until=None).order_by("order", "pk")
    for response, role, name, objective in assigned.values_list("response_id", "role", "name", "response__objective"):
        parties[response][role].append(name)
        parties[response]["objective"] = [objective]
    cells = {}
    for response, roles in parties.items():
        objective = "".join(roles.pop("objective", [""]))
        cells[response] = ResponseCell(
            objective, {role: "、".join(dict.fromkeys(names)) for role, names in roles.items()}, 0, ""
        )
    return cells


def numbered(number: str, words: str) -> str:
    """Return `words` behind their number as print sets it: 1. 一、 （一） 一是 ①."""
    if not number or words.startswith(number):
        return words
    if number.isascii() and number[-1].isdigit():
        return f"{number}. {words}"
    return f"{number}、{words}" if all(c in "一二三四五六七八九十百" for c in number) else number + words
