"""The rows of an inspection as they stand, for comparing and for export: ten queries, whatever the size."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.db.models import Q

from zhenggai.web.accounts.models import Organization, Person
from zhenggai.web.ledger import access
from zhenggai.web.ledger.drafting.model import PARTY_ROLES
from zhenggai.web.ledger.drafting.standing import Report, Row, Standing
from zhenggai.web.ledger.models import Answer, Area, Assignment, Finding, Item, Measure, ProgressUpdate, Response
from zhenggai.web.ledger.models.rows import Layer
from zhenggai.web.ledger.queries.schedule import schedule_rows

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from zhenggai.web.accounts.rights import Rights
    from zhenggai.web.ledger.models import Inspection


def standing_of(
    rights: Rights,
    inspection: Inspection,
    *,
    act: str = "ledger.read",
    chosen: Iterable[int] | None = None,
    with_schedule: bool = False,
) -> Standing:
    """Return the rows that `act` lets the person see; with `chosen`, the findings with these ids and what belongs to them.

    Phases, dated acts, arrangements and groups come only when they are asked for.
    """
    findings = access.findings(rights, act).filter(inspection=inspection)
    withdrawn = set(findings.exclude(withdrawn_at=None).values_list("reference", flat=True))
    findings = findings.filter(withdrawn_at=None)
    if chosen is not None:
        findings = findings.filter(pk__in=list(chosen))
    reader = _Reader(
        inspection,
        list(findings.order_by("order", "pk")),
        whole=chosen is None and rights.may_in(act, inspection.unit_id),
    )
    reader.read(access.responses(rights, act))
    gone = Measure.objects.filter(inspection=inspection).exclude(withdrawn_at=None)
    withdrawn |= set(gone.values_list("reference", flat=True))
    return Standing(
        rows=reader.rows | (schedule_rows(inspection) if with_schedule else {}),
        reports=reader.reports,
        withdrawn=frozenset(withdrawn),
        people=tuple(_people(inspection.unit_id)),
        departments=tuple(_departments(inspection.unit_id)),
    )


def has_secrets(rights: Rights, inspection: Inspection) -> bool:
    """Say whether the inspection has findings that are secret to the person."""
    if inspection.unit_id in rights.restricted_units:
        return False
    return Finding.objects.filter(inspection=inspection, layer=Layer.RESTRICTED, withdrawn_at=None).exists()


def informed(rights: Rights, inspection: Inspection) -> Rights:
    """Return the rights as if the person needed to know; what is found by them must not be shown."""
    return replace(rights, restricted_units=rights.restricted_units | {inspection.unit_id})


def restricted_findings(rights: Rights, inspection: Inspection, references: Iterable[str]) -> list[tuple[int, str]]:
    """Return those of `references` that name restricted findings, with their ids: seeing them is an event."""
    found = access.findings(rights).filter(inspection=inspection, layer=Layer.RESTRICTED)
    rows = found.values_list("pk", "reference")
    wanted = frozenset(references)
    return [(pk, reference) for pk, reference in rows.order_by("order", "pk") if reference in wanted]


def _people(unit_id: int) -> QuerySet[Person, str]:
    return Person.objects.filter(unit_id=unit_id, left_on=None).order_by("pk").values_list("name", flat=True)


def _departments(unit_id: int) -> QuerySet[Organization, str]:
    found = Organization.objects.filter(unit_id=unit_id, closed_on=None)
    return found.order_by("order", "pk").values_list("name", flat=True)


class _Reader:
    """Fills rows and reports, kind by kind from the top."""

    def __init__(self, inspection: Inspection, findings: list[Finding], *, whole: bool) -> None:
        self.inspection = inspection
        self.findings = findings
        self.whole = whole
        self.rows: dict[str, Row] = {}
        self.reports: dict[str, Report] = {}
        self.areas: dict[int, str] = {}
        self.items: dict[int, str] = {}

    def read(self, visible: QuerySet[Response]) -> None:
        """Read everything that belongs to the findings; areas and items without any only where the whole is asked for."""
        self._read_headings()
        references = {}
        for finding in self.findings:
            parent = self.items.get(finding.item_id or 0) or self.areas.get(finding.area_id or 0)
            references[finding.pk] = finding.reference
            fields = {"number": finding.number, "text": finding.text, "cause": finding.cause}
            self._put(finding, "finding", fields, (parent,) if parent else ())
        self._read_responses(visible, references)

    def _put(
        self,
        row: Area | Item | Finding | Response | Measure,
        kind: str,
        fields: dict[str, str],
        parents: tuple[str, ...],
    ) -> None:
        self.rows[row.reference] = Row(kind, row.reference, fields, parents, row.pk, row.version)  # type: ignore[arg-type]

    def _read_headings(self) -> None:
        """Read the areas and items of the findings; those that nothing stands in show only to who sees the whole unit."""
        areas = Area.objects.filter(inspection=self.inspection, withdrawn_at=None)
        items = Item.objects.filter(inspection=self.inspection, withdrawn_at=None)
        shown_items = Q(pk__in={f.item_id for f in self.findings if f.item_id})
        if self.whole:
            shown_items |= ~Q(pk__in=Finding.objects.filter(item__in=items, withdrawn_at=None).values("item_id"))
        items = items.filter(shown_items)
        shown_areas = Q(pk__in={f.area_id for f in self.findings if f.area_id}) | Q(pk__in=items.values("area_id"))
        if self.whole:
            inhabited = Finding.objects.filter(area__in=areas, withdrawn_at=None).values("area_id")
            shown_areas |= ~Q(pk__in=inhabited) & ~Q(
                pk__in=Item.objects.filter(area__in=areas, withdrawn_at=None).values("area_id")
            )
        for area in areas.filter(shown_areas).order_by("order", "pk"):
            self.areas[area.pk] = area.reference
            self._put(area, "area", {"number": area.number, "title": area.title}, ())
        for item in items.order_by("order", "pk"):
            self.items[item.pk] = item.reference
            parent = self.areas.get(item.area_id or 0)
            self._put(item, "item", {"number": item.number, "title": item.title}, (parent,) if parent else ())

    def _read_responses(self, visible: QuerySet[Response], references: dict[int, str]) -> None:
        answered: dict[int, list[str]] = {}
        order = {reference: n for n, reference in enumerate(references.values())}
        links = Answer.objects.filter(finding__inspection=self.inspection, finding__withdrawn_at=None)
        for finding, answer in links.values_list("finding_id", "response_id"):
            if finding in references:
                answered.setdefault(answer, []).append(references[finding])
        found = visible.filter(inspection=self.inspection, withdrawn_at=None)
        responses = {r.pk: r for r in found.order_by("order", "pk") if r.pk in answered}
        parties = self._parties(set(responses))
        for pk, response in responses.items():
            fields = {"objective": response.objective, "remark": response.labels.get("备注", "")} | parties.get(pk, {})
            self._put(response, "response", fields, tuple(sorted(answered[pk], key=order.__getitem__)))
            if response.completion_status:
                self.reports[response.reference] = Report(status=response.completion_status)
        self._read_measures(responses)
        self._read_reports(responses)

    def _parties(self, responses: set[int]) -> dict[int, dict[str, str]]:
        current = Assignment.objects.filter(inspection=self.inspection, measure=None, until=None)
        found = current.order_by("order", "pk")
        names: dict[int, dict[str, list[str]]] = {}
        for response, role, name in found.values_list("response_id", "role", "name"):
            if response in responses and role in PARTY_ROLES:
                names.setdefault(response, {}).setdefault(role, []).append(name)
        return {pk: {role: "、".join(dict.fromkeys(n)) for role, n in roles.items()} for pk, roles in names.items()}

    def _read_measures(self, responses: dict[int, Response]) -> None:
        for measure in Measure.objects.filter(inspection=self.inspection, withdrawn_at=None).order_by("order", "pk"):
            response = responses.get(measure.response_id)
            if response is None:
                continue
            fields = {
                "number": measure.number,
                "text": measure.text,
                "due_text": measure.due_text,
                "rectification_class": measure.rectification_class,
            }
            self._put(measure, "measure", fields, (response.reference,))
            self.reports[measure.reference] = Report(status=measure.completion_status, percent=str(measure.percent))

    def _read_reports(self, responses: dict[int, Response]) -> None:
        """Put the words of the last update beside status and percentage; one document's entries on a response are one report."""
        by_pk = {row.pk: reference for reference, row in self.rows.items() if row.kind == "measure"}
        groups: dict[str, list[ProgressUpdate]] = {}
        for update in ProgressUpdate.objects.filter(inspection=self.inspection).order_by("pk"):
            if update.measure_id is None and update.response_id in responses:
                reference = responses[update.response_id].reference
                last = groups.get(reference)
                same = last and (last[0].cycle, last[0].reported_at) == (update.cycle, update.reported_at)
                groups[reference] = [*last, update] if last and same else [update]
            elif update.measure_id in by_pk:
                groups[by_pk[update.measure_id]] = [update]
        for reference, updates in groups.items():
            known = self.reports.get(reference, Report())
            self.reports[reference] = Report(
                done="\n".join(update.done for update in updates if update.done),
                status=known.status or updates[-1].completion_status,
                percent=known.percent,
                difficulty=updates[-1].difficulty,
                next_step=updates[-1].next_step,
            )
