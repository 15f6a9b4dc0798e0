"""DRAFT → ROWS: what a confirmed draft becomes in the ledger, written in bulk."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from zhenggai.web.ledger import search
from zhenggai.web.ledger.drafting.dates import DueDate, context_of, day_of, due_date
from zhenggai.web.ledger.drafting.model import PARTY_ROLES
from zhenggai.web.ledger.models import (
    Answer,
    Area,
    Assignment,
    Finding,
    Inspection,
    Item,
    Measure,
    Mechanism,
    Milestone,
    ProgressUpdate,
    Response,
    SchedulePhase,
    SourceDocument,
    WorkGroup,
)
from zhenggai.web.ledger.models.rows import CompletionStatus

if TYPE_CHECKING:
    from zhenggai.profile import Profile
    from zhenggai.web.audit.chain import Actor
    from zhenggai.web.ledger.actions.numbering import Numbering
    from zhenggai.web.ledger.drafting.model import Draft, MeasureDraft, ResponseDraft

IMPORTED = "导入"
"""The reporting cycle of progress that a document brought along."""
_GAP = 10
"""Between the orders of two rows, so that one can be put between them."""


@dataclass
class Rows:
    """What has been written, by the draft's ids."""

    areas: dict[str, Area] = field(default_factory=dict)
    items: dict[str, Item] = field(default_factory=dict)
    findings: dict[str, Finding] = field(default_factory=dict)
    responses: dict[str, Response] = field(default_factory=dict)
    measures: dict[str, Measure] = field(default_factory=dict)

    def due_dates(self) -> dict[str, str | None]:
        """Return the date of each measure by the draft's id, for the plan version to keep: a draft has only the words."""
        return {key: row.due_on.isoformat() if row.due_on else None for key, row in self.measures.items()}

    def counts(self) -> dict[str, int]:
        """Return how many of each there are."""
        return {
            "areas": len(self.areas),
            "items": len(self.items),
            "findings": len(self.findings),
            "measures": len(self.measures),
        }


