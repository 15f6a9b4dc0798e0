"""Background work: once for a key, taken once, given back when a worker vanishes, done again after a fault, left alone when unknown."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from django.db import InterfaceError, OperationalError
from django.utils import timezone
from offices import NOW, import_sample, make_office

from zhenggai.cli import main
from zhenggai.web import store
from zhenggai.web.ledger import daily
from zhenggai.web.ledger.jobs import queue, schedule
from zhenggai.web.ledger.jobs.runner import Runner, Stopped
from zhenggai.web.ledger.jobs.work import JobFault, Lost, Outcome, Run, Work, works
from zhenggai.web.ledger.models import Inspection, Job

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from offices import Office

pytestmark = pytest.mark.django_db
State = Job.State
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def kind(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Make kinds of jobs known for the length of a test."""

    def known(function: Callable[[Run], Outcome] = lambda _run: Outcome("已办理。"), **more: object) -> None:
        monkeypatch.setitem(works(), "probe", Work("probe", "试办", function, **more))

    known()
    return known


@pytest.fixture(autouse=True)
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    """No thread beats beside a test: it would look for the rows on a connection of its own. And nothing comes up that is always there."""
    for key, work in list(works().items()):
        if work.every:
            monkeypatch.delitem(works(), key)
    for name in ("__enter__", "__exit__"):
        monkeypatch.setattr(f"zhenggai.web.ledger.jobs.heartbeat.Heartbeat.{name}", lambda *_: None)


def put(key: str = "1", *, kind: str = "probe", at: dt.datetime = NOW, **more: object) -> Job:
    if kind not in works():
        return Job.objects.create(kind=kind, key=key, due_at=at, made_at=at, **more)
    return queue.enqueue(kind=kind, key=key, unit_id=None, at=at, **more)


def states() -> dict[str, str]:
    return dict(Job.objects.values_list("key", "state"))


def runner(at: dt.datetime = NOW, steady: Iterator[float] | None = None) -> Runner:
    return Runner(clock=lambda: at, steady=(lambda: next(steady)) if steady else (lambda: 0.0))


def test_the_same_work_is_there_once(kind: None) -> None:
    assert put().pk == put(arguments={"other": 1}).pk
    assert put("2").pk != put().pk
    with pytest.raises(KeyError):
        queue.enqueue(kind="nothing", key="1", unit_id=None, at=NOW)


def test_a_job_is_taken_once_the_longest_waiting_first_and_not_before_it_is_due(kind: None) -> None:
    put("later", due_at=NOW + MINUTE)
    put("second", due_at=NOW - MINUTE)
    put("first", due_at=NOW - 2 * MINUTE)
    taken = [queue.claim(worker=f"w{n}", at=NOW) for n in range(3)]
    assert [job.key if job else None for job in taken] == ["first", "second", None]
    assert (taken[0].state, taken[0].worker, taken[0].attempt) == (State.RUNNING, "w0", 1)
    assert queue.claim(worker="w3", at=NOW + MINUTE).key == "later"


def test_what_came_of_it_is_kept_by_its_worker_alone(kind: None) -> None:
    put()
    job = queue.claim(worker="old", at=NOW)
    Job.objects.filter(pk=job.pk).update(worker="new", attempt=2)
    assert not queue.finish(job, Outcome("旧的"), NOW)
    assert not queue.fail(job, "旧的", NOW)
    assert not queue.give_back(job)
    run = Run(job.pk, None, {}, None, lambda: NOW)
    assert not queue.beat(job, run, NOW)
    job.refresh_from_db()
    assert (job.state, job.message, job.fault) == (State.RUNNING, "", "")
    assert queue.finish(job, Outcome("新的", {"a": 1}), NOW)
    job.refresh_from_db()
    assert (job.state, job.message, job.result, job.finished_at) == (State.DONE, "新的", {"a": 1}, NOW)


