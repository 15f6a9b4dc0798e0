"""A later document compared with the rows that its inspection has, under the decisions made so far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from django.conf import settings

from zhenggai import deadline
from zhenggai.document import DocumentError, read_bytes
from zhenggai.web.audit.models import Event
from zhenggai.web.faults import Refused
from zhenggai.web.ledger import access
from zhenggai.web.ledger.drafting.concealing import without_secrets
from zhenggai.web.ledger.drafting.differences import compare
from zhenggai.web.ledger.drafting.filled_sheet import find_sheet
from zhenggai.web.ledger.drafting.later import later_of, says_schedule
from zhenggai.web.ledger.drafting.reading import blocks_of
from zhenggai.web.ledger.drafting.returned import read_returned
from zhenggai.web.ledger.models import DocumentText, SchedulePhase
from zhenggai.web.ledger.queries.standing import has_secrets, informed, restricted_findings, standing_of

if TYPE_CHECKING:
    from zhenggai.web.accounts.rights import Rights
    from zhenggai.web.ledger.drafting.difference import Comparison, Difference
    from zhenggai.web.ledger.drafting.filled_sheet import FilledSheet
    from zhenggai.web.ledger.drafting.later import Later
    from zhenggai.web.ledger.drafting.model import DecisionDraft, Draft
    from zhenggai.web.ledger.drafting.standing import Standing
    from zhenggai.web.ledger.models import ImportDraft, Inspection


@dataclass(frozen=True, slots=True)
class Review:
    """A draft with its comparison. `from_sheet` says that the file is a ledger which came back."""

    draft: ImportDraft
    inspection: Inspection
    comparison: Comparison
    decisions: dict[str, DecisionDraft]
    from_sheet: bool
    notes: tuple[str, ...] = ()
    restricted: tuple[tuple[int, str], ...] = ()

    def choice(self, difference: Difference) -> str:
        """Return what holds for a difference: the person's choice, else its default."""
        made = self.decisions.get(difference.id)
        allowed = {choice for choice, _ in difference.choices}
        return made["choice"] if made and made["choice"] in allowed else difference.default

    def versions(self) -> dict[str, int]:
        """Return the versions of the rows that the differences are about, by reference."""
        rows = self.comparison.compared.standing.rows
        touched = {d.reference for d in self.comparison.differences}
        touched |= {reference for d in self.comparison.differences for reference in d.rows}
        touched |= {change.about for d in self.comparison.differences for change in d.fields}
        return {reference: rows[reference].version for reference in sorted(touched) if reference in rows}


def review_of(rights: Rights, draft_id: int, act: str = "import.read") -> Review:
    """Return the comparison of a draft that was uploaded for an inspection.

    Raises:
        Unknown, Refused: as `access.draft`; or the draft is a first document, is not read yet, or is of another inspection.
    """
    draft = access.draft(rights, draft_id, act)
    inspection = draft.inspection
    if inspection is None:
        raise Refused("这是第一份文件，请在核对页面确认入账。")
    if draft.content is None:
        raise Refused(draft.message or f"这份文件{draft.get_state_display()}，还不能比较。")
    content = cast("Draft", draft.content)
    decisions = content.get("decisions", {})
    sheet = find_sheet(_blocks(draft))
    with_schedule = sheet is None and says_schedule(content)
    standing = standing_of(rights, inspection, with_schedule=with_schedule)
    links = content.get("links", {})
    if has_secrets(rights, inspection):
        whole = standing_of(informed(rights, inspection), inspection, with_schedule=with_schedule)
        later, notes = _later(inspection, content, sheet, whole)
        later = without_secrets(later, whole, standing, links)
    else:
        later, notes = _later(inspection, content, sheet, standing)
    comparison = compare(
        standing,
        later,
        links=links,
        names=_taken(decisions, "name:"),
        known_names=[name for name, answer in content["names"].items() if answer],
    )
    return Review(
        draft,
        inspection,
        comparison,
        decisions,
        sheet is not None,
        notes,
        tuple(restricted_findings(rights, inspection, _told_of(comparison))),
    )


def _told_of(comparison: Comparison) -> set[str]:
    """Return the references of the rows that the differences show, with all that they belong to: a measure tells of its finding."""
    rows = comparison.compared.standing.rows
    found: set[str] = set()
    ahead = {reference for d in comparison.differences for reference in (d.reference, *d.rows)}
    while ahead:
        found |= ahead
        ahead = {parent for reference in ahead if reference in rows for parent in rows[reference].parents} - found
    return found


def inspection_context(inspection: Inspection) -> deadline.Context:
    """Return the dates that the limits of an inspection are counted from."""
    phases = SchedulePhase.objects.filter(inspection=inspection, withdrawn_at=None).order_by("order", "pk")
    return deadline.Context(
        plan_date=inspection.plan_date,
        feedback_date=inspection.feedback_date,
        phases=tuple(deadline.PhaseEnd(phase.title, phase.end) for phase in phases),
    )


def _later(
    inspection: Inspection, content: Draft, sheet: FilledSheet | None, standing: Standing
) -> tuple[Later, tuple[str, ...]]:
    if sheet is None:
        return later_of(content), ()
    code = sheet.identity.get("code", inspection.code)
    if code != inspection.code:
        raise Refused(f"这份台账的编号是“{code}”，不是本次的“{inspection.code}”，请到对应的台账上传。")
    base = _sent_sheet(inspection, sheet.identity.get("export", ""))
    accepted = _taken(content.get("decisions", {}), "cell:", whole=True)
    later = read_returned(sheet, base, standing, context=inspection_context(inspection), accepted=accepted)
    return later, _notes(inspection, sheet, base)


def _notes(inspection: Inspection, sheet: FilledSheet, base: FilledSheet | None) -> tuple[str, ...]:
    notes = []
    now = f"第{inspection.plan_versions.count()}版"
    plan = sheet.identity.get("plan", now)
    if plan != now:
        notes.append(f"文件导出时方案为{plan}，现为{now}；导出后改动过的行会单独标明。")
    if base is None:
        notes.append("没有找到导出时的原表，按现在的台账逐格比较。")
    return tuple(notes)


def _taken(decisions: dict[str, DecisionDraft], prefix: str, *, whole: bool = False) -> dict[str, str]:
    """Return the suggestions that were taken, by id, or by what follows the prefix."""
    found = {pk: made["value"] for pk, made in decisions.items() if pk.startswith(prefix) and made["choice"] == "take"}
    return found if whole else {pk.removeprefix(prefix): value for pk, value in found.items()}


def _blocks(draft: ImportDraft) -> list[dict[str, object]]:
    text = DocumentText.objects.filter(document=draft.document_id).first()
    return text.blocks if text else []


def _sent_sheet(inspection: Inspection, number: str) -> FilledSheet | None:
    """Return the sheet as it was sent out under the export number, if it was and is still kept."""
    if not number:
        return None
    sent = Event.objects.filter(
        unit_id=inspection.unit_id,
        action="ledger.exported",
        subject_id=str(inspection.pk),
        after__export=number,
    ).first()
    if sent is None or sent.after is None:
        return None
    digest = sent.after["sha256"]
    try:
        data = (settings.DATA / "files" / digest[:2] / digest).read_bytes()
        return find_sheet(blocks_of(read_bytes(data, "导出.xlsx")))
    except (OSError, DocumentError):
        return None
