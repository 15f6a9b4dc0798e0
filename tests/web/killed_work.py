"""Works until it is killed, again and again: `killed_work.py ROUNDS SEED`, on the database that the environment names.

Each round forks a process that imports, reports, proves and signs as people do, and kills it with SIGKILL after a random time. Before an
act the worker writes that it begins, afterwards that it is done; what is done has been acknowledged and must be there. At
the end it prints as JSON what was begun and done in each round, how many uploads waited to be read, and every way in which the store does not hold together.
"""

# ruff: noqa: E402 — the tables can be imported only when Django is set up

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import random
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhenggai.web.settings")
import django

django.setup()

from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import connections, transaction
from django.utils import timezone

from zhenggai.web.accounts import actions as accounts
from zhenggai.web.accounts.rights import rights_of
from zhenggai.web.audit.chain import Actor, Subject, first_break, record
from zhenggai.web.audit.models import Event
from zhenggai.web.ledger.actions import closures, evidence, imports, progress
from zhenggai.web.ledger.actions.declarations import Declared
from zhenggai.web.ledger.closing.demands import Handed
from zhenggai.web.ledger.closing.state import matter_of, seal_of
from zhenggai.web.ledger.evidence.vault import vault
from zhenggai.web.ledger.models import (
    Closure,
    ClosureStep,
    Evidence,
    EvidenceVersion,
    Finding,
    ImportDraft,
    Inspection,
    Measure,
    PlanVersion,
    ProgressUpdate,
)
from zhenggai.web.ledger.proof.answerable import answerable
from zhenggai.web.ledger.proof.files import YOUNG, remove_orphan
from zhenggai.web.ledger.proof.verification import verify

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from zhenggai.web.accounts.models import Organization, Person

SAMPLE = Path(__file__).parents[2] / "samples" / "qingtong-school-plan.docx"
ROWS = {"findings": 12, "measures": 25}
MOST_LINES = 10
LONGEST = 0.06
"""Seconds between the last line that is waited for and the kill: about as long as an act takes."""


class Office:
    """A unit with a clerk who imports, a handler and a head of 教务处 who report, prove and apply, and a leader who reviews."""

    def __init__(self) -> None:
        system = Actor(None, "系统", timezone.now())
        self.unit = self._organization("unit", "青桐市第九中学", None)
        self.department = self._organization("department", "教务处", self.unit)
        self.clerk, self.handler, self.head, self.leader = (
            accounts.create_person(actor=system, unit=self.unit, name=name)
            for name in ("甲某某", "乙某某", "丙某某", "丁某某")
        )
        since = dt.date(2025, 1, 1)
        roles = {
            "office": self.clerk,
            "handler": self.handler,
            "department_head": self.head,
            "responsible_leader": self.leader,
        }
        for role, person in roles.items():
            accounts.grant_roles(actor=system, person=person, roles=[role], scope=self.unit, since=since)
        for person in (self.handler, self.head):
            accounts.hold_post(actor=system, person=person, organization=self.department, since=since)

    @staticmethod
    def _organization(kind: str, name: str, parent: Organization | None) -> Organization:
        actor = Actor(None, "系统", timezone.now())
        return accounts.create_organization(actor=actor, kind=kind, name=name, parent=parent)


