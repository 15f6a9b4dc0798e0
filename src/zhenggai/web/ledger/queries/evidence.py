"""佐证材料 as screens and API show it: at its measure, as the list of an inspection, one piece with its whole story."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, fields
from typing import IO, TYPE_CHECKING

from django.db.models import Count, Q

from zhenggai.text import day_words
from zhenggai.web.audit.models import Event
from zhenggai.web.audit.wording import Told, told, veiled
from zhenggai.web.faults import Unknown
from zhenggai.web.ledger import access
from zhenggai.web.ledger.evidence.contents import BY_MEDIA_TYPE, Content
from zhenggai.web.ledger.evidence.facts import PAGES, picture_of
from zhenggai.web.ledger.evidence.remarks import Claim, day_of, remarks
from zhenggai.web.ledger.evidence.sharing import why_not_alone
from zhenggai.web.ledger.evidence.vault import vault
from zhenggai.web.ledger.models import Evidence, EvidenceLink, EvidenceVersion, Measure, OccurrenceProof
from zhenggai.web.ledger.models.rows import Layer

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from django.db.models import QuerySet

    from zhenggai.web.accounts.rights import Rights
    from zhenggai.web.ledger.evidence.facts import Facts
    from zhenggai.web.ledger.models import Inspection

PAGE = 50
"""Pieces on one page of the list."""
_KINDS = dict(Evidence.Kind.choices)
_LAYERS = dict(Layer.choices)
STATES = {"valid": "有效", "withdrawn": "已撤回"}


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of evidence as a line shows it; `measures` are (id, reference) of those that the person may know of."""

    id: int
    unit_id: int
    inspection_id: int
    reference: str
    title: str
    kind: str
    kind_code: str
    formed_on: dt.date | None
    pages: int | None
    copies: int
    note: str
    layer: str
    layer_code: str
    number: int
    file_name: str
    media_type: str
    size: int
    content: str
    remarks: tuple[str, ...]
    measures: tuple[tuple[int, str], ...]
    periods: tuple[str, ...]
    """The periods of recurring duties that it stands for, as far as the person may know of their measures."""
    withdrawn_at: dt.datetime | None
    version: int

    @property
    def restricted(self) -> bool:
        """Whether showing it is an event."""
        return self.layer_code == Layer.RESTRICTED

    @property
    def size_words(self) -> str:
        """The size as people say it."""
        if self.size < 1024:
            return f"{self.size}字节"
        return f"{self.size / 2**20:.1f}MB" if self.size >= 2**20 else f"{self.size / 1024:.0f}KB"


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One file of a piece."""

    number: int
    name: str
    size: int
    digest: str
    algorithm: str
    by: str
    at: dt.datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is declared beside what the file says; `differs` where both are there and are not the same."""

    label: str
    declared: str
    found: str
    differs: bool = False


@dataclass(frozen=True, slots=True)
class MeasureLine:
    """A measure that a piece proves; `finding` is one that the person may open, or None."""

    id: int
    reference: str
    text: str
    may_unlink: bool


@dataclass(frozen=True, slots=True)
class EvidenceStory:
    """Everything of one piece."""

    piece: Piece
    inspection: Inspection
    comparisons: tuple[Comparison, ...]
    versions: tuple[VersionLine, ...]
    measures: tuple[MeasureLine, ...]
    events: tuple[Told, ...]
    drawn_pages: int
    may_edit: bool
    may_link: bool
    shared: str
    """Why somebody who may change a part of what it proves may not change the piece; "" for everybody else."""


@dataclass(frozen=True, slots=True)
class EvidenceFilters:
    """What narrows the list; "" lets everything through."""

    kind: str = ""
    state: str = ""
    layer: str = ""
    measure: str = ""
    q: str = ""

    @classmethod
    def read(cls, values: Mapping[str, str]) -> EvidenceFilters:
        """Return the filters of an address; what is no choice of a list lets everything through."""
        typed = {name.name: (values.get(name.name) or "").replace("\0", "").strip()[:100] for name in fields(cls)}
        choices: dict[str, Collection[str]] = {"kind": _KINDS, "state": STATES, "layer": _LAYERS}
        return cls(**{name: "" if value not in choices.get(name, (value,)) else value for name, value in typed.items()})

    @property
    def used(self) -> dict[str, str]:
        """The filters that narrow anything."""
        return {name.name: value for name in fields(self) if (value := getattr(self, name.name))}

    @property
    def condition(self) -> Q:
        """The condition on pieces of evidence."""
        condition = Q()
        if self.kind:
            condition &= Q(kind=self.kind)
        if self.layer:
            condition &= Q(layer=self.layer)
        if self.state:
            condition &= Q(withdrawn_at__isnull=self.state == "valid")
        if self.q:
            condition &= Q(title__icontains=self.q) | Q(reference__iexact=self.q) | Q(note__icontains=self.q)
        return condition


