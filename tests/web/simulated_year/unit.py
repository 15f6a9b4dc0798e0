"""The unit: its people and departments, and its plan, imported as an office does."""

from __future__ import annotations

import csv
import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from zhenggai import deadline
from zhenggai.web.accounts import actions as accounts
from zhenggai.web.accounts.rights import Rights, rights_of
from zhenggai.web.audit.chain import Actor
from zhenggai.web.ledger.actions import imports
from zhenggai.web.ledger.actions.duties import set_term
from zhenggai.web.ledger.actions.filing import file_plan
from zhenggai.web.ledger.models import Inspection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from zhenggai.web.accounts.models import Organization, Person

DATA = Path(__file__).parent / "findings.tsv"
FEEDBACK = dt.date(2025, 1, 6)
CONFIRMED = dt.date(2025, 1, 21)
LAST = dt.date(2026, 1, 5)
ZONE = ZoneInfo("Asia/Shanghai")
DAY = dt.timedelta(days=1)
TERMS = (
    ("2024—2025学年第二学期", dt.date(2025, 2, 10), dt.date(2025, 7, 4)),
    ("2025—2026学年第一学期", dt.date(2025, 9, 1), dt.date(2026, 1, 16)),
)
DEPARTMENTS = ("党政办公室", "教务处", "总务处", "财务室", "学生处", "人事处")
LEADERS = ("甲某某", "乙某某", "丙某某", "丁某某", "戊某某")
WORDS = (
    "修订{topic}办法，明确责任人和完成标准。",
    "对{topic}进行一次全面检查，问题逐项登记。",
    "把{topic}纳入部门考核，结果予以通报。",
)


@dataclass(frozen=True)
class Row:
    """A line of `findings.tsv`."""

    finding: str
    area: str
    topic: str
    fault: str
    department: str
    leader: str
    limit: str
    rhythm: str
    measures: str
    course: str

    @property
    def text(self) -> str:
        """The finding as the plan words it."""
        return f"{self.topic}{self.fault}"


@dataclass
class Unit:
    """The unit: its people by what they are there for, and what they are going to do on which day, in order."""

    place: Organization
    departments: dict[str, Organization] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    inspection: Inspection | None = None
    today: dt.date = CONFIRMED
    acts: dict[dt.date, list[Callable[[dt.date], None]]] = field(default_factory=lambda: defaultdict(list))
    _rights: dict[tuple[str, dt.date], Rights] = field(default_factory=dict)

    def actor(self, who: str, day: dt.date) -> Actor:
        """Return the person at work on a day."""
        person = self.people[who]
        return Actor(person.pk, person.name, dt.datetime.combine(day, dt.time(9, 30), ZONE))

    def rights(self, who: str, day: dt.date) -> Rights:
        """Return what the person may do on a day; nobody's roles change in the year."""
        if (who, day) not in self._rights:
            self._rights = {key: rights for key, rights in self._rights.items() if key[1] == day}
            self._rights[who, day] = rights_of(self.people[who], day)
        return self._rights[who, day]

    def who(self, person_id: int) -> str:
        """Return what a person is there for."""
        return next(who for who, person in self.people.items() if person.pk == person_id)

    def plan(self, day: dt.date, act: Callable[[dt.date], None]) -> None:
        """Have something done on `day`, or on the first working day after it."""
        self.acts[workday(day)].append(act)


def rows() -> list[Row]:
    """Return the findings in order."""
    with DATA.open(encoding="utf-8", newline="") as lines:
        return [Row(**row) for row in csv.DictReader(lines, delimiter="\t")]


def workday(day: dt.date, by: int = 0) -> dt.date:
    """Return the working day `by` working days after the first working day that is not before `day`."""
    calendar = deadline.national()
    while not calendar.is_workday(day):
        day += DAY
    return calendar.after(day, by) if by else day


def workday_before(day: dt.date) -> dt.date:
    """Return `day`, or the last working day before it."""
    while not deadline.national().is_workday(day):
        day -= DAY
    return day


def local(at: dt.datetime) -> dt.date:
    """Return the day of a moment where the unit is."""
    return at.astimezone(ZONE).date()


def found_unit() -> Unit:
    """Make the unit with its people, import its plan and file it."""
    unit = _people()
    unit.inspection = _import(unit)
    return unit


def words_of(day: dt.date) -> str:
    """Return a date as documents write it."""
    return f"{day.year}年{day.month}月{day.day}日"


def plan_text() -> str:
    """Return the rectification plan of the unit as an office would write it."""
    found = rows()
    areas = list(dict.fromkeys(row.area for row in found))
    lines = [
        "云溪县白桦中学",
        "关于县委第五巡察组反馈意见的整改方案",
        f"县委第五巡察组对我校党委开展了常规巡察，{words_of(FEEDBACK)}向我校反馈了巡察意见。结合实际，制定本方案。",
        "一、整改任务和措施",
    ]
    for area, number in zip(areas, "一二三", strict=True):
        lines.append(f"（{number}）{area}")
        lines += [line for row in found if row.area == area for line in _lines_of(row)]
    return "\n".join([*lines, *_rest()])


