"""Which row of a later document is which row of the ledger: by reference, else by words, number and owner.

Pairs are taken in stages, the surest first over the whole document, so that an unsure pair never takes a row from a sure one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from rapidfuzz import fuzz

from zhenggai.text import compact
from zhenggai.web.ledger.drafting.standing import KINDS, Kind, Row

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from zhenggai.web.ledger.drafting.later import Incoming, Later
    from zhenggai.web.ledger.drafting.standing import Standing

NEW: Final = "new"
"""What a person links a row to that is in the ledger by no other name."""
SURE: Final = 0.78
LIKELY: Final = 0.5
_FAR_LIKELY: Final = 0.62
_BLOCK: Final = 0.34
_MOST_PAIRS: Final = 250_000
"""Beyond this many pairs of leftovers only those with the same owner are compared."""


@dataclass(frozen=True, slots=True)
class Match:
    """The reference that a row of the document stands for, how alike the words are, and whether that is certain."""

    reference: str
    certain: bool
    score: float


def match_rows(standing: Standing, later: Later, links: Mapping[str, str]) -> dict[str, Match]:
    """Return the matches by the key of the incoming row. `links` are a person's: key → reference, or `NEW`."""
    return _Matcher(standing, later, links).run()


def alike(one: str, other: str) -> float:
    """Return how alike two texts are, 0 to 1, by their letters and digits."""
    return fuzz.ratio(key_of(one), key_of(other)) / 100


@lru_cache(maxsize=32_768)
def key_of(words: str) -> str:
    """Return the letters and digits of `words`, by which rows are compared; each is asked for many times."""
    return compact(words)


def words_of(fields: Mapping[str, str]) -> str:
    """Return the words by which a row is compared with others."""
    return fields.get("text") or fields.get("title") or ""


