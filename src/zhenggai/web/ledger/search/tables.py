"""The index itself: FTS5 over bigrams in SQLite, an array with a GIN index in PostgreSQL. All its SQL stands here.

Each finding is also found under a word that stands for its inspection, so that a look-up ends at what the person may see
and not at all findings of the store. In SQLite the index keeps no text (`content=''`): removing a row takes its old bigrams.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection
from django.db.models.expressions import RawSQL

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.backends.base.base import BaseDatabaseWrapper

MOST_INSPECTIONS = 100
"""With more inspections than these the words alone are looked up, and what may be seen is sorted out afterwards."""

_CREATE = {
    "sqlite": (
        """CREATE VIRTUAL TABLE ledger_search USING fts5(
        grams, content='', detail=none, columnsize=0, tokenize='unicode61 remove_diacritics 0')""",
    ),
    "postgresql": (
        "ALTER TABLE ledger_searchtext ADD COLUMN grams text[] NOT NULL DEFAULT '{}'",
        "CREATE INDEX search_by_gram ON ledger_searchtext USING gin (grams)",
    ),
}
_DROP = {"sqlite": ("DROP TABLE ledger_search",), "postgresql": ()}


def create(target: BaseDatabaseWrapper) -> None:
    """Make the index in an empty database; for the migration."""
    _run(target, _CREATE)


def drop(target: BaseDatabaseWrapper) -> None:
    """Remove the index."""
    _run(target, _DROP)


def add(rows: Iterable[tuple[int, int, Sequence[str]]]) -> None:
    """Add findings, given as (id, inspection, bigrams)."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.executemany(
                "UPDATE ledger_searchtext SET grams = %s WHERE finding_id = %s",
                [([_word(inspection), *grams], pk) for pk, inspection, grams in rows],
            )
        else:
            cursor.executemany(
                "INSERT INTO ledger_search (rowid, grams) VALUES (%s, %s)",
                [(pk, " ".join([_word(inspection), *grams])) for pk, inspection, grams in rows],
            )


def remove(rows: Iterable[tuple[int, int, Sequence[str]]]) -> None:
    """Remove findings, given as they were added."""
    if connection.vendor == "postgresql":
        return  # the column is written anew with the row
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO ledger_search (ledger_search, rowid, grams) VALUES ('delete', %s, %s)",
            [(pk, " ".join([_word(inspection), *grams])) for pk, inspection, grams in rows],
        )


def clear() -> None:
    """Remove every finding from the index."""
    if connection.vendor != "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO ledger_search (ledger_search) VALUES ('delete-all')")


def matching(grams: Sequence[str], inspections: Sequence[int]) -> RawSQL:
    """Return the ids of the findings that have all `grams`, which must not be none, for use in `pk__in`.

    Findings of other inspections are left out if `inspections` are few enough, else they are among the ids.
    """
    words = [_word(inspection) for inspection in inspections] if len(inspections) <= MOST_INSPECTIONS else []
    if connection.vendor == "postgresql":
        if words:
            return RawSQL(
                "SELECT finding_id FROM ledger_searchtext WHERE grams @> %s::text[] AND grams && %s::text[]",
                (list(grams), words),
            )
        return RawSQL("SELECT finding_id FROM ledger_searchtext WHERE grams @> %s::text[]", (list(grams),))
    query = " AND ".join(
        f'"{gram}"' for gram in grams
    )  # bigrams are letters and digits, so nothing in them ends a quote
    if words:
        query = f"({' OR '.join(words)}) AND {query}"
    return RawSQL("SELECT rowid FROM ledger_search WHERE ledger_search MATCH %s", (query,))


def _word(inspection: int) -> str:
    return f"inspection{inspection}"


def _run(target: BaseDatabaseWrapper, statements: dict[str, tuple[str, ...]]) -> None:
    with target.cursor() as cursor:
        for statement in statements[target.vendor]:
            cursor.execute(statement)
