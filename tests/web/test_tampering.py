"""A thousand changes behind the store's back: each is found, and named."""

from __future__ import annotations

import datetime as dt
import io
import os
import random
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from closings import closable, close
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from offices import NOW, import_sample, tell_grants

from zhenggai.web.accounts.models import Deputy, Grant, Person, Post, RestrictedGrant
from zhenggai.web.audit.chain import Actor, Subject, record
from zhenggai.web.audit.models import ChainHead, Event
from zhenggai.web.ledger.evidence.vault import vault
from zhenggai.web.ledger.models import (
    Answer,
    Assignment,
    Closure,
    ClosureStep,
    Evidence,
    EvidenceLink,
    EvidenceVersion,
    Finding,
    Inspection,
    Measure,
    PlanVersion,
    ProgressUpdate,
    SignedState,
    StoredFile,
)
from zhenggai.web.ledger.proof.answerable import answerable
from zhenggai.web.ledger.proof.pieces import facts_digest
from zhenggai.web.ledger.proof.verification import verify

if TYPE_CHECKING:
    from collections.abc import Callable

    from offices import Office

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
CHANGES = int(os.environ.get("ZHENGGAI_TAMPERINGS", "1000" if connection.vendor == "sqlite" else "300"))
"""On a second database each kind of change is tried a few times: what is found depends on the database little."""


@pytest.fixture
def closed(office: Office) -> Office:
    """A unit with evidence in the vault, all told by events, and findings that are closed."""
    inspection = import_sample(office)
    for reference in ("W003", "W005"):
        finding = closable(office, inspection, reference)
        _tell_what_the_fixture_did(office, finding)
        close(office, finding)
    tell_grants(office)
    assert not wrong()
    return office


def _tell_what_the_fixture_did(office: Office, finding: Finding) -> None:
    actor = Actor(office.people["handler"].pk, "经办人某某", NOW)
    with transaction.atomic():
        for measure in Measure.objects.filter(response__findings=finding):
            told = {"completion_status": "completed", "percent": 100, "done": "已完成"}
            ProgressUpdate.objects.create(
                unit=office.unit, inspection=finding.inspection, response=measure.response, measure=measure, cycle="1",
                reported_by_id=actor.person_id, reported_at=NOW, **told,
            )  # fmt: skip
            subject = Subject("measure", measure.pk, measure.reference)
            record(unit_id=office.unit.pk, actor=actor, action="progress.reported", subject=subject, after=told)
        for link in EvidenceLink.objects.filter(measure__response__findings=finding).select_related("evidence"):
            stored = vault().put(io.BytesIO(link.measure.reference.encode() * 50))
            file, _ = StoredFile.objects.get_or_create(
                algorithm=stored.algorithm, digest=stored.digest,
                defaults={"size": stored.size, "media_type": "text/plain", "stored_at": NOW},
            )  # fmt: skip
            EvidenceVersion.objects.filter(evidence=link.evidence).update(file=file, uploaded_by=actor.person_id)
            EvidenceLink.objects.filter(pk=link.pk).update(linked_by=actor.person_id)
            piece = link.evidence
            declared = {name: getattr(piece, name) for name in ("title", "kind", "formed_on", "layer")}
            told = declared | {
                "facts": facts_digest(file),
                "file": "佐证.pdf",
                "digest": stored.digest,
                "measure_ids": [link.measure_id],
            }
            subject = Subject("evidence", piece.pk, piece.reference)
            record(unit_id=office.unit.pk, actor=actor, action="evidence.added", subject=subject, after=told)
        StoredFile.objects.filter(versions=None).delete()
        subject = Subject("inspection", finding.inspection_id, "台账")
        told = answerable([finding.inspection_id])
        record(unit_id=office.unit.pk, actor=actor, action="handover.made", subject=subject, after=told)


def wrong() -> list[str]:
    found = verify(now=NOW, units=None)
    return [f"{unit.name}：{unit.first}" for unit in found.units if unit.first] + [str(one) for one in found.common]


class Untouched(Exception):  # noqa: N818 — no fault: there is nothing that this could change
    pass


def one(rows: Any, chance: random.Random) -> Any:
    if not rows:
        raise Untouched
    return rows[chance.randrange(len(rows))]


