"""Eight people act on the same and on different applications at once: `many_signers.py SEED`, on the database that the environment names.

Prints as JSON how often each step was taken, what was refused, and every way in which the store does not hold together.
"""

# ruff: noqa: E402 — the tables can be imported only when Django is set up

from __future__ import annotations

import json
import os
import random
import sys
import threading
import time
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhenggai.web.settings")
import django

django.setup()

from closings import apply, closable, file, handed_for, shown_of, step
from django.core.management import call_command
from django.db import connection
from offices import NOW, TODAY, Office, import_sample, make_office

from zhenggai.web.accounts.models import Grant, Person
from zhenggai.web.accounts.rights import rights_of
from zhenggai.web.audit.chain import Actor, first_break
from zhenggai.web.audit.models import Event
from zhenggai.web.faults import LedgerFault
from zhenggai.web.ledger.actions import closures
from zhenggai.web.ledger.actions.closures import Choice
from zhenggai.web.ledger.actions.editing import change_measure
from zhenggai.web.ledger.models import Closure, ClosureStep, Finding, Measure
from zhenggai.workflow import TRANSITIONS

if TYPE_CHECKING:
    from collections.abc import Callable

WRITERS = 8
SECONDS = 6.0
PATIENCE = 60.0
STEPS = ("applied", "reviewed", "verified", "met", "changed")
ROLES = (
    "department_head",
    "department_head",
    "responsible_leader",
    "supervision",
    "supervision",
    "group",
    "principal",
    "office",
)
CODES = {
    "responsible_leader": ("reviewed", "reviewed", "reviewed", "review_returned"),
    "supervision": ("verified", "verified", "verified", "supplement_asked", "rechecked"),
}

taken: Counter[str] = Counter()
refused: Counter[str] = Counter()
won: Counter[tuple[int, int]] = Counter()
breaks: list[str] = []


def attempt(name: str, act: Callable[[], object], key: tuple[int, int] | None = None) -> bool:
    """Take a step and count what came of it; whatever is no fault of the ledger is a break."""
    try:
        act()
    except LedgerFault as fault:
        refused[type(fault).__name__] += 1
        return False
    except Exception as fault:  # noqa: BLE001 — that is what is looked for
        breaks.append(f"{name}: {type(fault).__name__} {fault}"[:300])
        return False
    taken[name] += 1
    if key:
        won[key] += 1
    return True


def together(works: list[Callable[[], None]]) -> None:
    """Run the works at the same time, each with its own connection."""
    start = threading.Barrier(len(works))

    def run(work: Callable[[], None]) -> None:
        try:
            start.wait()
            work()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def race(office: Office, finding: Finding, verifiers: list[Person]) -> None:
    """Let eight people verify one application over the same version; one of them does."""
    closure = step(office, apply(office, finding), "responsible_leader", "reviewed")
    choice = Choice(closure.pk, closure.version, "verified", handed_for("verified", office))

    def signing(person: Person) -> Callable[[], None]:
        def work() -> None:
            actor, rights = Actor(person.pk, person.name, NOW), rights_of(person, TODAY)
            attempt(
                "race", lambda: closures.sign(actor=actor, rights=rights, choice=choice), (closure.pk, closure.version)
            )

        return work

    together([signing(person) for person in verifiers])
    if won[closure.pk, closure.version] != 1:
        breaks.append(f"{won[closure.pk, closure.version]} people verified {finding}")


def wander(office: Office, role: str, findings: list[int], chance: random.Random) -> None:
    """Act as the person of a role on whatever is there, for some seconds, and on a slow machine until every step was taken once."""
    actor, rights = office.actor(role), office.rights(role)
    start = time.monotonic()
    while (gone := time.monotonic() - start) < SECONDS or (gone < PATIENCE and not all(map(taken.get, STEPS))):
        finding = Finding.objects.get(pk=chance.choice(findings))
        closure = Closure.objects.filter(finding=finding, cycle=finding.cycle).order_by("-pk").first()
        if role == "department_head":
            attempt("applied", lambda finding=finding: apply(office, finding))  # type: ignore[misc]
        elif role == "office":
            measure = chance.choice(list(Measure.objects.filter(response__findings__in=findings)))
            text = f"{measure.text.partition('·')[0]}·{chance.randrange(3)}"
            attempt(
                "changed",
                lambda measure=measure, text=text: change_measure(  # type: ignore[misc]
                    actor=actor,
                    rights=rights,
                    measure_id=measure.pk,
                    seen=measure.version,
                    text=text,
                    due_text=measure.due_text,
                ),
            )
            time.sleep(0.3)
        elif role in ("group", "principal"):
            _meet(actor, rights, findings, chance)
        elif closure:
            code = chance.choice(CODES[role])
            choice = Choice(closure.pk, closure.version, code, handed_for(code, office), shown_of(finding))
            attempt(
                code,
                lambda choice=choice: closures.sign(actor=actor, rights=rights, choice=choice),  # type: ignore[misc]
                (closure.pk, closure.version),
            )


