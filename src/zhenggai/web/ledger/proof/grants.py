"""Roles, needs to know, posts and deputies against the events that gave and ended them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhenggai.web.accounts.holdings import NAME, holdings_of
from zhenggai.web.accounts.models import Person
from zhenggai.web.audit.models import Event
from zhenggai.web.ledger.proof.history import batches
from zhenggai.web.ledger.proof.misfits import Misfit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def grant_misfits(unit_id: int, tick: Callable[[], None]) -> Iterator[Misfit]:
    """Check what each person of the unit holds, wherever it was given: the last event about it tells the hash."""
    for people in batches(Person.objects.filter(unit=unit_id)):
        tick()
        events = Event.objects.filter(
            subject_type="person",
            subject_id__in=[str(person.pk) for person in people],
            **{f"after__{NAME}__isnull": False},
        )
        told: dict[str, tuple[str, int]] = {}
        for subject, number, after in events.order_by("pk").values_list("subject_id", "number", "after"):
            told[subject] = ((after or {}).get(NAME, ""), number)
        held = holdings_of([person.pk for person in people])
        for person in people:
            digest, number = told.get(str(person.pk), ("", 0))
            if held[person.pk] == digest:
                continue
            where = f"{person.name}的角色、职务、限知权限、代办人"
            if number:
                yield Misfit("grant", where, f"与第{number}号操作记录不符，此后没有授予、任免的登记", number)
            else:
                yield Misfit("grant", where, "没有授予、任职的操作记录，系后来添入")
