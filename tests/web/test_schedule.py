"""日程: what a person sees of a month, and what a calendar programme is given at a secret address."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import icalendar
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from offices import BACKEND, NOW, TODAY

from zhenggai.profile import PAPER_KINDS
from zhenggai.web.accounts.actions import issue_feed
from zhenggai.web.accounts.actions.feeds import DAYS, feed_of
from zhenggai.web.accounts.models import CalendarFeed, Deputy, Grant, RestrictedGrant
from zhenggai.web.audit.models import Event
from zhenggai.web.ledger.models import (
    Assignment,
    Attendance,
    Finding,
    Inspection,
    Measure,
    Meeting,
    MeetingSeries,
    Milestone,
    Occurrence,
    ReportingCycle,
    Resolution,
    SchedulePhase,
    SupervisionPaper,
)
from zhenggai.web.ledger.queries.appointments import Asked, Entry, appointments
from zhenggai.web.ledger.queries.closure_queues import UNSAID
from zhenggai.web.ledger.queries.month import month_of, span_of, weeks_of
from zhenggai.web.pages.throttle import Throttle
from zhenggai.web.pages.views import schedule as view

if TYPE_CHECKING:
    from offices import Office
    from pytest_django import DjangoAssertNumQueries

pytestmark = pytest.mark.django_db
YEAR = (dt.date(2025, 1, 1), dt.date(2026, 12, 31))


def entries(office: Office, role: str, *, mine: bool = False, kind: str = "") -> tuple[Entry, ...]:
    return appointments(Asked(office.rights(role), *YEAR, mine=mine, kind=kind))


def uids(found: tuple[Entry, ...], kind: str) -> set[str]:
    return {one.uid for one in found if one.kind == kind}


@pytest.fixture
def handled(office: Office, inspection: Inspection) -> Measure:
    """A measure of the handler's department, due on 18 June 2025, in an inspection with a phase and a milestone."""
    measure = Measure.objects.get(inspection=inspection, reference="C005")
    Measure.objects.filter(pk=measure.pk).update(due_on=dt.date(2025, 6, 18))
    Assignment.objects.filter(response=measure.response).delete()
    measure.response.assignments.create(
        unit=office.unit, inspection=inspection, role="responsible_department",
        organization=office.departments["教务处"], name="教务处", since=TODAY,
    )  # fmt: skip
    common = {"unit": office.unit, "inspection": inspection, "order": 990, "text": "召开推进会"}
    SchedulePhase.objects.create(**common, title="集中攻坚", start=dt.date(2025, 6, 2), end=dt.date(2025, 7, 4))
    Milestone.objects.create(**common, due_text="6月20日前", due_on=dt.date(2025, 6, 20))
    return measure


