"""A paper raised by hand: for a measure, a finding or a department, at a level that lets people raise one, on a ground that it names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from zhenggai.profile import GROUNDS, TRANSFER
from zhenggai.web.accounts.models import Organization
from zhenggai.web.audit.chain import Actor, Subject, hold_chain, record
from zhenggai.web.faults import Invalid, Refused, Unknown
from zhenggai.web.ledger import access
from zhenggai.web.ledger.actions.papers import label_of, left_out
from zhenggai.web.ledger.custom import profile_of
from zhenggai.web.ledger.models import SupervisionPaper
from zhenggai.web.ledger.supervision.standing import same_matter
from zhenggai.workflow.paper_forms import faults_of_text

if TYPE_CHECKING:
    from zhenggai.profile import Level
    from zhenggai.web.accounts.rights import Rights
    from zhenggai.web.ledger.models import Inspection


@dataclass(frozen=True, slots=True)
class About:
    """What a paper is to be about: `kind` is measure, finding or department."""

    kind: str
    id: int


def raise_paper(
    *,
    actor: Actor,
    rights: Rights,
    about: About,
    inspection_id: int | None = None,
    level: int | None,
    ground: str,
    reason: str,
    skip_reason: str,
) -> SupervisionPaper:
    """Make a draft by hand. One about a department names the inspection.

    Raises:
        Unknown, Refused: the matter is not the person's to supervise, or has a draft already.
        Invalid: fields `level`, `ground`, `reason` or `skip_reason`.
    """
    paper = unmade(rights, about, inspection_id)
    custom = profile_of(paper.inspection.profile).ladder
    allowed = {one.level: one for one in raisable(paper.inspection)}
    chosen: Level | None = allowed.get(-1 if level is None else level)
    faults = {}
    if chosen is None:
        faults["level"] = "请选择发哪一级的文书。"
    elif ground not in chosen.by_hand:
        grounds = "、".join(GROUNDS[one] for one in chosen.by_hand)
        faults["ground"] = f"请选择提出的情形：{grounds}。"
    faults |= faults_of_text(reason, "理由", name="reason", longest=1000)
    if chosen is not None:
        paper.level, paper.level_name, paper.asks, paper.kind = chosen.level, chosen.name, chosen.asks, chosen.paper
        paper.facts = {"paper": custom.papers[chosen.paper].name}
        if left_out(paper):
            faults |= faults_of_text(skip_reason, "越级理由", name="skip_reason", longest=500)
    if faults:
        raise Invalid(faults)
    paper.ground, paper.reason, paper.skip_reason = ground, f"{GROUNDS[ground]}：{reason.strip()}", skip_reason.strip()
    paper.proposed_at, paper.made_by_id = actor.at, actor.person_id
    with transaction.atomic():
        hold_chain(paper.unit_id)
        if SupervisionPaper.objects.filter(same_matter(paper), state="draft").exists():
            raise Refused("这一事项已有待签发的文书，请在原文书上修改、签发或者撤回。")
        paper.save()
        record(
            unit_id=paper.unit_id,
            actor=actor,
            action="paper.raised",
            subject=Subject("paper", paper.pk, label_of(paper)),
            after={"grade": paper.level_name},
            reason=paper.reason,
        )
    return paper


def unmade(rights: Rights, about: About, inspection_id: int | None = None) -> SupervisionPaper:
    """Return a paper about the matter that is not in the store.

    Raises:
        Unknown, Refused: the matter is not the person's to supervise.
    """
    if about.kind == "measure":
        measure = access.measure(rights, about.id, "paper.draft")
        return SupervisionPaper(unit_id=measure.unit_id, inspection=measure.inspection, measure=measure)
    if about.kind == "finding":
        finding = access.finding(rights, about.id, "paper.draft")
        return SupervisionPaper(unit_id=finding.unit_id, inspection=finding.inspection, finding=finding)
    inspection = access.inspection(rights, inspection_id or 0, "paper.draft")
    department = Organization.objects.filter(unit=inspection.unit_id, pk=about.id, kind="department").first()
    if department is None:
        raise Unknown("这个部门")
    return SupervisionPaper(unit_id=inspection.unit_id, inspection=inspection, department=department)


def raisable(inspection: Inspection) -> tuple[Level, ...]:
    """Return the levels of which people may raise a paper."""
    levels = profile_of(inspection.profile).ladder.levels
    return tuple(one for one in levels if one.by_hand and one.paper != TRANSFER)
