"""The actions let in whom the table of transitions lets in: each step × role × relation, in a stage that fits and in one that does not."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import pytest
from cells import Cell
from closings import apply, closable, file, form, handed_for, shown_of
from django.db import transaction
from offices import NOW, TODAY, Office, import_sample, make_office

from zhenggai.web.accounts.models import Post
from zhenggai.web.accounts.rights import rights_of
from zhenggai.web.audit.chain import Actor
from zhenggai.web.faults import Refused, Unknown
from zhenggai.web.ledger.actions import closures
from zhenggai.web.ledger.actions.closures import Choice
from zhenggai.web.ledger.models import Assignment, Closure, ClosureStep, Finding, Inspection
from zhenggai.workflow import ACTS, ROLES, TRANSITIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django.plugin import DjangoDbBlocker

    from zhenggai.web.accounts.models import Person
    from zhenggai.workflow import Transition

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
KEY = {"endorsed", "endorsement_returned", "key_verified"}


@dataclass
class Stage:
    """A unit with one application, and people of another unit."""

    office: Office
    foreign: Office
    finding: Finding
    closure: Closure

    def set(self, step: Transition, stage: str) -> None:
        """Put the application where the step finds it; nobody who acts in this test has signed it."""
        Finding.objects.filter(pk=self.finding.pk).update(closure_stage=stage, key=step.code in KEY)
        lapsed = NOW if step.code == "rechecked" else None
        Closure.objects.filter(pk=self.closure.pk).update(stage=stage, lapsed_at=lapsed)

    def person(self, role: str, relation: str) -> Person:
        """Return the person of a role, made what `relation` says."""
        person = (self.foreign if relation == "foreign" else self.office).people[role]
        Post.objects.filter(person=person).delete()
        if relation in ("applicant", "colleague"):
            home = self.office.departments["教务处"]
            Post.objects.create(person=person, organization=home, since=TODAY)
        if relation == "applicant":
            ClosureStep.objects.filter(closure=self.closure).update(person=person)
        if relation == "handler":
            Assignment.objects.filter(person=person).delete()
            Assignment.objects.create(
                unit=self.office.unit, inspection=self.finding.inspection, response=self.finding.responses.get(),
                role="handler", name=person.name, person=person, since=TODAY,
            )  # fmt: skip
            self._name_leaders_anew()
        return person

    def _name_leaders_anew(self) -> None:
        """Let the plan name a leader of each kind all the same."""
        for role in ("responsible_leader", "lead_leader"):
            Assignment.objects.create(
                unit=self.office.unit, inspection=self.finding.inspection, response=self.finding.responses.get(),
                role=role, name="另一领导", since=TODAY,
            )  # fmt: skip


@pytest.fixture(scope="module")
def scene(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Stage]:
    with django_db_blocker.unblock(), transaction.atomic():
        office = make_office()
        inspection = import_sample(office)
        finding = closable(office, inspection)
        file(office, inspection)
        closure = apply(office, finding)
        ClosureStep.objects.all().update(person=None)
        foreign = make_office("云溪县第一小学", "-2")
        file(foreign, import_sample(foreign))
        yield Stage(office, foreign, finding, closure)
        transaction.set_rollback(True)


def take(scene: Stage, step: Transition, person: Person) -> None:
    actor, rights = Actor(person.pk, person.name, NOW), rights_of(person, TODAY)
    closure = Closure.objects.get(pk=scene.closure.pk)
    if step.code in ("prepared", "applied"):
        act = closures.prepare_application
        if step.code == "applied":
            act = partial(closures.apply_for_closure, shown=shown_of(scene.finding))
        seen = closure.version if closure.stage == "prepared" else None
        act(actor=actor, rights=rights, finding_id=scene.finding.pk, seen=seen, content=form(scene.finding))
    elif step.code == "reopened":
        handed = handed_for(step.code, scene.office)
        closures.reopen_finding(
            actor=actor, rights=rights, finding_id=scene.finding.pk, seen=closure.version, handed=handed
        )
    else:
        choice = Choice(
            closure.pk, closure.version, step.code, handed_for(step.code, scene.office), shown_of(scene.finding)
        )
        closures.sign(actor=actor, rights=rights, choice=choice)


@pytest.mark.parametrize("code", TRANSITIONS)
def test_the_actions_do_as_the_table_says(code: str, scene: Stage) -> None:
    step = TRANSITIONS[code]
    wrong = next(stage for stage in ("verified", "applied") if stage not in step.froms)
    allowed = set()
    for stage in (step.froms[0], wrong):
        able = [role for role in ROLES if ACTS[step.act].of(role)]
        for role in ROLES if stage in step.froms else able:
            for relation in ("applicant", "colleague", "other", "handler", "foreign"):
                with transaction.atomic():
                    scene.set(step, stage)
                    cell = Cell(stage, role, relation, key=code in KEY, lapsed=code == "rechecked")
                    try:
                        with transaction.atomic():
                            take(scene, step, scene.person(role, relation))
                    except (Refused, Unknown):
                        done = False
                    else:
                        done = True
                        allowed.add(role)
                        assert Finding.objects.get(pk=scene.finding.pk).closure_stage == (step.to or stage)
                    assert done is cell.allows(step), cell
                    transaction.set_rollback(True)
    assert allowed, "somebody may"
    assert Inspection.objects.count() == 2
