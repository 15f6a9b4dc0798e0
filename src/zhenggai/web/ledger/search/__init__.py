"""Full-text search that finds words of two characters: the same bigrams in SQLite and in PostgreSQL."""

from zhenggai.web.ledger.search.grams import Part, excerpt_of, grams_of, marked, terms_of
from zhenggai.web.ledger.search.index import index_findings, index_inspection, index_missing, index_neighbours
from zhenggai.web.ledger.search.tables import matching
from zhenggai.web.ledger.search.words import Words, words_of

__all__ = [
    "Part",
    "Words",
    "excerpt_of",
    "grams_of",
    "index_findings",
    "index_inspection",
    "index_missing",
    "index_neighbours",
    "marked",
    "matching",
    "terms_of",
    "words_of",
]