class Worker:
    """What one process does until it is killed; `say` writes a line that outlives it."""

    def __init__(self, office: Office, say: Callable[[str], None], seed: int) -> None:
        self.office = office
        self.say = say
        self.chance = random.Random(seed)  # noqa: S311 — chance, not secrecy

    def work(self) -> None:
        while True:
            chance = self.chance.random()
            if chance < 0.25:
                self.import_document()
            elif chance < 0.5:
                self.report()
            else:
                self.close_out()

    def _as(self, person: Person) -> dict[str, object]:
        now = timezone.now()
        return {"actor": Actor(person.pk, person.name, now), "rights": rights_of(person, timezone.localdate(now))}

    def import_document(self) -> None:
        who = self._as(self.office.clerk)
        # Bytes behind the end of a zip archive make the same document another file.
        data = SAMPLE.read_bytes() + self.chance.randbytes(8).hex().encode()
        digest = hashlib.sha256(data).hexdigest()
        self.say("begin upload")
        draft = imports.upload_document(unit_id=self.office.unit.pk, name="方案.docx", data=data, **who)
        self.say(f"done upload {draft.pk} {digest}")
        content = draft.content
        assert content is not None, draft.message
        for name in {n for r in content["responses"] for names in r["parties"].values() for n in names}:
            content["names"].setdefault(name, {"new": "person" if name.endswith("某某") else "organization"})
        self.say("begin edit")
        draft = imports.save_draft(draft_id=draft.pk, seen=draft.version, content=content, what="核对名称", **who)
        self.say(f"done edit {draft.pk} {draft.version}")
        code = f"K-{draft.pk}"
        self.say("begin confirm")
        version = imports.confirm_draft(
            draft_id=draft.pk, seen=draft.version, title="整改", code=code, profile="inspection-2024@1", **who
        )
        self.say(f"done confirm {version.inspection_id} {code}")

    def close_out(self) -> None:
        """Take one finding of the department a step further: finish and prove its measures, apply, review."""
        mine = Finding.objects.filter(responses__assignments__organization=self.office.department)
        lapsed = Closure.objects.filter(lapsed_at__isnull=False).values("finding_id")
        found = list(
            mine.filter(closure_stage__in=("none", "applied")).exclude(pk__in=lapsed).distinct().order_by("-pk")[:8]
        )
        if not found:
            self.import_document()
            return
        finding = self.chance.choice(found)
        if finding.closure_stage == "none":
            for measure in Measure.objects.filter(response__findings=finding).order_by("pk"):
                self.finish(measure)
            self.apply(finding)
        else:
            self.review(finding)

    def finish(self, measure: Measure) -> None:
        if measure.completion_status != "completed":
            self.say("begin report")
            update = progress.report_progress(
                measure_id=measure.pk, seen=measure.version, percent=100, completion_status="completed", done="已完成。",
                **self._as(self.office.handler),
            )  # fmt: skip
            self.say(f"done report {update.pk} {measure.pk} 100")
        if not measure.evidence_links.exists():
            data = self.chance.randbytes(200_000).hex().encode()
            self.say("begin prove")
            added = evidence.add_evidence(
                measure_ids=[measure.pk], upload=ContentFile(data, "记录.txt"), declared=Declared(kind="register"),
                **self._as(self.office.handler),
            )  # fmt: skip
            self.say(f"done prove {added.evidence.pk} {hashlib.sha256(data).hexdigest()}")

    def apply(self, finding: Finding) -> None:
        references = Measure.objects.filter(response__findings=finding).values_list("reference", flat=True)
        day = timezone.localdate().isoformat()
        content = {
            "measures": {reference: {"done": "已完成。", "completed_on": day} for reference in references},
            "criteria": dict.fromkeys(("measures", "fact", "money", "system", "lateral"), "yes"),
            "institutions": "已修订印发办法。",
            "lateral": "已排查，未发现同类问题。",
        }
        self.say("begin apply")
        closure = closures.apply_for_closure(
            finding_id=finding.pk,
            seen=None,
            shown=seal_of(matter_of(finding)),
            content=content,
            **self._as(self.office.head),
        )
        self.say(f"done apply {closure.pk} applied")

    def review(self, finding: Finding) -> None:
        clerk = self.office.clerk
        for response in finding.responses.exclude(assignments__person=self.office.leader):
            with transaction.atomic():
                response.assignments.create(
                    unit=self.office.unit, inspection=finding.inspection, role="responsible_leader", name="丁某某",
                    person=self.office.leader, since=dt.date(2025, 1, 1),
                )  # fmt: skip
                record(
                    unit_id=self.office.unit.pk,
                    actor=Actor(clerk.pk, clerk.name, timezone.now()),
                    action="response.changed",
                    subject=Subject("response", response.pk, response.reference),
                    after=answerable([finding.inspection_id]),
                )
        closure = Closure.objects.get(finding=finding)
        choice = closures.Choice(closure.pk, closure.version, "reviewed", Handed())
        self.say("begin sign")
        closures.sign(choice=choice, **self._as(self.office.leader))
        self.say(f"done sign {closure.pk} reviewed")

    def report(self) -> None:
        measures = Measure.objects.filter(response__assignments__organization=self.office.department)
        found = list(measures.order_by("-pk").values_list("pk", "version")[:40])
        if not found:
            self.import_document()
            return
        pk, seen = self.chance.choice(found)
        percent = self.chance.randrange(100)
        self.say("begin report")
        update = progress.report_progress(
            measure_id=pk,
            seen=seen,
            percent=percent,
            completion_status="ongoing",
            done=f"已完成{percent}%。",
            **self._as(self.office.handler),
        )
        self.say(f"done report {update.pk} {pk} {percent}")