def test_whoever_lost_the_job_is_stopped_at_the_next_word_about_progress() -> None:
    run = Run(1, None, {}, None, lambda: NOW)
    run.tell(1, 2, "一半")
    run.lost = True
    with pytest.raises(Lost):
        run.tell(2, 2)


def test_a_job_that_fails_is_tried_again_less_and_less_often_and_then_waits_for_a_person(
    kind: Callable[..., None],
) -> None:
    def fail(_run: Run) -> Outcome:
        raise JobFault("《甲》没有办成")

    kind(fail, most=3)
    job, at = put(), NOW
    for pause in (30, 120):
        assert runner(at).step()
        job.refresh_from_db()
        assert (job.state, job.fault) == (State.WAITING, "《甲》没有办成")
        assert job.due_at - at == dt.timedelta(seconds=pause)
        assert not runner(at).step()
        at = job.due_at
    assert runner(at).step()
    job.refresh_from_db()
    assert (job.state, job.attempt, job.finished_at) == (State.FAILED, 3, at)
    assert not runner(at + dt.timedelta(days=9)).step()


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (ZeroDivisionError("secret words"), "程序错误ZeroDivisionError，详情见服务器的输出"),
        (OperationalError("database is locked"), "数据库暂时不能使用"),
    ],
)
def test_whatever_a_job_raises_the_worker_goes_on(
    kind: Callable[..., None], monkeypatch: pytest.MonkeyPatch, fault: Exception, words: str
) -> None:
    def work(run: Run) -> Outcome:
        if run.arguments:
            raise fault
        return Outcome("好")

    monkeypatch.setattr("zhenggai.web.ledger.jobs.runner.connections.close_all", lambda: None)
    kind(work)
    put("bad", arguments={"bad": True})
    put("good")
    worker = runner()
    assert [worker.step(), worker.step(), worker.step()] == [True, True, False]
    assert states() == {"bad": State.WAITING, "good": State.DONE}
    assert Job.objects.get(key="bad").fault == words


