"""The first start: a unit and its office clerk, while there is nobody yet."""

from __future__ import annotations

import datetime as dt
from functools import partial

from django.db import connection, transaction

from zhenggai.web.accounts.actions.grants import grant_roles
from zhenggai.web.accounts.actions.organizations import LONGEST_NAME, create_organization
from zhenggai.web.accounts.actions.people import create_person, login_fault, name_fault, password_fault
from zhenggai.web.accounts.models import Organization, Person
from zhenggai.web.audit.chain import Actor
from zhenggai.web.faults import Invalid, Unknown

_ADMINISTRATORS = ("system_administrator", "security_administrator", "audit_administrator")
_MEANWHILE = dt.timedelta(days=30)
"""How long the clerk stands in for the administrators where others are to be named; without any nobody could name them."""


def is_first_run() -> bool:
    """Say whether there is nobody yet."""
    return not Person.objects.exists()


def set_up(
    *, at: dt.datetime, unit_name: str, name: str, login: str, password: str, again: str, administers: bool
) -> Person:
    """Make the unit and its office clerk; the clerk is the administrators as well: with `administers` for good, else for a month.

    Raises:
        Unknown: there is somebody already.
        Invalid: the field that cannot be taken.
    """
    if not is_first_run():
        raise Unknown("这个页面")
    fields = {}
    if not unit_name.strip():
        fields["unit"] = "请填写单位名称。"
    elif len(unit_name.strip()) > LONGEST_NAME:
        fields["unit"] = f"单位名称请控制在{LONGEST_NAME}字以内。"
    if fault := name_fault(name):
        fields["name"] = fault
    if fault := login_fault(login):
        fields["login"] = fault
    if fault := password_fault(password, Person(login=login.strip().lower())):
        fields["password"] = fault
    elif password != again:
        fields["again"] = "两次输入的密码不一致。"
    if fields:
        raise Invalid(fields)
    system = Actor(None, "系统", at)
    with transaction.atomic():
        _alone()
        unit = create_organization(actor=system, kind=Organization.Kind.UNIT, name=unit_name)
        person = create_person(actor=system, unit=unit, name=name, login=login, password=password, must_change=False)
        Person.objects.filter(pk=person.pk).update(password_changed_at=at)
        grant = partial(grant_roles, actor=system, person=person, scope=unit, reason="首次使用时建立")
        grant(roles=("office",))
        grant(roles=_ADMINISTRATORS, until=None if administers else system.today + _MEANWHILE)
    return person


def _alone() -> None:
    """Let only one process set up: SQLite's transaction holds the file, PostgreSQL locks the table."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE accounts_person IN EXCLUSIVE MODE")
    if not is_first_run():
        raise Unknown("这个页面")
