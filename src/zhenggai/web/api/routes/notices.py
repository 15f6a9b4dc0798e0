"""消息: what the token's person has been told, and marking it as read."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 — ninja reads the types at run time
from typing import TYPE_CHECKING, Any

from ninja import Query, Schema

from zhenggai.web.api.registration import caller_of, route
from zhenggai.web.ledger.actions.inbox import mark_all_read, mark_read
from zhenggai.web.ledger.queries.notices import inbox

if TYPE_CHECKING:
    from django.http import HttpRequest


class NoticeQuery(Schema):
    """Which notices: before a key, only the unread, only of one kind."""

    before: int | None = None
    unread: bool = False
    kind: str = ""


class NoticeLineOut(Schema):
    """One entry of a digest; `count` is how many it stands for."""

    what: str
    why: str
    word: str
    screen: str
    argument: int | None
    count: int


class NoticeOut(Schema):
    """One notice; `screen` with `argument` is where it is done, `stands_for` the absent person in whose place it was told."""

    id: int
    kind: str
    kind_name: str
    what: str
    why: str
    screen: str
    argument: int | None
    stands_for: str
    told_at: dt.datetime
    read_at: dt.datetime | None
    counts: str
    lines: list[NoticeLineOut]


class NoticesOut(Schema):
    """A page of notices, the newest day first, and the key of the next page."""

    notices: list[NoticeOut]
    unread: int
    before: int | None


class ReadIn(Schema):
    """Which notices have been read: these, or all up to `until`."""

    notices: list[int] = []
    until: int | None = None


class ReadOut(Schema):
    """How many were unread before."""

    read: int


@route("GET", "/notices", "ledger.read", NoticesOut, "我的消息")
def list_notices(request: HttpRequest, query: Query[NoticeQuery]) -> Any:
    """Return the notices of the token's person."""
    before = query.before if query.before and 0 < query.before < 2**62 else None
    page = inbox(caller_of(request).rights, before=before, unread=query.unread, kind=query.kind[:30])
    return {
        "notices": [entry for day in page.days for entry in day.entries],
        "unread": page.unread,
        "before": page.following,
    }


@route("POST", "/notices/read", "ledger.read", ReadOut, "消息标为已读")
def read_notices(request: HttpRequest, body: ReadIn) -> Any:
    """Mark notices of the token's person as read; those of others are left as they are."""
    caller = caller_of(request)
    ids = [pk for pk in body.notices[:1000] if 0 < pk < 2**62]
    count = mark_read(actor=caller.actor, rights=caller.rights, notices=ids)
    if body.until and 0 < body.until < 2**62:
        count += mark_all_read(actor=caller.actor, rights=caller.rights, until=body.until)
    return {"read": count}
