"""Marking one's own notices as read. It changes nothing but one's own list, so that it leaves no event."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhenggai.web.ledger.models import Notice

if TYPE_CHECKING:
    from collections.abc import Collection

    from zhenggai.web.accounts.rights import Rights
    from zhenggai.web.audit.chain import Actor


def mark_read(*, actor: Actor, rights: Rights, notices: Collection[int]) -> int:
    """Mark these notices of the person as read; return how many were unread. Those of others are left as they are."""
    unread = Notice.objects.filter(person=rights.person_id, pk__in=notices, read_at=None)
    return unread.update(read_at=actor.at)


def mark_all_read(*, actor: Actor, rights: Rights, until: int) -> int:
    """Mark all notices of the person as read up to the one that the page showed as the newest; what came since stays unread."""
    unread = Notice.objects.filter(person=rights.person_id, pk__lte=until, read_at=None)
    return unread.update(read_at=actor.at)
