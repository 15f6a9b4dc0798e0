"""Keys for the API. The key itself is shown once; only its hash is kept."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from typing import TYPE_CHECKING

from django.db import transaction

from zhenggai.web.accounts.actions.people import person_of
from zhenggai.web.accounts.models import Person, Token
from zhenggai.web.audit.chain import Actor, Subject, record
from zhenggai.web.faults import Invalid
from zhenggai.workflow import ACTS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zhenggai.web.accounts.rights import Rights

LONGEST = 366
LONGEST_NAME = 100
PREFIX = "zg_"


@transaction.atomic
def issue_token(
    *, actor: Actor, rights: Rights, person_id: int, name: str, acts: Iterable[str], days: int | None
) -> tuple[Token, str]:
    """Make a key that acts for a person within `acts` for `days`, and return it with the key, which is shown once.

    Raises:
        Invalid: field `name`, `acts` or `days`.
    """
    person = person_of(rights, person_id, "token.issue")
    chosen = sorted(set(acts))
    fields = {}
    if not name.strip():
        fields["name"] = "请填写用途。"
    elif len(name.strip()) > LONGEST_NAME:
        fields["name"] = f"用途请控制在{LONGEST_NAME}字以内。"
    if not chosen or not set(chosen) <= ACTS.keys():
        fields["acts"] = "请选择至少一项权限。"
    if days is None or not 1 <= days <= LONGEST:
        fields["days"] = f"有效期应为1到{LONGEST}天。"
    if fields or days is None:
        raise Invalid(fields)
    key = PREFIX + secrets.token_urlsafe(32)
    token = Token.objects.create(
        person=person,
        name=name.strip(),
        digest=digest_of(key),
        acts=chosen,
        created_at=actor.at,
        expires_at=actor.at + dt.timedelta(days=days),
    )
    _record(
        actor,
        person,
        "token.issued",
        {"name": token.name, "acts": [ACTS[act].name for act in chosen], "until": token.expires_at},
    )
    return token, key


@transaction.atomic
def revoke_token(*, actor: Actor, rights: Rights, token_id: int) -> Token:
    """Make a key worthless at once; people do it to their own keys, the security administrator to anybody's."""
    token = Token.objects.select_related("person").filter(pk=token_id, revoked_at=None).first()
    if token is None:
        raise Invalid({"token": "这个令牌已作废，请刷新页面。"})
    if token.person_id != actor.person_id:
        person_of(rights, token.person_id, "token.issue")
    token.revoked_at = actor.at
    token.save(update_fields=["revoked_at"])
    _record(actor, token.person, "token.revoked", {"name": token.name})
    return token


def token_of(key: str, now: dt.datetime) -> Token | None:
    """Return the valid token whose key is `key`, with its person."""
    if not key.startswith(PREFIX):
        return None
    found = (
        Token.objects.select_related("person", "person__unit").filter(digest=digest_of(key), revoked_at=None).first()
    )
    return found if found and found.expires_at > now and found.person.is_active else None


def note_use(token: Token, today: dt.date) -> None:
    """Remember the day on which a token was last used; written once a day."""
    if token.last_used_on != today:
        Token.objects.filter(pk=token.pk).update(last_used_on=today)


def digest_of(key: str) -> str:
    """Return what is kept of a key."""
    return hashlib.sha256(key.encode()).hexdigest()


def _record(actor: Actor, person: Person, action: str, after: dict[str, object]) -> None:
    record(
        unit_id=person.unit_id,
        actor=actor,
        action=action,
        subject=Subject("person", person.pk, person.name),
        after=after,
    )
