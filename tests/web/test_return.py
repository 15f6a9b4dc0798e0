"""撤销离任: somebody whose leaving was a mistake is back, with the posts of before and without the roles."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from offices import BACKEND, PASSWORD, SYSTEM, TODAY

from zhenggai.web.accounts.actions import hold_post
from zhenggai.web.accounts.actions.departure import take_back
from zhenggai.web.accounts.models import Grant, Organization, Person, Post, Token
from zhenggai.web.accounts.rights import rights_of
from zhenggai.web.audit.chain import first_break
from zhenggai.web.audit.models import Event
from zhenggai.web.faults import Invalid, Refused, Unknown
from zhenggai.web.ledger.actions.handover import let_leave

if TYPE_CHECKING:
    from offices import Office

WHO = "archivist"


@pytest.fixture
def gone(office: Office) -> Person:
    """Somebody who held three posts, one of them ended before, and has left."""
    person = office.people[WHO]
    for name, title, until in (
        ("办公室", "档案员", None),
        ("教务处", "干事", dt.date(2025, 12, 31)),
        ("总务处", "", None),
    ):
        post = hold_post(
            actor=SYSTEM,
            person=person,
            organization=office.departments[name],
            title=title,
            since=dt.date(2025, 1, 1),
        )
        Post.objects.filter(pk=post.pk).update(until=until)
    Post.objects.filter(organization=office.departments["总务处"]).update(until=TODAY)
    return let_leave(actor=office.actor("office"), rights=office.rights("office"), person_id=person.pk, reason="退休")


def back(office: Office, role: str = "office", reason: str = "办理有误") -> Person:
    return take_back(
        actor=office.actor(role), rights=office.rights(role), person_id=office.people[WHO].pk, reason=reason
    )


def test_the_account_is_open_and_the_posts_last_as_before(office: Office, gone: Person) -> None:
    assert not gone.is_active
    person = back(office)
    assert (person.left_on, person.is_active, person.version) == (None, True, gone.version + 1)
    held = {post.title: post.until for post in Post.objects.filter(person=person)}
    assert held == {"档案员": None, "干事": dt.date(2025, 12, 31), "": TODAY}
    assert Client().post("/login/", {"login": WHO, "password": PASSWORD}).status_code == 302
    event = Event.objects.get(action="person.returned")
    assert (event.subject_label, event.reason) == (person.name, "办理有误")
    assert event.before == {"until": TODAY.isoformat()}
    assert (event.after["until"], event.after["organization"]) == (None, ["办公室档案员", "教务处干事"])
    assert first_break(office.unit.pk) is None


def test_roles_and_keys_do_not_come_back(office: Office, gone: Person) -> None:
    Token.objects.create(
        person=gone, name="报表", digest="x", acts=[], created_at=SYSTEM.at, expires_at=SYSTEM.at, revoked_at=SYSTEM.at
    )
    person = back(office)
    assert rights_of(person, TODAY + dt.timedelta(days=1)).scopes == ()
    assert Grant.objects.get(person=person).until == TODAY
    assert Token.objects.get().revoked_at is not None


def test_a_post_in_a_place_that_was_closed_since_stays_ended(office: Office, gone: Person) -> None:
    Organization.objects.filter(name="教务处", unit=office.unit).update(closed_on=TODAY)
    back(office)
    assert Event.objects.get(action="person.returned").after["organization"] == ["办公室档案员"]


@pytest.mark.parametrize(
    ("role", "reason", "fault"),
    [("office", " ", Invalid), ("security_administrator", "办理有误", Refused), ("handler", "办理有误", Unknown)],
)
def test_who_may_not_and_what_is_missing(
    office: Office, gone: Person, role: str, reason: str, fault: type[Exception]
) -> None:
    with pytest.raises(fault):
        back(office, role, reason)
    assert not Person.objects.get(pk=gone.pk).is_active


def test_who_has_not_left_cannot_come_back(office: Office, gone: Person) -> None:
    back(office)
    with pytest.raises(Invalid) as told:
        back(office)
    assert list(told.value.fields) == ["person"]


def test_it_is_done_on_the_persons_page(office: Office, gone: Person) -> None:
    client = Client()
    client.force_login(office.people["office"], backend=BACKEND)
    page = client.get(f"/people/{gone.pk}/").content.decode()
    assert "撤销离任" in page
    empty = client.post(f"/people/{gone.pk}/return/", {"reason": ""})
    assert (empty.status_code, 'id="return-reason-fault"' in empty.content.decode()) == (422, True)
    assert client.post(f"/people/{gone.pk}/return/", {"reason": "办理有误"}).status_code == 302
    assert "办理离任" in client.get(f"/people/{gone.pk}/").content.decode()
    client.force_login(office.people["security_administrator"], backend=BACKEND)
    assert "撤销离任" not in client.get(f"/people/{office.people['handler'].pk}/").content.decode()
