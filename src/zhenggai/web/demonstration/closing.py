"""The demonstration's close-outs: one finding closed by the leading group, one sent back for more evidence, the plan filed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile

from zhenggai.web.accounts.rights import rights_of
from zhenggai.web.ledger.actions import closures, filing
from zhenggai.web.ledger.actions.closures import Choice
from zhenggai.web.ledger.actions.declarations import Declared
from zhenggai.web.ledger.actions.evidence import add_evidence
from zhenggai.web.ledger.actions.progress import report_progress
from zhenggai.web.ledger.closing.demands import Handed
from zhenggai.web.ledger.closing.state import matter_of, seal_of
from zhenggai.web.ledger.models import Closure, Finding, Measure

if TYPE_CHECKING:
    import datetime as dt

    from zhenggai.web.accounts.rights import Rights
    from zhenggai.web.audit.chain import Actor
    from zhenggai.web.demonstration.school import School
    from zhenggai.web.ledger.models import Inspection

_CLOSED = "课后服务课程单一"
_RETURNED = "以传阅代替集体学习"
_DONE = {
    "修订课后服务": "已修订课后服务工作办法并印发各年级，列出不得讲授新课等5条要求。",
    "增开体育": "已增开足球、国画、劳动实践等6门课程，本学期课程目录已公布。",
    "每周巡查": "教务处已巡查5周，发现的2处问题当天纠正，留有巡查记录。",
    "学习记录本": "学习记录本已统一印制，两个支部均已启用，逐次登记、当场签到。",
    "每半年抽查": "已对两个支部的学习记录抽查1次，结果在校内通报。",
}
"""What was done about a measure, by the words it begins with."""
_INSTITUTIONS = "相关制度已经修订印发，自印发之日起执行。"
_LATERAL = "对照排查其他处室和年级，未发现同类问题。"


def close_findings(school: School, inspection: Inspection) -> None:
    """File the plan, close one finding up to the leading group, and let another come back for more evidence."""
    actor, rights = _who(school, "zhenggaiban", 13)
    filing.file_plan(actor=actor, rights=rights, inspection_id=inspection.pk, seen=inspection.version)
    closed = _finish(school, inspection, _CLOSED, "jingban1", 18)
    _apply(school, closed, "jiaowuchu", 20)
    _sign(school, closed, "jiaoxue", 21, "reviewed", Handed(note="情况属实，同意。"))
    _sign(school, closed, "ducha", 24, "verified", _verified(school, 23))
    meeting = Handed(meeting="巡察整改领导小组第3次会议", met_on=school.at(26).date())
    _sign(school, closed, "shuji", 26, "approved", meeting)
    returned = _finish(school, inspection, _RETURNED, "bangongshi", 26)
    _apply(school, returned, "bangongshi", 28)
    _sign(school, returned, "fushuji", 30, "reviewed", Handed(note="同意。"))
    missing = "请补充第二党支部的签到记录和抽查通报原件。"
    _sign(school, returned, "ducha", 35, "supplement_asked", Handed(reason="evidence_insufficient", missing=missing))


def _who(school: School, login: str, days: int) -> tuple[Actor, Rights]:
    actor = school.actor(login, days)
    return actor, rights_of(school.people[login], actor.today)


def _finish(school: School, inspection: Inspection, words: str, login: str, days: int) -> Finding:
    """Report every measure of the finding done and prove it."""
    finding = Finding.objects.get(inspection=inspection, text__contains=words)
    actor, rights = _who(school, login, days)
    for measure in Measure.objects.filter(response__findings=finding).order_by("order"):
        report_progress(
            actor=actor, rights=rights, measure_id=measure.pk, seen=measure.version, percent=100,
            completion_status="completed", done=_done(measure),
        )  # fmt: skip
        name = f"{re.split('[，。]', measure.text)[0]}落实记录"
        text = f"{name}\n{school.at(days).date():%Y-%m-%d}\n{_done(measure)}\n（演示材料，内容虚构）\n"
        add_evidence(
            actor=actor, rights=rights, measure_ids=[measure.pk], upload=ContentFile(text.encode(), f"{name}.txt"),
            declared=Declared(title=name, kind="register", formed_on=school.at(days).date(), pages=1),
        )  # fmt: skip
    return finding


def _done(measure: Measure) -> str:
    return next(done for words, done in _DONE.items() if words in measure.text)


def _apply(school: School, finding: Finding, login: str, days: int) -> None:
    actor, rights = _who(school, login, days)
    finding = Finding.objects.select_related("inspection").get(pk=finding.pk)
    done: dt.date = school.at(days - 3).date()
    content: dict[str, Any] = {
        "measures": {
            measure.reference: {"done": _done(measure), "completed_on": done.isoformat()}
            for measure in Measure.objects.filter(response__findings=finding)
        },
        "institutions": _INSTITUTIONS,
        "lateral": _LATERAL,
        "criteria": {"measures": "yes", "fact": "yes", "money": "not_applicable", "system": "yes", "lateral": "yes"},
    }
    shown = seal_of(matter_of(finding))
    closures.apply_for_closure(
        actor=actor, rights=rights, finding_id=finding.pk, seen=None, shown=shown, content=content
    )


def _sign(school: School, finding: Finding, login: str, days: int, transition: str, handed: Handed) -> None:
    actor, rights = _who(school, login, days)
    closure = Closure.objects.get(finding=finding)
    closures.sign(actor=actor, rights=rights, choice=Choice(closure.pk, closure.version, transition, handed))


def _verified(school: School, days: int) -> Handed:
    return Handed(
        methods=("documents", "on_site", "talks"),
        verifiers=(school.people["ducha2"].pk,),
        verified_on=school.at(days).date(),
        findings="查阅巡查记录和课程目录，随机听课2节，访谈教师3人，与整改情况一致。",
    )
