"""Somebody leaves: posts, roles, deputyships and keys end with the day, the account is closed; and that undone. Nothing is deleted."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.db.models import Q

from zhenggai.web.accounts.actions.people import person_of
from zhenggai.web.accounts.holdings import NAME as HOLDS
from zhenggai.web.accounts.holdings import holdings
from zhenggai.web.accounts.models import CalendarFeed, Deputy, Grant, Person, Post, RestrictedGrant, Token
from zhenggai.web.audit.chain import Actor, Subject, record
from zhenggai.web.audit.models import Event
from zhenggai.web.faults import Invalid
from zhenggai.workflow import ROLES

if TYPE_CHECKING:
    from zhenggai.web.accounts.rights import Rights


def end_everything(*, actor: Actor, person: Person, reason: str) -> None:
    """Let `person` leave. Whether anything still open is theirs is for the ledger to say, which calls this.

    Raises:
        RuntimeError: there is no transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("somebody leaves in the transaction that checked what is open")
    today = actor.today
    lasting = Q(until=None) | Q(until__gt=today)
    posts = Post.objects.filter(lasting, person=person)
    grants = Grant.objects.filter(lasting, person=person)
    after = {
        "until": today,
        "organization": [f"{post.organization.name}{post.title}" for post in posts.select_related("organization")],
        "role": [ROLES[grant.role].name for grant in grants],
    }
    before = {"posts": [[post.pk, post.until] for post in posts]}
    posts.update(until=today)
    grants.update(until=today)
    RestrictedGrant.objects.filter(lasting, person=person).update(until=today)
    absent = [made.person for made in Deputy.objects.filter(lasting, deputy=person).select_related("person")]
    Deputy.objects.filter(lasting, Q(person=person) | Q(deputy=person)).update(until=today)
    Token.objects.filter(person=person, revoked_at=None).update(revoked_at=actor.at)
    CalendarFeed.objects.filter(person=person, revoked_at=None).update(revoked_at=actor.at)
    Person.objects.filter(pk=person.pk).update(left_on=today, is_active=False, version=person.version + 1)
    person.refresh_from_db()
    record(
        unit_id=person.unit_id,
        actor=actor,
        action="person.left",
        subject=Subject("person", person.pk, person.name),
        before=before,
        after={**after, HOLDS: holdings(person.pk)},
        reason=reason,
    )
    for other in absent:
        record(
            unit_id=other.unit_id,
            actor=actor,
            action="deputy.ended",
            subject=Subject("person", other.pk, other.name),
            after={"receiver": person.name, "until": today, HOLDS: holdings(other.pk)},
            reason=reason,
        )


@transaction.atomic
def take_back(*, actor: Actor, rights: Rights, person_id: int, reason: str) -> Person:
    """Undo that somebody has left: the account is open again and the posts last as they did before.

    Roles, needs to know and keys do not come back; who gives them decides anew.

    Raises:
        Refused: the person who acts may not.
        Invalid: the person has not left; field `person`. No reason is given; field `reason`.
    """
    person = person_of(rights, person_id, "organization.edit")
    if person.left_on is None:
        raise Invalid({"person": f"{person.name}没有离任。"})
    if not reason.strip():
        raise Invalid({"reason": "请填写撤销离任的事由，如“办理有误”。"})
    left = person.left_on
    restored = [_last_on(post, until) for post, until in _ended_posts(person)]
    Person.objects.filter(pk=person.pk).update(left_on=None, is_active=True, version=person.version + 1)
    person.refresh_from_db()
    record(
        unit_id=person.unit_id,
        actor=actor,
        action="person.returned",
        subject=Subject("person", person.pk, person.name),
        before={"until": left},
        after={"until": None, "organization": restored, HOLDS: holdings(person.pk)},
        reason=reason.strip()[:200],
    )
    return person


def _ended_posts(person: Person) -> list[tuple[Post, str | None]]:
    """Return the posts that the leaving ended, each with the day until which it was held before; none of places closed since."""
    event = Event.objects.filter(subject_type="person", subject_id=str(person.pk), action="person.left").latest("pk")
    until = dict((event.before or {}).get("posts", ()))
    posts = Post.objects.filter(pk__in=until, until=person.left_on, organization__closed_on=None)
    return [(post, until[post.pk]) for post in posts.select_related("organization").order_by("pk")]


def _last_on(post: Post, until: str | None) -> str:
    post.until = dt.date.fromisoformat(until) if until else None
    post.save(update_fields=["until"])
    return f"{post.organization.name}{post.title}"
