"""Log-ins as events: who came, who was refused, who is locked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from django.db import transaction

from zhenggai.web.accounts.models import Organization, Person
from zhenggai.web.audit.chain import Actor, Subject, record
from zhenggai.workflow import ACTS

if TYPE_CHECKING:
    import datetime as dt

_ACTIONS = {"succeeded": "login.succeeded", "failed": "login.failed", "locked": "login.locked", "ended": "logout"}


@transaction.atomic
def record_denial(*, actor: Actor, unit_id: int, act: str, address: str) -> None:
    """Record that somebody asked for what is not theirs to do or see; `address` is the page that was asked for."""
    name = ACTS[act].name if act in ACTS else act
    record(
        unit_id=unit_id,
        actor=actor,
        action="access.denied",
        subject=Subject("act", act, name),
        after={"where": address[:200]},
    )


@transaction.atomic
def record_check(*, actor: Actor, unit: Organization, count: int, broken: str) -> None:
    """Record that the chain of a unit was checked, and what was found: "" where it holds."""
    record(
        unit_id=unit.pk,
        actor=actor,
        action="chain.checked",
        subject=Subject("chain", unit.pk, unit.name),
        after={"count": count, "broken": broken},
    )


@transaction.atomic
def see_events(*, person: Person, at: dt.datetime) -> None:
    """Remember when an audit administrator last looked at the events; it is no event itself."""
    Person.objects.filter(pk=person.pk).update(events_seen_at=at)


@transaction.atomic
def record_session(
    *, login: str, what: Literal["succeeded", "failed", "locked", "ended"], at: dt.datetime, address: str
) -> None:
    """Record a log-in on the chain of the person's unit; a name that nobody has leaves nothing."""
    person = Person.objects.filter(login=login).first()
    if person is None:
        return
    known = what in ("succeeded", "ended")
    record(
        unit_id=person.unit_id,
        actor=Actor(person.pk if known else None, person.name if known else "未登录", at),
        action=_ACTIONS[what],
        subject=Subject("person", person.pk, person.name),
        after={"address": address} if address else None,
    )
