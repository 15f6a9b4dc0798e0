"""One confirmed difference document on its way into the ledger: what every part of it needs, within one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from zhenggai.web.accounts.actions import create_organization, create_person
from zhenggai.web.accounts.models import Organization, Person
from zhenggai.web.audit.chain import Actor, Subject, record
from zhenggai.web.faults import Invalid
from zhenggai.web.ledger.actions.numbering import Numbering
from zhenggai.web.ledger.actions.schedule_rows import write_entry
from zhenggai.web.ledger.actions.staleness import change, stale
from zhenggai.web.ledger.custom import profile_of
from zhenggai.web.ledger.drafting.dates import DueDate, context_of, due_date
from zhenggai.web.ledger.drafting.later import names_in
from zhenggai.web.ledger.drafting.model import PARTY_ROLES, PERSON_ROLES, Draft, LimitDraft
from zhenggai.web.ledger.drafting.standing import KIND_WORDS, Kind
from zhenggai.web.ledger.models import Area, Assignment, Finding, Item, Measure, Response
from zhenggai.web.ledger.queries.differences import inspection_context
from zhenggai.web.ledger.queries.schedule import ENTRIES, Entry, entry_reference

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhenggai.deadline import Context
    from zhenggai.web.ledger.drafting.later import Incoming
    from zhenggai.web.ledger.queries.differences import Review

LedgerRow = Area | Item | Finding | Response | Measure | Entry
MODELS: dict[Kind, type[LedgerRow]] = {
    "area": Area,
    "item": Item,
    "finding": Finding,
    "response": Response,
    "measure": Measure,
    **ENTRIES,
}


def reference_of(row: LedgerRow) -> str:
    """Return the reference of any row."""
    return entry_reference(row) if isinstance(row, Entry) else row.reference


class Amendment:
    """Loads rows, writes them under their versions, resolves names and dates. `made` are the new rows by key."""

    def __init__(self, *, review: Review, actor: Actor, versions: Mapping[str, int]) -> None:
        """Hold the inspection, so that no other amendment runs beside this one. `versions` are those the person has seen."""
        self.review = review
        self.actor = actor
        self.inspection = review.inspection
        self.document = review.draft.document
        self.numbering = Numbering(self.inspection.pk)
        self.profile = profile_of(self.inspection.profile)
        self.standing = review.comparison.compared.standing
        self.incoming = review.comparison.compared.incoming
        self.made: dict[str, LedgerRow] = {}
        self.counts: dict[str, int] = {}
        self._versions = dict(versions)
        self._loaded: dict[str, LedgerRow] = {}
        self._context = self._dates()
        self._names: dict[tuple[str, bool], tuple[int | None, int | None]] = {}

    def row(self, reference: str) -> LedgerRow:
        """Return the row of the ledger with this reference."""
        if reference not in self._loaded:
            known = self.standing.rows[reference]
            self._loaded[reference] = MODELS[known.kind]._default_manager.get(pk=known.pk)  # noqa: SLF001 — as in staleness
        return self._loaded[reference]

    def find(self, key: str) -> LedgerRow | None:
        """Return the row that an incoming key or a reference stands for: standing, matched or made; None for one not taken."""
        owner = self.review.comparison.compared.owner(key)
        return self.made.get(owner) or (self.row(owner) if owner in self.standing.rows else None)

    def write(self, reference: str, values: dict[str, Any], *, follows: bool = False) -> LedgerRow:
        """Write `values` to a standing row, once more counted up if the same act has written it before.

        `follows` says that the change only follows from others, so that the person need not have seen the row.

        Raises:
            Stale: somebody else has changed the row since the person saw it.
        """
        row = self.row(reference)
        kind = self.standing.rows[reference].kind
        if follows and not isinstance(row, Entry):
            self._versions.setdefault(reference, row.version)
        if reference not in self._versions:
            raise stale(kind, row.pk)
        if isinstance(row, Entry):
            self._versions[reference] = write_entry(row, seen=self._versions[reference], values=values)
            return row
        change(row, seen=self._versions[reference], values=values, subject_type=kind)
        self._versions[reference] += 1
        return row

    def tell(
        self,
        action: str,
        row: LedgerRow,
        *,
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
        reason: str = "",
    ) -> None:
        """Record one event about a row and count it; `changed` becomes finding.changed for a finding."""
        kind = next(kind for kind, model in MODELS.items() if isinstance(row, model))
        name = action if "." in action else f"{kind}.{action}"
        self.counts[name] = self.counts.get(name, 0) + 1
        record(
            unit_id=self.inspection.unit_id,
            actor=self.actor,
            action=name,
            subject=Subject(kind, row.pk, f"{KIND_WORDS[kind]}{reference_of(row)}"),
            before=before,
            after=after,
            reason=reason,
        )

    # -- dates ---------------------------------------------------------------------------------------------------------

    def due(self, limit: LimitDraft | None) -> DueDate:
        """Return when a limit falls due, counted from the dates of the document or else of the inspection."""
        return due_date(limit, self._context, self.profile)

    def _dates(self) -> Context:
        own = inspection_context(self.inspection)
        if self.review.from_sheet:
            return own
        said = context_of(cast("Draft", self.review.draft.content))
        return type(own)(
            plan_date=said.plan_date or own.plan_date,
            feedback_date=said.feedback_date or own.feedback_date,
            phases=said.phases or own.phases,
        )

    # -- names ---------------------------------------------------------------------------------------------------------

    def assign(self, response: Response, role: str, names: str, *, order: int = 0) -> None:
        """Make the people or departments `names` answerable in `role` for `response` from the day of the act on."""
        for n, name in enumerate(names_in(names)):
            person, organization = self._meaning(name, is_person=role in PERSON_ROLES)
            Assignment.objects.create(
                unit_id=self.inspection.unit_id,
                inspection=self.inspection,
                response=response,
                role=role,
                name=name[:100],
                person_id=person,
                organization_id=organization,
                order=order + n,
                since=self.actor.today,
            )

    def assign_all(self, response: Response, incoming: Incoming) -> None:
        """Make everybody answerable whom a new block of the document names."""
        order = 0
        for role in PARTY_ROLES:
            words = incoming.fields.get(role, "")
            self.assign(response, role, words, order=order)
            order += len(names_in(words))

    def _meaning(self, name: str, *, is_person: bool) -> tuple[int | None, int | None]:
        """Return (person id, organisation id): as a person has answered, else the only one of that name, else a new one."""
        if (name, is_person) not in self._names:
            answers = cast("Draft", self.review.draft.content)["names"]
            self._names[name, is_person] = self._answered(answers.get(name, {})) or self._looked_up(
                name, is_person=is_person
            )
        return self._names[name, is_person]

    def _answered(self, answer: dict[str, Any]) -> tuple[int | None, int | None] | None:
        unit = self.inspection.unit_id
        person, organization = answer.get("person"), answer.get("organization")
        if person and Person.objects.filter(pk=person, unit=unit).exists():
            return person, None
        if organization and Organization.objects.filter(pk=organization, unit=unit).exists():
            return None, organization
        return None

    def _looked_up(self, name: str, *, is_person: bool) -> tuple[int | None, int | None]:
        unit = self.inspection.unit
        people = list(Person.objects.filter(unit=unit, name=name, left_on=None).values_list("pk", flat=True)[:2])
        departments = list(
            Organization.objects.filter(unit=unit, name=name, closed_on=None).values_list("pk", flat=True)[:2]
        )
        first, second = (people, departments) if is_person else (departments, people)
        if len(first) == 1 or (not first and len(second) == 1):
            found = (first or second)[0]
            return (found, None) if (first is people) == bool(first) else (None, found)
        if first or second:
            return None, None
        try:
            if is_person:
                return create_person(actor=self.actor, unit=unit, name=name).pk, None
            return None, create_organization(actor=self.actor, kind="department", name=name, parent=unit).pk
        except Invalid:  # words too long for a name stay words
            return None, None
