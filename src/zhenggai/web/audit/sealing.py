"""The hash of an event: over its place in the chain, the hash of the event before it, and the hash of what it says.

So a link can be checked by somebody who may not know what the event says. What is hashed is JSON with sorted keys. The exported proof's script makes the same hash with the standard library alone, so what is hashed must not change.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import orjson

from zhenggai.web.store import ALGORITHMS

if TYPE_CHECKING:
    from collections.abc import Callable


class Sealed(Protocol):
    """What a hash is made over: an event as a row or as an entry."""

    @property
    def unit_id(self) -> int: ...  # noqa: D102 — the fields are those of models.Event
    @property
    def number(self) -> int: ...  # noqa: D102
    @property
    def at(self) -> dt.datetime: ...  # noqa: D102
    @property
    def actor_id(self) -> int | None: ...  # noqa: D102
    @property
    def actor_name(self) -> str: ...  # noqa: D102
    @property
    def action(self) -> str: ...  # noqa: D102
    @property
    def subject_type(self) -> str: ...  # noqa: D102
    @property
    def subject_id(self) -> str: ...  # noqa: D102
    @property
    def subject_label(self) -> str: ...  # noqa: D102
    @property
    def before(self) -> Any: ...  # noqa: D102
    @property
    def after(self) -> Any: ...  # noqa: D102
    @property
    def reason(self) -> str: ...  # noqa: D102
    @property
    def request_id(self) -> str: ...  # noqa: D102
    @property
    def algorithm(self) -> str: ...  # noqa: D102
    @property
    def previous_hash(self) -> str: ...  # noqa: D102


class Entry(NamedTuple):
    """One event as it is read in bulk; the fields and their order are those of `FIELDS`."""

    id: int
    unit_id: int
    number: int
    at: dt.datetime
    actor_id: int | None
    actor_name: str
    action: str
    subject_type: str
    subject_id: str
    subject_label: str
    before: Any
    after: Any
    reason: str
    request_id: str
    algorithm: str
    previous_hash: str
    hash: str


FIELDS = Entry._fields


def written(value: dt.date | None) -> str:
    """Return a day or a moment as events write it: ISO 8601, a moment in UTC and to the second; "" for none."""
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return value.isoformat() if value else ""


def content_of(event: Sealed) -> dict[str, Any]:
    """Return what an event says."""
    return {
        "at": written(event.at),
        "actor": event.actor_id,
        "actor_name": event.actor_name,
        "action": event.action,
        "subject": [event.subject_type, event.subject_id, event.subject_label],
        "before": event.before,
        "after": event.after,
        "reason": event.reason,
        "request_id": event.request_id,
    }


def link_of(event: Sealed, content_digest: str) -> dict[str, Any]:
    """Return what the hash of an event is made over: its place in the chain and the hash of what it says."""
    return {
        "unit": event.unit_id,
        "number": event.number,
        "algorithm": event.algorithm,
        "previous_hash": event.previous_hash,
        "content": content_digest,
    }


def seal(event: Sealed) -> str:
    """Return the hash of `event`."""
    return _sealed(event, _canonical)


def content_digest(event: Sealed) -> str:
    """Return the hash of what `event` says, which shows nothing of it."""
    return _hashed(_canonical(content_of(event)), event.algorithm)


def is_sealed(entry: Entry) -> bool:
    """Say whether an event is what its hash was made over.

    The quick JSON writer gives the same bytes for all but a few numbers; where it does not, the slow one decides.
    """
    if entry.algorithm not in ALGORITHMS:
        return False
    try:
        if _sealed(entry, _quickly) == entry.hash:
            return True
    except TypeError:
        pass
    try:
        return _sealed(entry, _canonical) == entry.hash
    except UnicodeEncodeError:  # half a surrogate pair never came from an act
        return False


def _sealed(event: Sealed, write: Callable[[dict[str, Any]], bytes]) -> str:
    said = _hashed(write(content_of(event)), event.algorithm)
    return _hashed(write(link_of(event, said)), event.algorithm)


def _quickly(fields: dict[str, Any]) -> bytes:
    return orjson.dumps(fields, option=orjson.OPT_SORT_KEYS)


def _canonical(fields: dict[str, Any]) -> bytes:
    return json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _hashed(data: bytes, algorithm: str) -> str:
    return hashlib.new(algorithm, data).hexdigest()
