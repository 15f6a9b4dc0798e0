"""督办文书: which there are by state, one of them as it is written, what waits for whom, and counts of transfers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, OuterRef, Q, Sum

from zhenggai import profile as profiles
from zhenggai.profile import GROUNDS, PAPER_KINDS, SIGNERS
from zhenggai.web.accounts.models import Organization
from zhenggai.web.ledger import access
from zhenggai.web.ledger.actions.paper_answers import evidence_for
from zhenggai.web.ledger.actions.paper_raising import About, raisable, unmade
from zhenggai.web.ledger.actions.papers import left_out
from zhenggai.web.ledger.actions.transfers import BODIES
from zhenggai.web.ledger.custom import profile_of
from zhenggai.web.ledger.models import Answer, PaperAnswer, PaperRecipient, SupervisionPaper, TransferCount
from zhenggai.web.ledger.models.rows import Layer
from zhenggai.web.ledger.queries.closure_queues import UNSAID
from zhenggai.web.ledger.supervision.addressees import addressees_of, words_of
from zhenggai.web.ledger.supervision.facts import matter_of, papers_of
from zhenggai.web.ledger.supervision.matters import body_of, findings_of_papers, level_of, matter_in_words
from zhenggai.web.ledger.supervision.standing import same_matter, stand_of
from zhenggai.workflow.ladder import skipped
from zhenggai.workflow.paper_forms import FORMS
from zhenggai.workflow.papers import PAPER_STATES

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from zhenggai.profile import Level, Light
    from zhenggai.web.accounts.rights import Rights
    from zhenggai.web.ledger.models import Evidence
    from zhenggai.workflow.paper_forms import PaperField
    from zhenggai.workflow.papers import PaperStep

PAGE = 50
_SERVED = ("served", "received")
GROUPS: dict[str, tuple[str, tuple[str, ...]]] = {
    "draft": ("待签发", ("draft",)),
    "signed": ("待送达", ("signed",)),
    "served": ("待签收、答复", ("served", "received")),
    "answered": ("待审定", ("answered",)),
    "accepted": ("待办结", ("accepted",)),
    "rejected": ("答复未认可", ("rejected",)),
    "closed": ("已办结", ("closed",)),
    "withdrawn": ("已撤回", ("withdrawn",)),
}
"""The groups of the list, with the states in each; drafts that have lapsed are not listed."""


@dataclass(frozen=True, slots=True)
class PaperLine:
    """One paper in a list. `about` says nothing of a restricted matter's words."""

    id: int
    called: str
    kind: str
    level: int
    level_name: str
    state: str
    state_code: str
    about: str
    inspection: str
    reason: str
    asks: bool
    day: dt.datetime
    answer_by: dt.date | None
    light: Light | None
    version: int


@dataclass(frozen=True, slots=True)
class PaperFilter:
    """What the list is narrowed to; `before` is the last id of the page before."""

    group: str = "draft"
    kind: str = ""
    inspection: int | None = None
    before: int | None = None