def killed_round(office: Office, seed: int) -> list[str]:
    """Let a process work until it has said some lines and a moment longer, kill it and return what it said."""
    chance = random.Random(seed)  # noqa: S311 — chance, not secrecy
    reading, writing = os.pipe()
    connections.close_all()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            Worker(office, lambda line: os.write(writing, f"{line}\n".encode()), seed + 1).work()
        except BaseException as fault:  # noqa: BLE001 — told to the parent, which tells the test
            os.write(writing, f"fault {type(fault).__name__}: {fault}\n".encode())
        os._exit(1)
    os.close(writing)
    said, wanted = b"", chance.randrange(MOST_LINES)
    while said.count(b"\n") < wanted and (piece := os.read(reading, 4096)):
        said += piece
    time.sleep(chance.uniform(0, LONGEST))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    while piece := os.read(reading, 4096):
        said += piece
    os.close(reading)
    return said.decode().splitlines()


def breaks(office: Office, said: list[str]) -> Iterator[str]:
    """Say every way in which what is there is not what was acknowledged, or is half of something."""
    drafts = {draft.pk: draft for draft in ImportDraft.objects.select_related("document")}
    updates = {update.pk: update for update in ProgressUpdate.objects.all()}
    codes = dict(Inspection.objects.values_list("pk", "code"))
    for what, *values in (line.split()[1:] for line in said if line.startswith("done ")):
        pk = int(values[0])
        if what == "upload" and (pk not in drafts or drafts[pk].document.sha256 != values[1]):
            yield f"draft {pk} is lost"
        if what == "edit" and (pk not in drafts or drafts[pk].version < int(values[1])):
            yield f"the edit of draft {pk} is lost"
        if what == "confirm" and codes.get(pk) != values[1]:
            yield f"inspection {pk} is lost"
        if what == "report" and (pk not in updates or updates[pk].percent != int(values[2])):
            yield f"report {pk} is lost"
    yield from _lost_proofs(said)
    yield from _half_inspections()
    yield from _half_reports(updates)
    yield from _drafts_not_read(office, drafts)
    counts = {
        "import.uploaded": len(drafts),
        "plan.confirmed": len(codes),
        "progress.reported": len(updates),
        "evidence.added": Evidence.objects.count(),
        "closure.applied": ClosureStep.objects.filter(transition="applied").count(),
        "closure.reviewed": ClosureStep.objects.filter(transition="reviewed").count(),
    }
    for action, count in counts.items():
        if Event.objects.filter(action=action).count() != count:
            yield f"{action}: {Event.objects.filter(action=action).count()} events, {count} rows"
    if broken := first_break(office.unit.pk):
        yield f"chain: {broken}"
    yield from _unproved()


