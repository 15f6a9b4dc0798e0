"""The address under which a person's calendar programme fetches the own appointments. It is shown once; only its hash is kept."""

from __future__ import annotations

import datetime as dt
import secrets

from django.db import transaction

from zhenggai.web.accounts.actions.tokens import digest_of
from zhenggai.web.accounts.models import CalendarFeed, Person
from zhenggai.web.audit.chain import Actor, Subject, record
from zhenggai.web.faults import Invalid

DAYS = 366
"""For how long an address holds."""


@transaction.atomic
def issue_feed(*, actor: Actor, person: Person) -> tuple[CalendarFeed, str]:
    """Make a new address for the person's calendar and return it with its key; the address before it is worthless at once."""
    locked = Person.objects.select_for_update().get(pk=person.pk)
    before = CalendarFeed.objects.filter(person=locked, revoked_at=None).update(revoked_at=actor.at)
    key = secrets.token_urlsafe(32)
    feed = CalendarFeed.objects.create(
        person=locked, digest=digest_of(key), created_at=actor.at, expires_at=actor.at + dt.timedelta(days=DAYS)
    )
    _record(actor, locked, "feed.renewed" if before else "feed.issued", {"until": feed.expires_at.date()})
    return feed, key


@transaction.atomic
def revoke_feed(*, actor: Actor, person: Person) -> None:
    """Make the address worthless at once.

    Raises:
        Invalid: field `feed`: there is none.
    """
    if not CalendarFeed.objects.filter(person=person, revoked_at=None).update(revoked_at=actor.at):
        raise Invalid({"feed": "没有在用的订阅地址，请刷新页面。"})
    _record(actor, person, "feed.revoked", {})


def feed_of(key: str, now: dt.datetime) -> CalendarFeed | None:
    """Return the valid feed whose key is `key`, with its person; None alike for one unknown, revoked, too old, or of who has left."""
    found = CalendarFeed.objects.select_related("person").filter(digest=digest_of(key), revoked_at=None).first()
    if found is None or found.expires_at <= now or not found.person.is_active or found.person.left_on:
        return None
    return found


def note_reading(feed: CalendarFeed, today: dt.date) -> None:
    """Remember the day on which a feed was last fetched; written once a day."""
    if feed.last_used_on != today:
        CalendarFeed.objects.filter(pk=feed.pk).update(last_used_on=today)


def _record(actor: Actor, person: Person, action: str, after: dict[str, object]) -> None:
    subject = Subject("person", person.pk, person.name)
    record(unit_id=person.unit_id, actor=actor, action=action, subject=subject, after=after)
