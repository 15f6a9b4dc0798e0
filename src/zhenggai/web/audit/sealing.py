"""The hash of an event: over its fields as JSON, the hash of the event before it among them.

The exported proof's script makes the same hash with the standard library alone, so what is hashed must not change.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Any, NamedTuple, Protocol

import orjson

from zhenggai.web.store import ALGORITHMS


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


def sealed_fields(event: Sealed) -> dict[str, Any]:
    """Return what the hash of an event is made over."""
    return {
        "unit": event.unit_id,
        "number": event.number,
        "at": event.at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "actor": event.actor_id,
        "actor_name": event.actor_name,
        "action": event.action,
        "subject": [event.subject_type, event.subject_id, event.subject_label],
        "before": event.before,
        "after": event.after,
        "reason": event.reason,
        "request_id": event.request_id,
        "algorithm": event.algorithm,
        "previous_hash": event.previous_hash,
    }


def seal(event: Sealed) -> str:
    """Return the hash of `event`: over its fields as JSON with sorted keys."""
    return _hashed(_canonical(sealed_fields(event)), event.algorithm)


def is_sealed(entry: Entry) -> bool:
    """Say whether an event is what its hash was made over.

    The quick JSON writer gives the same bytes for all but a few numbers; where it does not, the slow one decides.
    """
    if entry.algorithm not in ALGORITHMS:
        return False
    fields = sealed_fields(entry)
    try:
        if _hashed(orjson.dumps(fields, option=orjson.OPT_SORT_KEYS), entry.algorithm) == entry.hash:
            return True
    except TypeError:
        pass
    try:
        return _hashed(_canonical(fields), entry.algorithm) == entry.hash
    except UnicodeEncodeError:  # half a surrogate pair never came from an act
        return False


def _canonical(fields: dict[str, Any]) -> bytes:
    return json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _hashed(data: bytes, algorithm: str) -> str:
    return hashlib.new(algorithm, data).hexdigest()