@dataclass(frozen=True, slots=True)
class PaperList:
    """A page of papers of one group, how many there are in each, and the ledgers to choose from."""

    groups: tuple[tuple[str, str, int], ...]
    lines: tuple[PaperLine, ...]
    last: int | None
    """The id after which the next page begins, None where there is no more."""
    inspections: tuple[tuple[int, str], ...]
    late: int
    departments: tuple[tuple[int, str, tuple[tuple[int, str], ...]], ...]
    """The ledgers of the unit and its departments, about which the person may raise a paper; none for who may not."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """Somebody to whom the paper goes; `received_at` is None until the receipt has been signed."""

    name: str
    role: str
    received_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class PaperStory:
    """One paper with everything on it, and the steps that the person may take."""

    paper: SupervisionPaper
    called: str
    name: str
    fields: tuple[tuple[PaperField, str], ...]
    matter: str
    finding_id: int | None
    state: str
    light: Light | None
    receipts: tuple[Receipt, ...]
    answer: PaperAnswer | None
    pieces: tuple[Evidence, ...]
    earlier: tuple[PaperLine, ...]
    left_out: tuple[Level, ...]
    steps: tuple[PaperStep, ...]
    signers: tuple[str, ...]
    ground: str
    choices: tuple[Evidence, ...]
    """Evidence that an answer may name; empty for who may not answer."""

    @property
    def may(self) -> frozenset[str]:
        """The codes of the steps that the person may take."""
        return frozenset(step.code for step in self.steps)

    @property
    def restricted_evidence(self) -> list[tuple[int, int, str]]:
        """The restricted pieces that the page shows, as (id, unit, reference): showing them is an event."""
        shown = {piece.pk: piece for piece in (*self.pieces, *self.choices) if piece.layer == Layer.RESTRICTED}
        return [(pk, piece.unit_id, piece.reference) for pk, piece in shown.items()]


@dataclass(frozen=True, slots=True)
class Raising:
    """What the form of a paper raised by hand needs; `skipped` names for each level what would be left out."""

    matter: str
    inspection_id: int
    finding_id: int | None
    levels: tuple[Level, ...]
    grounds: tuple[tuple[str, str], ...]
    skipped: tuple[tuple[str, str], ...]
    earlier: tuple[PaperLine, ...]


@dataclass(frozen=True, slots=True)
class Transfers:
    """Counts of transfers, the newest first, and their sums by body and in all."""

    rows: tuple[TransferCount, ...]
    by_body: tuple[tuple[str, int], ...]
    total: int
    bodies: tuple[tuple[str, str], ...]
    may_count: bool


def paper_list(rights: Rights, chosen: PaperFilter) -> PaperList:
    """Return a page of the papers that the person sees, and how many there are by state."""
    seen = access.papers(rights).exclude(state="lapsed")
    inspections = dict(seen.order_by("inspection_id").values_list("inspection_id", "inspection__title").distinct())
    if chosen.kind in PAPER_KINDS:
        seen = seen.filter(kind=chosen.kind)
    if chosen.inspection in inspections:
        seen = seen.filter(inspection=chosen.inspection)
    counts: Counter[str] = Counter(dict(seen.order_by().values_list("state").annotate(Count("pk"))))
    states = GROUPS[chosen.group if chosen.group in GROUPS else "draft"][1]
    rows = seen.filter(state__in=states)
    if chosen.before:
        rows = rows.filter(pk__lt=chosen.before)
    page = list(_rows(rows).order_by("-pk")[: PAGE + 1])
    late = seen.filter(state__in=("served", "received"), asks=True, answer_by__lt=rights.today).count()
    return PaperList(
        groups=tuple((key, name, sum(counts[state] for state in those)) for key, (name, those) in GROUPS.items()),
        lines=_lines(page[:PAGE], rights.today),
        last=page[PAGE - 1].pk if len(page) > PAGE else None,
        inspections=tuple(inspections.items()),
        late=late,
        departments=_departments(rights),
    )


def paper_story(rights: Rights, pk: int) -> PaperStory:
    """Return one paper; faults as `access.paper`."""
    paper = access.paper(rights, pk, "paper.read")
    stand = stand_of(rights, paper)
    steps = stand.steps()
    body = body_of(paper, rights.today)
    answer = PaperAnswer.objects.select_related("answered_by", "judged_by").filter(paper=paper).first()
    level = level_of(paper)
    earlier = access.papers(rights).filter(same_matter(paper), pk__lt=paper.pk).exclude(state="lapsed")
    answers = any(step.code == "answered" for step in steps)
    return PaperStory(
        paper=paper,
        called=paper.called,
        name=str(paper.facts.get("paper") or PAPER_KINDS[paper.kind]),
        fields=tuple((field, body.get(field.key, "")) for field in FORMS[paper.kind]),
        matter=matter_in_words(paper),
        finding_id=findings_of_papers([paper]).get(paper.pk),
        state=PAPER_STATES[paper.state],
        light=_light(paper, rights.today),
        receipts=_receipts(paper, level, rights.today),
        answer=answer,
        pieces=_pieces(rights, answer),
        earlier=_lines(_rows(earlier).order_by("-pk")[:20], rights.today),
        left_out=left_out(paper) if paper.state == "draft" else (),
        steps=steps,
        signers=tuple(words for role, words in SIGNERS.items() if level and role in level.signed_by),
        ground=GROUNDS.get(paper.ground, ""),
        choices=tuple(evidence_for(rights, paper)[:100]) if answers else (),
    )


def raising(rights: Rights, about: About, inspection_id: int | None = None) -> Raising:
    """Return what the form needs for a paper about the matter; faults as `unmade`."""
    paper = unmade(rights, about, inspection_id)
    levels = raisable(paper.inspection)
    custom = profile_of(paper.inspection.profile).ladder
    had = papers_of(paper.inspection).get(matter_of(paper), [])
    above = {one.level: skipped(one.level, had, custom.levels) for one in levels}
    grounds = dict.fromkeys(ground for one in levels for ground in one.by_hand)
    earlier = access.papers(rights).filter(same_matter(paper)).exclude(state="lapsed")
    finding = paper.finding_id
    if paper.measure:
        finding = access.answered_by(rights, paper.measure.response_id)
    return Raising(
        matter=matter_in_words(paper),
        inspection_id=paper.inspection_id,
        finding_id=finding,
        levels=levels,
        grounds=tuple((ground, GROUNDS[ground]) for ground in grounds),
        skipped=tuple(
            (one.name, "、".join(low.name for low in above[one.level])) for one in levels if above[one.level]
        ),
        earlier=_lines(_rows(earlier).order_by("-pk")[:20], rights.today),
    )


def papers_of_finding(rights: Rights, finding_id: int) -> tuple[PaperLine, ...]:
    """Return the papers about a finding and its measures that the person sees, the newest first."""
    about = Q(finding=finding_id) | Q(measure__response__findings=finding_id)
    rows = access.papers(rights).filter(about).exclude(state="lapsed").distinct()
    return _lines(_rows(rows).order_by("-pk")[:20], rights.today)


def papers_to_handle(rights: Rights, limit: int) -> tuple[tuple[str, PaperLine], ...]:
    """Return what waits for the person, as (step, paper), those first whose answer is due soonest; drafts are in `drafts_to_sign`."""
    if not rights.may("paper.read"):
        return ()
    mine = PaperRecipient.objects.filter(paper=OuterRef("pk"), person__in=rights.people)
    addressed = access.papers(rights).annotate(
        mine=Exists(mine),
        unreceived=Exists(mine.filter(received_at=None)),
        own_answer=Exists(PaperAnswer.objects.filter(paper=OuterRef("pk"), answered_by__in=rights.people)),
    )
    condition = Q(pk__in=())
    if rights.may("paper.receive"):
        condition |= Q(unreceived=True, state__in=_SERVED)
    if rights.may("paper.answer"):
        condition |= Q(mine=True, asks=True, state__in=_SERVED) & ~Q(kind="circular")
    judges, serves = (rights.may_in(act, rights.unit_id) for act in ("paper.judge", "paper.serve"))
    if judges:
        condition |= Q(mine=False, own_answer=False, state="answered") | Q(state="accepted")
    if serves:
        condition |= Q(state="signed")
    rows = list(_rows(addressed.filter(condition)).order_by("answer_by", "pk")[:limit])
    return tuple(
        (_step_of(row, answers=rights.may("paper.answer")), line)
        for row, line in zip(rows, _lines(rows, rights.today), strict=True)
    )


def _step_of(row: SupervisionPaper, *, answers: bool) -> str:
    """Return which step of the paper waits for somebody to whom it is shown as theirs."""
    if row.state in _SERVED:
        return "answered" if row.asks and answers and row.kind != "circular" else "received"
    return {"answered": "accepted", "accepted": "closed", "signed": "served"}[row.state]


def drafts_to_sign(rights: Rights) -> tuple[tuple[int, str, int], ...]:
    """Return the ledgers with drafts that the person's roles may sign: id, title, how many."""
    if not rights.may("paper.sign"):
        return ()
    rows = access.papers(rights, "paper.sign").filter(state="draft").order_by()
    counts: Counter[tuple[int, str]] = Counter()
    for pk, title, profile, level, count in rows.values_list(
        "inspection_id", "inspection__title", "inspection__profile", "level"
    ).annotate(Count("pk")):
        levels = profile_of(profile).ladder.levels
        if level < len(levels) and levels[level].signed_by & rights.roles:
            counts[(pk, title)] += count
    return tuple((pk, title, count) for (pk, title), count in sorted(counts.items()))