class _Matcher:
    def __init__(self, standing: Standing, later: Later, links: Mapping[str, str]) -> None:
        self.standing = standing
        self.later = later
        self.links = links
        self.found: dict[str, Match] = {}
        self.taken: set[str] = set()
        self.below = standing.below()

    def run(self) -> dict[str, Match]:
        for row in self.later.rows:
            wanted = self.links.get(row.key) or row.reference
            if wanted in self.standing.rows and self.standing.rows[wanted].kind == row.kind:
                self._take(row, wanted, certain=True, score=1.0)
        for kind in KINDS:
            if kind == "response":
                self._match_responses()
            else:
                self._match_words(kind)
        return self.found

    def _take(self, row: Incoming, reference: str, *, certain: bool, score: float) -> None:
        if row.key not in self.found and reference not in self.taken:
            self.found[row.key] = Match(reference, certain, score)
            self.taken.add(reference)

    def _open(self, kind: Kind) -> tuple[list[Incoming], list[Row]]:
        rows = [
            r
            for r in self.later.rows
            if r.kind == kind and r.key not in self.found and self.links.get(r.key) != NEW and not r.reference
        ]
        return rows, [row for row in self.standing.of(kind) if row.reference not in self.taken]

    # -- rows with words -----------------------------------------------------------------------------------------------

    def _match_words(self, kind: Kind) -> None:
        self._match_equal(kind)
        for least, near in ((SURE, True), (SURE, False), (LIKELY, True), (_FAR_LIKELY, False)):
            rows, standing = self._open(kind)
            self._pair(rows, standing, near=near, least=least)

    def _match_equal(self, kind: Kind) -> None:
        """Pair equal words: with the same owner first, then wherever they stand."""
        for near in (True, False):
            rows, standing = self._open(kind)
            by_words: dict[str, list[Row]] = {}
            for row in standing:
                by_words.setdefault(key_of(words_of(row.fields)), []).append(row)
            for incoming in rows:
                words = key_of(words_of(incoming.fields))
                rivals = [row for row in by_words.get(words, ()) if row.reference not in self.taken]
                if near:
                    rivals = [row for row in rivals if self._same_owner(incoming, row)]
                if words and rivals:
                    best = next((r for r in rivals if r.fields["number"] == incoming.fields.get("number")), rivals[0])
                    self._take(incoming, best.reference, certain=True, score=1.0)

    def _pair(self, rows: Sequence[Incoming], standing: Sequence[Row], *, near: bool, least: float) -> None:
        if not near and len(rows) * len(standing) > _MOST_PAIRS:
            return
        candidates: list[tuple[float, int, Incoming, Row]] = []
        best: dict[str, list[float]] = {}
        for incoming, row in self._candidates(rows, standing, near=near):
            likeness = alike(words_of(incoming.fields), words_of(row.fields))
            score = likeness + 0.04 * (row.fields["number"] == incoming.fields.get("number") != "")
            if score >= least:
                candidates.append((score, len(candidates), incoming, row))
                best.setdefault(incoming.key, []).append(score)
        candidates.sort(key=lambda entry: (-entry[0], entry[1]))
        for score, _, incoming, row in candidates:
            rivals = sorted(best[incoming.key], reverse=True)
            ambiguous = len(rivals) > 1 and rivals[1] > score - 0.08 and score < 0.97
            self._take(incoming, row.reference, certain=least >= SURE and not ambiguous, score=min(score, 1.0))

    def _candidates(
        self, rows: Sequence[Incoming], standing: Sequence[Row], *, near: bool
    ) -> Iterable[tuple[Incoming, Row]]:
        if not near:
            return [(incoming, row) for incoming in rows for row in standing]
        by_owner: dict[str, list[Row]] = {}
        for row in standing:
            for parent in row.parents or ("",):
                by_owner.setdefault(parent, []).append(row)
        return [(incoming, row) for incoming in rows for o in self._owners(incoming) for row in by_owner.get(o, ())]

    def _owners(self, incoming: Incoming) -> set[str]:
        """Return the references of the row's owners; "" for a row at the top, nothing for one whose owner is new."""
        if not incoming.parents:
            return {""}
        return {self._reference(parent) for parent in incoming.parents} - {""}

    def _reference(self, key: str) -> str:
        if key in self.standing.rows:
            return key
        return self.found[key].reference if key in self.found else ""

    def _same_owner(self, incoming: Incoming, row: Row) -> bool:
        return bool(self._owners(incoming) & set(row.parents or ("",)))

    # -- blocks of measures --------------------------------------------------------------------------------------------

    def _match_responses(self) -> None:
        """Pair blocks that answer the same findings, those with the most alike measures first; then those that moved."""
        measures: dict[str, list[str]] = {}
        for row in self.later.rows:
            if row.kind == "measure" and row.parents:
                measures.setdefault(row.parents[0], []).append(row.fields.get("text", ""))
        rows, standing = self._open("response")
        by_owner: dict[str, list[Row]] = {}
        for block in standing:
            for parent in block.parents:
                by_owner.setdefault(parent, []).append(block)
        near = {
            (incoming.key, row.reference): (incoming, row)
            for incoming in rows
            for owner in self._owners(incoming)
            for row in by_owner.get(owner, ())
        }
        self._match_blocks(near.values(), measures, least=_BLOCK)
        rows, standing = self._open("response")
        if len(rows) * len(standing) <= _MOST_PAIRS:
            self._match_blocks(((i, row) for i in rows for row in standing), measures, least=SURE / 2)

    def _match_blocks(
        self, pairs: Iterable[tuple[Incoming, Row]], measures: Mapping[str, list[str]], *, least: float
    ) -> None:
        candidates: list[tuple[float, int, Incoming, Row]] = []
        for incoming, row in pairs:
            mine, theirs = self._owners(incoming), set(row.parents)
            shared = len(mine & theirs) / len(mine | theirs) if mine & theirs else 0.0
            words = "".join(measures.get(incoming.key, ()))
            known = "".join(m.fields["text"] for m in self.below.get(row.reference, ()))
            score = (shared + (alike(words, known) if words and known else 0.5 * bool(shared))) / 2
            candidates.append((score, len(candidates), incoming, row))
        candidates.sort(key=lambda entry: (-entry[0], entry[1]))
        for score, _, incoming, row in candidates:
            if score >= least:
                self._take(incoming, row.reference, certain=True, score=score)
