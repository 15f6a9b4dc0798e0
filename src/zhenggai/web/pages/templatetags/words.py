"""Dates, counts and states in official wording."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from zhenggai import deadline
from zhenggai.text import day_words

if TYPE_CHECKING:
    from zhenggai.web.accounts.rights import Rights
    from zhenggai.web.ledger.queries.dated import Entry

register = template.Library()


@register.filter
def day(value: dt.date | dt.datetime | str | None) -> str:
    """Return a date as 2026年7月20日; nothing for none."""
    if not value:
        return ""
    if isinstance(value, str):
        value = dt.date.fromisoformat(value)
    if isinstance(value, dt.datetime):
        value = timezone.localtime(value).date()
    return day_words(value)


@register.filter
def unpublished(value: dt.date | None) -> str:
    """Return what to say beside a date that was counted in working days of a year whose days off are not known; nothing for others."""
    return "（当年放假安排尚未公布）" if value and not deadline.national().published(value.year) else ""


@register.filter
def moment(value: dt.datetime | None) -> str:
    """Return a time as 2026年7月20日 15:04."""
    if value is None:
        return ""
    return f"{day(value)} {timezone.localtime(value):%H:%M}"


@register.filter
def get(mapping: dict[str, object], key: str) -> object:
    """Return the entry `key` of `mapping`, or nothing."""
    return mapping.get(key, "")


@register.filter
def address(entry: Entry) -> str:
    """Return the address to which an entry of the calendar leads."""
    place = reverse(entry.screen, args=[entry.argument])
    return f"{place}#{entry.anchor}" if entry.anchor else place


@register.filter
def allowed(act: str, rights: Rights) -> bool:
    """Say whether the person may do `act` to anything."""
    return rights.may(act)


@register.filter
def less(whole: int, part: int) -> int:
    """Return what is left of `whole` without `part`."""
    return whole - part


@register.filter
def places(value: list[list[int]] | None) -> str:
    """Return places as a script reads them: 12:0:40 13:0:8."""
    return " ".join(":".join(map(str, place)) for place in value or ())


@register.filter
def date_value(value: dt.date | str | None) -> str:
    """Return a date as a date field takes it, and what somebody typed as it is."""
    return value.isoformat() if isinstance(value, dt.date) else value or ""


@register.filter
def place(screen: str, argument: int | None) -> str:
    """Return the address of a screen that was named earlier; that of the front page where there is no such screen any more."""
    try:
        return reverse(screen, args=[] if argument is None else [argument])
    except NoReverseMatch:
        return reverse("home")
