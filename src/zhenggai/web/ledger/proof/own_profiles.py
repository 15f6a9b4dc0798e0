"""An office's own profiles, and which one each ledger is bound to, against the events."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from zhenggai.web.audit.models import Event
from zhenggai.web.audit.sealing import written
from zhenggai.web.ledger.models import Inspection, OwnProfile
from zhenggai.web.ledger.proof.history import Past, events_about
from zhenggai.web.ledger.proof.misfits import Misfit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def content_digest(content: str) -> str:
    """Return the hash of a profile's table as it is kept, which the event of its making tells."""
    return hashlib.sha256(content.encode()).hexdigest()


def profile_misfits(unit_id: int, tick: Callable[[], None]) -> Iterator[Misfit]:
    """Check the profiles that the unit has made and those that its ledgers are bound to."""
    tick()
    told = set(Event.objects.filter(unit_id=unit_id, action="profile.made").values_list("subject_id", flat=True))
    rows = list(OwnProfile.objects.filter(unit_id=unit_id).order_by("pk"))
    events = events_about(unit_id, "profile", {*told, *(row.key for row in rows)}, prefix="profile.made")
    for row in rows:
        where = f"规则配置{row.code}第{row.version}版"
        past = events.pop(row.key, [])
        if not past:
            yield Misfit("profile", where, "没有保存的操作记录，系后来添入")
        elif _stated(row) != _told(past[-1]):
            yield Misfit("profile", where, f"与第{past[-1].number}号操作记录不符", past[-1].number)
    for key, past in events.items():
        yield Misfit("profile", f"规则配置{key}", f"缺失，第{past[-1].number}号操作记录曾予保存", past[-1].number)
    yield from _bindings(unit_id)


def _bindings(unit_id: int) -> Iterator[Misfit]:
    inspections = list(Inspection.objects.filter(unit_id=unit_id).order_by("pk"))
    ids = [one.pk for one in inspections]
    first = events_about(unit_id, "inspection", ids, prefix="plan.confirmed")
    bound = events_about(unit_id, "inspection", ids, prefix="profile.bound")
    for inspection in inspections:
        past = [*first.get(str(inspection.pk), ())[:1], *bound.get(str(inspection.pk), ())]
        last = next((one for one in reversed(past) if one.said("profile")), None)
        if last and last.said("profile") != inspection.profile:
            where = f"《{inspection.title}》适用的规则配置"
            yield Misfit("profile", where, f"与第{last.number}号操作记录不符", last.number)


def _stated(row: OwnProfile) -> tuple[object, ...]:
    return content_digest(row.content), row.based_on, row.made_by_id, written(row.made_at)


def _told(past: Past) -> tuple[object, ...]:
    return past.said("digest"), (past.before or {}).get("profile"), past.actor_id, written(past.at)
