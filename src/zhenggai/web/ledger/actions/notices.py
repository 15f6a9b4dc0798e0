"""Telling people: what is said goes into their inbox, within the transaction of what it is about."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING

from django.db import connection

from zhenggai.web.audit.chain import hold_chain
from zhenggai.web.ledger.models import Notice
from zhenggai.web.ledger.recipients import layers_of, portions, reach_of
from zhenggai.workflow.notices import KINDS, UNSAID

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from zhenggai.web.audit.chain import Actor

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of a digest: what, why, the word by which the digest counts it, where it is done, its finding, and how many it is."""

    what: str
    why: str
    word: str
    screen: str
    argument: int | None = None
    finding_id: int | None = None
    count: int = 1


@dataclass(frozen=True, slots=True)
class Telling:
    """What one person is to be told. `key` names the matter and the time: the same person hears the same key once.

    `what` names the matter (措施C012), `why` says what is the matter with it; `screen` with `argument` is where it is done.
    A digest has `lines`, of which everybody gets those that they may know; what it counts is counted in them when it is read.
    """

    person_id: int
    kind: str
    key: str
    what: str
    why: str
    screen: str
    argument: int | None = None
    inspection_id: int | None = None
    finding_id: int | None = None
    lines: tuple[Line, ...] = ()


def tell(*, actor: Actor, unit_id: int, tellings: Collection[Telling]) -> int:
    """Tell people, once for ever for each key, and those who stand in for them; return how many notices are new.

    Nobody is told who has left or has no account. Of a restricted finding only those hear who may know, and only its number.
    Holds the unit's chain until the transaction of the caller ends, so that two at once tell once.

    Raises:
        RuntimeError: there is no transaction; then something could be told that has not happened.
        KeyError: a kind that `workflow.notices` does not know.
    """
    if not tellings:
        return 0
    if not connection.in_atomic_block:
        raise RuntimeError("people are told in the transaction of what they are told")
    hold_chain(unit_id)
    wanted = _copies(actor, unit_id, tellings)
    known = _known(wanted)
    new = [notice for key, notice in wanted.items() if key not in known]
    Notice.objects.bulk_create(new, batch_size=_AT_ONCE)
    return len(new)


def _copies(actor: Actor, unit_id: int, tellings: Collection[Telling]) -> dict[tuple[int, str], Notice]:
    """Return what everybody should have heard, by person and key; what somebody hears in their own name comes first."""
    findings = {telling.finding_id for telling in tellings if telling.finding_id}
    findings |= {line.finding_id for telling in tellings for line in telling.lines if line.finding_id}
    secrets = layers_of(findings)
    reach = reach_of({telling.person_id for telling in tellings}, {unit for _, unit in secrets.values()}, actor.today)
    found: dict[tuple[int, str], Notice] = {}
    copies = []
    for telling in tellings:
        reference, unit = secrets.get(telling.finding_id or 0, ("", None))
        for who, absent in reach.told(telling.person_id, unit):
            lines = [line for line in telling.lines if _may_hear(who, line, secrets, reach.knowing)]
            if telling.lines and not lines:
                continue
            notice = _notice(actor, unit_id, telling, who, absent, lines, secret=reference)
            if absent is None:
                found.setdefault((who, telling.key), notice)
            else:
                copies.append(notice)
    for notice in copies:
        found.setdefault((notice.person_id, notice.key), notice)
    return found


def _may_hear(who: int, line: Line, secrets: dict[int, tuple[str, int]], knowing: dict[int, frozenset[int]]) -> bool:
    secret = secrets.get(line.finding_id or 0)
    return secret is None or who in knowing.get(secret[1], frozenset())


def _notice(
    actor: Actor, unit_id: int, telling: Telling, who: int, absent: int | None, lines: Iterable[Line], *, secret: str
) -> Notice:
    """Return the notice; of a restricted finding, whose number is `secret`, nothing is said that somebody has written."""
    KINDS[telling.kind]
    return Notice(
        unit_id=unit_id,
        person_id=who,
        stands_for_id=absent,
        inspection_id=telling.inspection_id,
        finding_id=telling.finding_id,
        kind=telling.kind,
        key=telling.key,
        what=f"问题{secret}" if secret else telling.what[:200],
        why=UNSAID if secret else telling.why[:500],
        screen=telling.screen,
        argument=telling.argument,
        lines=[list(astuple(line)) for line in lines],
        day=actor.today,
        told_at=actor.at,
    )


def _known(wanted: Collection[tuple[int, str]]) -> set[tuple[int, str]]:
    """Return which of (person, key) have been told before."""
    known: set[tuple[int, str]] = set()
    for some in portions(sorted({key for _, key in wanted}), _AT_ONCE):
        rows = Notice.objects.filter(key__in=some)
        known |= set(rows.values_list("person_id", "key"))
    return known
