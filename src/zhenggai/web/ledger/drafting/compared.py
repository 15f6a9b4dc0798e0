"""A later document beside the ledger, with the matches between their rows: what the parts of the comparison look at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rapidfuzz import fuzz, process

from zhenggai.web.ledger.drafting.difference import title_of
from zhenggai.web.ledger.drafting.matching import key_of, match_rows, words_of
from zhenggai.web.ledger.drafting.standing import headline

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhenggai.web.ledger.drafting.later import Incoming, Later
    from zhenggai.web.ledger.drafting.standing import Kind, Row, Standing

_OFFERED: Final = 8
_LEAST: Final = 20
_MOST: Final = 2000
"""Beyond this many rows of a kind none are offered: a person types the reference."""


class Compared:
    """Standing rows by reference, incoming rows by key, `below` and `beneath` their children, and the matches."""

    def __init__(self, standing: Standing, later: Later, links: Mapping[str, str]) -> None:
        """Match the rows; `links` are a person's matches."""
        self.standing = standing
        self.later = later
        self.links = links
        self.matches = match_rows(standing, later, links)
        self.incoming = {row.key: row for row in later.rows}
        self.below = standing.below()
        self._words: dict[Kind, dict[str, str]] = {}
        self.beneath: dict[str, list[Incoming]] = {}
        for row in later.rows:
            for parent in row.parents or ():
                self.beneath.setdefault(parent, []).append(row)

    def owner(self, key: str) -> str:
        """Return the reference that an incoming owner stands for, or its key where it is new."""
        return self.matches[key].reference if key in self.matches else key

    def title(self, row: Row) -> str:
        """Return what a person calls a row of the ledger; a block of measures by the finding that it answers."""
        finding = self.standing.rows.get(row.parents[0]) if row.kind == "response" and row.parents else None
        return f"{title_of(finding).rstrip('。；')}（责任分工）" if finding else title_of(row)

    def offered(self, incoming: Incoming) -> tuple[tuple[str, str], ...]:
        """Return the rows of the ledger that the incoming one might be, the likeliest first, with their first words."""
        if incoming.kind not in self._words:
            rows = self.standing.of(incoming.kind)
            few = incoming.kind != "response" and len(rows) <= _MOST
            self._words[incoming.kind] = {r.reference: key_of(words_of(r.fields)) for r in rows} if few else {}
        found = process.extract(
            key_of(words_of(incoming.fields)),
            self._words[incoming.kind],
            scorer=fuzz.ratio,
            processor=None,
            limit=_OFFERED,
            score_cutoff=_LEAST,
        )
        return tuple((reference, headline(self.standing.rows[reference], 30)) for _, _, reference in found)