@dataclass(frozen=True, slots=True)
class EvidencePage:
    """A page of the list; `after` is the key of the next, None on the last."""

    pieces: tuple[Piece, ...]
    total: int
    after: int | None

    @property
    def restricted(self) -> list[tuple[int, int, str]]:
        """The restricted pieces as (id, unit, reference): showing them is an event."""
        return restricted_of(self.pieces)


@dataclass(frozen=True, slots=True)
class EvidenceFile:
    """One version of a piece to be handed out; `stream` is read in pieces and must be closed."""

    name: str
    media_type: str
    size: int
    stream: IO[bytes]


def restricted_of(pieces: Iterable[Piece]) -> list[tuple[int, int, str]]:
    """Return the restricted pieces as (id, unit, reference), each once: showing them is an event."""
    return list(dict.fromkeys((piece.id, piece.unit_id, piece.reference) for piece in pieces if piece.restricted))


def evidence_of_measures(rights: Rights, measures: Collection[int]) -> dict[int, tuple[Piece, ...]]:
    """Return the pieces that prove each of the measures, in order, those withdrawn left out: five queries."""
    if not rights.may("evidence.read"):
        return {}
    visible = access.measures_shown_with_evidence(rights).filter(pk__in=measures)
    links = EvidenceLink.objects.filter(removed_at=None, measure__in=visible.values("pk"))
    found: dict[int, list[int]] = defaultdict(list)
    for measure, piece in links.order_by("evidence_id").values_list("measure_id", "evidence_id"):
        found[measure].append(piece)
    ids = {piece for group in found.values() for piece in group}
    pieces = {
        piece.id: piece for piece in _pieces(rights, access.evidence(rights).filter(pk__in=ids, withdrawn_at=None))
    }
    return {measure: tuple(pieces[pk] for pk in group if pk in pieces) for measure, group in found.items()}


def evidence_counts(rights: Rights, measures: Collection[int]) -> dict[int, int]:
    """Return how many pieces prove each of the measures: one query."""
    if not rights.may("evidence.read") or not measures:
        return {}
    secret = Q(evidence__layer=Layer.RESTRICTED) & ~Q(evidence__unit__in=rights.restricted_units)
    visible = access.measures_shown_with_evidence(rights).filter(pk__in=measures)
    links = EvidenceLink.objects.filter(removed_at=None, evidence__withdrawn_at=None, measure__in=visible.values("pk"))
    return dict(links.exclude(secret).values("measure").annotate(n=Count("pk")).values_list("measure", "n"))


def evidence_page(
    rights: Rights, inspection: Inspection, filters: EvidenceFilters, *, after: int | None = None, size: int = PAGE
) -> EvidencePage:
    """Return the pieces of an inspection that the person may see, by reference, from the key `after` on."""
    chosen = access.evidence(rights).filter(filters.condition, inspection=inspection)
    if filters.measure:
        visible = access.measures_shown_with_evidence(rights).filter(
            inspection=inspection, reference__iexact=filters.measure
        )
        chosen = chosen.filter(links__removed_at=None, links__measure__in=visible.values("pk"))
    total = chosen.count()
    rows = list(chosen.filter(pk__gt=after or 0).order_by("pk").values_list("pk", flat=True)[: size + 1])
    pieces = _pieces(rights, Evidence.objects.filter(pk__in=rows[:size]))
    return EvidencePage(pieces, total, rows[size - 1] if len(rows) > size else None)