def transfers_of(rights: Rights) -> Transfers:
    """Return the counts of the person's unit.

    Raises:
        Refused: the person may not see them.
    """
    access.require(rights, "transfer.read", rights.unit_id)
    rows = TransferCount.objects.filter(unit=rights.unit_id, withdrawn_at=None)
    sums = dict(rows.order_by().values_list("body").annotate(Sum("count")))
    return Transfers(
        rows=tuple(rows.select_related("counted_by").order_by("-transferred_on", "-pk")[:200]),
        by_body=tuple((BODIES[body], sums[body]) for body in BODIES if body in sums),
        total=sum(sums.values()),
        bodies=tuple(BODIES.items()),
        may_count=rights.may_in("transfer.count", rights.unit_id),
    )


def restricted_of_paper(rights: Rights, paper: SupervisionPaper) -> list[tuple[int, int, str]]:
    """Return the restricted findings that the paper is about, as (id, unit, reference): showing it is an event."""
    about = Q(pk=paper.finding_id) if paper.finding_id else Q(responses__measures=paper.measure_id or 0)
    found = access.findings(rights).filter(about, layer=Layer.RESTRICTED)
    return list(found.values_list("pk", "unit_id", "reference"))


def _departments(rights: Rights) -> tuple[tuple[int, str, tuple[tuple[int, str], ...]], ...]:
    if not rights.may_in("paper.draft", rights.unit_id):
        return ()
    rows = Organization.objects.filter(unit=rights.unit_id, kind="department", closed_on=None).order_by("order", "pk")
    departments = tuple(rows.values_list("pk", "name"))
    ledgers = access.inspections(rights, "paper.draft").filter(unit=rights.unit_id).order_by("-pk")[:5]
    return tuple((pk, title, departments) for pk, title in ledgers.values_list("pk", "title")) if departments else ()