class Writer:
    """Writes one draft into one inspection, within the caller's transaction."""

    def __init__(
        self,
        *,
        inspection: Inspection,
        document: SourceDocument | None,
        draft: Draft,
        names: dict[str, tuple[int | None, int | None]],
        profile: Profile,
        actor: Actor,
        numbering: Numbering,
    ) -> None:
        """Take what the rows are made of; `names` gives (person id, organisation id) for each name of the draft."""
        self.inspection = inspection
        self.document = document
        self.draft = draft
        self.names = names
        self.profile = profile
        self.actor = actor
        self.numbering = numbering
        self.context = context_of(draft)
        self.rows = Rows()

    def write(self) -> Rows:
        """Write everything and return the rows."""
        self._write_problems()
        self._write_responses()
        self._write_schedule()
        search.index_findings(finding.pk for finding in self.rows.findings.values())
        return self.rows

    def _common(self, kind: str, order: int, places: list[list[int]]) -> dict[str, Any]:
        return {
            "unit_id": self.inspection.unit_id,
            "inspection": self.inspection,
            "reference": self.numbering.take(kind),
            "order": order * _GAP,
            "document": self.document,
            "places": places,
        }

    def _write_problems(self) -> None:
        rows, draft = self.rows, self.draft
        for n, area in enumerate(draft["areas"], start=1):
            row = Area(**self._common("area", n, area["places"]), number=area["number"], title=area["title"])
            rows.areas[area["id"]] = row
        Area.objects.bulk_create(rows.areas.values())
        for n, item in enumerate(draft["items"], start=1):
            rows.items[item["id"]] = Item(
                **self._common("item", n, item["places"]),
                area=rows.areas.get(item["area"] or ""),
                number=item["number"],
                title=item["title"],
            )
        Item.objects.bulk_create(rows.items.values())
        for n, finding in enumerate(draft["findings"], start=1):
            owner = rows.items.get(finding["item"] or "")
            rows.findings[finding["id"]] = Finding(
                **self._common("finding", n, finding["places"]),
                area=rows.areas.get(finding["area"] or "") or (owner.area if owner else None),
                item=owner,
                number=finding["number"],
                text=finding["text"],
                cause=finding["cause"],
                layer=finding["layer"],
            )
        Finding.objects.bulk_create(rows.findings.values())

    def _write_responses(self) -> None:
        rows = self.rows
        for n, response in enumerate(self.draft["responses"], start=1):
            rows.responses[response["id"]] = Response(
                **self._common("response", n, response["places"]),
                objective=response["objective"],
                labels=response["labels"],
                completion_status=response["status"],
                status_text=response["status_text"][:200],
            )
        Response.objects.bulk_create(rows.responses.values())
        Answer.objects.bulk_create(
            Answer(finding=rows.findings[finding], response=rows.responses[response["id"]])
            for response in self.draft["responses"]
            for finding in dict.fromkeys(response["findings"])
            if finding in rows.findings
        )
        measures = [(m, r) for r in self.draft["responses"] for m in r["measures"]]
        for n, (measure, response) in enumerate(measures, start=1):
            rows.measures[measure["id"]] = self._measure(n, measure, response)
        Measure.objects.bulk_create(rows.measures.values())
        Assignment.objects.bulk_create(a for r in self.draft["responses"] for a in self._assignments(r))
        ProgressUpdate.objects.bulk_create(u for r in self.draft["responses"] for u in self._updates(r))

    def _measure(self, order: int, measure: MeasureDraft, response: ResponseDraft) -> Measure:
        limit = measure["time_limit"] or response["time_limit"]
        due: DueDate = due_date(limit, self.context, self.profile)
        status = response["status"] or CompletionStatus.ONGOING
        return Measure(
            **self._common("measure", order, measure["places"]),
            response=self.rows.responses[response["id"]],
            number=measure["number"],
            text=measure["text"],
            due_text=limit["text"][:300] if limit else "",
            due_parts=limit["parts"] if limit else [],
            due_on=due.on,
            due_statement=due.statement[:300],
            original_due_on=due.on,
            recurrences=measure["recurrences"],
            rectification_class=due.rectification_class,
            completion_status=status,
            percent=100 if status == CompletionStatus.COMPLETED else 0,
        )

    def _assignments(self, response: ResponseDraft) -> list[Assignment]:
        found: list[Assignment] = []
        for role in PARTY_ROLES:
            for name in response["parties"].get(role, ()):
                person, organization = self.names.get(name, (None, None))
                found.append(
                    Assignment(
                        unit_id=self.inspection.unit_id,
                        inspection=self.inspection,
                        response=self.rows.responses[response["id"]],
                        role=role,
                        name=name[:100],
                        person_id=person,
                        organization_id=organization,
                        order=len(found),
                        since=self.actor.today,
                    )
                )
        return found

    def _updates(self, response: ResponseDraft) -> list[ProgressUpdate]:
        """Return the progress that the document reports: beside its measure where there is one each, else of the response."""
        entries, measures = response["progress"], response["measures"]
        paired = len(entries) == len(measures)
        shared = [self.rows.measures[m["id"]] for m in measures] if paired else [None] * len(entries)
        if not paired and len(measures) == 1:
            shared = [self.rows.measures[measures[0]["id"]]] * len(entries)
        return [
            ProgressUpdate(
                unit_id=self.inspection.unit_id,
                inspection=self.inspection,
                response=self.rows.responses[response["id"]],
                measure=measure,
                cycle=IMPORTED,
                revision=n if not paired else 1,
                completion_status=response["status"],
                done=entry["text"],
                document=self.document,
                places=entry["places"],
                reported_by_id=self.actor.person_id,
                reported_at=self.actor.at,
            )
            for n, (entry, measure) in enumerate(zip(entries, shared, strict=True), start=1)
        ]

    def _write_schedule(self) -> None:
        draft = self.draft
        SchedulePhase.objects.bulk_create(
            SchedulePhase(
                **self._entry(n, phase["text"], phase["places"]),
                number=phase["number"],
                title=phase["title"][:200],
                start=day_of(phase["start"]),
                end=day_of(phase["end"]),
            )
            for n, phase in enumerate(draft["phases"], start=1)
        )
        Milestone.objects.bulk_create(
            Milestone(
                **self._entry(n, milestone["text"], milestone["places"]),
                due_text=milestone["time_limit"]["text"][:300],
                due_parts=milestone["time_limit"]["parts"],
                due_on=due_date(milestone["time_limit"], self.context, self.profile).on,
            )
            for n, milestone in enumerate(draft["milestones"], start=1)
        )
        Mechanism.objects.bulk_create(
            Mechanism(
                **self._entry(n, mechanism["text"], mechanism["places"]),
                name=mechanism["name"][:200],
                recurrences=mechanism["recurrences"],
            )
            for n, mechanism in enumerate(draft["mechanisms"], start=1)
        )
        WorkGroup.objects.bulk_create(
            WorkGroup(
                **self._entry(n, group["duties"], group["places"]),
                name=group["name"][:200],
                parent=group["parent"][:200],
                members=group["members"],
            )
            for n, group in enumerate(draft["groups"], start=1)
        )

    def _entry(self, order: int, text: str, places: list[list[int]]) -> dict[str, Any]:
        return {
            "unit_id": self.inspection.unit_id,
            "inspection": self.inspection,
            "order": order * _GAP,
            "text": text,
            "document": self.document,
            "places": places,
        }
