"""How a person stands to one paper: the facts that the table of its steps asks for, role by role."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.db.models import Q

from zhenggai.web.accounts.models import OrganizationClosure
from zhenggai.web.ledger.models import Assignment, PaperAnswer, PaperRecipient, SupervisionPaper
from zhenggai.web.ledger.supervision.addressees import addressees_of
from zhenggai.web.ledger.supervision.matters import level_of
from zhenggai.workflow import ACTS, Reach
from zhenggai.workflow.papers import PAPER_STEPS, PaperCase, PaperStep

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from django.db.models import QuerySet

    from zhenggai.web.accounts.rights import Rights

_RESPONSIBLE = ("responsible_department", "responsible_person", "handler", "lead_leader", "responsible_leader")


@dataclass(frozen=True, slots=True)
class PaperStand:
    """One person before one paper: the case without any role, and the roles (code, how far by act)."""

    case: PaperCase
    hats: tuple[tuple[str, dict[str, Reach]], ...]
    signers: frozenset[str]

    def refusal(self, step: PaperStep) -> str:
        """Return why the person cannot take the step, or ""; of several roles, what stands in the way of the one that comes farthest."""
        order = ("role", "state", *step.guards, "")
        cases = [case for _, case in self._cases(step)] or [self.case]
        return step.refusal(max(cases, key=lambda case: order.index(step.obstacle(case))))

    def role(self, step: PaperStep) -> str:
        """Return the role in which the person may take the step, "" where none lets them."""
        return next((role for role, case in self._cases(step) if not step.obstacle(case)), "")

    def steps(self) -> tuple[PaperStep, ...]:
        """Return the steps that the person may take now."""
        return tuple(step for step in PAPER_STEPS.values() if self.role(step))

    def _cases(self, step: PaperStep) -> Iterator[tuple[str, PaperCase]]:
        for role, reach in self.hats:
            if step.act in reach:
                yield role, replace(self.case, reach=reach[step.act], signs=role in self.signers)


def stand_of(rights: Rights, paper: SupervisionPaper) -> PaperStand:
    """Return how the person stands to a paper."""
    level = level_of(paper)
    if paper.state == "draft":
        addressed = set(addressees_of(paper, level, rights.today)) & rights.people if level else set()
        received = False
    else:
        rows = dict(
            PaperRecipient.objects.filter(paper=paper, person__in=rights.people).values_list("person_id", "received_at")
        )
        addressed, received = set(rows), bool(rows) and all(rows.values())
    answer = PaperAnswer.objects.filter(paper=paper).values_list("answered_by_id", flat=True).first()
    responsible = _responsible(rights, paper)
    case = PaperCase(
        state=paper.state,
        reach=Reach.NONE,
        recipient=bool(addressed),
        received=received,
        answerable=responsible or (bool(addressed) and paper.kind != "circular"),
        answered=answer in rights.people,
        asks=paper.asks,
        busy=paper.state == "draft" and running_of(paper, rights.today).exists(),
    )
    return PaperStand(
        case,
        tuple(_hats(rights, paper, own=bool(addressed) or responsible)),
        level.signed_by if level else frozenset(),
    )


def same_matter(paper: SupervisionPaper) -> Q:
    """Return the condition that a paper of the inspection is about the same as `paper`."""
    return Q(
        inspection=paper.inspection_id,
        measure=paper.measure_id,
        finding=paper.finding_id,
        department=paper.department_id,
    ) & ~Q(pk=paper.pk)


def running_of(paper: SupervisionPaper, today: dt.date) -> QuerySet[SupervisionPaper]:
    """Return the papers on the same matter whose answer, or the judgement of it, is waited for."""
    waiting = Q(state__in=("signed", "answered")) | Q(state__in=("served", "received"), answer_by__gte=today)
    return SupervisionPaper.objects.filter(same_matter(paper) & waiting, asks=True)


def _responsible(rights: Rights, paper: SupervisionPaper) -> bool:
    """Say whether the person, or a department of theirs, acts on the matter or leads it."""
    if paper.department_id:
        return paper.department_id in rights.departments
    mine = Q(person__in=rights.people) | Q(organization__in=rights.departments)
    rows = Assignment.objects.filter(mine, Q(until=None) | Q(until__gte=rights.today), role__in=_RESPONSIBLE)
    if paper.finding_id:
        return rows.filter(response__findings=paper.finding_id).exists()
    measure = paper.measure
    if measure is None:
        return False
    return rows.filter(Q(measure=None) | Q(measure=measure.pk), response=measure.response_id).exists()


def _hats(rights: Rights, paper: SupervisionPaper, *, own: bool) -> Iterator[tuple[str, dict[str, Reach]]]:
    above = set(OrganizationClosure.objects.filter(descendant=paper.unit_id).values_list("ancestor_id", flat=True))
    acts = {step.act for step in PAPER_STEPS.values() if step.act}
    if rights.acts is not None:
        acts &= rights.acts
    for scope in sorted(rights.scopes, key=lambda one: one.through is not None):
        reach = {act: ACTS[act].of(scope.role) for act in acts}
        whole = scope.organization_id in above
        able: dict[str, Reach] = {
            act: far
            for act, far in reach.items()
            if (far is Reach.UNIT and whole) or (far is Reach.OWN and own)
        }  # fmt: skip
        if able:
            yield scope.role, able
