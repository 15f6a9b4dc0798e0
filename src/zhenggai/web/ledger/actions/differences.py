"""Deciding on the differences of a later document, and confirming them: one transaction, all or nothing."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, cast

from django.db import transaction

from zhenggai.web.audit.chain import Actor, Subject, record
from zhenggai.web.faults import Invalid, Refused
from zhenggai.web.ledger import search
from zhenggai.web.ledger.actions.amendment import Amendment
from zhenggai.web.ledger.actions.changed_rows import change_row, withdraw_emptied, withdraw_row
from zhenggai.web.ledger.actions.duties import lay_out
from zhenggai.web.ledger.actions.imports import State, digest_of, save_draft
from zhenggai.web.ledger.actions.later_progress import add_progress, add_progress_of_new
from zhenggai.web.ledger.actions.new_rows import add_rows
from zhenggai.web.ledger.actions.staleness import change
from zhenggai.web.ledger.closing.lapse import lapse_changed
from zhenggai.web.ledger.drafting.matching import NEW
from zhenggai.web.ledger.drafting.model import DecisionDraft, Draft
from zhenggai.web.ledger.models import PlanVersion
from zhenggai.web.ledger.proof.answerable import answerable
from zhenggai.web.ledger.queries.differences import review_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhenggai.web.accounts.rights import Rights
    from zhenggai.web.ledger.drafting.difference import Difference
    from zhenggai.web.ledger.models import ImportDraft
    from zhenggai.web.ledger.queries.differences import Review

LONGEST_REASON = 200


def decide(
    *,
    actor: Actor,
    rights: Rights,
    draft_id: int,
    seen: int,
    choices: Mapping[str, str],
    reasons: Mapping[str, str] | None = None,
) -> ImportDraft:
    """Keep a person's choices in the draft: difference id → choice, and why a row is withdrawn.

    Raises:
        Invalid: field `choice`, for a difference or a choice that there is not.
        Stale: somebody else has decided since.
    """
    review = review_of(rights, draft_id, "import.edit")
    known = {difference.id: difference for difference in review.comparison.differences}
    content = _copied(review)
    made = content.setdefault("decisions", {})
    for pk, choice in choices.items():
        difference = known.get(pk)
        if difference is None or choice not in {code for code, _ in difference.choices}:
            raise Invalid({"choice": "这一处差异已有变化，请刷新页面后再选择。"})
        made[pk] = DecisionDraft(choice=choice, value=difference.suggestion, reason=_reason(made, pk, reasons))
    for pk, reason in (reasons or {}).items():
        if pk in known and pk not in choices:
            made[pk] = DecisionDraft(choice=review.choice(known[pk]), value="", reason=reason.strip()[:LONGEST_REASON])
    return save_draft(actor=actor, rights=rights, draft_id=draft_id, seen=seen, content=content, what="核对差异")


def link(*, actor: Actor, rights: Rights, draft_id: int, seen: int, difference_id: str, reference: str) -> ImportDraft:
    """Say which row of the ledger a row of the document is; `reference` "new" says that it is none of them.

    Raises:
        Invalid: field `reference`.
        Stale: somebody else has decided since.
    """
    review = review_of(rights, draft_id, "import.edit")
    difference = next((d for d in review.comparison.differences if d.id == difference_id), None)
    if difference is None or not difference.key:
        raise Invalid({"reference": "这一处差异已有变化，请刷新页面后再选择。"})
    reference = reference.strip().upper() if reference != NEW else NEW
    fault = _link_fault(review, difference, reference)
    if fault:
        raise Invalid({"reference": fault})
    content = _copied(review)
    links = content.setdefault("links", {})
    others = [key for key, linked in links.items() if linked == reference and reference != NEW]
    for key in others if difference.group != "progress" else ():
        del links[key]
    links[difference.key] = reference
    made = content.setdefault("decisions", {})
    for pk in (difference.id, f"changed:{reference}", f"missing:{reference}"):
        made.pop(pk, None)
    return save_draft(actor=actor, rights=rights, draft_id=draft_id, seen=seen, content=content, what="核对对应关系")


def confirm_differences(
    *, actor: Actor, rights: Rights, draft_id: int, seen: int, versions: Mapping[str, int] | None = None
) -> PlanVersion | None:
    """Write what was decided into the ledger; the new plan version, or None where only progress came in.

    `versions` are those of the rows as the person saw them, by reference; None takes them as they are now.

    Raises:
        Invalid: something is not decided yet, or cannot be taken alone; the fields are ids of differences.
        Stale: somebody else has edited the draft or a row since; nothing was written.
    """
    review = review_of(rights, draft_id, "plan.confirm")
    if review.draft.state != State.REVIEW:
        raise Refused(f"这份导入稿{review.draft.get_state_display()}，不能再确认。")
    _check(review)
    content = cast("Draft", review.draft.content)
    with transaction.atomic():
        change(review.draft, seen=seen, values={"state": State.CONFIRMED, "updated_at": actor.at}, subject_type="draft")
        amendment = Amendment(review=review, actor=actor, versions=review.versions() if versions is None else versions)
        _write(amendment)
        amendment.numbering.save()
        search.index_inspection(review.inspection.pk)
        version = _plan_version(amendment, content) if _changes_plan(review) else None
        record(
            unit_id=review.inspection.unit_id,
            actor=actor,
            action="difference.confirmed",
            subject=Subject("inspection", review.inspection.pk, f"《{review.inspection.title}》"),
            after={
                "document": review.draft.document.name if review.draft.document else "",
                "plan": version.number if version else None,
                "digest": digest_of(content),
                **amendment.counts,
                **answerable([review.inspection.pk]),
            },
        )
        lapse_changed(actor=actor, findings=review.inspection.findings.values_list("pk", flat=True))
        lay_out(actor=actor, inspection_id=review.inspection.pk)
    return version


def _write(amendment: Amendment) -> None:
    """Write new rows first, so that what moves below them finds them; withdraw last, when nothing needs the rows any more."""
    taken = [d for d in amendment.review.comparison.differences if _is_taken(amendment.review, d)]
    for difference in (d for d in taken if d.group == "new"):
        add_rows(amendment, difference)
    for difference in (d for d in taken if d.group == "changed" or (d.group == "missing" and d.fields)):
        change_row(amendment, difference)
    for difference in (d for d in taken if d.group == "progress"):
        add_progress(amendment, difference)
    for report in amendment.review.comparison.compared.later.reports:
        add_progress_of_new(amendment, report)
    withdrawn = [d for d in taken if d.group == "missing" and not d.fields]
    for difference in withdrawn:
        withdraw_row(amendment, difference, amendment.review.decisions[difference.id]["reason"])
    if withdrawn:
        withdraw_emptied(amendment, amendment.review.decisions[withdrawn[-1].id]["reason"])


def _plan_version(amendment: Amendment, content: Draft) -> PlanVersion:
    review, actor = amendment.review, amendment.actor
    last = PlanVersion.objects.filter(inspection=review.inspection).order_by("-number").first()
    version = PlanVersion.objects.create(
        inspection=review.inspection,
        number=(last.number if last else 0) + 1,
        document=review.draft.document,
        content=content,
        digest=digest_of(content),
        confirmed_by_id=actor.person_id,
        confirmed_at=actor.at,
    )
    record(
        unit_id=review.inspection.unit_id,
        actor=actor,
        action="plan.confirmed",
        subject=Subject("inspection", review.inspection.pk, f"《{review.inspection.title}》第{version.number}版"),
        after={"digest": version.digest, "code": review.inspection.code},
    )
    return version


def _is_taken(review: Review, difference: Difference) -> bool:
    return review.choice(difference) in ("take", "withdraw")


def _changes_plan(review: Review) -> bool:
    groups = ("changed", "new", "missing")
    return any(d.group in groups and _is_taken(review, d) for d in review.comparison.differences)


def _check(review: Review) -> None:
    """Refuse what is not decided, a withdrawal without a reason, and a row whose new owner is not taken.

    Raises:
        Invalid: with a sentence for each such difference.
    """
    fields: dict[str, str] = {}
    brought = {key: d for d in review.comparison.differences for key in d.rows}
    for difference in review.comparison.differences:
        choice = review.choice(difference)
        made = review.decisions.get(difference.id)
        if not choice:
            fields[difference.id] = f"{difference.title}：请选择如何处理。"
        elif choice == "withdraw" and not (made and made["reason"].strip()):
            fields[difference.id] = f"{difference.title}：请填写撤销的理由。"
        elif choice == "take" and difference.group == "progress" and not difference.reference:
            fields[difference.id] = f"{difference.title}：请先填写对应的编号。"
        elif choice == "take" and difference.needs:
            owner = brought.get(difference.needs)
            if owner is not None and not _is_taken(review, owner):
                fields[difference.id] = f"{difference.title}：所属的“{owner.title}”没有采用，请先采用或保留原样。"
    if fields:
        raise Invalid(fields)


def _link_fault(review: Review, difference: Difference, reference: str) -> str:
    compared = review.comparison.compared
    if reference == NEW:
        return "进展必须对应台账中的问题或措施。" if difference.group == "progress" else ""
    row = compared.standing.rows.get(reference)
    if row is None:
        return f"台账中没有编号“{reference}”，请从列表中选择或重新填写。"
    wanted = ("finding", "measure") if difference.group == "progress" else (difference.kind,)
    return "" if row.kind in wanted else f"{reference}不是同一类内容，请重新选择。"


def _copied(review: Review) -> Draft:
    return copy.deepcopy(cast("Draft", review.draft.content))


def _reason(made: Mapping[str, DecisionDraft], pk: str, reasons: Mapping[str, str] | None) -> str:
    known = made[pk]["reason"] if pk in made else ""
    return (reasons or {}).get(pk, known).strip()[:LONGEST_REASON]
