"""工作台: what one person must do now, the most urgent first, and how the ledgers stand that the person sees whole."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, F, OuterRef, Q

from zhenggai import profile as profiles
from zhenggai.web.ledger import access
from zhenggai.web.ledger.custom import profile_of
from zhenggai.web.ledger.cycles import cycles_now
from zhenggai.web.ledger.models import Answer, Assignment, ImportDraft, Measure
from zhenggai.web.ledger.models.rows import CompletionStatus, Layer
from zhenggai.web.ledger.queries.closure_queues import UNSAID, queues_of
from zhenggai.web.ledger.queries.cycles import current_label, departments_now
from zhenggai.web.ledger.queries.drafts import listed
from zhenggai.web.ledger.queries.duties import waiting_for as occurrences_for
from zhenggai.web.ledger.queries.duties import without_milestone
from zhenggai.web.ledger.queries.extensions import waiting_for
from zhenggai.web.ledger.queries.meetings import meetings_to_see_to
from zhenggai.web.ledger.queries.papers import drafts_to_sign, papers_to_handle
from zhenggai.web.ledger.queries.reporting import waiting_tabs
from zhenggai.web.ledger.queries.resolutions import resolutions_waiting_for
from zhenggai.workflow import Reach

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from zhenggai.profile import Light, Profile, RoundingCustom
    from zhenggai.web.accounts.rights import Rights
    from zhenggai.web.ledger.models import Inspection

LIMIT = 200
"""How many measures one person's list looks at; who has more sees the most urgent."""
SHOWN = 60
_NEVER = dt.date.max


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do: `what` it is about, `why` now, and the screen where it is done in one click: of one row, or a list (`query`)."""

    act: str
    what: str
    why: str
    screen: str
    argument: int | None
    light: Light | None = None
    due_on: dt.date | None = None
    urgency: int = 9
    query: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """How one ledger stands: counts of measures, and which departments have reported in the current cycle.

    Where it is not `whole`, it counts what the person answers for, alone or in a department.
    """

    inspection_id: int
    title: str
    whole: bool
    cycle: str
    measures: int
    completed: int
    overdue: int
    soon: int
    soon_until: dt.date
    undated: int
    unowned: int
    departments: tuple[tuple[str, int, int], ...]
    rounding: RoundingCustom

    @property
    def rate(self) -> str:
        """The share completed in percent, rounded as the profile says."""
        return self.rounding.rate(self.completed, self.measures)


@dataclass(frozen=True, slots=True)
class Work:
    """Everything that the screen shows."""

    tasks: tuple[Task, ...]
    more: int
    standings: tuple[Standing, ...]


def work_of(rights: Rights) -> Work:
    """Return what the person must do today and the standing of each ledger that the person sees whole."""
    tasks = [
        *_reports(rights),
        *_late_of_leaders(rights),
        *_drafts(rights),
        *_closures(rights),
        *_extensions(rights),
        *_occurrences(rights),
        *_papers(rights),
        *_bare(rights),
        *_meetings(rights),
        *_resolutions(rights),
    ]
    tasks.sort(key=lambda task: (task.urgency, task.due_on or _NEVER, task.what))
    return Work(tuple(tasks[:SHOWN]), max(0, len(tasks) - SHOWN), tuple(_standings(rights)))


def _closures(rights: Rights) -> list[Task]:
    """Return the close-outs that wait for the person; returned and lapsed ones come first of them."""
    tasks = []
    for queue in queues_of(rights):
        applying = queue.act in ("closure.prepare", "closure.apply")
        for row in queue.rows:
            urgent = row.stage == "已退回" or row.lapsed
            tasks.append(
                Task(
                    "申请销号" if applying else "办理销号",
                    f"{row.reference} {row.text}",
                    row.why or queue.title,
                    "application" if applying else "closure",
                    row.finding_id,
                    urgency=1 if urgent else 3,
                )
            )
    return tasks


_PAPER_STEPS = {
    "answered": ("答复督办", "请答复"),
    "received": ("签收", "请签收"),
    "accepted": ("审定答复", "已答复，请审定"),
    "closed": ("办结", "答复已认可，请办结"),
    "served": ("送达", "已签发，请送达"),
}


def _papers(rights: Rights) -> list[Task]:
    """Return the supervision papers that wait for the person, and how many drafts wait for a signature."""
    tasks = []
    for step, line in papers_to_handle(rights, SHOWN):
        act, why = _PAPER_STEPS[step]
        late = line.light is not None and line.light.colour == "red"
        urgency = 0 if late and step == "answered" else 1 if step == "answered" else 2
        tasks.append(
            Task(act, f"{line.called}：{line.about}", why, "paper", line.id, line.light, line.answer_by, urgency)
        )
    tasks += [
        Task(
            "签发督办",
            title,
            f"{count}份督办文书待签发",
            "papers",
            None,
            urgency=3,
            query=f"?group=draft&inspection={pk}",
        )
        for pk, title, count in drafts_to_sign(rights)
    ]
    return tasks


def _occurrences(rights: Rights) -> list[Task]:
    """Return the occurrences of recurring duties that are late or due soon, for who acts on them."""
    tasks = []
    for line in occurrences_for(rights):
        why = f"{line.label}，{line.rhythm}，已完成{line.done}次"
        if line.periods > 1:
            why = f"{line.rhythm}，{line.periods}个周期累计缺{line.shortfall}次，最近一期为{line.label}（已完成{line.done}次）"
        elif line.shortfall:
            why += f"，缺{line.shortfall}次"
        what = f"{line.reference} {line.whose}".strip()
        urgency = _urgency(line.light, missing=False)
        tasks.append(Task("填报周期任务", what, why, "occurrence", line.id, line.light, line.due_on, urgency))
    return tasks


def _meetings(rights: Rights) -> list[Task]:
    """Return the meetings that have to be prepared, recorded or written up, for who prepares them."""
    tasks = []
    for what, line in meetings_to_see_to(rights):
        why = "已过会议日期，请登记召开情况或者取消" if line.late else line.state
        light = _answer_light(line.meets_on, rights.today) if what in ("准备议程", "登记召开情况") else None
        tasks.append(Task(what, line.title, why, "meeting", line.id, light, line.meets_on, 1 if line.late else 3))
    return tasks


def _resolutions(rights: Rights) -> list[Task]:
    """Return the resolutions that the person's departments have to act on, and those to accept."""
    tasks = []
    for what, line in resolutions_waiting_for(rights):
        why = "已报办结，待验收" if what.startswith("验收") else f"会议议定，由{line.responsible}承办"
        urgency = {"red": 0, "yellow": 2}.get(line.light.colour, 4)
        tasks.append(
            Task(what, f"{line.number}：{line.matter}", why, "resolution", line.id, line.light, line.due_on, urgency)
        )
    return tasks