def test_a_worker_that_is_told_to_stop_gives_its_job_back(
    kind: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(_run: Run) -> Outcome:
        raise Stopped

    monkeypatch.setattr("zhenggai.web.ledger.jobs.runner.connections.close_all", lambda: None)
    kind(stop)
    job = put()
    with pytest.raises(Stopped):
        runner().step()
    job.refresh_from_db()
    assert (job.state, job.attempt, job.worker) == (State.WAITING, 0, "")


def test_a_worker_outlives_a_database_that_is_away_and_asks_less_and_less_often(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("zhenggai.web.ledger.jobs.runner.connections.close_all", lambda: None)
    worker = runner()
    answers = iter([OperationalError(), InterfaceError(), OperationalError(), True, False, Stopped()])
    slept: list[float] = []

    def step() -> bool:
        answer = next(answers)
        if isinstance(answer, BaseException):
            raise answer
        return answer

    monkeypatch.setattr(worker, "step", step)
    with pytest.raises(Stopped):
        worker.work(sleep=slept.append)
    assert slept == [1, 2, 4, 1]


def test_what_came_of_a_job_is_written_though_the_database_is_away_for_a_moment(
    kind: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[int] = []
    kind(lambda run: done.append(run.job_id) or Outcome("好"))
    job = put()
    away = iter([OperationalError("server closed the connection"), None])
    finish = queue.finish

    def hiccup(*given: object) -> bool:
        if fault := next(away):
            raise fault
        return finish(*given)

    monkeypatch.setattr("zhenggai.web.ledger.jobs.runner.connections.close_all", lambda: None)
    monkeypatch.setattr("zhenggai.web.ledger.jobs.runner.time.sleep", lambda _seconds: None)
    monkeypatch.setattr(queue, "finish", hiccup)
    assert runner().step()
    assert done == [job.pk], "the work is not done twice"
    assert states() == {"1": State.DONE}


def test_the_command_refuses_a_folder_that_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(store.ENVIRONMENT, "elsewhere")
    assert main(["jobs", "--data", str(tmp_path)]) == 2
    assert "不是数据文件夹" in capsys.readouterr().err


def test_a_worker_that_vanished_is_noticed_by_a_steady_clock_alone(kind: Callable[..., None]) -> None:
    kind(patience=dt.timedelta(seconds=60))
    job = put()
    now = [0.0]
    watch = queue.Watch(lambda: now[0])
    taken = queue.claim(worker="lost", at=NOW + dt.timedelta(days=300))  # its clock is fast
    run = Run(job.pk, None, {}, None, lambda: NOW)
    for seconds, beats, given_back in ((0, False, 0), (59, False, 0), (61, True, 0), (119, False, 0), (121, False, 1)):
        now[0] = seconds
        if beats:
            assert queue.beat(taken, run, NOW)  # and then goes back
        assert watch.give_back_lost(NOW) == given_back, seconds
    job.refresh_from_db()
    assert (job.state, job.attempt, job.worker) == (State.WAITING, 1, "")
    assert watch.give_back_lost(NOW) == 0


def test_a_job_that_kills_every_worker_is_left_for_a_person(kind: Callable[..., None]) -> None:
    kind(most=2)
    job = put()
    for expected in (State.WAITING, State.FAILED):
        now = [0.0]
        watch = queue.Watch(lambda now=now: now[0])
        assert queue.claim(worker="killed", at=NOW)
        watch.give_back_lost(NOW)
        now[0] = 99
        assert watch.give_back_lost(NOW) == 1
        job.refresh_from_db()
        assert job.state == expected
    assert job.fault == queue.GONE


def test_a_kind_of_another_version_is_left_for_a_worker_that_knows_it(kind: None) -> None:
    job = put(kind="of_another_version")
    assert not runner().step()
    Job.objects.update(state=State.RUNNING, worker="newer", attempt=1, heartbeat_at=NOW)
    steady = iter([0.0, 60.0])
    watch = queue.Watch(lambda: next(steady))
    watch.give_back_lost(NOW)
    assert watch.give_back_lost(NOW) == 1, "its worker may vanish all the same"
    job.refresh_from_db()
    assert job.state == State.WAITING


def test_a_clock_that_goes_back_keeps_nothing_from_being_done(kind: Callable[..., None]) -> None:
    put("asked for by a fast clock", at=NOW + dt.timedelta(days=365))
    put("planned", due_at=NOW + dt.timedelta(days=1))
    failed = put("failed once", at=NOW - MINUTE)
    Job.objects.filter(pk=failed.pk).update(attempt=1, due_at=NOW + dt.timedelta(days=365))
    worker = runner()
    while worker.step():
        pass
    assert states() == {
        "asked for by a fast clock": State.DONE, "planned": State.WAITING, "failed once": State.DONE
    }  # fmt: skip


def test_what_comes_up_again_has_one_row_that_never_ends(kind: Callable[..., None]) -> None:
    tries = iter([JobFault("没有连上邮件服务器"), None])

    def work(_run: Run) -> Outcome:
        if fault := next(tries):
            raise fault
        return Outcome("已发送。")

    kind(work, every=10 * MINUTE, most=1)
    assert schedule.put_in_due(NOW) >= 1
    assert schedule.put_in_due(NOW + MINUTE) == 0
    job = Job.objects.get(kind="probe")
    assert runner().step()
    job.refresh_from_db()
    assert (job.state, job.fault, job.due_at) == (State.WAITING, "没有连上邮件服务器", NOW + 10 * MINUTE)
    assert runner(job.due_at).step()
    again = Job.objects.get(kind="probe")
    assert (again.state, again.fault, again.message, again.attempt) == (State.WAITING, "", "已发送。", 0)
    assert again.due_at == job.due_at + 10 * MINUTE


def local(words: str) -> dt.datetime:
    return dt.datetime.fromisoformat(f"{words}+08:00")


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-07-20T06:00", "2026-07-20"),
        ("2026-07-20T05:59", "2026-07-19"),
        ("2026-07-20T23:59", "2026-07-20"),
        ("2027-01-01T00:10", "2026-12-31"),
    ],
)
def test_the_daily_run_is_due_at_the_time_of_the_setting(now: str, expected: str) -> None:
    assert timezone.localtime(schedule.latest(local(now), dt.time(6))).date().isoformat() == expected


@pytest.mark.parametrize("value", ["25:00", "6", "06:60", "6点", "06:00:00", "٠٦:٠٠"])
def test_a_time_of_day_that_is_none_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv(store.DAILY_AT, value)
    with pytest.raises(store.StoreError, match=value):
        store.daily_at()
    monkeypatch.setenv(store.DAILY_AT, "7:30")
    assert store.daily_at() == dt.time(7, 30)


def days_run(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let the daily run do nothing but say on which day it is done."""
    done: list[str] = []

    def step(*, actor: daily.Actor, inspection_id: int) -> dict[str, int]:
        done.append(actor.today.isoformat())
        return {"事项": 1}

    monkeypatch.setattr(daily, "STEPS", (daily.Step("事项", step),))
    return done


def turn(now: str) -> None:
    worker = runner(local(now))
    while worker.step():
        pass


def test_after_days_off_there_is_one_daily_run(inspection: Inspection, monkeypatch: pytest.MonkeyPatch) -> None:
    done = days_run(monkeypatch)
    for now in ("2026-07-20T08:00", "2026-07-20T09:00", "2026-07-23T05:00", "2026-07-23T06:30", "2026-07-23T07:00"):
        turn(now)
    # Off from the 20th to the 23rd before six: that of the 22nd is caught up, those of the days before are not.
    assert done == ["2026-07-20", "2026-07-23", "2026-07-23"]
    assert Job.objects.filter(kind="daily", state=State.DONE).count() == 3
    assert Job.objects.filter(kind="daily").latest("pk").message == "事项1。"


def test_a_daily_run_that_was_not_begun_stands_for_the_days_after(
    inspection: Inspection, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = days_run(monkeypatch)
    for day in (20, 21, 22):  # put in by a server whose worker is down
        schedule.put_in_due(local(f"2026-07-{day}T08:00"))
    (job,) = Job.objects.filter(kind="daily")
    assert job.key == schedule.key_of_day(inspection.unit_id, dt.date(2026, 7, 22))
    turn("2026-07-22T09:00")
    assert done == ["2026-07-22"]


def test_a_clock_that_goes_back_makes_no_second_run_of_a_day(
    inspection: Inspection, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = days_run(monkeypatch)
    for now in ("2026-07-20T08:00", "2026-07-21T08:00", "2026-07-20T10:00", "2026-07-21T06:30", "2026-07-22T08:00"):
        turn(now)
    assert done == ["2026-07-20", "2026-07-21", "2026-07-22"]


def test_each_unit_has_its_own_daily_run_and_what_fails_in_one_keeps_nothing_from_the_other(
    office: Office, inspection: Inspection, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = import_sample(make_office("青桐市第十中学", "_b", office.above))
    seen: list[int] = []

    def step(*, actor: daily.Actor, inspection_id: int) -> dict[str, int]:
        if inspection_id == inspection.pk and len(seen) < 1:
            seen.append(0)
            raise KeyError("one row that is wrong")
        seen.append(inspection_id)
        return {}

    monkeypatch.setattr(daily, "STEPS", (daily.Step("周期任务", step),))
    turn("2026-07-20T08:00")
    by_unit = {job.unit_id: job for job in Job.objects.filter(kind="daily")}
    assert by_unit[other.unit_id].state == State.DONE
    failed = by_unit[office.unit.pk]
    assert (failed.state, failed.attempt) == (State.WAITING, 1)
    assert failed.fault == f"《{inspection.title}》的周期任务没有办成（程序错误KeyError）"
    turn("2026-07-20T08:01")
    failed.refresh_from_db()
    assert (failed.state, failed.fault, failed.message) == (State.DONE, "", "没有需要办理的事项。")
    assert seen == [0, other.pk, inspection.pk]