class TestEntries:
    def test_everything_that_has_a_day_stands_there(self, office: Office, handled: Measure) -> None:
        found = entries(office, "office")
        assert {one.kind for one in found} == {"phase", "milestone", "measure", "occurrence", "cutoff"}
        assert [one.start for one in found] == sorted(one.start for one in found)
        due = next(one for one in found if one.uid == f"measure-{handled.pk}")
        assert (due.start, due.screen, due.anchor) == (dt.date(2025, 6, 18), "finding", f"m{handled.pk}")

    def test_mine_is_what_one_answers_for(self, office: Office, handled: Measure) -> None:
        mine = entries(office, "handler", mine=True)
        assert f"measure-{handled.pk}" in uids(mine, "measure")
        own = Assignment.objects.filter(organization=office.departments["教务处"]).values("response")
        other = Measure.objects.exclude(response__in=own).exclude(due_on=None).first()
        assert other is None or f"measure-{other.pk}" not in uids(mine, "measure")
        assert uids(mine, "phase")
        assert uids(entries(office, "office"), "measure") > uids(mine, "measure")

    def test_a_deputy_sees_what_the_absent_would(self, office: Office, handled: Measure) -> None:
        before = entries(office, "archivist", mine=True)
        assert f"measure-{handled.pk}" not in uids(before, "measure")
        Deputy.objects.create(person=office.people["handler"], deputy=office.people["archivist"], since=TODAY)
        after = entries(office, "archivist", mine=True)
        assert f"measure-{handled.pk}" in uids(after, "measure")

    def test_restricted_findings_are_for_those_who_may_know_and_unsaid_even_there(
        self, office: Office, handled: Measure
    ) -> None:
        Finding.objects.filter(responses__measures=handled).update(layer="restricted")
        uid = f"measure-{handled.pk}"
        assert uid not in uids(entries(office, "office"), "measure")
        assert not any(
            one.argument and handled.text in one.title for one in entries(office, "office") if one.kind == "occurrence"
        )
        RestrictedGrant.objects.create(person=office.people["office"], unit=office.unit, reason="承办", since=TODAY)
        known = next(one for one in entries(office, "office") if one.uid == uid)
        assert UNSAID in known.title
        assert handled.text not in known.title + known.detail

    def test_others_see_nothing_of_the_unit(self, office: Office, handled: Measure) -> None:
        for role in ("system_administrator", "inspection_office"):
            assert entries(office, role) == ()

    def test_the_number_of_queries_is_fixed(
        self, office: Office, handled: Measure, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        rights = office.rights("office")
        with django_assert_num_queries(11):
            appointments(Asked(rights, *YEAR, mine=False))

    def test_the_day_by_which_to_report_follows_the_profile(self, office: Office, handled: Measure) -> None:
        days = [one.start for one in entries(office, "office", kind="cutoff")]
        assert days
        assert len(days) == len(set(days))


class TestMonth:
    @pytest.mark.parametrize(
        ("day", "first", "last", "monday", "sunday"),
        [
            ("2026-09-15", "2026-09-01", "2026-09-30", "2026-08-31", "2026-10-04"),
            ("2024-02-29", "2024-02-01", "2024-02-29", "2024-01-29", "2024-03-03"),
            ("2025-12-31", "2025-12-01", "2025-12-31", "2025-12-01", "2026-01-04"),
            ("2021-02-01", "2021-02-01", "2021-02-28", "2021-02-01", "2021-02-28"),
        ],
    )
    def test_weeks_are_whole(self, day: str, first: str, last: str, monday: str, sunday: str) -> None:
        date = dt.date.fromisoformat(day)
        assert [one.isoformat() for one in (*span_of(date), *weeks_of(date))] == [first, last, monday, sunday]

    def test_days_off_and_weekends_that_are_worked_are_marked(self) -> None:
        days = [one for n in (9, 10) for week in month_of(dt.date(2025, n, 1), (), TODAY).weeks for one in week]
        tags = {one.date.isoformat(): one.tag for one in days}
        wanted = {"09-27": "", "09-28": "班", "10-01": "休", "10-08": "休", "10-09": "", "10-11": "班", "10-12": ""}
        assert {day: tags[f"2025-{day}"] for day in wanted} == wanted
        assert month_of(dt.date(2025, 10, 1), (), TODAY).unpublished == ""

    def test_a_year_that_is_not_published_says_so(self) -> None:
        assert "尚未公布" in month_of(dt.date(2031, 10, 1), (), TODAY).unpublished

    def test_what_lasts_stands_at_both_ends_and_what_is_too_much_is_counted(self) -> None:
        def made(uid: int, last: str = "2025-06-02") -> Entry:
            start = dt.date(2025, 6, 2)
            return Entry(f"phase-{uid}", "phase", start, dt.date.fromisoformat(last), "攻坚", "", "ledger", 1)

        month = month_of(dt.date(2025, 6, 1), [made(1, "2025-06-20"), *map(made, range(2, 6))], TODAY)
        days = {one.date.isoformat(): one for week in month.weeks for one in week}
        assert [placed.edge for placed in days["2025-06-02"].placed] == ["起", ""]
        assert days["2025-06-02"].more == 3
        assert [placed.edge for placed in days["2025-06-20"].placed] == ["止"]


class TestScreen:
    def test_the_month_and_the_list(self, office: Office, handled: Measure, client: Client) -> None:
        client.force_login(office.people["office"], backend=BACKEND)
        page = client.get(reverse("schedule"), {"month": "2025-06"})
        text = page.content.decode()
        assert "2025年6月" in text
        assert "集中攻坚起" in text
        assert len(page.content) < 60_000
        due = client.get(reverse("schedule"), {"month": "2025-06", "kind": "measure"}).content.decode()
        assert f'href="{reverse("finding", args=[handled.response.findings.get().pk])}#m{handled.pk}"' in due
        listed = client.get(reverse("schedule"), {"month": "2025-06", "view": "list"})
        assert handled.text[:20] in listed.content.decode()
        assert len(listed.content) < 60_000
        one = client.get(reverse("schedule"), {"day": "2025-06-20", "view": "list", "kind": "milestone"})
        assert "召开推进会" in one.content.decode()

    @pytest.mark.parametrize("month", ["2026", "2026-13", "明年", "1999-01", "2101-01", "2026-02-30"])
    def test_a_month_that_is_none_is_refused_with_a_sentence(self, office: Office, client: Client, month: str) -> None:
        client.force_login(office.people["office"], backend=BACKEND)
        answer = client.get(reverse("schedule"), {"month": month})
        assert answer.status_code == 422
        assert "月份请按2026-09的格式填写" in answer.content.decode()

    def test_an_empty_month_offers_the_rest(self, office: Office, client: Client) -> None:
        client.force_login(office.people["handler"], backend=BACKEND)
        page = client.get(reverse("schedule"), {"month": "2030-01", "view": "list", "kind": "phase"})
        assert "这个月没有与您有关的事项" in page.content.decode()

    def test_a_full_month_stays_small(self, office: Office, handled: Measure, client: Client) -> None:
        Measure.objects.filter(inspection=handled.inspection).update(due_on=dt.date(2025, 6, 30), text="长" * 400)
        rows = Occurrence.objects.filter(inspection=handled.inspection)
        for n, row in enumerate(rows):
            Occurrence.objects.filter(pk=row.pk).update(due_on=dt.date(2025, 6, 1 + n % 30))
        duty = rows.first()
        assert duty
        Occurrence.objects.bulk_create(
            Occurrence(
                unit=office.unit, inspection=duty.inspection, duty=duty.duty, key=f"x{n}", label="2025年6月第1次", start=TODAY,
                end=TODAY, scheduled_on=TODAY, first_due_on=TODAY, due_on=dt.date(2025, 6, 1 + n % 30),
            )
            for n in range(300)
        )  # fmt: skip
        client.force_login(office.people["office"], backend=BACKEND)
        for values in ({}, {"view": "list"}):
            page = client.get(reverse("schedule"), {"month": "2025-06", "whose": "all", **values})
            assert len(page.content) < 60_000


def key_of(office: Office, role: str = "handler") -> str:
    return issue_feed(actor=office.actor(role, timezone.now()), person=office.people[role])[1]


def fetch(key: str, **headers: str) -> tuple[int, dict[str, icalendar.Event], str]:
    answer = Client().get(reverse("calendar_feed", args=[key]), headers=headers)
    if answer.status_code != 200:
        return answer.status_code, {}, answer.content.decode()
    events = icalendar.Calendar.from_ical(answer.content).walk("VEVENT")
    return 200, {str(one["UID"]).partition("@")[0]: one for one in events}, answer["ETag"]


@pytest.fixture
def coming(office: Office, handled: Measure) -> Measure:
    """The handler's measure, due in twenty days from the day on which the test runs."""
    Measure.objects.filter(pk=handled.pk).update(due_on=timezone.localdate() + dt.timedelta(days=20))
    return Measure.objects.get(pk=handled.pk)


class TestFeed:
    def test_it_holds_what_is_the_persons_own(self, office: Office, coming: Measure) -> None:
        status, events, _ = fetch(key_of(office))
        assert status == 200
        due = events[f"measure-{coming.pk}"]
        assert due["DTSTART"].dt == coming.due_on
        assert str(due["SUMMARY"]).startswith("措施到期：C005 ")
        cut_offs = [str(one["SUMMARY"]) for one in events.values() if "填报截止" in str(one["SUMMARY"])]
        assert cut_offs
        assert {words.count("填报截止") for words in cut_offs} == {1}
        assert f"/findings/{coming.response.findings.get().pk}/#m{coming.pk}" in str(due["DESCRIPTION"])
        assert len({str(one["UID"]) for one in events.values()}) == len(events)

    def test_it_is_known_again_and_says_what_moved(self, office: Office, coming: Measure) -> None:
        key = key_of(office)
        _, before, _ = fetch(key)
        later = coming.due_on + dt.timedelta(days=9)
        Measure.objects.filter(pk=coming.pk).update(due_on=later, version=coming.version + 1)
        _, after, _ = fetch(key)
        one, other = before[f"measure-{coming.pk}"], after[f"measure-{coming.pk}"]
        assert one["UID"] == other["UID"]
        assert other["SEQUENCE"] > one["SEQUENCE"]
        assert other["DTSTART"].dt == later

    def test_what_was_called_off_is_told_so(self, office: Office, coming: Measure) -> None:
        key = key_of(office)
        Measure.objects.filter(pk=coming.pk).update(withdrawn_at=timezone.now(), version=coming.version + 1)
        _, events, _ = fetch(key)
        assert str(events[f"measure-{coming.pk}"]["STATUS"]) == "CANCELLED"
        long_ago = timezone.now() - dt.timedelta(days=200)
        Measure.objects.filter(pk=coming.pk).update(withdrawn_at=long_ago)
        assert f"measure-{coming.pk}" not in fetch(key)[1]

    def test_nothing_restricted_is_in_it(self, office: Office, coming: Measure) -> None:
        finding = coming.response.findings.get()
        Finding.objects.filter(pk=finding.pk).update(layer="restricted")
        key = key_of(office)
        answer = Client().get(reverse("calendar_feed", args=[key])).content
        assert f"measure-{coming.pk}@".encode() not in answer
        RestrictedGrant.objects.create(person=office.people["handler"], unit=office.unit, reason="承办", since=TODAY)
        _, events, _ = fetch(key)
        known = events[f"measure-{coming.pk}"]
        words = str(known["SUMMARY"]) + str(known["DESCRIPTION"])
        assert coming.text not in words
        assert finding.text not in words

    def test_an_unchanged_calendar_is_not_sent_twice(self, office: Office, coming: Measure) -> None:
        key = key_of(office)
        _, _, tag = fetch(key)
        answer = Client().get(reverse("calendar_feed", args=[key]), headers={"If-None-Match": tag})
        assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", tag)
        Measure.objects.filter(pk=coming.pk).update(text="换了的措施", version=coming.version + 1)
        assert fetch(key, **{"If-None-Match": tag})[0] == 200

    def test_head_tells_the_same_without_a_body(self, office: Office, coming: Measure) -> None:
        address = reverse("calendar_feed", args=[key_of(office)])
        got, head = Client().get(address), Client().head(address)
        assert (head.status_code, head.content) == (200, b"")
        assert (head["ETag"], head["Content-Type"]) == (got["ETag"], "text/calendar; charset=utf-8")
        assert Client().post(address).status_code == 405

    def test_an_address_that_does_not_hold_is_like_one_that_never_was(self, office: Office, coming: Measure) -> None:
        never = fetch("A" * 43)
        key = key_of(office)
        assert fetch(key)[0] == 200
        renewed = key_of(office)
        assert fetch(key) == never
        CalendarFeed.objects.filter(revoked_at=None).update(expires_at=timezone.now() - dt.timedelta(minutes=1))
        assert fetch(renewed) == never
        last = key_of(office)
        office.people["handler"].__class__.objects.filter(pk=office.people["handler"].pk).update(is_active=False)
        assert fetch(last) == never
        assert never[0] == 404

    def test_only_the_hash_is_kept_and_each_change_is_told(
        self, office: Office, client: Client, coming: Measure
    ) -> None:
        client.force_login(office.people["handler"], backend=BACKEND)
        page = client.post(reverse("own_calendar")).content.decode()
        found = re.search(r'value="(http[^"]+/calendar/([\w-]+)\.ics)"', page)
        assert found
        key = found[2]
        assert Client().get(found[1]).status_code == 200
        assert key not in client.get(reverse("account")).content.decode()
        kept = CalendarFeed.objects.get()
        assert key not in kept.digest
        assert (kept.expires_at - kept.created_at).days == DAYS
        assert kept.last_used_on == timezone.localdate()
        client.post(reverse("own_calendar"))
        client.post(reverse("own_end_calendar"))
        client.post(reverse("own_end_calendar"))
        acts = Event.objects.filter(action__startswith="feed.").order_by("pk").values_list("action", flat=True)
        assert list(acts) == ["feed.issued", "feed.renewed", "feed.revoked"]
        assert not any(key in str(event.after) for event in Event.objects.all())

    def test_whoever_may_see_no_ledger_has_no_calendar(self, office: Office, client: Client) -> None:
        client.force_login(office.people["system_administrator"], backend=BACKEND)
        assert client.post(reverse("own_calendar")).status_code == 403
        Grant.objects.filter(person=office.people["handler"]).delete()
        assert fetch(key_of(office))[1] == {}

    def test_too_many_requests_wait_whatever_they_ask_for(
        self, office: Office, coming: Measure, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(view, "_THROTTLE", Throttle(most=3, seconds=60))
        key = key_of(office)
        statuses = [fetch(one)[0] for one in (key, "A" * 43, key, key, "A" * 43)]
        assert statuses == [200, 404, 200, 429, 429]


def test_a_throttle_lets_go_after_its_time_and_knows_addresses_apart() -> None:
    at = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    throttle = Throttle(most=2, seconds=10)
    waits = [throttle.wait("a", at + dt.timedelta(seconds=n)) for n in (0, 1, 2, 9, 10)]
    assert waits == [0, 0, 8, 1, 0]
    assert throttle.wait("b", at) == 0


def test_a_key_is_long_and_never_the_same(office: Office) -> None:
    keys = {key_of(office) for _ in range(5)}
    assert len(keys) == 5
    assert all(len(key) >= 43 for key in keys)
    assert sum(feed_of(key, timezone.now()) is not None for key in keys) == 1
    assert replace(Asked(office.rights("office"), TODAY, TODAY, mine=True), kind="phase").kind == "phase"


class TestSupervision:
    """Meetings, what they resolved, papers to be answered, cycles with a cut-off of their own."""

    @pytest.fixture
    def meeting(self, office: Office, inspection: Inspection) -> Meeting:
        series = MeetingSeries.objects.create(
            unit=office.unit, inspection=inspection, kind="sync", name="整改碰头会", made_on=TODAY
        )
        return Meeting.objects.create(
            unit=office.unit, inspection=inspection, series=series, key="2025-06-1", label="6月上半月", place="会议室",
            scheduled_on=dt.date(2025, 6, 13), meets_on=dt.date(2025, 6, 13), starts_at="14时30分", created_at=NOW,
        )  # fmt: skip

    def test_a_meeting_is_of_those_who_are_asked_to_it(self, office: Office, meeting: Meeting) -> None:
        (one,) = entries(office, "office", kind="meeting")
        assert (one.hour, one.place, one.start) == ("14:30", "会议室", dt.date(2025, 6, 13))
        assert entries(office, "handler", kind="meeting") == ()
        Attendance.objects.create(unit=office.unit, meeting=meeting, person=office.people["handler"], name="经办人某某")
        assert uids(entries(office, "handler", mine=True), "meeting") == {one.uid}
        Meeting.objects.filter(pk=meeting.pk).update(state="cancelled")
        assert entries(office, "office", kind="meeting") == ()
        (gone,) = appointments(Asked(office.rights("office"), *YEAR, mine=False, kind="meeting", gone_since=NOW))
        assert gone.cancelled

    @pytest.mark.parametrize(
        ("words", "hour"),
        [
            ("9:00", "09:00"),
            ("14：30", "14:30"),
            ("8时", "08:00"),
            ("下午", ""),
            ("25:00", ""),
            ("", ""),
            ("下午4:30", "16:30"),
            ("下午14:30", "14:30"),
            ("上午9点半", "09:30"),
            ("晚上7时", "19:00"),
            ("中午12:10", "12:10"),
            ("中午11:40", "11:40"),
            ("上午12:70", ""),
        ],
    )
    def test_an_hour_that_is_none_makes_a_whole_day(
        self, office: Office, meeting: Meeting, words: str, hour: str
    ) -> None:
        Meeting.objects.filter(pk=meeting.pk).update(starts_at=words)
        assert [one.hour for one in entries(office, "office", kind="meeting")] == [hour]

    def test_what_was_resolved_is_of_the_department_and_secret_where_its_finding_is(
        self, office: Office, meeting: Meeting
    ) -> None:
        made = Resolution.objects.create(
            unit=office.unit, inspection=meeting.inspection, meeting=meeting, clause=1, number="碰头会第1次会议第1项",
            matter="补齐会议记录", responsible=office.departments["教务处"], due_on=dt.date(2025, 6, 27), made_at=NOW,
        )  # fmt: skip
        (one,) = entries(office, "handler", mine=True, kind="resolution")
        assert (one.title, one.done) == ("补齐会议记录", False)
        Resolution.objects.filter(pk=made.pk).update(state="accepted")
        assert entries(office, "office", kind="resolution")[0].done
        finding = Finding.objects.get(inspection=meeting.inspection, reference="W003")
        Finding.objects.filter(pk=finding.pk).update(layer="restricted")
        Resolution.objects.filter(pk=made.pk).update(finding=finding)
        assert entries(office, "handler", kind="resolution") == ()

    def test_a_paper_that_waits_for_an_answer_stands_there_without_its_matter(
        self, office: Office, handled: Measure
    ) -> None:
        paper = SupervisionPaper.objects.create(
            unit=office.unit, inspection=handled.inspection, measure=handled, kind=next(iter(PAPER_KINDS)), level=1,
            level_name="督办", state="served", reason="逾期", proposed_at=NOW, answer_by=dt.date(2025, 6, 24), numbered="整督〔2025〕1号",
        )  # fmt: skip
        (one,) = entries(office, "office", kind="paper")
        assert "整督〔2025〕1号" in one.title
        assert handled.text not in one.title + one.detail
        SupervisionPaper.objects.filter(pk=paper.pk).update(state="answered")
        assert entries(office, "office", kind="paper") == ()

    def test_a_cut_off_that_was_moved_stands_where_it_was_moved_to(self, office: Office, handled: Measure) -> None:
        first = entries(office, "office", kind="cutoff")[0]
        key = first.uid.split("-", 2)[2]
        ReportingCycle.objects.create(
            unit=office.unit, inspection=handled.inspection, kind="half_month", key=key, label="本期", start=TODAY,
            end=TODAY, planned_cut_off=first.start, cut_off=first.start + dt.timedelta(days=1), opened_at=NOW,
        )  # fmt: skip
        found = {one.uid: one.start for one in entries(office, "office", kind="cutoff")}
        assert found[first.uid] == first.start + dt.timedelta(days=1)
