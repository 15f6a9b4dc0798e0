"""Drafts as the import screens show them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from django.db.models import Case, TextField, Value, When
from django.db.models.fields.json import KT

from zhenggai.plan.doubts import DOUBTS
from zhenggai.web.ledger import access
from zhenggai.web.ledger.custom import choices_of
from zhenggai.web.ledger.drafting.grouping import Group, groups_of, orphans_of
from zhenggai.web.ledger.drafting.leftovers import tells_of
from zhenggai.web.ledger.drafting.names import Proposal, proposals
from zhenggai.web.ledger.models import DocumentText, ImportDraft, Inspection
from zhenggai.web.ledger.queries.documents import Paragraph, Table, parts_of
from zhenggai.web.ledger.queries.organization import known_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from zhenggai.web.accounts.rights import Rights
    from zhenggai.web.ledger.drafting.model import (
        AreaDraft,
        DoubtDraft,
        Draft,
        ItemDraft,
        LeftoverDraft,
        ResponseDraft,
    )

SHOWN = 100
PAGE = 8
"""Groups of findings on one page of the right side."""
_LEVELS = {"areas": "方面", "items": "条", "findings": "问题", "measures": "措施"}


@dataclass(frozen=True, slots=True)
class Total:
    """One count: what the document announces, if it does, and what was found."""

    name: str
    announced: int | None
    found: int
    fits: bool
    """Whether both agree; people say 问题 of items as well, so a number of findings may be that of the items."""


@dataclass(frozen=True, slots=True)
class Review:
    """Everything that the review screen shows of one draft; `groups` are those from `page` on that it shows at first."""

    draft: ImportDraft
    content: Draft
    parts: tuple[Paragraph | Table, ...]
    groups: tuple[Group, ...]
    orphans: tuple[ResponseDraft, ...]
    bare: tuple[tuple[str, AreaDraft | ItemDraft], ...]
    """Areas and items without a finding, each with its kind."""
    doubts: tuple[tuple[DoubtDraft, str], ...]
    leftovers: tuple[LeftoverDraft, ...]
    settled: tuple[LeftoverDraft, ...]
    names: tuple[Proposal, ...]
    totals: tuple[Total, ...]
    profiles: tuple[tuple[str, str], ...]
    suggested_code: str
    page: int
    pages: int
    following: int
    """How many groups stand behind those shown."""

    @property
    def last(self) -> str:
        """The key of the last group shown."""
        return self.groups[-1].key if self.groups else ""

    @property
    def unknown(self) -> str:
        """The names that nobody of the unit has, not even nearly: one a line."""
        return "\n".join(name.name for name in self.names if not name.settled and not name.offers)

    @property
    def open(self) -> int:
        """How many doubts, leftovers and names wait for a person."""
        return len(self.doubts) + len(self.leftovers) + sum(not name.settled for name in self.names)


def draft_list(rights: Rights) -> list[ImportDraft]:
    """Return the newest drafts of the person's units, those still open first."""
    order = {state: n for n, state in enumerate(("review", "uploaded", "failed", "confirmed", "dropped"))}
    found = listed(access.drafts(rights)).select_related("created_by", "inspection")
    return sorted(found.order_by("-updated_at")[:SHOWN], key=lambda draft: order[draft.state])


def listed(drafts: QuerySet[ImportDraft]) -> QuerySet[ImportDraft]:
    """Leave out what a list does not show, which may be megabytes; `called` is the title of a ledger begun by hand."""
    title = Case(When(document=None, then=KT("content__head__title")), default=Value(""), output_field=TextField())
    return drafts.defer("content").select_related("document").annotate(called=title)


