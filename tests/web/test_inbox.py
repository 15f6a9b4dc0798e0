"""消息 on the screen and through the API: what one was told, by day, the unread first, each one click from where it is done."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

import pytest
from django.db import transaction
from offices import BACKEND, NOW, TODAY, Office

from zhenggai.web.accounts.actions.tokens import digest_of
from zhenggai.web.accounts.models import RestrictedGrant, Token
from zhenggai.web.audit.chain import Actor
from zhenggai.web.audit.models import Event
from zhenggai.web.ledger.actions.notices import Line, Telling, tell
from zhenggai.web.ledger.models import Finding, Notice
from zhenggai.web.ledger.queries import notices as queries
from zhenggai.web.ledger.queries.notices import inbox, unread_count

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

    from zhenggai.web.ledger.models import Inspection

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


def _tell(office: Office, key: str, *, at: dt.datetime = NOW, role: str = "handler", **more: object) -> Notice:
    telling = Telling(office.people[role].pk, "paper", key, f"措施{key}", "请办理", "ledgers", **more)  # type: ignore[arg-type]
    with transaction.atomic():
        tell(actor=Actor(None, "系统", at), unit_id=office.unit.pk, tellings=[telling])
    return Notice.objects.get(key=key)


@pytest.fixture
def handler(client: Client, office: Office) -> Client:
    client.force_login(office.people["handler"], backend=BACKEND)
    return client


def test_by_day_the_newest_first_and_of_a_day_the_unread_first(office: Office) -> None:
    for number, hours in enumerate((0, 1, 2, 30)):
        _tell(office, f"K{number}", at=NOW + hours * HOUR)
    Notice.objects.filter(key="K2").update(read_at=NOW)
    found = inbox(office.rights("handler"))
    assert [(str(day.day), [entry.what for entry in day.entries]) for day in found.days] == [
        ("2025-05-21", ["措施K3"]),
        ("2025-05-20", ["措施K1", "措施K0", "措施K2"]),
    ]
    assert found.unread == 3


def test_pages_go_by_key_and_lose_nothing(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "PAGE", 2)
    for number in range(5):
        _tell(office, f"K{number}")
    seen, before = [], None
    for _ in range(3):
        page = inbox(office.rights("handler"), before=before)
        seen += [entry.what for day in page.days for entry in day.entries]
        before = page.following
    assert seen == [f"措施K{number}" for number in (4, 3, 2, 1, 0)]
    assert before is None


def test_nobody_sees_or_marks_what_others_were_told(office: Office, handler: Client) -> None:
    other = _tell(office, "K1", role="group")
    assert handler.get(f"/notices/{other.pk}/").status_code == 404
    assert handler.post(f"/notices/{other.pk}/open/").status_code == 404
    handler.post("/notices/read/", {"notice": other.pk})
    handler.post("/notices/read/", {"until": other.pk})
    other.refresh_from_db()
    assert other.read_at is None
    assert "措施K1" not in handler.get("/notices/").content.decode()


def test_one_click_leads_to_where_it_is_done_and_marks_it_read(office: Office, handler: Client) -> None:
    notice = _tell(office, "K1")
    answer = handler.post(f"/notices/{notice.pk}/open/")
    assert (answer.status_code, answer["Location"]) == (302, "/ledger/")
    notice.refresh_from_db()
    assert notice.read_at is not None
    Notice.objects.update(screen="a_screen_of_another_version")
    assert handler.post(f"/notices/{notice.pk}/open/")["Location"] == "/"
    assert handler.get(f"/notices/{notice.pk}/open/").status_code == 405


def test_all_are_marked_that_the_page_showed_and_none_that_came_since(office: Office, handler: Client) -> None:
    first = _tell(office, "K1")
    text = handler.get("/notices/").content.decode()
    _tell(office, "K2")
    until = re.search(r'name="until" value="(\d+)"', text)
    assert until is not None
    assert int(until[1]) == first.pk
    told = handler.post("/notices/read/", {"until": until[1]}, follow=True).content.decode()
    assert "已将1条消息标为已读" in told
    assert list(Notice.objects.filter(read_at=None).values_list("key", flat=True)) == ["K2"]


@pytest.mark.parametrize("sent", [{}, {"notice": "x"}, {"until": "x"}, {"until": "9" * 30}, {"notice": "-1"}])
def test_marking_nothing_that_there_is_does_nothing(office: Office, handler: Client, sent: dict[str, str]) -> None:
    _tell(office, "K1")
    assert handler.post("/notices/read/", sent).status_code == 302
    assert Notice.objects.filter(read_at=None).count() == 1


def test_the_header_counts_the_unread_in_one_query(
    office: Office, handler: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(101):
        _tell(office, f"K{number}")
    assert "消息（99+）" in handler.get("/account/").content.decode()
    Notice.objects.filter(key__gte="K3").update(read_at=NOW)
    rights = office.rights("handler")
    with django_assert_num_queries(1):
        count = unread_count(rights)
    assert f"消息（{count}）" in handler.get("/account/").content.decode()
    Notice.objects.update(read_at=NOW)
    assert "消息（" not in handler.get("/account/").content.decode()
    assert not Event.objects.filter(subject_type="notice").exists(), "one's own list is no event"


def test_a_digest_shows_some_and_the_rest_on_its_own_page(office: Office, handler: Client) -> None:
    lines = tuple(Line(f"措施C{number:03}", "还有7天", "临期" if number else "逾期", "ledgers") for number in range(8))
    notice = _tell(office, "K1", lines=lines)
    text = handler.get("/notices/").content.decode()
    assert "逾期1项、临期7项" in text
    assert "查看全部8项" in text
    assert "措施C007" not in text
    text = handler.get(f"/notices/{notice.pk}/").content.decode()
    assert text.count("措施C0") == 8


def test_what_has_become_secret_is_neither_shown_nor_counted(office: Office, inspection: Inspection) -> None:
    finding, other = Finding.objects.filter(inspection=inspection).order_by("order")[:2]
    _tell(office, "K1", finding_id=finding.pk)
    _tell(
        office,
        "K2",
        lines=(
            Line("措施C001", "", "临期", "ledgers", None, finding.pk),
            Line("措施C002", "", "临期", "ledgers", None, other.pk),
        ),
    )
    Finding.objects.filter(pk=finding.pk).update(layer="restricted")
    found = inbox(office.rights("handler"))
    (entry,) = found.days[0].entries
    assert found.unread == 1
    assert [line.what for line in entry.lines] == ["措施C002"]
    assert entry.counts == "临期1项"
    RestrictedGrant.objects.create(person=office.people["handler"], unit=office.unit, reason="核查", since=TODAY)
    words = [entry.what for day in inbox(office.rights("handler")).days for entry in day.entries]
    assert f"问题{finding.reference}" in words
    assert "措施K1" not in words, "who may know sees no more than its number in a list"


def test_an_empty_inbox_says_what_will_stand_there(handler: Client) -> None:
    assert "还没有消息" in handler.get("/notices/").content.decode()
    assert "没有符合条件的消息" in handler.get("/notices/?shown=unread").content.decode()
    assert handler.get("/notices/?shown=x&kind=y&before=z").status_code == 200


def test_through_the_api(office: Office, client: Client) -> None:
    key = "zg_" + "k" * 40
    Token.objects.create(
        person=office.people["handler"], name="对接", digest=digest_of(key), acts=["ledger.read"], created_at=NOW,
        expires_at=dt.datetime(2099, 1, 1, tzinfo=dt.UTC),
    )  # fmt: skip
    headers = {"authorization": f"Bearer {key}"}
    notice = _tell(office, "K1")
    other = _tell(office, "K2", role="group")
    answer = client.get("/api/v1/notices", headers=headers).json()
    assert [entry["what"] for entry in answer["notices"]] == ["措施K1"]
    assert (answer["unread"], answer["before"]) == (1, None)
    body = {"notices": [notice.pk, other.pk, -5, 2**63 - 1]}
    answer = client.post("/api/v1/notices/read", body, content_type="application/json", headers=headers)
    assert answer.json() == {"read": 1}
    assert client.get("/api/v1/notices?unread=true", headers=headers).json()["notices"] == []