def _lost_proofs(said: list[str]) -> Iterator[str]:
    signed = set(ClosureStep.objects.values_list("closure_id", "transition"))
    for what, pk, value in (
        line.split()[1:4] for line in said if line.startswith(("done prove", "done apply", "done sign"))
    ):
        if what == "prove" and _content_of(int(pk)) != value:
            yield f"evidence {pk} is lost"
        if what != "prove" and (int(pk), value) not in signed:
            yield f"the signature {value} on closure {pk} is lost"


def _content_of(pk: int) -> str:
    """Return the hash of what the vault holds for a piece of evidence, "" where there is none."""
    version = EvidenceVersion.objects.filter(evidence=pk).select_related("file").first()
    if version is None:
        return ""
    with vault().open(version.file.digest) as stream:
        return hashlib.sha256(stream.read()).hexdigest()


def _unproved() -> Iterator[str]:
    """Verify as the command does; what it reports as lying about is gone once it has been repaired."""
    later = timezone.now() + 2 * YOUNG
    found = verify(now=later, all_of_them=True)
    yield from (f"{unit.name}: {misfit}" for unit in found.units for misfit in unit.misfits)
    for orphan in found.orphans:
        if not remove_orphan(orphan, later):
            yield f"{orphan.name} is reported and stays"
    if left := verify(now=later).orphans:
        yield f"after the repair lie about: {left}"


def _half_inspections() -> Iterator[str]:
    for pk in Inspection.objects.values_list("pk", flat=True):
        rows = {
            "findings": Finding.objects.filter(inspection=pk).count(),
            "measures": Measure.objects.filter(inspection=pk).count(),
        }
        if rows != ROWS or PlanVersion.objects.filter(inspection=pk).count() != 1:
            yield f"inspection {pk} is half written: {rows}"
    confirmed = ImportDraft.objects.filter(state="confirmed")
    if confirmed.count() != Inspection.objects.count() or confirmed.filter(inspection=None).exists():
        yield "confirmed drafts and inspections differ"


def _half_reports(updates: dict[int, ProgressUpdate]) -> Iterator[str]:
    last: dict[int, list[int | None]] = {}
    for _, update in sorted(updates.items()):
        last.setdefault(update.measure_id or 0, []).append(update.percent)
    for measure in Measure.objects.all():
        reports = last.get(measure.pk, [])
        if measure.version != 1 + len(reports) or measure.percent != (reports or [0])[-1]:
            yield f"measure {measure.pk}: version {measure.version}, {measure.percent}%, reports {reports}"


def _drafts_not_read(office: Office, drafts: dict[int, ImportDraft]) -> Iterator[str]:
    """Open what was left between keeping and reading, as the clerk does."""
    now = timezone.now()
    actor = Actor(office.clerk.pk, office.clerk.name, now)
    rights = rights_of(office.clerk, timezone.localdate(now))
    for pk, draft in drafts.items():
        stored = imports.stored_file(draft.document.sha256) if draft.document else None
        if stored is None or hashlib.sha256(stored.read_bytes()).hexdigest() != stored.name:
            yield f"the file of draft {pk} is lost"
        elif draft.state == "uploaded":
            read = imports.resume_draft(actor=actor, rights=rights, draft_id=pk)
            if read.state != "review" or len(read.content["findings"]) != ROWS["findings"]:
                yield f"draft {pk} is not read again: {read.state} {read.message}"


def main() -> None:
    """Work, be killed, look."""
    rounds, seed = int(sys.argv[1]), int(sys.argv[2])
    call_command("migrate", verbosity=0, interactive=False)
    office = Office()
    Worker(office, lambda _: None, seed).import_document()  # what is loaded at first use is loaded before the forks
    said = [killed_round(office, seed + 2 * n) for n in range(rounds)]
    unread = ImportDraft.objects.filter(state="uploaded").count()
    lines = [line for lines in said for line in lines]
    json.dump({"rounds": said, "unread": unread, "breaks": list(breaks(office, lines))}, sys.stdout, ensure_ascii=False)


if __name__ == "__main__":
    main()
