"""Makes the demonstration: every step through the same actions as a person's, on the days when it would have been done."""

from __future__ import annotations

import datetime as dt
import re
import secrets
from dataclasses import dataclass, field
from importlib.resources import files
from typing import TYPE_CHECKING, cast

from django.utils import timezone

from zhenggai.text import day_words
from zhenggai.web.accounts import actions as accounts
from zhenggai.web.accounts.models import Organization, Person
from zhenggai.web.accounts.passwords import first_password
from zhenggai.web.accounts.rights import rights_of
from zhenggai.web.audit.chain import Actor
from zhenggai.web.demonstration.closing import close_findings
from zhenggai.web.demonstration.meetings import hold_meetings
from zhenggai.web.demonstration.people import BRANCHES, DEPARTMENTS, OFFICE_ABOVE, PEOPLE, REPORTS, UNIT
from zhenggai.web.demonstration.recurring import see_to_duties
from zhenggai.web.demonstration.reporting import keep_until, report_late
from zhenggai.web.demonstration.supervising import supervise
from zhenggai.web.ledger.actions import imports
from zhenggai.web.ledger.actions.progress import report_progress
from zhenggai.web.ledger.models import Measure
from zhenggai.workflow import ROLES

if TYPE_CHECKING:
    from zhenggai.web.ledger.drafting.model import Draft
    from zhenggai.web.ledger.models import Inspection

FEEDBACK_DAYS_AGO = 38
_CONFIRMED = 12
"""The day after the feedback on which the plan was confirmed."""


@dataclass
class School:
    """The unit while it is made: its places and people by name and log-in, and the passwords that are told once."""

    now: dt.datetime
    unit: Organization
    above: Organization
    places: dict[str, Organization] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    passwords: dict[str, str] = field(default_factory=dict)

    @property
    def feedback(self) -> dt.date:
        """The day of the feedback, from which the demonstration counts."""
        return timezone.localtime(self.now).date() - dt.timedelta(days=FEEDBACK_DAYS_AGO)

    def at(self, days: int, hour: int = 9) -> dt.datetime:
        """Return a working hour `days` after the feedback."""
        day = self.feedback + dt.timedelta(days=days)
        return timezone.make_aware(dt.datetime.combine(day, dt.time(hour, 20)))

    def actor(self, login: str, days: int) -> Actor:
        """Return somebody acting so many days after the feedback."""
        person = self.people[login]
        return Actor(person.pk, person.name, self.at(days))


def make_demonstration() -> list[str]:
    """Fill an empty database and return the lines that say who can log in; nothing where there is anybody already."""
    if Person.objects.exists():
        return ["数据文件夹中已有数据，未建立演示单位。"]
    school = _make_people(timezone.now())
    inspection = _import_plan(school)
    _report(school, inspection)
    close_findings(school, inspection)
    hold_meetings(school, inspection)
    see_to_duties(school, inspection)
    supervise(school, inspection)
    report_late(school, inspection)
    lines = [f"已建立演示单位“{UNIT}”（虚构）。以下账号的密码为本次随机生成，只显示这一次："]
    for player in PEOPLE:
        roles = "、".join(ROLES[role].name for role in player.roles)
        lines.append(
            f"  {player.login:<14}{school.passwords[player.login]}　　{player.name}　{player.title}（{roles}）"
        )
    return lines


def _make_people(now: dt.datetime) -> School:
    system = Actor(None, "系统", now - dt.timedelta(days=FEEDBACK_DAYS_AGO + 2))
    above = accounts.create_organization(actor=system, kind="inspection_office", name=OFFICE_ABOVE)
    unit = accounts.create_organization(actor=system, kind="unit", name=UNIT, parent=above)
    school = School(now, unit, above)
    school.places = {"": unit, OFFICE_ABOVE: above}
    for kind, names in (("department", DEPARTMENTS), ("branch", BRANCHES)):
        for n, name in enumerate(names):
            school.places[name] = accounts.create_organization(actor=system, kind=kind, name=name, parent=unit, order=n)
    for player in PEOPLE:
        password = first_password(secrets.SystemRandom())
        place = school.places[player.place]
        home = above if place == above else unit
        person = accounts.create_person(
            actor=system, unit=home, name=player.name, login=player.login, password=password, must_change=False
        )
        accounts.hold_post(actor=system, person=person, organization=place, title=player.title)
        accounts.grant_roles(actor=system, person=person, roles=player.roles, scope=home)
        school.people[player.login] = person
        school.passwords[player.login] = password
    return school


def _import_plan(school: School) -> Inspection:
    actor = school.actor("zhenggaiban", _CONFIRMED)
    rights = rights_of(school.people["zhenggaiban"], actor.today)
    draft = imports.upload_document(
        actor=actor,
        rights=rights,
        unit_id=school.unit.pk,
        name="关于县委第三巡察组反馈意见的整改方案.txt",
        data=plan_text(school.feedback).encode(),
    )
    content = cast("Draft", draft.content)
    by_name = {person.name: person.pk for person in school.people.values()}
    for response in content["responses"]:
        for name in (name for names in response["parties"].values() for name in names):
            if name in by_name:
                content["names"][name] = {"person": by_name[name]}
            elif name in school.places:
                content["names"][name] = {"organization": school.places[name].pk}
    draft = imports.save_draft(
        actor=actor, rights=rights, draft_id=draft.pk, seen=draft.version, content=content, what="对应机构和人员"
    )
    version = imports.confirm_draft(
        actor=actor,
        rights=rights,
        draft_id=draft.pk,
        seen=draft.version,
        title="县委第三巡察组巡察反馈意见整改",
        code=f"{school.feedback.year}-01",
        profile="inspection-2024@1",
    )
    return version.inspection


def _report(school: School, inspection: Inspection) -> None:
    kept = _CONFIRMED
    for days, login, words, percent, status, done, difficulty, next_step in REPORTS:
        keep_until(school, inspection, kept, days)
        kept = max(kept, days + 1)
        actor = school.actor(login, days)
        found = Measure.objects.filter(inspection=inspection)
        measure = found.filter(text__contains=words).first() or found.filter(due_text__contains=words).first()
        if measure is None:
            raise LookupError(words)
        report_progress(
            actor=actor,
            rights=rights_of(school.people[login], actor.today),
            measure_id=measure.pk,
            seen=measure.version,
            percent=percent,
            completion_status=status,
            done=done.replace("{n}", "2"),
            difficulty=difficulty,
            next_step=next_step,
        )


def plan_text(feedback: dt.date) -> str:
    """Return the school's plan with its dates counted from `feedback`."""
    text = files("zhenggai.web.demonstration").joinpath("plan.txt").read_text(encoding="utf-8")
    return re.sub(r"\{(\d+)\}", lambda match: day_words(feedback + dt.timedelta(days=int(match[1]))), text)
