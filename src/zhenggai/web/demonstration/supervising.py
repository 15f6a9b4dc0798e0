"""The demonstration's supervision: an order answered and closed, one that nobody answers, what the ladder drafts, transfers as counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhenggai.web.accounts.rights import rights_of
from zhenggai.web.audit.chain import Actor
from zhenggai.web.ledger.actions import paper_answers, papers
from zhenggai.web.ledger.actions.ladder import climb
from zhenggai.web.ledger.actions.paper_raising import About, raise_paper
from zhenggai.web.ledger.actions.transfers import count_transfer
from zhenggai.web.ledger.models import Measure, SupervisionPaper

if TYPE_CHECKING:
    from zhenggai.web.accounts.rights import Rights
    from zhenggai.web.demonstration.school import School
    from zhenggai.web.ledger.models import Inspection

_ANSWERED, _SILENT = "逐笔核查", "三方比价"
_REASON = "巡察整改领导小组第2次会议要求加快进度，逐项明确完成日期。"
_ANSWER = "已核查5笔，其余4笔正在补充手续，本月内全部核查完毕，应退回的当月退回。今后每笔支出附审批单和说明。"


def supervise(school: School, inspection: Inspection) -> None:
    """Raise two orders by hand, let one be answered, count a transfer, and let the ladder draft what holds by now."""
    answered = _order(school, inspection, _ANSWERED, 14)
    _take(school, answered, "caiwushi", 15, papers.receive_paper)
    _take(school, answered, "caiwushi", 17, paper_answers.answer_paper, text=_ANSWER, evidence_ids=())
    _take(
        school,
        answered,
        "ducha",
        18,
        paper_answers.judge_paper,
        accepted=True,
        note="情况属实，其余4笔按承诺时间办结。",
    )
    _take(school, answered, "ducha", 19, paper_answers.close_paper, closing="同意办结，转入日常跟踪。")
    _order(school, inspection, _SILENT, 14)  # more than five working days ago, whatever holidays there were
    actor, rights = _who(school, "jijian", 29)
    count_transfer(actor=actor, rights=rights, transferred_on=school.at(28).date(), count=1, body="discipline")
    climb(actor=Actor(None, "系统", school.at(37)), inspection_id=inspection.pk)


def _order(school: School, inspection: Inspection, words: str, days: int) -> SupervisionPaper:
    """Raise an order about the measure with these words, signed and served by the office."""
    measure = Measure.objects.filter(inspection=inspection, text__contains=words)[0]
    actor, rights = _who(school, "ducha", days)
    paper = raise_paper(
        actor=actor, rights=rights, about=About("measure", measure.pk), level=2, ground="meeting", reason=_REASON,
        skip_reason="",
    )  # fmt: skip
    _take(school, paper, "ducha", days, papers.sign_paper)
    _take(school, paper, "zhenggaiban", days, papers.serve_paper)
    return paper


def _take(school: School, paper: SupervisionPaper, login: str, days: int, step: object, **more: object) -> None:
    actor, rights = _who(school, login, days)
    paper.refresh_from_db()
    step(actor=actor, rights=rights, paper_id=paper.pk, seen=paper.version, **more)  # type: ignore[operator]  # each step takes what it needs


def _who(school: School, login: str, days: int) -> tuple[Actor, Rights]:
    actor = school.actor(login, days)
    return actor, rights_of(school.people[login], actor.today)
