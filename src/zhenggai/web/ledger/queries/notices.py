"""消息: what one person has been told, the newest first, a page at a time; and how much of it is unread."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils import timezone

from zhenggai.web.faults import Unknown
from zhenggai.web.ledger.models import Finding, Notice
from zhenggai.web.ledger.models.rows import Layer
from zhenggai.workflow.notices import KINDS, UNSAID

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from zhenggai.web.accounts.rights import Rights

PAGE = 50
COUNTED = 100
"""Unread notices that the header counts; who has more is told that there are more."""
SHOWN = 5
"""Entries of a digest that the list shows; the rest stands on the digest's own page."""


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """One entry of a digest."""

    what: str
    why: str
    word: str
    screen: str
    argument: int | None
    count: int


@dataclass(frozen=True, slots=True)
class NoticeEntry:
    """One notice. `counts` says how many entries a digest has of each word; `stands_for` is the absent person's name."""

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
    lines: tuple[NoticeLine, ...]

    @property
    def more(self) -> int:
        """How many entries the list leaves to the digest's own page."""
        return max(0, len(self.lines) - SHOWN)


@dataclass(frozen=True, slots=True)
class NoticeDay:
    """The notices of one day, the unread first."""

    day: dt.date
    entries: tuple[NoticeEntry, ...]


@dataclass(frozen=True, slots=True)
class Inbox:
    """One page: its days, the newest first; `newest` is the newest notice on it, `following` the key of the next page."""

    days: tuple[NoticeDay, ...]
    unread: int
    newest: int
    following: int | None


def unread_count(rights: Rights) -> int:
    """Return how many notices the person has not read, `COUNTED` at most: one query that looks at no more than that."""
    return _own(rights).filter(read_at=None)[:COUNTED].count()


def inbox(rights: Rights, *, before: int | None = None, unread: bool = False, kind: str = "") -> Inbox:
    """Return a page of the person's notices before the key `before`, all or only the unread, or those of one kind."""
    found = _own(rights)
    if unread:
        found = found.filter(read_at=None)
    if kind:
        found = found.filter(kind=kind)
    if before:
        found = found.filter(pk__lt=before)
    rows = list(found.select_related("finding", "stands_for").order_by("-pk")[: PAGE + 1])
    shown = _entries(rows[:PAGE], rights)
    days: dict[dt.date, list[NoticeEntry]] = {}
    for entry in shown:
        days.setdefault(timezone.localtime(entry.told_at).date(), []).append(entry)
    return Inbox(
        days=tuple(
            NoticeDay(day, tuple(sorted(days[day], key=lambda entry: entry.read_at is not None)))
            for day in sorted(days, reverse=True)
        ),
        unread=unread_count(rights),
        newest=rows[0].pk if rows else 0,
        following=rows[PAGE - 1].pk if len(rows) > PAGE else None,
    )


def one_notice(rights: Rights, pk: int) -> NoticeEntry:
    """Return one notice of the person.

    Raises:
        Unknown: there is none of the person's, or they may no longer know of it.
    """
    row = _own(rights).select_related("finding", "stands_for").filter(pk=pk).first()
    if row is None:
        raise Unknown("这条消息")
    return _entries([row], rights)[0]


def _own(rights: Rights) -> QuerySet[Notice]:
    """Return the person's notices without those of findings that have become secret to the person."""
    open_ones = Q(finding=None) | Q(finding__layer=Layer.INTERNAL)
    if rights.restricted_units:
        open_ones |= Q(finding__unit__in=rights.restricted_units)
    return Notice.objects.filter(open_ones, person=rights.person_id)


def _entries(rows: list[Notice], rights: Rights) -> list[NoticeEntry]:
    hidden = _hidden((line[5] for row in rows for line in row.lines if line[5]), rights)
    return [_entry(row, hidden) for row in rows]


def _hidden(findings: Iterable[int], rights: Rights) -> set[int]:
    """Return which of the findings are secret to the person."""
    ids = set(findings)
    if not ids:
        return set()
    secret = Finding.objects.filter(pk__in=ids, layer=Layer.RESTRICTED).exclude(unit__in=rights.restricted_units)
    return set(secret.values_list("pk", flat=True))


def _entry(row: Notice, hidden: set[int]) -> NoticeEntry:
    secret = row.finding is not None and row.finding.layer == Layer.RESTRICTED
    lines = tuple(_line(line) for line in row.lines if line[5] not in hidden)
    counts = Counter[str]()
    for line in lines:
        counts[line.word] += line.count
    return NoticeEntry(
        id=row.pk,
        kind=row.kind,
        kind_name=KINDS.get(row.kind, "消息"),
        what=f"问题{row.finding.reference}" if secret and row.finding else row.what,
        why=UNSAID if secret else row.why,
        screen=row.screen,
        argument=row.argument,
        stands_for=row.stands_for.name if row.stands_for else "",
        told_at=row.told_at,
        read_at=row.read_at,
        counts="、".join(f"{word}{count}项" for word, count in counts.items()),
        lines=lines,
    )


def _line(line: list[Any]) -> NoticeLine:
    what, why, word, screen, argument, _finding, count = line
    return NoticeLine(what, why, word, screen, argument, count)
