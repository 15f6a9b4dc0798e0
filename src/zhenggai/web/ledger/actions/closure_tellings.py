"""Telling of a step of a close-out: whom, is read off the table of transitions; how, off how each stands to the application now."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from zhenggai.text import day_words
from zhenggai.web.accounts.models import Post
from zhenggai.web.ledger.actions.notices import Telling, tell
from zhenggai.web.ledger.closing.naming import above_of, involved, names_of
from zhenggai.web.ledger.closing.signers import parts_of, signers_of
from zhenggai.web.ledger.recipients import LEADERS, holders, members_of
from zhenggai.workflow import TRANSITIONS, Case, Reach
from zhenggai.workflow.notices import hearing_of, words_of_step
from zhenggai.workflow.roles import ROLES

if TYPE_CHECKING:
    import datetime as dt

    from zhenggai.web.audit.chain import Actor
    from zhenggai.web.ledger.closing.naming import Names
    from zhenggai.web.ledger.models import Closure, ClosureStep, Finding
    from zhenggai.workflow import Transition
    from zhenggai.workflow.notices import Hearing

_DEPARTMENT = ("department_head", "handler")
SAID = 60
"""Characters of a finding's words that a notice says; the rest stands where it leads to."""


def tell_of_step(*, actor: Actor, finding: Finding, closure: Closure, made: ClosureStep) -> int:
    """Tell whom the table names of a step that has just been taken; within its transaction."""
    step = TRANSITIONS[made.transition]
    if not step.tells or (step.to == made.stage_before):
        return 0
    names = names_of([finding.pk], actor.today)[finding.pk]
    roles = _roles(step.tells, finding, closure, names, actor.today)
    roles.pop(actor.person_id or 0, None)
    signed = signers_of([closure])[closure.pk]
    posts = _posts(set(roles), actor.today)
    above = above_of({post for held in posts.values() for post in held})
    returned = made.details.get("return", {})
    tellings = []
    for person, theirs in roles.items():
        case = Case(
            stage=made.stage_after,
            reach=Reach.OWN,
            assigned=frozenset(names.people.get(person, ())),
            signed=parts_of(signed, {person}),
            involved=involved(names, finding, closure, {person}, posts[person], above),
            key=finding.key,
            leaders=frozenset(names.leaders),
            source=finding.inspection.source,
            department_named=bool(names.departments),
        )
        heard = _hearing(step, case, theirs)
        if heard is None:
            continue
        role, hearing = heard
        why = words_of_step(
            step, hearing, by=actor.name, missing=returned.get("missing", ""), until=day_words(closure.resubmit_by)
        )
        tellings.append(
            Telling(
                person, hearing.kind, f"closure:{closure.pk}:{made.number}",
                f"问题{finding.reference} {finding.text[:SAID]}", why, _screen(role, hearing), finding.pk,
                inspection_id=finding.inspection_id, finding_id=finding.pk,
            )
        )  # fmt: skip
    return tell(actor=actor, unit_id=finding.unit_id, tellings=tellings)


def _hearing(step: Transition, case: Case, roles: list[str]) -> tuple[str, Hearing] | None:
    """Return in which of their roles somebody hears of a step, and how: the one in which something waits for them, if there is one."""
    heard = []
    for role in roles:
        department = {"responsible_department"} if role in _DEPARTMENT else set()
        hearing = hearing_of(step, replace(case, role=role, assigned=case.assigned | department))
        if hearing is not None:
            heard.append((role, hearing))
    return max(heard, key=lambda one: bool(one[1].act), default=None)


def _screen(role: str, hearing: Hearing) -> str:
    """Return where it is done: the form of an application is the department's."""
    if hearing.act in ("closure.prepare", "closure.apply") or (
        hearing.kind == "closure_returned" and role in _DEPARTMENT
    ):
        return "application"
    return "closure" if hearing.act else "finding"


def _roles(
    tells: tuple[str, ...], finding: Finding, closure: Closure, names: Names, today: dt.date
) -> dict[int, list[str]]:
    """Return whom the table's roles mean for this finding, each with their roles, those that act first in the table first."""
    found: dict[int, list[str]] = defaultdict(list)
    departments = names.departments | ({closure.department_id} if closure.department_id else set())
    for role in tells:
        if role in _DEPARTMENT:
            people = {person for some in members_of(departments, (role,), today).values() for person in some}
            own = {"responsible_person", "handler"} if role == "handler" else {"responsible_person"}
            people |= {person for person, held in names.people.items() if held & own}
        elif role in LEADERS:
            people = {person for person, held in names.people.items() if role in held}
        elif ROLES[role].above and finding.inspection.filed_at is None:
            people = set()
        else:
            people = holders(finding.unit_id, (role,), today)
        for person in sorted(people):
            found[person].append(role)
    return found


def _posts(people: set[int], today: dt.date) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    rows = Post.objects.filter(Post.current(today), person__in=people)
    for person, organization in rows.values_list("person_id", "organization_id"):
        found[person].append(organization)
    return found
