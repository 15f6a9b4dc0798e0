"""Drafts as the import screens show them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from zhenggai import profile as profiles
from zhenggai.plan.doubts import DOUBTS
from zhenggai.web.ledger import access
from zhenggai.web.ledger.drafting.leftovers import tells_of
from zhenggai.web.ledger.drafting.names import Proposal, proposals
from zhenggai.web.ledger.models import DocumentText, ImportDraft, Inspection
from zhenggai.web.ledger.queries.documents import Paragraph, Table, parts_of
from zhenggai.web.ledger.queries.organization import known_names

if TYPE_CHECKING:
    from zhenggai.web.accounts.rights import Rights
    from zhenggai.web.ledger.drafting.model import (
        AreaDraft,
        DoubtDraft,
        Draft,
        FindingDraft,
        ItemDraft,
        LeftoverDraft,
        ResponseDraft,
    )

SHOWN = 100
PAGE = 20
"""Groups of findings on one page of the right side."""
_LEVELS = {"areas": "方面", "items": "条", "findings": "问题", "measures": "措施"}


@dataclass(frozen=True, slots=True)
class Group:
    """Findings that stand together, with the area or item above the first of them, and the responses below them."""

    area: AreaDraft | None
    item: ItemDraft | None
    findings: tuple[FindingDraft, ...]
    responses: tuple[ResponseDraft, ...]


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
    """Everything that the review screen shows of one draft."""

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
    found = access.drafts(rights).defer("content").select_related("document", "created_by", "inspection")
    return sorted(found.order_by("-updated_at")[:SHOWN], key=lambda draft: order[draft.state])


def review_of(draft: ImportDraft, *, page: int = 1, with_document: bool = True) -> Review:
    """Return a draft in the state `review` as its screen shows it: a page of its groups; the document only when asked for."""
    content = cast("Draft", draft.content)
    text = DocumentText.objects.filter(document=draft.document_id).first() if with_document else None
    groups, orphans = _groups(content)
    pages = max(1, -(-len(groups) // PAGE))
    page = min(max(1, page), pages)
    return Review(
        draft=draft,
        content=content,
        parts=parts_of(text.blocks) if text else (),
        groups=groups[PAGE * (page - 1) : PAGE * page],
        orphans=orphans if page == pages else (),
        bare=_bare(content),
        doubts=tuple((doubt, _advice(doubt)) for doubt in content["doubts"] if _waits(content, doubt)),
        leftovers=tuple(leftover for leftover in content["unassigned"] if leftover["state"] == "open"),
        settled=tuple(leftover for leftover in content["unassigned"] if leftover["state"] == "settled"),
        names=proposals(content, known_names(draft.unit_id)),
        totals=_totals(content),
        profiles=tuple((profile.key, profile.name) for profile in profiles.shipped().values()),
        suggested_code=_code(draft, content),
        page=page,
        pages=pages,
    )


def _waits(content: Draft, doubt: DoubtDraft) -> bool:
    """Say whether a doubt is open and not told by the text that was left over itself."""
    return doubt["state"] == "open" and not any(tells_of(doubt, leftover) for leftover in content["unassigned"])


def _advice(doubt: DoubtDraft) -> str:
    """Return what to do about a doubt, where its message does not say so already."""
    kind = DOUBTS.get(doubt["code"])
    return kind.advice if kind and kind.advice.rstrip("。") not in doubt["message"] else ""


def _groups(content: Draft) -> tuple[tuple[Group, ...], tuple[ResponseDraft, ...]]:
    """Return the findings in the order of the ledger, those that share their responses together."""
    answers: dict[str, list[ResponseDraft]] = defaultdict(list)
    for response in content["responses"]:
        for answered in response["findings"]:
            answers[answered].append(response)
    areas = {area["id"]: area for area in content["areas"]}
    items = {item["id"]: item for item in content["items"]}
    groups: list[Group] = []
    area = item = None
    for finding in content["findings"]:
        responses = tuple(answers[finding["id"]])
        same = groups and responses and groups[-1].responses == responses and item == finding["item"]
        if same:
            last = groups[-1]
            groups[-1] = Group(last.area, last.item, (*last.findings, finding), responses)
            continue
        new_area = areas.get(finding["area"] or "") if finding["area"] != area else None
        new_item = items.get(finding["item"] or "") if finding["item"] != item else None
        groups.append(Group(new_area, new_item, (finding,), responses))
        area, item = finding["area"], finding["item"]
    known = {finding["id"] for finding in content["findings"]}
    orphans = tuple(r for r in content["responses"] if known.isdisjoint(r["findings"]))
    return tuple(groups), orphans


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