def evidence_story(rights: Rights, pk: int) -> EvidenceStory:
    """Return one piece with everything that belongs to it; faults as `access.evidence_piece`."""
    found = access.evidence_piece(rights, pk, "evidence.read")
    piece = _pieces(rights, Evidence.objects.filter(pk=pk))[0]
    versions = list(found.versions.select_related("file", "uploaded_by").order_by("-number"))
    facts: Facts = versions[0].file.facts
    content = BY_MEDIA_TYPE[piece.media_type]
    editable = set()
    if not found.withdrawn_at:
        proved = [measure for measure, _ in piece.measures]
        editable = set(access.measures(rights, "evidence.edit").filter(pk__in=proved).values_list("pk", flat=True))
    shared = why_not_alone(rights, found) if editable else ""
    return EvidenceStory(
        piece=piece,
        inspection=found.inspection,
        comparisons=tuple(_comparisons(piece, facts, content)),
        versions=tuple(_version(version) for version in versions),
        measures=_measure_lines(piece, editable),
        events=_events(rights, found),
        drawn_pages=min(facts.get("pages", 1), PAGES) if content.previewed else 0,
        may_edit=bool(editable) and not shared,
        may_link=not found.withdrawn_at and rights.may("evidence.add"),
        shared=shared,
    )


def piece_of(rights: Rights, pk: int) -> Piece:
    """Return one piece as a line shows it; faults as `access.evidence_piece`."""
    access.evidence_piece(rights, pk, "evidence.read")
    return _pieces(rights, Evidence.objects.filter(pk=pk))[0]


def linkable(
    rights: Rights, inspection_id: int, *, act: str = "evidence.add", limit: int = 300
) -> tuple[tuple[int, str, str], ...]:
    """Return the measures of an inspection that the person may prove, as (id, reference, text)."""
    found = (
        access.measures(rights, act)
        .filter(inspection=inspection_id, withdrawn_at=None)
        .order_by("response__order", "order", "pk")
    )
    return tuple(found.values_list("pk", "reference", "text")[:limit])


def evidence_file(rights: Rights, pk: int, number: int | None = None) -> tuple[Piece, EvidenceFile]:
    """Return a version of a piece (the current one unless told) to be handed out; faults as `access.evidence_piece`."""
    piece, version = _found_version(rights, pk, number)
    try:
        stream = vault().open(version.file.digest)
    except FileNotFoundError:
        raise Unknown(f"文件“{version.name}”（请从备份恢复佐证材料）") from None
    return piece, EvidenceFile(version.name, version.file.media_type, version.file.size, stream)


def evidence_picture(rights: Rights, pk: int, number: int, page: int) -> tuple[Piece, bytes | None]:
    """Return a page of a version, drawn anew as a JPEG, or None where it cannot be drawn; faults as `evidence_file`."""
    piece, version = _found_version(rights, pk, number)
    try:
        with vault().local(version.file.digest) as path:
            return piece, picture_of(path, BY_MEDIA_TYPE[version.file.media_type], page)
    except FileNotFoundError:
        raise Unknown(f"文件“{version.name}”（请从备份恢复佐证材料）") from None


def _found_version(rights: Rights, pk: int, number: int | None) -> tuple[Piece, EvidenceVersion]:
    piece = piece_of(rights, pk)
    versions = EvidenceVersion.objects.filter(evidence=pk, number=number or piece.number)
    version = versions.select_related("file").first()
    if version is None:
        raise Unknown("佐证材料的这一版")
    return piece, version


def _pieces(rights: Rights, chosen: QuerySet[Evidence]) -> tuple[Piece, ...]:
    """Return pieces as lines: four queries."""
    rows = list(chosen.select_related("inspection").order_by("pk"))
    ids = [row.pk for row in rows]
    files = {
        (version.evidence_id, version.number): version
        for version in EvidenceVersion.objects.filter(evidence__in=ids).select_related("file")
    }
    proved: dict[int, list[tuple[int, str]]] = defaultdict(list)
    visible = access.measures_shown_with_evidence(rights)
    links = EvidenceLink.objects.filter(evidence__in=ids, removed_at=None, measure__in=visible.values("pk"))
    for evidence, measure, reference in links.order_by("measure__reference").values_list(
        "evidence_id", "measure_id", "measure__reference"
    ):
        proved[evidence].append((measure, reference))
    periods: dict[int, list[str]] = defaultdict(list)
    proofs = OccurrenceProof.objects.filter(evidence__in=ids, removed_at=None, occurrence__withdrawn_at=None)
    known = {measure for pairs in proved.values() for measure, _ in pairs}
    proofs = proofs.filter(occurrence__duty__measure__in=known).order_by("occurrence__due_on", "pk")
    for evidence, label in proofs.values_list("evidence_id", "occurrence__label"):
        periods[evidence].append(label)
    return tuple(_piece(row, files[row.pk, row.number], proved[row.pk], periods[row.pk]) for row in rows)


