"""May this person see a meeting or a resolution: every query of them begins here.

Who may act for the whole unit sees all of them; others see the meetings that they attend, chair or record, and the resolutions of their
departments. What is about a restricted finding is there only for those who may know of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from zhenggai.web.faults import Unknown
from zhenggai.web.ledger import access
from zhenggai.web.ledger.models import AgendaItem, Attendance, Meeting, Resolution
from zhenggai.web.ledger.models.rows import Layer
from zhenggai.workflow import Reach

if TYPE_CHECKING:
    from zhenggai.web.accounts.rights import Rights


def meetings(rights: Rights, act: str = "meeting.read") -> QuerySet[Meeting]:
    """Return the meetings that `act` reaches."""
    condition = access.in_units(rights, act)
    if rights.scopes_at(act, Reach.OWN):
        invited = Attendance.objects.filter(person__in=rights.people, removed_at=None).values("meeting")
        condition |= Q(pk__in=invited) | Q(chair__in=rights.people) | Q(recorder__in=rights.people)
    return Meeting.objects.filter(condition)


def meeting(rights: Rights, pk: int, act: str = "meeting.read") -> Meeting:
    """Return one meeting for `act`, with its series and inspection.

    Raises:
        Unknown: there is none, or the person may not even know of it.
        Refused: the person may see it, but not do this.
    """
    found = meetings(rights, act).select_related("series", "inspection", "chair", "recorder").filter(pk=pk).first()
    if found is None:
        _refuse_if(meetings(rights).filter(pk=pk).exists(), act)
        raise Unknown("这次会议")
    return found


def items(rights: Rights, act: str = "meeting.read") -> QuerySet[AgendaItem]:
    """Return the lines of agendas that `act` reaches; one over a restricted finding only with a need to know."""
    return AgendaItem.objects.filter(known(rights), meeting__in=meetings(rights, act).values("pk"), removed_at=None)


def item(rights: Rights, pk: int, act: str = "meeting.read") -> AgendaItem:
    """Return one line of an agenda for `act`; faults as `meeting`."""
    found = items(rights, act).select_related("meeting__series", "meeting__inspection", "finding").filter(pk=pk).first()
    if found is None:
        _refuse_if(items(rights).filter(pk=pk).exists(), act)
        raise Unknown("这项议题")
    return found


def resolutions(rights: Rights, act: str = "meeting.read") -> QuerySet[Resolution]:
    """Return the resolutions that `act` reaches: to report on those of one's department, to accept those it verifies."""
    condition = access.in_units(rights, act)
    if rights.scopes_at(act, Reach.OWN):
        responsible, verifying = Q(responsible__in=rights.departments), Q(verifying__in=rights.departments)
        condition |= {"resolution.report": responsible, "resolution.accept": verifying}.get(
            act, responsible | verifying | Q(meeting__in=meetings(rights).values("pk"))
        )
    return Resolution.objects.filter(condition).filter(known(rights))


def resolution(rights: Rights, pk: int, act: str = "meeting.read") -> Resolution:
    """Return one resolution for `act`; faults as `meeting`."""
    related = ("meeting__series", "inspection", "responsible", "verifying", "finding")
    found = resolutions(rights, act).select_related(*related).filter(pk=pk).first()
    if found is None:
        _refuse_if(resolutions(rights).filter(pk=pk).exists(), act)
        raise Unknown("这项议定事项")
    return found


def known(rights: Rights) -> Q:
    """Return the condition that a row about a finding is not secret to the person."""
    open_to_all = Q(finding=None) | Q(finding__layer=Layer.INTERNAL)
    return open_to_all | Q(unit__in=rights.restricted_units) if rights.restricted_units else open_to_all


def _refuse_if(visible: bool, act: str) -> None:
    if visible:
        raise access.refusal(act)
