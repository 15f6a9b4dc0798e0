"""Reading what a form sends: dates and whole numbers, None for what cannot be read."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

from zhenggai.web.faults import Invalid

if TYPE_CHECKING:
    from django.http import HttpRequest

NO_DATE = "日期请按2026-07-20的格式填写。"


_UNSEEN = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Control characters but tab and line breaks, and marks of direction."""


def text_of(request: HttpRequest, name: str) -> str:
    """Return a field as typed, without blanks around it and without what nobody sees.

    PostgreSQL cannot keep NUL; a mark of direction would turn round the words of the page that come after it.
    """
    return _UNSEEN.sub("", request.POST.get(name, "")).strip()


def number_of(request: HttpRequest, name: str) -> int | None:
    """Return a whole number that is not negative."""
    return number_in(text_of(request, name))


def number_in(text: str, *, digits: int = 17) -> int | None:
    """Return the whole number that `text` is: figures alone, and at most so many of them that a database can hold it."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else None


def date_or_fault(request: HttpRequest, name: str) -> dt.date | None:
    """Return a date, or None where nothing was typed.

    Raises:
        Invalid: what was typed is no date.
    """
    date = date_of(request, name)
    if date is None and text_of(request, name):
        raise Invalid({name: NO_DATE})
    return date


def with_unread_date(request: HttpRequest, faults: dict[str, str], name: str) -> dict[str, str]:
    """Return the faults, where what was typed for the date at `name` is no date with that as its fault."""
    unread = name in faults and text_of(request, name) and date_of(request, name) is None
    return faults | ({name: NO_DATE} if unread else {})


def date_of(request: HttpRequest, name: str) -> dt.date | None:
    """Return a date of the form 2026-07-20."""
    return date_in(text_of(request, name))


def date_in(text: str) -> dt.date | None:
    """Return the date that `text` is, in the form 2026-07-20."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None
