"""All checks over all units, in one pass over a store that nobody need stop working on."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import TYPE_CHECKING

from django.db import connection

from zhenggai.web.accounts.models import Organization
from zhenggai.web.audit.models import ChainHead, Event
from zhenggai.web.audit.walk import Walk
from zhenggai.web.ledger.proof.answerable import NAME as ANSWERABLE
from zhenggai.web.ledger.proof.answerable import answerable_misfits
from zhenggai.web.ledger.proof.cycles import cycle_misfits
from zhenggai.web.ledger.proof.extensions import extension_misfits
from zhenggai.web.ledger.proof.files import Hashing, Orphan, expected_files, orphans
from zhenggai.web.ledger.proof.grants import grant_misfits
from zhenggai.web.ledger.proof.history import BATCH, Past
from zhenggai.web.ledger.proof.meetings import meeting_misfits
from zhenggai.web.ledger.proof.misfits import Misfit
from zhenggai.web.ledger.proof.own_profiles import profile_misfits
from zhenggai.web.ledger.proof.papers import paper_misfits
from zhenggai.web.ledger.proof.pieces import lost_pieces, piece_misfits, stored_file_misfits
from zhenggai.web.ledger.proof.recurring import NAME as LAID_OUT
from zhenggai.web.ledger.proof.recurring import recurring_misfits
from zhenggai.web.ledger.proof.rows import lost_rows, row_misfits
from zhenggai.web.ledger.proof.signatures import closure_misfits, state_misfits

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator

    from zhenggai.web.audit.sealing import Entry

_OFTEN = 500
"""Events between two looks at the files."""
_CHECKS = (
    row_misfits,
    piece_misfits,
    closure_misfits,
    grant_misfits,
    extension_misfits,
    profile_misfits,
    paper_misfits,
    meeting_misfits,
    cycle_misfits,
)
_ADDED = frozenset({"evidence.added", "area.added", "item.added", "finding.added", "response.added", "measure.added"})


@dataclass(frozen=True, slots=True)
class Progress:
    """How far things are."""

    events: int
    files: int
    size: int


@dataclass(slots=True)
class UnitProof:
    """One unit: how many events fit, the hash of the last of them, and what does not fit, the first thing first."""

    unit_id: int
    name: str
    events: int = 0
    hash: str = ""
    misfits: list[Misfit] = field(default_factory=list)

    @property
    def first(self) -> Misfit | None:
        """The first thing that does not fit."""
        return self.misfits[0] if self.misfits else None


@dataclass(slots=True)
class Verification:
    """What was found: `common` are misfits that belong to no unit."""

    units: list[UnitProof]
    common: list[Misfit]
    files: int
    size: int
    orphans: list[Orphan]

    @property
    def holds(self) -> bool:
        """Whether everything fits; a file that nobody names changes nothing of what is recorded."""
        return not self.common and not any(unit.misfits for unit in self.units)


def verify(
    *,
    now: dt.datetime,
    units: frozenset[int] | None = None,
    all_of_them: bool = False,
    report: Callable[[Progress], None] = lambda _: None,
) -> Verification:
    """Check the units, by default all: chain, rows, signatures and files.

    Of each unit the first misfit is told, or with `all_of_them` every one that can be found: behind a broken chain no rows are
    held against it. Files are read beside the rest and `report` is called now and then.
    """
    with snapshot():
        return _Run(now, units, report, None if all_of_them else 1).done()


class _Run:
    def __init__(
        self,
        now: dt.datetime,
        units: frozenset[int] | None,
        report: Callable[[Progress], None],
        most: int | None,
    ) -> None:
        self.now = now
        self.units = units
        self.report = report
        self.most = most
        self.events = 0
        self.hashing = Hashing(expected_files(units))

    def done(self) -> Verification:
        try:
            proofs = [self._unit(pk, name) for pk, name in self._names().items()]
            common: list[Misfit] = []
            if self.units is None:
                common = self._some(chain(state_misfits(self._tick), stored_file_misfits(self._tick)))
            else:
                common = self._some(state_misfits(self._tick, self.units))
            self.hashing.finish()
        except BaseException:
            self.hashing.stop()
            raise
        by_unit = {proof.unit_id: proof for proof in proofs}
        for owners, misfit in self.hashing.misfits:
            found = [by_unit[pk].misfits for pk in owners if pk in by_unit] or [common]
            for misfits in found:
                misfits.append(misfit)
        left = list(orphans(self.now)) if self.units is None else []
        return Verification(proofs, common, self.hashing.files, self.hashing.size, left)

    def _names(self) -> dict[int, str]:
        """Return the units with anything to check by id: those with events, and all others in which rows may stand."""
        names = dict(Organization.objects.order_by("pk").values_list("pk", "name"))
        chains = set(Event.objects.order_by().values_list("unit_id", flat=True).distinct())
        chains |= set(ChainHead.objects.values_list("unit_id", flat=True))
        chains |= set(Organization.objects.filter(kind="unit").values_list("pk", flat=True))
        wanted = chains if self.units is None else chains & self.units
        return {pk: names.get(pk, f"编号{pk}的机构") for pk in sorted(wanted)}

    def _unit(self, pk: int, name: str) -> UnitProof:
        walk = Walk(pk)
        proof = UnitProof(pk, name)
        added: dict[tuple[str, str], Past] = {}
        lost: list[Misfit] = []
        answerable: dict[str, tuple[str, int]] = {}
        recurring: dict[str, tuple[str, int]] = {}
        for entry in walk:
            self.events += 1
            if self.events % _OFTEN == 0:
                self._tick()
            for inspection, digest in ((entry.after or {}).get(ANSWERABLE) or {}).items():
                answerable[inspection] = (digest, entry.number)
            for inspection, digest in ((entry.after or {}).get(LAID_OUT) or {}).items():
                recurring[inspection] = (digest, entry.number)
            if entry.action in _ADDED:
                added[entry.subject_type, entry.subject_id] = _past(entry)
                if len(added) == BATCH:
                    lost += _lost(pk, added)
                    added = {}
        proof.events, proof.hash = walk.number, walk.hash
        if walk.broken:
            where = f"第{walk.broken.number}条操作记录"
            proof.misfits.append(Misfit("chain", where, walk.broken.why, walk.broken.number))
            return proof
        lost += _lost(pk, added)
        checks = (check(pk, self._tick) for check in _CHECKS)
        told = (answerable_misfits(pk, answerable), recurring_misfits(pk, recurring, self._tick))
        proof.misfits = self._some(chain(lost, chain.from_iterable(checks), *told))
        return proof

    def _some(self, misfits: Iterator[Misfit]) -> list[Misfit]:
        return list(islice(misfits, self.most))

    def _tick(self) -> None:
        self.hashing.feed()
        self.report(Progress(self.events, self.hashing.files, self.hashing.size))


def _lost(unit_id: int, added: dict[tuple[str, str], Past]) -> list[Misfit]:
    kinds: dict[str, dict[str, Past]] = {}
    for (kind, pk), past in added.items():
        kinds.setdefault(kind, {})[pk] = past
    found: list[Misfit] = []
    for kind, numbered in kinds.items():
        found += lost_pieces(unit_id, numbered) if kind == "evidence" else lost_rows(unit_id, kind, numbered)
    return found


def _past(entry: Entry) -> Past:
    return Past(
        entry.number,
        entry.at,
        entry.actor_id,
        entry.actor_name,
        entry.action,
        entry.subject_id,
        entry.before,
        entry.after,
        entry.reason,
    )


@contextmanager
def snapshot() -> Iterator[None]:
    """Read one state of the store, whatever others write meanwhile, and hold nobody up. Nothing can be written within."""
    if connection.in_atomic_block:
        yield
        return
    begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" if connection.vendor == "postgresql" else "BEGIN DEFERRED"
    with connection.cursor() as cursor:
        cursor.execute(begin)
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")
