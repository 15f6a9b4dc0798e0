"""The ladder's daily work: drafts proposed for what holds today, and drafts let go whose reason is gone. Any number of times a day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F

from zhenggai.web.audit.chain import Actor, Subject, hold_chain, record
from zhenggai.web.ledger.actions.notices import Telling, tell
from zhenggai.web.ledger.custom import profile_of
from zhenggai.web.ledger.models import Inspection, SupervisionPaper
from zhenggai.web.ledger.recipients import holders
from zhenggai.web.ledger.supervision.departments import departments_of
from zhenggai.web.ledger.supervision.facts import Matter, items_of, papers_of
from zhenggai.workflow.ladder import Decision, propose, propose_for_department

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from zhenggai.profile import Profile
    from zhenggai.web.ledger.supervision.facts import Papers
    from zhenggai.workflow.ladder import Proposal

_AT_ONCE = 500


def climb(*, actor: Actor, inspection_id: int) -> Mapping[str, int]:
    """Propose the papers that hold on the day of `actor`, and let go drafts that do not hold any more; return how many of both."""
    with transaction.atomic():
        inspection = Inspection.objects.get(pk=inspection_id)
        hold_chain(inspection.unit_id)  # two runs at once: the second finds what the first has made
        profile = profile_of(inspection.profile)
        decided = list(_decided(inspection, profile, papers_of(inspection), actor))
        lapsed = [one for _, decision in decided for one in decision.lapsed]
        _let_go(lapsed, actor)
        new = [
            _draft(inspection, profile, matter, decision.proposal, actor)
            for matter, decision in decided
            if decision.proposal
        ]
        SupervisionPaper.objects.bulk_create(new, batch_size=_AT_ONCE)
        if new or lapsed:
            record(
                unit_id=inspection.unit_id,
                actor=actor,
                action="paper.proposed",
                subject=Subject("inspection", inspection.pk, f"《{inspection.title}》的督办文书"),
                after={"proposed": len(new), "lapsed": len(lapsed)},
            )
        if new:
            _tell_signers(inspection, profile, new, actor)
    return {"拟发督办文书": len(new), "失效的督办草稿": len(lapsed)}


def _decided(
    inspection: Inspection, profile: Profile, papers: Papers, actor: Actor
) -> Iterator[tuple[Matter, Decision]]:
    custom, today = profile.ladder, actor.today
    for matter, item in items_of(inspection, papers):
        decision = propose(item, custom, today)
        if decision.proposal or decision.lapsed:
            yield matter, decision
    for matter, department in departments_of(inspection, custom, papers, today):
        decision = propose_for_department(department, custom, today)
        if decision.proposal or decision.lapsed:
            yield matter, decision


def _let_go(lapsed: list[tuple[int, str]], actor: Actor) -> None:
    """Let drafts lapse, in as many statements as there are reasons."""
    by_reason: dict[str, list[int]] = {}
    for pk, why in lapsed:
        by_reason.setdefault(why, []).append(pk)
    for why, ids in by_reason.items():
        for start in range(0, len(ids), _AT_ONCE):
            drafts = SupervisionPaper.objects.filter(pk__in=ids[start : start + _AT_ONCE], state="draft")
            drafts.update(state="lapsed", ended_at=actor.at, ending=why, version=F("version") + 1)


def _draft(
    inspection: Inspection, profile: Profile, matter: Matter, proposal: Proposal, actor: Actor
) -> SupervisionPaper:
    level = profile.ladder.levels[proposal.level]
    return SupervisionPaper(
        unit_id=inspection.unit_id,
        inspection=inspection,
        **{f"{matter.kind}_id": matter.id},
        kind=level.paper,
        level=level.level,
        level_name=level.name,
        asks=level.asks,
        cause=proposal.cause,
        cause_key=f"{matter.key}:{proposal.cause}:{proposal.level}",
        reason=proposal.reason,
        skip_reason=proposal.skip_reason,
        facts={"paper": profile.ladder.papers[level.paper].name, "words": proposal.facts},
        follows_id=proposal.follows,
        proposed_at=actor.at,
    )


def _tell_signers(inspection: Inspection, profile: Profile, new: list[SupervisionPaper], actor: Actor) -> None:
    """Tell those who may sign how many drafts have come up, in one notice a day and ledger."""
    levels = profile.ladder.levels
    counts: dict[int, int] = {}
    for level in {paper.level for paper in new}:
        count = sum(paper.level == level for paper in new)
        for person in holders(inspection.unit_id, levels[level].signed_by, actor.today):
            counts[person] = counts.get(person, 0) + count
    tell(
        actor=actor,
        unit_id=inspection.unit_id,
        tellings=[
            Telling(
                person, "paper", f"papers:{inspection.pk}:{actor.today}", f"《{inspection.title}》",
                f"有{count}份督办文书待签发。", "papers", inspection_id=inspection.pk,
            )
            for person, count in sorted(counts.items())
        ],
    )  # fmt: skip