def _update(model: Any, field: str, value: Any) -> Callable[[random.Random], object]:
    def change(chance: random.Random) -> object:
        rows = list(model.objects.exclude(**{field: value}).order_by("pk"))
        return model.objects.filter(pk=one(rows, chance).pk).update(**{field: value})

    return change


def _delete(model: Any) -> Callable[[random.Random], object]:
    def change(chance: random.Random) -> object:
        return model.objects.filter(pk=one(list(model.objects.order_by("pk")), chance).pk)._raw_delete("default")

    return change


def _swap(model: Any, *fields: str) -> Callable[[random.Random], object]:
    def change(chance: random.Random) -> object:
        field = chance.choice(fields)
        rows = list(model.objects.order_by("pk"))
        first = one(rows, chance)
        others = [row for row in rows if getattr(row, field) != getattr(first, field)]
        if not others:
            raise Untouched
        second = one(others, chance)
        old, new = getattr(first, field), getattr(second, field)
        model.objects.filter(pk=first.pk).update(**{field: new})
        return model.objects.filter(pk=second.pk).update(**{field: old})

    return change


def _event_text(chance: random.Random) -> object:
    event = one(list(Event.objects.order_by("pk")), chance)
    field = chance.choice(["actor_name", "action", "subject_label", "reason", "request_id", "previous_hash", "hash"])
    return Event.objects.filter(pk=event.pk).update(**{field: getattr(event, field)[:60] + "x"})


def _event_json(chance: random.Random) -> object:
    event = one(list(Event.objects.exclude(after=None).order_by("pk")), chance)
    return Event.objects.filter(pk=event.pk).update(after={**event.after, "x": chance.random()})


def _event_time(chance: random.Random) -> object:
    event = one(list(Event.objects.order_by("pk")), chance)
    return Event.objects.filter(pk=event.pk).update(at=F("at") - dt.timedelta(days=chance.randrange(1, 99)))


def _event_order(chance: random.Random) -> object:
    events = list(Event.objects.filter(unit=one(list(Event.objects.all()), chance).unit_id).order_by("number"))
    place = chance.randrange(len(events) - 1) if len(events) > 1 else 0
    first, second = events[place], events[place + 1] if len(events) > 1 else events[0]
    Event.objects.filter(pk=first.pk).update(number=10**6)
    Event.objects.filter(pk=second.pk).update(number=first.number)
    return Event.objects.filter(pk=first.pk).update(number=second.number if first != second else 2)


def _event_added(chance: random.Random) -> object:
    event = one(list(Event.objects.order_by("pk")), chance)
    event.pk, event.number = None, ChainHead.objects.get(unit=event.unit_id).number + chance.randrange(1, 3)
    return event.save(force_insert=True)


def _head(chance: random.Random) -> object:
    head = one(list(ChainHead.objects.order_by("pk")), chance)
    if chance.random() < 0.3:
        return head.delete()
    return ChainHead.objects.filter(pk=head.pk).update(number=head.number + chance.choice([-1, 1]))


def _state(chance: random.Random) -> object:
    state = one(list(SignedState.objects.order_by("pk")), chance)
    at = chance.randrange(len(state.content))
    text = state.content[:at] + ("x" if state.content[at] != "x" else "y") + state.content[at + 1 :]
    return SignedState.objects.filter(pk=state.pk).update(content=text)


def _plan(chance: random.Random) -> object:
    version = one(list(PlanVersion.objects.order_by("pk")), chance)
    version.content["findings"][chance.randrange(5)]["text"] += "。"
    return version.save()


def _number(model: Any, field: str) -> Callable[[random.Random], object]:
    def change(chance: random.Random) -> object:
        row = one(list(model.objects.order_by("pk")), chance)
        return model.objects.filter(pk=row.pk).update(**{field: F(field) + 1})

    return change


def _restricted_grant(chance: random.Random) -> object:
    person = one(list(Person.objects.order_by("pk")), chance)
    day = NOW.date()
    return RestrictedGrant.objects.create(person=person, unit_id=person.unit_id, reason="x", since=day, until=day)


def _deputy(chance: random.Random) -> object:
    first, second = chance.sample(list(Person.objects.order_by("pk")), 2)
    return Deputy.objects.create(person=first, deputy=second, since=NOW.date())


