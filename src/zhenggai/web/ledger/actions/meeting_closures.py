"""What a meeting decides on close-outs: every decision is a signature of its own that names the meeting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from zhenggai.web.faults import Refused
from zhenggai.web.ledger import meeting_access
from zhenggai.web.ledger.actions.closures import Choice, decide_batch
from zhenggai.web.ledger.actions.meeting_notices import called
from zhenggai.web.ledger.closing.demands import Handed
from zhenggai.web.ledger.custom import profile_of
from zhenggai.web.ledger.models import AgendaItem
from zhenggai.workflow.meetings import MEETING_STATES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zhenggai.web.accounts.rights import Rights
    from zhenggai.web.audit.chain import Actor
    from zhenggai.web.ledger.models import Closure, Meeting

OUTCOMES = {"approved": "会议审定，同意销号。", "returned": "会议审定，要求继续整改。"}


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided on one application, over which version; who is sent back hears the reason and what is missing."""

    closure_id: int
    seen: int
    agreed: bool
    reason: str = ""
    missing: str = ""


def decide_at_meeting(*, actor: Actor, rights: Rights, meeting_id: int, decisions: Sequence[Decision]) -> list[Closure]:
    """Sign what the meeting decided: all of it, or nothing where one cannot be decided; the message says which and why.

    Raises:
        Refused: the meeting may not decide on close-outs, has not been held, or one decision is refused.
        Invalid, Stale: as `closures.decide_batch`.
    """
    meeting = meeting_access.meeting(rights, meeting_id)
    if refusal := refusal_to_decide(meeting):
        raise Refused(refusal)
    choices = [
        Choice(
            one.closure_id,
            one.seen,
            "approved" if one.agreed else "continued",
            Handed(meeting=called(meeting), met_on=meeting.meets_on, reason=one.reason, missing=one.missing),
        )
        for one in decisions
    ]
    with transaction.atomic():
        decided = decide_batch(actor=actor, rights=rights, choices=choices)
        strange = next((one for one in decided if one.inspection_id != meeting.inspection_id), None)
        if strange is not None:
            raise Refused(f"问题{strange.finding.reference}不属于本次会议的台账，不能在这次会议上审定。")
        for one in decided if meeting.recorder_signed_at is None else ():  # a signed record stays as it was signed
            lines = AgendaItem.objects.filter(meeting=meeting, finding=one.finding_id, section="closures")
            lines.update(outcome=OUTCOMES[one.stage])
    return decided


def refusal_to_decide(meeting: Meeting) -> str:
    """Return why the meeting cannot decide on close-outs, or ""."""
    custom = profile_of(meeting.inspection.profile).meeting(meeting.series.kind)
    if custom is None or not custom.closes:
        return f"按本台账的规则配置，{meeting.series.name}不能审定销号，请在能够审定销号的会议上办理。"
    if meeting.state not in ("held", "minutes"):
        return f"会议当前状态是“{MEETING_STATES[meeting.state]}”，会议召开后、纪要印发前才能记录审定结果。"
    return ""
