"""A unit with people in every role, and the project's sample imported through the real import."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import make_password
from django.db import transaction

from zhenggai.web.accounts import actions as accounts
from zhenggai.web.accounts.holdings import holdings
from zhenggai.web.accounts.models import Grant, Organization, Person
from zhenggai.web.accounts.rights import Rights, rights_of
from zhenggai.web.audit.chain import Actor, Subject, record
from zhenggai.web.ledger.actions import imports
from zhenggai.workflow import ROLES

if TYPE_CHECKING:
    from zhenggai.web.ledger.models import ImportDraft, Inspection

SAMPLE = Path(__file__).parents[2] / "samples" / "qingtong-school-plan.docx"
NOW = dt.datetime(2025, 5, 20, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
PASSWORD = "Cedar-river-2025"  # noqa: S105 — of people who exist in tests only
BACKEND = "django.contrib.auth.backends.ModelBackend"
TODAY = NOW.date()
SYSTEM = Actor(None, "系统", NOW)


@dataclass
class Office:
    """A unit, its departments by name and one person for each role; every one can log in as their role with PASSWORD."""

    above: Organization
    unit: Organization
    departments: dict[str, Organization] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)

    def rights(self, role: str, today: dt.date = TODAY) -> Rights:
        return rights_of(self.people[role], today)

    def actor(self, role: str, at: dt.datetime = NOW) -> Actor:
        person = self.people[role]
        return Actor(person.pk, person.name, at)


def make_office(name: str = "青桐市第九中学", suffix: str = "", above: Organization | None = None) -> Office:
    """Make a unit below an inspecting office, with all roles; log-in names are the role's code and `suffix`."""
    above = above or accounts.create_organization(
        actor=SYSTEM, kind="inspection_office", name=f"青桐市委巡察办{suffix}"
    )
    unit = accounts.create_organization(actor=SYSTEM, kind="unit", name=name, parent=above)
    office = Office(above, unit)
    for department in ("教务处", "总务处", "办公室", "财务室"):
        office.departments[department] = accounts.create_organization(
            actor=SYSTEM, kind="department", name=department, parent=unit
        )
    office.people = _people(office, suffix)
    for role in ("handler", "department_head"):
        accounts.hold_post(
            actor=SYSTEM,
            person=office.people[role],
            organization=office.departments["教务处"],
            since=dt.date(2025, 1, 1),
        )
    return office


def tell_grants(office: Office) -> None:
    """Record what the people hold, who came without a word."""
    with transaction.atomic():
        for person in Person.objects.filter(unit__in=(office.unit, office.above)):
            subject = Subject("person", person.pk, person.name)
            after = {"holds": holdings(person.pk)}
            record(unit_id=person.unit_id, actor=SYSTEM, action="role.granted", subject=subject, after=after)


def _people(office: Office, suffix: str) -> dict[str, Person]:
    """Make one person for each role, in bulk and without events: nearly every test needs them, and few look at how they came."""
    secret = make_password(PASSWORD)
    roles = list(ROLES.values())
    homes = [office.above if role.above else office.unit for role in roles]
    people = Person.objects.bulk_create(
        Person(unit=home, name=f"{role.name}某某", login=role.code + suffix, password=secret)
        for role, home in zip(roles, homes, strict=True)
    )
    Grant.objects.bulk_create(
        Grant(person=person, role=role.code, scope=home, since=dt.date(2025, 1, 1))
        for role, home, person in zip(roles, homes, people, strict=True)
    )
    return {role.code: person for role, person in zip(roles, people, strict=True)}


def settle_all_names(draft: ImportDraft, office: Office) -> None:
    """Answer for every name of the draft: what the organisation has, or new."""
    content = draft.content
    for response in content["responses"]:
        for role, names in response["parties"].items():
            for name in names:
                if name in office.departments:
                    content["names"][name] = {"organization": office.departments[name].pk}
                elif "leader" in role or role == "responsible_person":
                    content["names"].setdefault(name, {"new": "person"})
                else:
                    content["names"].setdefault(name, {"new": "organization"})


def import_sample(office: Office, code: str = "2025-1", file: Path = SAMPLE) -> Inspection:
    """Import a document as the office clerk does and confirm it."""
    actor, rights = office.actor("office"), office.rights("office")
    draft = imports.upload_document(
        actor=actor, rights=rights, unit_id=office.unit.pk, name=file.name, data=file.read_bytes()
    )
    settle_all_names(draft, office)
    draft = imports.save_draft(
        actor=actor, rights=rights, draft_id=draft.pk, seen=draft.version, content=draft.content, what="核对名称"
    )
    version = imports.confirm_draft(
        actor=actor,
        rights=rights,
        draft_id=draft.pk,
        seen=draft.version,
        title="市委第五巡察组反馈意见整改",
        code=code,
        profile="inspection-2024@1",
    )
    return version.inspection
