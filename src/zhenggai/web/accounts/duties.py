"""What an administrator must see to now: accounts, rights that end, refusals. A fixed number of queries for each of the three."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone

from zhenggai.text import day_words
from zhenggai.web.accounts.models import Grant, Person, RestrictedGrant, Token
from zhenggai.web.accounts.queries import locks_among, units_of
from zhenggai.web.audit.queries import last_check, refusals_since
from zhenggai.workflow import ROLES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from zhenggai.web.accounts.rights import Rights

AHEAD = dt.timedelta(days=14)
"""How long before the end of a right its administrator is told."""
CHECKED = dt.timedelta(days=7)
"""After how long the events are to be checked again."""
LIMIT = 20
"""Rows of one kind; who has more sees the most urgent."""
_NAMED = 5


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing to see to: what the button says, what it is about, why now; `screen`, `argument` and `query` make its address."""

    act: str
    what: str
    why: str
    screen: str
    argument: int | None = None
    query: str = ""
    colour: str = "yellow"


def duties_of(rights: Rights, person: Person, now: dt.datetime) -> tuple[Duty, ...]:
    """Return what the person must see to as an administrator; nothing for who is none."""
    duties: list[Duty] = []
    if rights.may("person.unlock"):
        duties += _accounts(rights, now)
    if rights.may("grant.edit"):
        duties += _endings(rights, now)
    if "audit_administrator" in rights.roles and rights.may("event.read"):
        duties += _refusals(rights, person, now)
    return tuple(duties)


def _accounts(rights: Rights, now: dt.datetime) -> list[Duty]:
    """Return locked accounts, one a line, and those never used or with a first password, one line each: two queries, one more where somebody is locked."""
    people = Person.objects.filter(unit__in=units_of(rights, "person.unlock"), left_on=None, is_active=True)
    people = people.exclude(login=None)
    locks = locks_among(people.values_list("login", flat=True), now)
    locked = people.filter(login__in=sorted(locks)).order_by("pk").values_list("pk", "name", "login")[:LIMIT]
    duties = [
        Duty("解锁", f"{name}的账号", f"密码连续输错，锁定至{_clock(locks[login or ''])}", "person", pk, colour="red")
        for pk, name, login in locked
    ]
    fresh = people.filter(Q(last_login=None) | Q(must_change_password=True)).order_by("pk")
    rows = list(fresh.values_list("pk", "name", "last_login"))
    never = [(pk, name) for pk, name, last in rows if last is None]
    waiting = [(pk, name) for pk, name, last in rows if last is not None]
    for found, why in ((never, "开通后从未登录"), (waiting, "还没有修改首次密码")):
        if found:
            one = found[0][0] if len(found) == 1 else None
            duties.append(Duty("查看", f"{_named(found)}的账号", why, "person" if one else "organizations", one))
    return duties


def _endings(rights: Rights, now: dt.datetime) -> list[Duty]:
    """Return roles, needs to know and keys that end within `AHEAD`, the first to end first: three queries."""
    today, units = rights.today, units_of(rights, "grant.edit")
    soon = Q(until__gte=today, until__lte=today + AHEAD, person__unit__in=units, person__left_on=None)
    grants = Grant.objects.filter(soon).select_related("person").order_by("until", "pk")[:LIMIT]
    secrets = RestrictedGrant.objects.filter(soon).select_related("person").order_by("until", "pk")[:LIMIT]
    valid = Token.objects.filter(revoked_at=None, expires_at__gt=now, expires_at__lte=now + AHEAD)
    tokens: QuerySet[Token] = valid.filter(person__unit__in=units, person__left_on=None).select_related("person")
    found = [(g.until, g.person, f"{ROLES[g.role].name}角色") for g in grants]
    found += [(s.until, s.person, "限知权限") for s in secrets]
    found += [
        (timezone.localtime(t.expires_at).date(), t.person, f"令牌“{t.name}”")
        for t in tokens.order_by("expires_at", "pk")[:LIMIT]
    ]
    found.sort(key=lambda entry: (entry[0] or dt.date.max, entry[1].pk))
    return [
        Duty("办理", f"{person.name}的{what}", _ends(until, today), "person", person.pk)
        for until, person, what in found
        if until
    ]


def _refusals(rights: Rights, person: Person, now: dt.datetime) -> list[Duty]:
    """Return how often log-ins and pages were refused since the last look, and whether the chain is to be checked: two queries."""
    since = person.events_seen_at
    counts = refusals_since(units_of(rights, "event.read"), since)
    start = f"&since={timezone.localtime(since).date().isoformat()}" if since else ""
    when = f"{_clock(since)}查看以来" if since else "尚未查看过"
    duties = [
        Duty("查看", f"{word}{counts[action]}次", when, "events", query=f"?action={action}{start}", colour=colour)
        for action, word, colour in (
            ("login.locked", "账号锁定", "red"),
            ("access.denied", "越权访问被拒", "yellow"),
            ("login.failed", "登录失败", "yellow"),
        )
        if counts.get(action)
    ]
    checked = last_check(person.unit_id)
    if checked is None or now - checked > CHECKED:
        why = f"上次核验是{_clock(checked)}" if checked else "还没有核验过"
        duties.append(Duty("核验", "操作记录是否被改动", why, "events"))
    return duties


def _named(people: Sequence[tuple[int, str]]) -> str:
    names = "、".join(name for _, name in people[:_NAMED])
    return f"{names}等{len(people)}人" if len(people) > _NAMED else names


def _ends(until: dt.date, today: dt.date) -> str:
    left = (until - today).days
    return "今天到期" if not left else f"{left}天后到期（{day_words(until)}）"


def _clock(time: dt.datetime) -> str:
    local = timezone.localtime(time)
    return f"{day_words(local)}{local:%H:%M}"