def _meet(actor: Actor, rights: object, findings: list[int], chance: random.Random) -> None:
    verified = list(Closure.objects.filter(finding__in=findings, stage="verified"))
    chance.shuffle(verified)
    choices = []
    for one in verified[:3]:
        code = chance.choice(("approved", "continued", "continued"))
        choices.append(Choice(one.pk, one.version, code, handed_for(code)))
    if choices and attempt(
        "met",
        lambda: closures.decide_batch(actor=actor, rights=rights, choices=choices),  # type: ignore[arg-type]
    ):
        for choice in choices:
            won[choice.closure_id, choice.seen] += 1


def look(office: Office) -> None:
    """Find every way in which the store does not hold together."""
    breaks.extend(f"{count} people won {key}" for key, count in won.items() if count != 1)
    if broken := first_break(office.unit.pk):
        breaks.append(f"chain: {broken}")
    signed = Counter[str]()
    for closure in Closure.objects.select_related("finding"):
        steps = list(closure.steps.order_by("number"))
        signed.update(one.transition for one in steps)
        if [one.number for one in steps] != list(range(1, len(steps) + 1)):
            breaks.append(f"{closure}: steps {[one.number for one in steps]}")
        if any(one.stage_after != two.stage_before for one, two in pairwise(steps)):
            breaks.append(f"{closure}: the steps do not follow one another")
        if steps and steps[-1].stage_after != closure.stage:
            breaks.append(f"{closure}: {closure.stage} after {steps[-1].stage_after}")
    for finding in Finding.objects.exclude(closure_stage="none"):
        last = Closure.objects.filter(finding=finding, cycle=finding.cycle).order_by("-pk")[0]
        if last.stage != finding.closure_stage:
            breaks.append(f"{finding}: {finding.closure_stage}, its application {last.stage}")
    told = Counter(Event.objects.filter(action__startswith="closure.").values_list("action", flat=True))
    breaks.extend(
        f"{code}: {signed[code]} signatures, {told[f'closure.{code}']} events"
        for code in TRANSITIONS
        if signed[code] != told[f"closure.{code}"]
    )
    if ClosureStep.objects.filter(transition="verified").count() != taken["verified"] + taken["race"]:
        breaks.append("a verification that was acknowledged is not there")


def main(seed: int) -> None:
    """Build a unit, let eight people at it, look, and print."""
    chance = random.Random(seed)  # noqa: S311 — chance, not secrecy
    call_command("migrate", verbosity=0)
    office = make_office()
    inspection = import_sample(office)
    file(office, inspection)
    findings = [closable(office, inspection, reference) for reference in ("W001", "W003", "W005", "W007", "W009")]
    people = Person.objects.bulk_create(Person(unit=office.unit, name=f"督查员{n}") for n in range(WRITERS))
    Grant.objects.bulk_create(Grant(person=one, role="supervision", scope=office.unit, since=TODAY) for one in people)
    for finding in findings[:3]:
        race(office, finding, people)
    ids = [finding.pk for finding in findings]
    chances = [random.Random(chance.random()) for _ in ROLES]  # noqa: S311
    together(
        [
            lambda role=role, own=own: wander(office, role, ids, own)  # type: ignore[misc]
            for role, own in zip(ROLES, chances, strict=True)
        ]
    )
    look(office)
    sys.stdout.write(json.dumps({"taken": taken, "refused": refused, "breaks": breaks}, ensure_ascii=False))


if __name__ == "__main__":
    main(int(sys.argv[1]))
