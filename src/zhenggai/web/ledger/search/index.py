"""Keeping the index with the rows: what changes a row calls this in the same transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from zhenggai.web.ledger.models import Answer, Finding, SearchText
from zhenggai.web.ledger.search import tables
from zhenggai.web.ledger.search.grams import folded, grams_of
from zhenggai.web.ledger.search.words import words_of

if TYPE_CHECKING:
    from collections.abc import Iterable

BATCH = 500


@transaction.atomic
def index_findings(ids: Iterable[int]) -> None:
    """Bring the index up to date for these findings; those whose words are the same are left alone."""
    whole = list(dict.fromkeys(ids))
    for start in range(0, len(whole), BATCH):
        batch = whole[start : start + BATCH]
        texts = {
            pk: "\n".join(dict.fromkeys(folded(field.text) for field in fields))
            for pk, fields in words_of(batch).items()
        }
        known = dict(SearchText.objects.filter(finding__in=texts).values_list("finding_id", "text"))
        owners = dict(Finding.objects.filter(pk__in=texts).values_list("pk", "inspection_id"))
        new = {pk: text for pk, text in texts.items() if known.get(pk) != text}
        tables.remove((pk, owners[pk], grams_of(known[pk])) for pk in new if pk in known)
        SearchText.objects.bulk_create(
            [SearchText(finding_id=pk, text=text) for pk, text in new.items()],
            update_conflicts=True,
            update_fields=["text"],
            unique_fields=["finding"],
        )
        tables.add((pk, owners[pk], grams_of(text)) for pk, text in new.items())


def index_inspection(inspection_id: int) -> None:
    """Bring the index up to date for a whole ledger."""
    index_findings(Finding.objects.filter(inspection=inspection_id).values_list("pk", flat=True))


def index_neighbours(responses: Iterable[int]) -> None:
    """Bring the index up to date for every finding that one of these responses answers."""
    index_findings(list(Answer.objects.filter(response__in=set(responses)).values_list("finding_id", flat=True)))


def index_missing() -> None:
    """Index the findings that are not in the index: those of a store that is older than the index."""
    if not SearchText.objects.exists():
        tables.clear()
    missing = Finding.objects.filter(search_text=None).values_list("pk", flat=True).order_by("pk")
    while batch := list(missing[:BATCH]):
        index_findings(batch)
