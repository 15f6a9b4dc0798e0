"""审定销号 at a meeting: what waits for the decision, and what on the agenda cannot be decided and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhenggai.web.ledger import access, meeting_access
from zhenggai.web.ledger.actions.meeting_closures import refusal_to_decide
from zhenggai.web.ledger.actions.meeting_notices import called
from zhenggai.web.ledger.closing.standing import stands_of
from zhenggai.web.ledger.custom import profile_of
from zhenggai.web.ledger.models.rows import ClosureStage
from zhenggai.web.ledger.queries.closure_queues import queues_of
from zhenggai.workflow import TRANSITIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhenggai.web.accounts.rights import Rights
    from zhenggai.web.ledger.models import Meeting
    from zhenggai.web.ledger.queries.closure_queues import Waiting


@dataclass(frozen=True, slots=True)
class ClosuresStory:
    """What the meeting can decide, `refused` (reference, why) what it cannot, and what stands in the way of all of it."""

    meeting: Meeting
    title: str
    rows: tuple[Waiting, ...]
    more: bool
    refused: tuple[tuple[str, str], ...]
    reasons: Mapping[str, str]
    refusal: str


def closures_at(rights: Rights, pk: int) -> ClosuresStory:
    """Return what the person can sign for the meeting; faults as `meeting_access.meeting`."""
    meeting = meeting_access.meeting(rights, pk)
    queue = next((one for one in queues_of(rights) if one.act == "closure.approve"), None)
    mine = access.findings(rights, "closure.approve").filter(inspection=meeting.inspection_id, withdrawn_at=None)
    here = set(mine.values_list("pk", flat=True))
    rows = tuple(row for row in (queue.rows if queue else ()) if row.finding_id in here)
    shown = {row.finding_id for row in rows}
    wanted = meeting.items.filter(section="closures", finding__isnull=False, removed_at=None).values("finding")
    others = list(mine.filter(pk__in=wanted).exclude(pk__in=shown).select_related("inspection").order_by("order"))
    stands = stands_of(rights, others)
    step = TRANSITIONS["approved"]
    refused = [
        (
            row.reference,
            f"目前是“{ClosureStage(row.closure_stage).label}”"
            if row.closure_stage != "verified"
            else stands[row.pk].refusal(step),
        )
        for row in others
    ]
    return ClosuresStory(
        meeting=meeting,
        title=called(meeting),
        rows=rows,
        more=bool(queue and queue.more),
        refused=tuple(refused),
        reasons=profile_of(meeting.inspection.profile).closing.reasons,
        refusal=refusal_to_decide(meeting),
    )