def _bare(rights: Rights) -> list[Task]:
    """Return the ledgers in which measures of lasting effect have nothing due in the time that the profile gives."""
    if not rights.may_in("ledger.edit", rights.unit_id):
        return []
    tasks = []
    for inspection in access.inspections(rights, "ledger.edit").filter(unit_id=rights.unit_id).order_by("-pk")[:5]:
        profile = profile_of(inspection.profile)
        measures = access.measures(rights, "ledger.edit").filter(inspection=inspection)
        references = (
            without_milestone(measures, profile, rights.today).order_by("order").values_list("reference", flat=True)
        )
        found = list(references[:LIMIT])
        if found:
            named = "、".join(found[:5]) + ("等" if len(found) > 5 else "")
            why = f"{len(found)}项长期坚持的措施今后{profile.duty.milestone_days}天内没有节点：{named}"
            tasks.append(Task("补充节点", inspection.title, why, "ledger", inspection.pk, urgency=6))
    return tasks


def _extensions(rights: Rights) -> list[Task]:
    """Return the applications for a later date that wait for the person's answer."""
    tasks = []
    for line in waiting_for(rights):
        late = line.answer_by < rights.today
        why = f"第{line.number}次延期申请，{'已超过答复期限' if late else '待答复'}"
        tasks.append(
            Task("答复延期", f"{line.reference} {line.measure}", why, "extension", line.id, _answer_light(line.answer_by, rights.today),
                 line.answer_by, 0 if late else 2)
        )  # fmt: skip
    return tasks


def _answer_light(day: dt.date, today: dt.date) -> Light:
    left = profiles.days_left(day, today)
    return profiles.Light("red" if left < 0 else "calm", "逾期" if left < 0 else "正常", profiles.words_of(left))


def _called(measure: Measure) -> str:
    """Return what a task calls a measure: nothing of its words where it answers a restricted finding, for to read those is an event."""
    secret = measure.secret  # type: ignore[attr-defined]  # annotated by `_open`
    return f"{measure.reference} {UNSAID if secret else measure.text}"


def _open(measures: QuerySet[Measure]) -> QuerySet[Measure]:
    secret = Answer.objects.filter(response=OuterRef("response"), finding__layer=Layer.RESTRICTED)
    return (
        measures.annotate(secret=Exists(secret))
        .filter(withdrawn_at=None)
        .exclude(completion_status=CompletionStatus.COMPLETED)
    )