TAMPERINGS: tuple[Callable[[random.Random], object], ...] = (
    _event_text, _event_json, _event_time, _event_order, _event_added, _delete(Event), _head, _state, _plan,
    _swap(Event, "at", "hash", "action"),
    _delete(ClosureStep), _swap(ClosureStep, "person_id", "state_id", "transition", "role"),
    _update(ClosureStep, "note", "另写的意见"), _update(ClosureStep, "person_name", "别某某"),
    _update(Closure, "stage", "verified"), _update(Closure, "application", {"measures": {}}),
    _update(Closure, "closed_at", NOW - dt.timedelta(days=3)), _update(Closure, "matter", "sha256:" + 64 * "0"),
    _update(Finding, "closure_stage", "reviewed"), _number(Finding, "cycle"), _update(Finding, "text", "换了的问题"),
    _update(Finding, "layer", "restricted"), _swap(Finding, "text", "number"),
    _update(Measure, "due_on", dt.date(2031, 1, 1)), _update(Measure, "original_due_on", dt.date(2031, 1, 1)),
    _update(Measure, "percent", 55), _update(Measure, "text", "换了的措施"), _swap(Measure, "text", "response_id"),
    _update(Measure, "withdrawn_at", NOW), _swap(Answer, "finding_id"), _delete(Answer),
    _update(Evidence, "title", "换了的名称"), _update(Evidence, "withdrawn_at", NOW), _number(Evidence, "number"),
    _update(Evidence, "formed_on", dt.date(2020, 1, 1)), _swap(Evidence, "title"),
    _swap(EvidenceVersion, "file_id"), _update(EvidenceVersion, "name", "另一个.pdf"), _delete(EvidenceVersion),
    _delete(EvidenceLink), _swap(EvidenceLink, "measure_id"), _update(EvidenceLink, "removed_at", NOW),
    _update(Finding, "key", True), _update(Inspection, "filed_at", NOW - dt.timedelta(days=9)),
    _update(Inspection, "filed_at", None), _update(Closure, "department", None),
    _update(Assignment, "name", "别某某"), _update(Assignment, "until", NOW.date()), _delete(Assignment),
    _swap(Assignment, "person_id", "organization_id", "role", "response_id"),
    _update(ProgressUpdate, "done", "另写的进展"), _update(ProgressUpdate, "percent", 99), _delete(ProgressUpdate),
    _swap(ProgressUpdate, "measure_id", "reported_by_id"), _update(Grant, "role", "principal"), _delete(Grant),
    _update(Grant, "until", NOW.date()), _restricted_grant,
    _update(Post, "until", NOW.date()), _delete(Post), _deputy,
    _update(StoredFile, "facts", {"pages": 9}), _update(StoredFile, "media_type", "image/png"),
    _number(StoredFile, "size"), _update(StoredFile, "digest", 64 * "0"),
)  # fmt: skip


def test_every_change_of_a_row_is_found(closed: Office) -> None:
    seed = random.randrange(10**6)  # noqa: S311 — chance, not secrecy
    chance = random.Random(seed)  # noqa: S311
    missed, done, n = set(), 0, 0
    while done < CHANGES:
        n += 1
        assert n < 3 * CHANGES, "most of these change nothing"
        with suppress(Untouched, IntegrityError), transaction.atomic():
            TAMPERINGS[n % len(TAMPERINGS)](chance)
            done += 1
            if not wrong():
                missed.add(n % len(TAMPERINGS))
            transaction.set_rollback(True)
    assert not missed, seed


def test_every_change_of_a_file_is_found(closed: Office) -> None:
    chance = random.Random(3)  # noqa: S311 — chance, not secrecy
    folder = Path(settings.DATA) / "evidence"
    digests = list(StoredFile.objects.values_list("digest", flat=True))
    for n in range(max(30, CHANGES // 20)):
        path = folder / (digest := chance.choice(digests))[:2] / digest
        data = path.read_bytes()
        at = chance.randrange(len(data))
        changed = (data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :], data[:at], data + b"x")[n % 3]
        if n % 7 == 0:
            path.unlink()
        else:
            path.write_bytes(changed)
        try:
            found = wrong()
        finally:
            path.write_bytes(data)
        assert len(found) == 1
        assert "佐证" in found[0]
    assert not wrong()
