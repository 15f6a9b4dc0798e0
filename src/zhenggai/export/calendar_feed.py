"""Appointments as an iCalendar file (RFC 5545): lines folded by octets, text escaped, nothing that a reader must guess."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_FOLD = 75
"""Octets of a line, without its end."""


@dataclass(frozen=True, slots=True)
class Appointment:
    """One event. It fills whole days from `start` to `last` unless `begins` gives the moment at which it begins.

    `uid` stays for ever; `sequence` grows whenever the event changes, and one that is called off stays as `cancelled`.
    """

    uid: str
    sequence: int
    start: dt.date
    last: dt.date
    summary: str
    description: str = ""
    kind: str = ""
    location: str = ""
    begins: dt.datetime | None = None
    minutes: int = 60
    cancelled: bool = False


def written(appointments: Iterable[Appointment], *, name: str, stamp: dt.datetime) -> bytes:
    """Return the calendar called `name`; `stamp` is the moment at which it was made."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Zhenggai//Calendar//ZH",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"NAME:{_escaped(name)}",
        f"X-WR-CALNAME:{_escaped(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
        "X-PUBLISHED-TTL:PT6H",
    ]
    for appointment in appointments:
        lines += _event(appointment, stamp)
    lines.append("END:VCALENDAR")
    return b"".join(_folded(line) for line in lines)


def _event(one: Appointment, stamp: dt.datetime) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{_escaped(one.uid)}"
    yield f"DTSTAMP:{_moment(stamp)}"
    yield f"SEQUENCE:{one.sequence}"
    if one.begins:
        yield f"DTSTART:{_moment(one.begins)}"
        yield f"DTEND:{_moment(one.begins + dt.timedelta(minutes=one.minutes))}"
    else:
        yield f"DTSTART;VALUE=DATE:{one.start:%Y%m%d}"
        yield f"DTEND;VALUE=DATE:{one.last + dt.timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{_escaped(one.summary)}"
    for word, text in (("DESCRIPTION", one.description), ("CATEGORIES", one.kind), ("LOCATION", one.location)):
        if text:
            yield f"{word}:{_escaped(text)}"
    yield f"STATUS:{'CANCELLED' if one.cancelled else 'CONFIRMED'}"
    yield "TRANSP:TRANSPARENT" if one.begins is None else "TRANSP:OPAQUE"
    yield "END:VEVENT"


def _moment(at: dt.datetime) -> str:
    return f"{at.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    plain = "".join(c for c in text.replace("\r\n", "\n").replace("\r", "\n") if c == "\n" or c >= " ")
    for sign in ("\\", ";", ","):
        plain = plain.replace(sign, f"\\{sign}")
    return plain.replace("\n", "\\n")


def _folded(line: str) -> bytes:
    """Return the line in pieces of at most 75 octets, none of which ends within a character."""
    pieces: list[bytes] = []
    piece = b""
    for character in line:
        octets = character.encode()
        if len(piece) + len(octets) > _FOLD:
            pieces.append(piece)
            piece = b" "
        piece += octets
    return b"\r\n".join([*pieces, piece]) + b"\r\n"
