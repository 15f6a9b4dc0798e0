"""全文查找: findings by the words of their own, of what stands above them, of their measures and their responsible parties."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from zhenggai.web.faults import Invalid
from zhenggai.web.ledger import access, search
from zhenggai.web.ledger.models.rows import ClosureStage, Layer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from zhenggai.web.accounts.rights import Rights
    from zhenggai.web.ledger.models import Finding
    from zhenggai.web.ledger.search import Part, Words

PAGE = 20
LONGEST = 100
_STAGE = dict(ClosureStage.choices)
_FIELDS = ("unit_id", "order", "reference", "closure_stage", "layer", "inspection__title")
_PLACES = 4
"""How many places besides the finding's own text a hit shows."""


@dataclass(frozen=True, slots=True)
class Place:
    """A field in which the words stand: its name in Chinese, what stands around them, and the measure it is of."""

    label: str
    parts: tuple[Part, ...]
    measure_id: int | None


@dataclass(frozen=True, slots=True)
class Hit:
    """A finding that was found."""

    id: int
    unit_id: int
    reference: str
    inspection: str
    stage: str
    restricted: bool
    text: tuple[Part, ...]
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Hits:
    """One page of hits; `after` is the key of the next page, "" on the last. `looked_for` says whether there were words."""

    hits: tuple[Hit, ...]
    after: str
    looked_for: bool


def search_findings(rights: Rights, query: str, *, after: str = "", size: int = PAGE) -> Hits:
    """Return the findings that the person may see and that have every word of `query`, the newest inspection first.

    Raises:
        Invalid: field `q`, a query that is too long.
    """
    if len(query) > LONGEST:
        raise Invalid({"q": f"查找内容请控制在{LONGEST}字以内，可以只填最能区分的几个词。"})
    terms = search.terms_of(query)
    if not terms:
        return Hits((), "", looked_for=False)
    page: list[Finding] = []
    key = _key(after)
    for inspections in _groups(rights, key):
        chosen = _found(rights, terms, inspections).filter(_behind(key)).order_by("-inspection_id", "order", "pk")
        page += chosen.select_related("inspection").only(*_FIELDS)[: size + 1 - len(page)]
        if len(page) > size:
            break
    more, page = len(page) > size, page[:size]
    words = search.words_of([finding.pk for finding in page])
    return Hits(
        tuple(_hit(finding, words[finding.pk], terms) for finding in page),
        f"{page[-1].inspection_id}-{page[-1].order}-{page[-1].pk}" if more else "",
        looked_for=True,
    )


def _groups(rights: Rights, key: tuple[int, int, int] | None) -> list[list[int]]:
    """Return the inspections from the key on, the newest first, in groups of 1, 10, 100 and the rest.

    A common word fills the page from the newest inspections; only a rare one, which is looked up quickly, is sought in all.
    """
    visible = access.inspections(rights).order_by("-pk")
    if key:
        visible = visible.filter(pk__lte=key[0])
    ids = list(visible.values_list("pk", flat=True))
    return [group for group in (ids[:1], ids[1:11], ids[11:111], ids[111:]) if group]


def _found(rights: Rights, terms: tuple[str, ...], inspections: list[int]) -> QuerySet[Finding]:
    """Return the findings: the index gives those with all bigrams, the folded text says whether they stand together."""
    found = access.findings(rights).filter(
        withdrawn_at=None, inspection_id__lte=inspections[0], inspection_id__gte=inspections[-1]
    )
    grams = list(dict.fromkeys(gram for term in terms for gram in search.grams_of(term)))
    if grams:
        found = found.filter(pk__in=search.matching(grams, inspections))
    for term in terms:
        found = found.filter(search_text__text__contains=term)
    return found


def _key(after: str) -> tuple[int, int, int] | None:
    parts = after.split("-")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() and len(part) < 18 for part in parts):
        return None
    return int(parts[0]), int(parts[1]), int(parts[2])


def _behind(key: tuple[int, int, int] | None) -> Q:
    if key is None:
        return Q()
    inspection, order, pk = key
    same = Q(inspection_id=inspection) & (Q(order__gt=order) | Q(order=order, pk__gt=pk))
    return Q(inspection_id__lt=inspection) | same


def _hit(finding: Finding, words: Sequence[Words], terms: tuple[str, ...]) -> Hit:
    own, *others = words
    places = [Place(field.label, search.excerpt_of(field.text, terms), field.measure_id) for field in others]
    return Hit(
        id=finding.pk,
        unit_id=finding.unit_id,
        reference=finding.reference,
        inspection=finding.inspection.title,
        stage=_STAGE[finding.closure_stage],
        restricted=finding.layer == Layer.RESTRICTED,
        text=search.marked(own.text, terms),
        places=tuple(place for place in places if place.parts)[:_PLACES],
    )