def review_of(draft: ImportDraft, *, page: int = 1, through: str = "", with_document: bool = True) -> Review:
    """Return a draft in the state `review` as its screen shows it: a page of its groups; the document only when asked for.

    `through` is the key of a group up to which all are shown, however many pages that makes.
    """
    content = cast("Draft", draft.content)
    text = DocumentText.objects.filter(document=draft.document_id).first() if with_document else None
    groups = groups_of(content)
    shown = shown_of(groups, page=page, through=through)
    return Review(
        draft=draft,
        content=content,
        parts=parts_of(text.blocks) if text else (),
        groups=groups[shown],
        orphans=orphans_of(content),
        bare=_bare(content),
        doubts=tuple((doubt, _advice(doubt)) for doubt in content["doubts"] if _waits(content, doubt)),
        leftovers=tuple(leftover for leftover in content["unassigned"] if leftover["state"] == "open"),
        settled=tuple(leftover for leftover in content["unassigned"] if leftover["state"] == "settled"),
        names=proposals(content, known_names(draft.unit_id)),
        totals=_totals(content),
        profiles=tuple(choices_of(draft.unit_id).items()),
        suggested_code=_code(draft, content),
        page=shown.start // PAGE + 1,
        pages=max(1, -(-len(groups) // PAGE)),
        following=len(groups) - shown.stop,
    )


def shown_of(groups: Sequence[Group], *, page: int = 1, through: str = "") -> slice:
    """Return which groups a page shows: those of `page`, and on to the one with the key `through`."""
    pages = max(1, -(-len(groups) // PAGE))
    start = PAGE * (min(max(1, page), pages) - 1)
    last = next((n for n, group in enumerate(groups) if group.key == through), 0) if through else 0
    return slice(start, min(len(groups), max(start + PAGE, last + 1)))


def groups_after(content: Draft, after: str, *, through_block: int | None = None) -> tuple[tuple[Group, ...], int]:
    """Return the groups that follow the one with the key `after`, a page of them, and how many stand behind those.

    With `through_block` they go on to the first that was read from this block of the document; none where there is no such.
    """
    groups = groups_of(content)
    start = next((n + 1 for n, group in enumerate(groups) if group.key == after), len(groups))
    stop = start + PAGE
    if through_block is not None:
        stop = next((n + 1 for n in range(start, len(groups)) if through_block in groups[n].blocks), start)
    return groups[start:stop], max(0, len(groups) - stop)


def _waits(content: Draft, doubt: DoubtDraft) -> bool:
    """Say whether a doubt is open and not told by the text that was left over itself."""
    return doubt["state"] == "open" and not any(tells_of(doubt, leftover) for leftover in content["unassigned"])


def _advice(doubt: DoubtDraft) -> str:
    """Return what to do about a doubt, where its message does not say so already."""
    kind = DOUBTS.get(doubt["code"])
    return kind.advice if kind and kind.advice.rstrip("。") not in doubt["message"] else ""


def _bare(content: Draft) -> tuple[tuple[str, AreaDraft | ItemDraft], ...]:
    used = {finding["item"] for finding in content["findings"]} | {finding["area"] for finding in content["findings"]}
    used |= {item["area"] for item in content["items"]}
    areas = (("area", area) for area in content["areas"] if area["id"] not in used)
    return (*areas, *(("item", item) for item in content["items"] if item["id"] not in used))


def _totals(content: Draft) -> tuple[Total, ...]:
    found = {
        "areas": len(content["areas"]),
        "items": len(content["items"]),
        "findings": len(content["findings"]),
        "measures": sum(len(response["measures"]) for response in content["responses"]),
    }
    announced = content["head"]["announced"]
    accepted = {level: {None, count} for level, count in found.items()}
    accepted["findings"].add(found["items"])
    return tuple(
        Total(name, announced.get(level), found[level], announced.get(level) in accepted[level])
        for level, name in _LEVELS.items()
    )


def _code(draft: ImportDraft, content: Draft) -> str:
    """Return a code that the unit has not used yet: the year of the feedback and a running number."""
    head = content["head"]
    year = (head["feedback_date"] or head["plan_date"] or f"{draft.created_at:%Y}")[:4]
    used = set(Inspection.objects.filter(unit=draft.unit_id, code__startswith=year).values_list("code", flat=True))
    return next(code for n in range(1, 1000) if (code := f"{year}-{n:02d}") not in used)
