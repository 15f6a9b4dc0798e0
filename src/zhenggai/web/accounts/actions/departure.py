"""Somebody leaves: posts, roles, deputyships and keys end with the day, the account is closed. Nothing is deleted."""

from __future__ import annotations

from django.db import connection
from django.db.models import Q

from zhenggai.web.accounts.models import Deputy, Grant, Person, Post, RestrictedGrant, Token
from zhenggai.web.audit.chain import Actor, Subject, record
from zhenggai.workflow import ROLES


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
    posts.update(until=today)
    grants.update(until=today)
    RestrictedGrant.objects.filter(lasting, person=person).update(until=today)
    Deputy.objects.filter(lasting, Q(person=person) | Q(deputy=person)).update(until=today)
    Token.objects.filter(person=person, revoked_at=None).update(revoked_at=actor.at)
    Person.objects.filter(pk=person.pk).update(left_on=today, is_active=False, version=person.version + 1)
    person.refresh_from_db()
    record(
        unit_id=person.unit_id,
        actor=actor,
        action="person.left",
        subject=Subject("person", person.pk, person.name),
        after=after,
        reason=reason,
    )