def _piece(
    row: Evidence, version: EvidenceVersion, measures: Sequence[tuple[int, str]], periods: Sequence[str]
) -> Piece:
    content = BY_MEDIA_TYPE[version.file.media_type]
    claim = Claim(row.kind, row.formed_on, row.pages, row.layer, row.inspection.feedback_date)
    return Piece(
        id=row.pk,
        unit_id=row.unit_id,
        inspection_id=row.inspection_id,
        reference=row.reference,
        title=row.title,
        kind=_KINDS[row.kind],
        kind_code=row.kind,
        formed_on=row.formed_on,
        pages=row.pages,
        copies=row.copies,
        note=row.note,
        layer=_LAYERS[row.layer],
        layer_code=row.layer,
        number=row.number,
        file_name=version.name,
        media_type=version.file.media_type,
        size=version.file.size,
        content=content.title,
        remarks=() if row.withdrawn_at else remarks(claim, version.file.facts, content),
        measures=tuple(measures),
        periods=tuple(dict.fromkeys(periods)),
        withdrawn_at=row.withdrawn_at,
        version=row.version,
    )


def _version(version: EvidenceVersion) -> VersionLine:
    return VersionLine(
        number=version.number,
        name=version.name,
        size=version.file.size,
        digest=version.file.digest,
        algorithm=version.file.algorithm,
        by=version.uploaded_by.name if version.uploaded_by else "系统",
        at=version.uploaded_at,
        reason=version.reason,
    )


def _measure_lines(piece: Piece, editable: set[int]) -> tuple[MeasureLine, ...]:
    texts = dict(Measure.objects.filter(pk__in=[pk for pk, _ in piece.measures]).values_list("pk", "text"))
    return tuple(MeasureLine(pk, reference, texts[pk], pk in editable) for pk, reference in piece.measures)


def _comparisons(piece: Piece, facts: Facts, content: Content) -> Iterable[Comparison]:
    """Yield what is declared beside what the file says of the same, then what only the file says."""
    formed = day_words(piece.formed_on) if piece.formed_on else "未填"
    taken = day_of(facts.get("taken"))
    if content.picture:
        yield Comparison(
            "形成日期",
            formed,
            f"拍摄于{_time(facts['taken'])}" if taken else "没有拍摄时间",
            bool(taken and piece.formed_on) and taken != piece.formed_on,
        )
    else:
        created = facts.get("created")
        differs = any("文件创建于" in remark for remark in piece.remarks)
        yield Comparison("形成日期", formed, f"创建于{_time(created)}" if created else "没有创建时间", differs)
    pages = facts.get("pages")
    differs = any("页，文件为" in remark for remark in piece.remarks)
    yield Comparison(
        "页数", f"{piece.pages}页" if piece.pages else "未填", f"{pages}页" if pages else "没有页数", differs
    )
    yield Comparison("材料类别", piece.kind, f"{piece.content}，{piece.size_words}")
    if "modified" in facts:
        yield Comparison("最后修改", "", _time(facts["modified"]))
    if "width" in facts:
        yield Comparison("画面", "", f"{facts['width']}×{facts['height']}像素")
    if content.picture:
        yield Comparison("拍摄设备", "", facts.get("camera") or "没有写明")
        yield Comparison("拍摄地点", "", "照片带有位置信息" if facts.get("position") else "没有位置信息")
    if "application" in facts:
        yield Comparison("制作软件", "", facts["application"])


def _time(text: str) -> str:
    moment = dt.datetime.fromisoformat(text)
    day = day_words(moment.date())
    return f"{day} {moment:%H:%M}" if moment.time() != dt.time() else day


def _events(rights: Rights, piece: Evidence) -> tuple[Told, ...]:
    """Return the events of a piece; of links to measures that the person may not know of, only that there was one."""
    found = list(Event.objects.filter(subject_type="evidence", subject_id=str(piece.pk)).order_by("-pk")[:100])
    named = {pk for event in found for pk in _measure_ids(event)}
    known = set(access.measures_shown_with_evidence(rights).filter(pk__in=named).values_list("pk", flat=True))
    return tuple(told(event) if _measure_ids(event) <= known else veiled(event) for event in found)


def _measure_ids(event: Event) -> set[int]:
    return {pk for values in (event.before, event.after) for pk in (values or {}).get("measure_ids", ())}