def _rows(rows: QuerySet[SupervisionPaper]) -> QuerySet[SupervisionPaper]:
    secret = Answer.objects.filter(response=OuterRef("measure__response"), finding__layer=Layer.RESTRICTED)
    about = ("measure", "finding", "department", "inspection")
    return rows.select_related(*about).annotate(secret=Exists(secret)).defer("body")


def _lines(rows: Iterable[SupervisionPaper], today: dt.date) -> tuple[PaperLine, ...]:
    return tuple(_line(row, today) for row in rows)


def _line(row: SupervisionPaper, today: dt.date) -> PaperLine:
    hidden = row.secret or (row.finding is not None and row.finding.layer == Layer.RESTRICTED)  # type: ignore[attr-defined]  # annotated
    return PaperLine(
        id=row.pk,
        called=row.called,
        kind=row.kind,
        level=row.level,
        level_name=row.level_name,
        state=PAPER_STATES[row.state],
        state_code=row.state,
        about=_about(row, hidden=bool(hidden)),
        inspection=row.inspection.title,
        reason="" if hidden else row.reason,
        asks=row.asks,
        day=row.signed_at or row.proposed_at,
        answer_by=row.answer_by,
        light=_light(row, today),
        version=row.version,
    )


def _about(row: SupervisionPaper, *, hidden: bool) -> str:
    thing = row.measure or row.finding
    if thing is not None:
        return f"{thing.reference} {UNSAID if hidden else thing.text[:80]}"
    return row.department.name if row.department else ""


def _light(row: SupervisionPaper, today: dt.date) -> Light | None:
    if row.answer_by is None or row.state not in ("served", "received"):
        return None
    left = profiles.days_left(row.answer_by, today)
    colour = "red" if left < 0 else "yellow" if left < 2 else "calm"
    return profiles.Light(colour, "逾期" if left < 0 else "待答复", profiles.words_of(left))


def _receipts(paper: SupervisionPaper, level: Level | None, today: dt.date) -> tuple[Receipt, ...]:
    """Return to whom the paper goes: as signed, or as it would go today."""
    if paper.state == "draft":
        people = addressees_of(paper, level, today) if level else {}
        return tuple(Receipt(name, words_of(role), None) for name, role in people.values())
    rows = paper.recipients.order_by("pk").values_list("name", "role", "received_at")
    return tuple(Receipt(name, words_of(role), at) for name, role, at in rows)


def _pieces(rights: Rights, answer: PaperAnswer | None) -> tuple[Evidence, ...]:
    if answer is None:
        return ()
    return tuple(access.evidence(rights).filter(pk__in=answer.evidence.values("pk")).order_by("pk"))