def _lines_of(row: Row) -> Iterator[str]:
    yield f"{row.finding}.{row.text}。"
    yield "整改措施：" + "".join(f"{mark}{text}" for mark, text in zip("①②③", _measures(row), strict=False))
    yield f"（牵头领导：甲某某；责任领导：{row.leader}；责任部门：{row.department}；完成时限：{row.limit}。）"


def _measures(row: Row) -> Iterator[str]:
    for n in range(int(row.measures)):
        last = n == int(row.measures) - 1
        yield f"{row.topic}{row.rhythm}。" if last and row.rhythm != "—" else WORDS[n].format(topic=row.topic)


def _rest() -> list[str]:
    return [
        "二、时间安排",
        f"（一）动员部署阶段（{words_of(FEEDBACK)}至2025年1月21日）。制定整改方案。",
        "（二）集中整改阶段（2025年1月22日至2025年7月5日）。逐项整改，2025年4月10日前召开中期推进会。",
        "（三）巩固提升阶段（2025年7月6日至2026年1月5日）。逐条验收销号。",
        "三、工作机制",
        "（一）碰头会制度。领导小组办公室每半月召开一次碰头会，逐项核对进展。",
        "中共云溪县白桦中学委员会",
        words_of(CONFIRMED - DAY),
    ]


def _people() -> Unit:
    system = Actor(None, "系统", dt.datetime.combine(FEEDBACK - 4 * DAY, dt.time(8), ZONE))
    above = accounts.create_organization(actor=system, kind="inspection_office", name="云溪县委巡察办")
    place = accounts.create_organization(actor=system, kind="unit", name="云溪县白桦中学", parent=above)
    unit = Unit(place)

    def person(who: str, name: str, roles: tuple[str, ...], at: Organization, post: str) -> None:
        home = above if at == above else place
        made = accounts.create_person(actor=system, unit=home, name=name)
        made.login = f"u{len(unit.people)}"  # only who can log in is told anything
        made.save(update_fields=["login"])
        accounts.hold_post(actor=system, person=made, organization=at, title=post)
        accounts.grant_roles(actor=system, person=made, roles=roles, scope=home)
        unit.people[who] = made

    for n, name in enumerate(DEPARTMENTS):
        unit.departments[name] = accounts.create_organization(
            actor=system, kind="department", name=name, parent=place, order=n
        )
        person(f"head:{name}", f"{'子丑寅卯辰巳'[n]}某某", ("department_head",), unit.departments[name], "负责人")
        person(f"handler:{name}", f"{'午未申酉戌亥'[n]}某某", ("handler",), unit.departments[name], "经办人")
    for name in LEADERS:
        roles = ("lead_leader", "responsible_leader") if name == "甲某某" else ("responsible_leader",)
        person(name, name, roles, place, "副校长")
    person("office", "金某某", ("office",), place, "整改办")
    person("principal", "木某某", ("principal",), place, "党委书记")
    person("group", "水某某", ("group",), place, "领导小组副组长")
    person("supervision", "火某某", ("supervision",), place, "督查组组长")
    person("supervision2", "土某某", ("supervision",), place, "督查组成员")
    person("above", "山某某", ("inspection_office",), above, "巡察办")
    return unit


def _import(unit: Unit) -> Inspection:
    actor, rights = unit.actor("office", CONFIRMED), unit.rights("office", CONFIRMED)
    for name, start, end in TERMS:
        set_term(actor=actor, rights=rights, name=name, start=start, end=end)
    draft = imports.upload_document(
        actor=actor, rights=rights, unit_id=unit.place.pk, name="整改方案.txt", data=plan_text().encode()
    )
    content = draft.content
    for response in content["responses"]:
        for name in (name for names in response["parties"].values() for name in names):
            leader = unit.people.get(name)
            content["names"][name] = {"person": leader.pk} if leader else {"organization": unit.departments[name].pk}
    draft = imports.save_draft(
        actor=actor, rights=rights, draft_id=draft.pk, seen=draft.version, content=content, what="对应机构和人员"
    )
    confirmed = imports.confirm_draft(
        actor=actor, rights=rights, draft_id=draft.pk, seen=draft.version, title="县委第五巡察组反馈意见整改",
        code="2025-1", profile="inspection-2024@1",
    )  # fmt: skip
    inspection = Inspection.objects.get(pk=confirmed.inspection_id)
    file_plan(actor=actor, rights=rights, inspection_id=inspection.pk, seen=inspection.version)
    return inspection
