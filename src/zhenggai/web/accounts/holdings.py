"""What a person has been given, roles, needs to know, posts and deputies, as one hash: whatever gives or ends one tells it in its event."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from zhenggai.web.accounts.models import Deputy, Grant, Post, RestrictedGrant

if TYPE_CHECKING:
    from collections.abc import Collection

NAME = "holds"
"""The key under which an event about a person tells the hash."""
FORMAT = "1:"
"""What the hash is made over, before the hash itself."""


def holdings(person_id: int) -> str:
    """Return the hash over all that the person was ever given; "" where that is nothing."""
    return holdings_of([person_id])[person_id]


def holdings_of(people: Collection[int]) -> dict[int, str]:
    """Return `holdings` of each of the people: four queries."""
    common = ("pk", "reason", "granted_by_id", "since", "until")
    given: dict[int, list[tuple[Any, ...]]] = {pk: [] for pk in people}
    roles = Grant.objects.filter(person__in=people).order_by("pk")
    for person, *row in roles.values_list("person_id", "role", "scope_id", *common):
        given[person].append(("role", *row))
    secrets = RestrictedGrant.objects.filter(person__in=people).order_by("pk")
    for person, *row in secrets.values_list("person_id", "unit_id", *common):
        given[person].append(("restricted", *row))
    posts = Post.objects.filter(person__in=people).order_by("pk")
    for person, *row in posts.values_list("person_id", "pk", "organization_id", "title", "since", "until"):
        given[person].append(("post", *row))
    deputies = Deputy.objects.filter(person__in=people).order_by("pk")
    for person, *row in deputies.values_list("person_id", "pk", "deputy_id", "appointed_by_id", "since", "until"):
        given[person].append(("deputy", *row))
    return {pk: _digest(rows) if rows else "" for pk, rows in given.items()}


def _digest(rows: list[tuple[Any, ...]]) -> str:
    """Return the hash with the number of its format, which whoever hashes more than this has to count up and keep the old one beside."""
    return FORMAT + hashlib.sha256(json.dumps(rows, ensure_ascii=False, default=str).encode()).hexdigest()