def _reports(rights: Rights) -> list[Task]:
    """Return the cycles that wait for the person's reports, and the person's own open measures that are late or due soon.

    A measure that a cycle has been opened for has no task of its own while its date is far.
    """
    if not rights.may("progress.report"):
        return []
    mine = _open(access.measures(rights, "progress.report")).select_related("inspection")
    measures = list(mine.order_by(F("due_on").asc(nulls_last=True), "pk")[:LIMIT])
    cycles = cycles_now(measures, rights.today)
    tasks = [
        Task("填报进展", f"{tab.label}进展", f"{tab.waiting}项措施待填报", "reporting", None, tab.light, tab.cut_off,
             _urgency(tab.light, missing=True))
        for tab in waiting_tabs(rights)
    ]  # fmt: skip
    for measure in measures:
        profile = profile_of(measure.inspection.profile)
        light = profiles.light_of(profile, measure.due_on, rights.today)
        cycle = cycles[measure.pk]
        missing = cycle.waiting
        if light.colour in ("calm", "none") and (not missing or cycle.expected_id):
            continue
        why = f"{cycle.label}进展未填报" if missing else f"{light.label}，{light.words}"
        tasks.append(
            Task("填报进展", _called(measure), why, "progress", measure.pk, light, measure.due_on,
                 _urgency(light, missing=missing))
        )  # fmt: skip
    return tasks


def _urgency(light: Light, *, missing: bool) -> int:
    order = {"red": 0, "orange": 1, "yellow": 2, "green": 4, "blue": 4}
    return order.get(light.colour, 5) + (0 if missing else 1)


def _late_of_leaders(rights: Rights) -> list[Task]:
    """Return the late measures for which a leader answers, with the departments that act on them."""
    if not rights.scopes_at("ledger.read", Reach.OWN) or rights.may("progress.report"):
        return []
    answered_for = Assignment.objects.filter(person__in=rights.people, until=None).values("response_id")
    mine = _open(access.measures(rights, "ledger.read")).filter(response__in=answered_for, due_on__lt=rights.today)
    measures = list(mine.select_related("inspection").order_by("due_on", "pk")[:LIMIT])
    answers = dict(
        Answer.objects.filter(response__in=[m.response_id for m in measures]).values_list("response_id", "finding_id")
    )
    departments: dict[int, list[str]] = defaultdict(list)
    acting = Assignment.objects.filter(response__in=answers, role=Assignment.Role.RESPONSIBLE_DEPARTMENT, until=None)
    for response, name in acting.order_by("order").values_list("response_id", "name"):
        departments[response].append(name)
    tasks = []
    for measure in measures:
        light = profiles.light_of(profile_of(measure.inspection.profile), measure.due_on, rights.today)
        why = (
            f"由{'、'.join(departments[measure.response_id])}承担"
            if departments[measure.response_id]
            else "未写明责任部门"
        )
        if measure.response_id in answers:
            finding = answers[measure.response_id]
            tasks.append(Task("督促", _called(measure), why, "finding", finding, light, measure.due_on, 1))
    return tasks


def _drafts(rights: Rights) -> list[Task]:
    if not rights.may("import.read"):
        return []
    states = ImportDraft.State
    waiting = listed(access.drafts(rights)).filter(state__in=(states.UPLOADED, states.REVIEW))
    return [
        Task(
            "核对",
            draft.document.name if draft.document else f"手工台账《{draft.called}》",  # type: ignore[attr-defined]
            "导入稿待核对、确认",
            "draft",
            draft.pk,
            urgency=3,
        )
        for draft in waiting.order_by("-updated_at")[:SHOWN]
    ]


def _standings(rights: Rights) -> list[Standing]:
    if not rights.scopes_at("ledger.read", Reach.UNIT) and not rights.scopes_at("ledger.read", Reach.OWN):
        return []
    seen = access.inspections(rights).filter(unit_id=rights.unit_id).order_by("-created_at")[:5]
    return [_standing(rights, inspection) for inspection in seen]


def _standing(rights: Rights, inspection: Inspection) -> Standing:
    profile: Profile = profile_of(inspection.profile)
    soon = rights.today + dt.timedelta(days=max(threshold.days_left for threshold in profile.thresholds))
    measures = access.measures(rights, "ledger.read").filter(inspection=inspection, withdrawn_at=None)
    done = Q(completion_status=CompletionStatus.COMPLETED)
    owned = Exists(
        Assignment.objects.filter(response=OuterRef("response"), until=None).filter(
            Q(person__isnull=False) | Q(organization__isnull=False)
        )
    )
    counts = measures.aggregate(
        measures=Count("pk"),
        completed=Count("pk", filter=done),
        overdue=Count("pk", filter=~done & Q(due_on__lt=rights.today)),
        soon=Count("pk", filter=~done & Q(due_on__gte=rights.today, due_on__lte=soon)),
        undated=Count("pk", filter=~done & Q(due_on=None)),
    )
    return Standing(
        inspection_id=inspection.pk,
        title=inspection.title,
        whole=rights.may_in("ledger.read", inspection.unit_id),
        cycle=current_label(inspection, rights.today),
        soon_until=soon,
        unowned=measures.filter(~done).exclude(owned).count(),
        departments=departments_now(measures.filter(~done), inspection, rights.today),
        rounding=profile.rounding,
        **counts,
    )
