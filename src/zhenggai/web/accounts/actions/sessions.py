"""Log-ins as events: who came, who was refused, who is locked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from django.db import transaction

from zhenggai.web.accounts.models import Person
from zhenggai.web.audit.chain import Actor, Subject, record

if TYPE_CHECKING:
    import datetime as dt

_ACTIONS = {"succeeded": "login.succeeded", "failed": "login.failed", "locked": "login.locked", "ended": "logout"}


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
