"""Supervision papers: signed and served on the working day they are proposed, received the next, answered by all but the hopeless.

Those that ask for an answer are answered on the third working day, accepted on the fifth and closed on the sixth. Of reminders only the
yellow ones are signed; drafts of green ones stand until they lapse or a higher level takes their place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulated_year.unit import Unit, local, rows, words_of, workday
from zhenggai.web.ledger.actions.paper_answers import answer_paper, close_paper, judge_paper
from zhenggai.web.ledger.actions.papers import receive_paper, serve_paper, sign_paper
from zhenggai.web.ledger.custom import profile_of
from zhenggai.web.ledger.models import Answer, SupervisionPaper

if TYPE_CHECKING:
    import datetime as dt


def see_to_papers(unit: Unit, day: dt.date) -> None:
    """Take the step that is due today with each paper."""
    open_ones = SupervisionPaper.objects.filter(inspection=unit.inspection)
    for paper in (
        open_ones.exclude(state__in=("closed", "withdrawn", "lapsed")).select_related("measure").order_by("pk")
    ):
        _see_to(unit, paper, day)


def _see_to(unit: Unit, paper: SupervisionPaper, day: dt.date) -> None:
    if paper.state == "draft":
        if paper.level:
            _issue(unit, paper, day)
        return
    if not paper.asks:
        return
    served = local(paper.served_at) if paper.served_at else day
    if paper.state == "served" and day == workday(served, 1):
        for recipient in paper.recipients.filter(received_at=None).order_by("pk"):
            paper.refresh_from_db()
            who = unit.who(recipient.person_id)
            receive_paper(
                actor=unit.actor(who, day), rights=unit.rights(who, day), paper_id=paper.pk, seen=paper.version
            )
    elif paper.state == "received" and day == workday(served, 3) and _course(paper) != "hopeless":
        who = f"head:{_department(unit, paper)}"
        _by(who, unit, answer_paper, paper, day, text="正在加紧办理，已安排专人负责。", evidence_ids=())
    elif paper.state == "answered" and day == workday(served, 5):
        _by("supervision", unit, judge_paper, paper, day, accepted=True, note="")
    elif paper.state == "accepted" and day == workday(served, 6):
        _by("supervision", unit, close_paper, paper, day, closing="答复认可，予以办结。")


def _issue(unit: Unit, paper: SupervisionPaper, day: dt.date) -> None:
    assert unit.inspection
    level = profile_of(unit.inspection.profile).ladder.levels[paper.level]
    signer = next(role for role in ("office", "supervision", "group", "principal") if role in level.signed_by)
    body = {
        "time": f"{words_of(workday(day, 2))}上午九时",
        "place": "会议室",
        "interviewer": "水某某",
        "recorder": "金某某",
    }
    _by(signer, unit, sign_paper, paper, day, body=body if paper.kind == "interview" else {})
    paper.refresh_from_db()
    _by("office", unit, serve_paper, paper, day)


def _by(who: str, unit: Unit, act: object, paper: SupervisionPaper, day: dt.date, **more: object) -> None:
    assert callable(act)
    act(actor=unit.actor(who, day), rights=unit.rights(who, day), paper_id=paper.pk, seen=paper.version, **more)


def _course(paper: SupervisionPaper) -> str:
    return _row_of(paper)[1] if paper.measure_id or paper.finding_id else ""


def _department(unit: Unit, paper: SupervisionPaper) -> str:
    if paper.department_id:
        return next(name for name, place in unit.departments.items() if place.pk == paper.department_id)
    return _row_of(paper)[0]


def _row_of(paper: SupervisionPaper) -> tuple[str, str]:
    """Return department and course of the finding that a paper is about."""
    found = Answer.objects.filter(response__measures=paper.measure_id) if paper.measure_id else None
    text = found.values_list("finding__text", flat=True)[0] if found else paper.finding.text if paper.finding else ""
    row = next(row for row in rows() if row.text == text.rstrip("。"))
    return row.department, row.course
