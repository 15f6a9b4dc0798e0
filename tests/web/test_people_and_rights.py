"""Organisations, people and what they are given: who may, what is refused, what an event says."""

from __future__ import annotations

import contextlib
import datetime as dt
import itertools
from typing import TYPE_CHECKING

import pytest
from offices import BACKEND, NOW, TODAY, Office, make_office

from zhenggai.web.accounts import actions
from zhenggai.web.accounts.models import Deputy, Grant, Organization, OrganizationClosure, Person, Token
from zhenggai.web.accounts.queries import organization_tree, person_story
from zhenggai.web.accounts.rights import rights_of
from zhenggai.web.audit.chain import first_break
from zhenggai.web.audit.models import Event
from zhenggai.web.audit.wording import ACTIONS
from zhenggai.web.faults import Invalid, LedgerFault, Refused, Stale, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

    from zhenggai.web.ledger.models import Inspection

DAY = dt.timedelta(days=1)
WORKER = "handler"


def by(office: Office, role: str) -> dict[str, object]:
    return {"actor": office.actor(role), "rights": office.rights(role)}


def last_event(office: Office) -> Event:
    return Event.objects.filter(unit=office.unit).latest("number")


class TestRoles:
    def grant(
        self, office: Office, role: str, *, to: str = WORKER, who: str = "security_administrator", **period: dt.date
    ) -> Grant:
        return actions.grant_roles(
            **by(office, who), person=office.people[to], roles=[role], scope=office.unit, reason="分工文件", **period
        )[0]

    def test_a_role_is_given_with_one_event_and_its_reason(self, office: Office) -> None:
        self.grant(office, "archivist", until=TODAY + 9 * DAY)
        event = last_event(office)
        assert (event.action, event.reason, event.after["role"]) == ("role.granted", "分工文件", "档案员")
        assert "archivist" in office.rights(WORKER).roles
        assert "archivist" not in office.rights(WORKER, TODAY + 10 * DAY).roles

    def test_a_role_taken_back_ends_and_stays_written(self, office: Office) -> None:
        grant = self.grant(office, "archivist")
        actions.revoke_grant(**by(office, "security_administrator"), grant_id=grant.pk)
        assert "archivist" not in office.rights(WORKER).roles
        grant.refresh_from_db()
        assert grant.until == TODAY - DAY
        assert last_event(office).action == "role.revoked"
        with pytest.raises(Invalid):
            actions.revoke_grant(**by(office, "security_administrator"), grant_id=grant.pk)

    @pytest.mark.parametrize("who", ["office", "system_administrator", "audit_administrator", "principal"])
    def test_only_the_security_administrator_gives_roles(self, office: Office, who: str) -> None:
        with pytest.raises(Refused, match="安全管理员"):
            self.grant(office, "archivist", who=who)

    def test_nobody_gives_roles_to_himself_or_takes_his_own(self, office: Office) -> None:
        with pytest.raises(Refused, match="自己"):
            self.grant(office, "office", to="security_administrator")
        own = Grant.objects.get(person=office.people["security_administrator"])
        with pytest.raises(Refused, match="自己"):
            actions.revoke_grant(**by(office, "security_administrator"), grant_id=own.pk)

    @pytest.mark.parametrize(
        ("role", "since", "until", "field"),
        [
            ("king", TODAY, None, "role"),
            ("", TODAY, None, "role"),
            ("archivist", TODAY, TODAY - DAY, "until"),
            ("handler", TODAY, None, "role"),
        ],
    )
    def test_what_cannot_be_granted(
        self, office: Office, role: str, since: dt.date, until: dt.date, field: str
    ) -> None:
        with pytest.raises(Invalid) as fault:
            self.grant(office, role, since=since, until=until)
        assert list(fault.value.fields) == [field]

    @pytest.mark.parametrize(
        ("held", "wanted"),
        [
            ((0, None), (0, None)),
            ((0, None), (30, None)),
            ((30, None), (0, None)),
            ((30, None), (0, 30)),
            ((0, 30), (30, 40)),
        ],
    )
    def test_three_administrators_are_three_people(
        self, office: Office, held: tuple[int, int | None], wanted: tuple[int, int | None]
    ) -> None:
        def period(days: tuple[int, int | None]) -> dict[str, dt.date | None]:
            return {"since": TODAY + days[0] * DAY, "until": None if days[1] is None else TODAY + days[1] * DAY}

        self.grant(office, "system_administrator", **period(held))
        with pytest.raises(Refused, match="系统管理员"):
            self.grant(office, "audit_administrator", **period(wanted))

    def test_one_after_the_other_is_no_overlap(self, office: Office) -> None:
        self.grant(office, "system_administrator", until=TODAY + 9 * DAY)
        self.grant(office, "audit_administrator", since=TODAY + 10 * DAY)

    @pytest.mark.parametrize(("setting", "relaxed"), [("1", True), ("0", False), ("", False)])
    def test_a_small_office_may_relax_it(
        self, office: Office, monkeypatch: pytest.MonkeyPatch, setting: str, relaxed: bool
    ) -> None:
        monkeypatch.setenv("ZHENGGAI_ONE_ADMINISTRATOR", setting)
        self.grant(office, "system_administrator")
        if relaxed:
            self.grant(office, "audit_administrator")
        else:
            with pytest.raises(Refused):
                self.grant(office, "audit_administrator")

    def test_another_unit_is_out_of_reach(self, office: Office) -> None:
        other = make_office("云溪县第一小学", "-2")
        with pytest.raises(Refused):
            actions.grant_roles(
                **by(office, "security_administrator"),
                person=other.people[WORKER],
                roles=["archivist"],
                scope=other.unit,
            )


class TestNeedToKnow:
    def give(
        self,
        office: Office,
        *,
        reason: str = "承办该问题",
        until: dt.date | None = TODAY + DAY,
        who: str = "security_administrator",
    ) -> None:
        actions.grant_restricted(**by(office, who), person_id=office.people[WORKER].pk, reason=reason, until=until)

    def test_it_holds_until_its_day_and_is_an_event(self, office: Office) -> None:
        self.give(office)
        assert last_event(office).action == "restricted.granted"
        assert office.rights(WORKER, TODAY + DAY).restricted_units == {office.unit.pk}
        assert not office.rights(WORKER, TODAY + 2 * DAY).restricted_units

    @pytest.mark.parametrize(
        ("reason", "until", "fields"),
        [
            ("", TODAY, ["reason"]),
            (" ", None, ["reason", "until"]),
            ("办理", None, ["until"]),
            ("办理", TODAY - DAY, ["until"]),
            ("办理", TODAY + 367 * DAY, ["until"]),
        ],
    )
    def test_it_needs_a_reason_and_an_end(
        self, office: Office, reason: str, until: dt.date | None, fields: list[str]
    ) -> None:
        with pytest.raises(Invalid) as fault:
            self.give(office, reason=reason, until=until)
        assert list(fault.value.fields) == fields

    def test_taken_back_it_ends_at_once(self, office: Office) -> None:
        self.give(office)
        grant = office.people[WORKER].restricted_grants.get()
        actions.revoke_restricted(**by(office, "security_administrator"), grant_id=grant.pk)
        assert not office.rights(WORKER).restricted_units
        assert last_event(office).action == "restricted.revoked"

    @pytest.mark.parametrize("who", ["office", "system_administrator", "discipline"])
    def test_only_the_security_administrator(self, office: Office, who: str) -> None:
        with pytest.raises(LedgerFault):
            self.give(office, who=who)

    def test_a_deputy_does_not_inherit_it(self, office: Office) -> None:
        self.give(office)
        Deputy.objects.create(person=office.people[WORKER], deputy=office.people["archivist"], since=TODAY, until=TODAY)
        assert not office.rights("archivist").restricted_units


class TestDeputies:
    def appoint(
        self,
        office: Office,
        who: str,
        person: str,
        deputy: str,
        *,
        since: dt.date | None = TODAY,
        until: dt.date | None = TODAY + 2 * DAY,
    ) -> Deputy:
        return actions.appoint_deputy(
            **by(office, who),
            person_id=office.people[person].pk,
            deputy_id=office.people[deputy].pk,
            since=since,
            until=until,
            reason="外出学习",
        )

    def test_a_deputy_acts_for_the_days_named_and_under_his_own_name(self, office: Office) -> None:
        self.appoint(office, WORKER, WORKER, "archivist", since=TODAY + DAY)
        assert WORKER not in office.rights("archivist").roles
        rights = office.rights("archivist", TODAY + DAY)
        assert office.people[WORKER].pk in rights.people
        assert WORKER in rights.roles
        assert rights.person_id == office.people["archivist"].pk
        assert WORKER not in office.rights("archivist", TODAY + 3 * DAY).roles

    def test_ended_it_ends_at_once(self, office: Office) -> None:
        made = self.appoint(office, WORKER, WORKER, "archivist")
        actions.end_deputy(**by(office, WORKER), deputy_id=made.pk)
        assert WORKER not in office.rights("archivist").roles
        assert last_event(office).action == "deputy.ended"

    @pytest.mark.parametrize("role", ["system_administrator", "security_administrator", "audit_administrator"])
    def test_an_administrators_role_does_not_pass_to_a_deputy(self, office: Office, role: str) -> None:
        self.appoint(office, "office", role, "archivist")
        assert role not in office.rights("archivist").roles

    def test_nobody_makes_himself_somebody_elses_deputy(self, office: Office) -> None:
        with pytest.raises(Refused, match="自己"):
            self.appoint(office, "office", "principal", "office")

    @pytest.mark.parametrize(
        ("who", "person"), [(WORKER, "principal"), ("archivist", "archivist"), ("supervision", WORKER)]
    )
    def test_who_may_not(self, office: Office, who: str, person: str) -> None:
        with pytest.raises(Refused):
            self.appoint(office, who, person, "group")

    @pytest.mark.parametrize(
        ("deputy", "since", "until", "field"),
        [
            (WORKER, TODAY, TODAY, "deputy"),
            ("inspection_office", TODAY, TODAY, "deputy"),
            ("archivist", None, TODAY, "since"),
            ("archivist", TODAY, None, "until"),
            ("archivist", TODAY, TODAY - DAY, "until"),
        ],
    )
    def test_what_cannot_be(
        self, office: Office, deputy: str, since: dt.date | None, until: dt.date | None, field: str
    ) -> None:
        with pytest.raises(Invalid) as fault:
            self.appoint(office, WORKER, WORKER, deputy, since=since, until=until)
        assert list(fault.value.fields) == [field]


class TestOrganizations:
    def closure(self) -> set[tuple[str, str]]:
        names = dict(Organization.objects.values_list("pk", "name"))
        return {
            (names[a], names[d]) for a, d in OrganizationClosure.objects.values_list("ancestor_id", "descendant_id")
        }

    def above(self, name: str) -> set[str]:
        return {ancestor for ancestor, descendant in self.closure() if descendant == name} - {name}

    def move(
        self, office: Office, what: Organization, to: Organization, *, seen: int | None = None, who: str = "office"
    ) -> None:
        actions.move_organization(
            **by(office, who), organization_id=what.pk, seen=what.version if seen is None else seen, parent_id=to.pk
        )

    def test_a_department_moves_with_what_is_below_it(self, office: Office) -> None:
        teaching, general = office.departments["教务处"], office.departments["总务处"]
        below = actions.create_organization(**by(office, "office"), kind="department", name="教研组", parent=teaching)
        before = self.closure()
        self.move(office, teaching, general)
        high = {office.above.name, office.unit.name}
        assert self.above("教务处") == {*high, "总务处"}
        assert self.above("教研组") == {*high, "总务处", "教务处"}
        assert last_event(office).action == "organization.moved"
        below.refresh_from_db()
        self.move(office, Organization.objects.get(pk=teaching.pk), office.unit)
        assert self.closure() == before

    def test_the_closure_table_is_what_the_tree_says_after_many_moves(self, office: Office) -> None:
        places = [office.unit, *office.departments.values()]
        for step in range(1, 12):
            what = Organization.objects.get(pk=places[1 + step % 4].pk)
            to = places[(step * 3) % 5]
            with contextlib.suppress(Invalid):
                self.move(office, what, to)
            expected = set()
            for one in Organization.objects.select_related("parent"):
                node: Organization | None = one
                while node is not None:
                    expected.add((node.pk, one.pk))
                    node = Organization.objects.filter(pk=node.parent_id).first()
            assert set(OrganizationClosure.objects.values_list("ancestor_id", "descendant_id")) == expected

    def test_it_cannot_stand_below_itself(self, office: Office) -> None:
        teaching = office.departments["教务处"]
        below = actions.create_organization(**by(office, "office"), kind="department", name="教研组", parent=teaching)
        for target in (teaching, below):
            with pytest.raises(Invalid) as fault:
                self.move(office, teaching, target)
            assert list(fault.value.fields) == ["parent"]

    def test_moving_is_refused(self, office: Office) -> None:
        other = make_office("云溪县第一小学", "-2")
        teaching = office.departments["教务处"]
        for target in (other.unit, other.departments["教务处"], office.above):
            with pytest.raises(Invalid):
                self.move(office, teaching, target)
        with pytest.raises(Refused):
            self.move(office, office.unit, office.above)
        with pytest.raises(Refused):
            self.move(office, teaching, office.unit, who=WORKER)
        with pytest.raises(Stale):
            self.move(office, teaching, office.departments["总务处"], seen=teaching.version + 1)

    def test_renamed_by_two_the_second_is_told(self, office: Office) -> None:
        teaching = office.departments["教务处"]
        for name in ("教学处", "教导处"):
            values = by(office, "office") | {"organization_id": teaching.pk, "seen": 1, "name": name, "short_name": ""}
            if name == "教学处":
                actions.change_organization(**values)
            else:
                with pytest.raises(Stale):
                    actions.change_organization(**values)
        teaching.refresh_from_db()
        assert teaching.name == "教学处"

    @pytest.mark.parametrize(
        ("kind", "name", "fields"),
        [
            ("department", "", ["name"]),
            ("department", "x" * 101, ["name"]),
            ("department", "教务处", ["name"]),
            ("planet", "天文台", ["kind"]),
            ("unit", "分校", ["kind"]),
            ("inspection_office", "巡察办", ["kind"]),
        ],
    )
    def test_what_cannot_be_made(self, office: Office, kind: str, name: str, fields: list[str]) -> None:
        with pytest.raises(Invalid) as fault:
            actions.create_organization(**by(office, "office"), kind=kind, name=name, parent=office.unit)
        assert list(fault.value.fields) == fields

    def test_closing(self, office: Office) -> None:
        def close(name: str) -> None:
            actions.close_organization(**by(office, "office"), organization_id=office.departments[name].pk)

        with pytest.raises(Refused, match="2人任职"):
            close("教务处")
        actions.create_organization(
            **by(office, "office"), kind="department", name="食堂", parent=office.departments["总务处"]
        )
        with pytest.raises(Refused, match="下面还有"):
            close("总务处")
        close("财务室")
        with pytest.raises(Invalid):
            close("财务室")
        office.departments["财务室"].refresh_from_db()
        with pytest.raises(Invalid):
            actions.create_organization(
                **by(office, "office"), kind="department", name="出纳", parent=office.departments["财务室"]
            )
        with pytest.raises(Refused):
            actions.close_organization(**by(office, "office"), organization_id=office.unit.pk)

    def test_a_post_ended_today_no_longer_stands_in_the_way(self, office: Office) -> None:
        for role in (WORKER, "department_head"):
            actions.end_post(**by(office, "office"), post_id=office.people[role].posts.get().pk)
        actions.close_organization(**by(office, "office"), organization_id=office.departments["教务处"].pk)


class TestPeople:
    def test_the_first_password_is_new_each_time_and_must_be_changed(self, office: Office) -> None:
        person = actions.create_person(**by(office, "office"), unit=office.unit, name="周某某")
        assert not person.has_usable_password()
        admin = by(office, "system_administrator") | {"person_id": person.pk}
        first = actions.give_login(**admin, login="Zhou.01")
        second = actions.reset_password(**admin)
        person.refresh_from_db()
        assert (person.login, person.must_change_password) == ("zhou.01", True)
        assert first != second
        assert person.check_password(second)
        assert not person.check_password(first)
        assert actions.password_fault(first, person) is None
        assert first not in str(list(Event.objects.values_list("after", "before", "reason")))

    @pytest.mark.parametrize("login", ["", "ab", "张三", "a b c", "office", "OFFICE", "x" * 41, "a\0bc"])
    def test_log_in_names(self, office: Office, login: str) -> None:
        person = actions.create_person(**by(office, "office"), unit=office.unit, name="周某某")
        with pytest.raises(Invalid) as fault:
            actions.give_login(**by(office, "system_administrator"), person_id=person.pk, login=login)
        assert list(fault.value.fields) == ["login"]

    @pytest.mark.parametrize("who", ["office", "security_administrator", "audit_administrator"])
    def test_only_the_system_administrator_resets(self, office: Office, who: str) -> None:
        with pytest.raises(LedgerFault):
            actions.reset_password(**by(office, who), person_id=office.people[WORKER].pk)

    def test_who_has_left_gets_nothing_any_more(self, office: Office) -> None:
        person = office.people[WORKER]
        Person.objects.filter(pk=person.pk).update(left_on=TODAY)
        person.refresh_from_db()
        tries: list[Callable[[], object]] = [
            lambda: actions.reset_password(**by(office, "system_administrator"), person_id=person.pk),
            lambda: actions.hold_post(**by(office, "office"), person=person, organization=office.departments["总务处"]),
            lambda: actions.grant_roles(
                **by(office, "security_administrator"), person=person, roles=["archivist"], scope=office.unit
            ),
        ]
        for attempt in tries:
            with pytest.raises(Refused, match="离任"):
                attempt()

    def test_a_name_corrected_by_two(self, office: Office) -> None:
        values = by(office, "office") | {"person_id": office.people[WORKER].pk, "seen": 1}
        actions.change_person(**values, name="吴某某")
        event = last_event(office)
        assert (event.before, event.after) == ({"name": "经办人某某"}, {"name": "吴某某"})
        with pytest.raises(Stale):
            actions.change_person(**values, name="郑某某")


class TestPasswords:
    GOOD = "Maple-bridge-2025"

    def change(self, office: Office, new: str, *, old: str = "Cedar-river-2025", again: str | None = None) -> None:
        person = Person.objects.get(pk=office.people[WORKER].pk)
        actions.change_password(
            actor=office.actor(WORKER), person=person, old=old, new=new, again=new if again is None else again
        )

    @pytest.mark.parametrize(
        ("new", "field", "words"),
        [
            ("Ab1-", "new", "至少10位"),
            ("abcdefghijk", "new", "三类"),
            ("abcdefgh123", "new", "三类"),
            ("Handler-2025x", "new", "登录名"),
            ("aA1aA1aA1aA1", "new", "相同的字符"),
            ("Cedar-river-2025", "new", "最近"),
            ("", "new", "至少10位"),
        ],
    )
    def test_rules(self, office: Office, new: str, field: str, words: str) -> None:
        with pytest.raises(Invalid) as fault:
            self.change(office, new)
        assert words in fault.value.fields[field]

    def test_the_old_one_and_the_repetition_are_checked(self, office: Office) -> None:
        with pytest.raises(Invalid) as fault:
            self.change(office, self.GOOD, old="x", again="y")
        assert list(fault.value.fields) == ["old", "again"]

    def test_the_last_five_are_not_taken_again(self, office: Office) -> None:
        used = ["Cedar-river-2025", *(f"Maple-bridge-{number}" for number in range(5))]
        for old, new in itertools.pairwise(used):
            self.change(office, new, old=old)
        for again in used[1:]:
            with pytest.raises(Invalid):
                self.change(office, again, old=used[-1])
        self.change(office, used[0], old=used[-1])

    def test_a_reset_does_not_make_the_old_one_good_again(self, office: Office) -> None:
        first = actions.reset_password(**by(office, "system_administrator"), person_id=office.people[WORKER].pk)
        with pytest.raises(Invalid):
            self.change(office, "Cedar-river-2025", old=first)


class TestTokens:
    def issue(
        self,
        office: Office,
        *,
        name: str = "月报汇总",
        acts: tuple[str, ...] = ("ledger.read",),
        days: int | None = 30,
        who: str = "security_administrator",
    ) -> tuple[Token, str]:
        return actions.issue_token(
            **by(office, who), person_id=office.people["office"].pk, name=name, acts=acts, days=days
        )

    def test_a_key_opens_until_it_ends_and_only_its_digest_is_kept(self, office: Office) -> None:
        token, key = self.issue(office)
        assert actions.token_of(key, NOW + 30 * DAY - dt.timedelta(seconds=1)) == token
        assert actions.token_of(key, NOW + 30 * DAY) is None
        assert key not in str(list(Token.objects.values())) + str(list(Event.objects.values()))
        assert last_event(office).action == "token.issued"

    def test_a_key_narrows_the_rights_of_its_person(self, office: Office) -> None:
        rights = rights_of(office.people["office"], TODAY, acts=frozenset({"ledger.read", "event.read"}))
        assert [act for act in ("ledger.read", "ledger.edit", "event.read") if rights.may(act)] == ["ledger.read"]

    def test_revoked_or_of_somebody_gone_it_opens_nothing(self, office: Office) -> None:
        token, key = self.issue(office)
        actions.revoke_token(**by(office, "security_administrator"), token_id=token.pk)
        assert actions.token_of(key, NOW) is None
        _, second = self.issue(office)
        Person.objects.filter(pk=office.people["office"].pk).update(is_active=False)
        assert actions.token_of(second, NOW) is None

    def test_people_revoke_their_own_keys_and_nobody_elses(self, office: Office) -> None:
        token, _ = self.issue(office)
        for role in ("handler", "system_administrator"):
            with pytest.raises(LedgerFault):
                actions.revoke_token(**by(office, role), token_id=token.pk)
        actions.revoke_token(**by(office, "office"), token_id=token.pk)
        with pytest.raises(Invalid):
            actions.revoke_token(**by(office, "office"), token_id=token.pk)

    @pytest.mark.parametrize("key", ["", "zg_", "zg_x", "x", "zg_" + "\0"])
    def test_other_keys_open_nothing(self, office: Office, key: str) -> None:
        self.issue(office)
        assert actions.token_of(key, NOW) is None

    @pytest.mark.parametrize(
        ("values", "field"),
        [
            ({"name": " "}, "name"),
            ({"acts": ()}, "acts"),
            ({"acts": ("ledger.read", "everything")}, "acts"),
            ({"days": None}, "days"),
            ({"days": 0}, "days"),
            ({"days": 367}, "days"),
        ],
    )
    def test_what_cannot_be_issued(self, office: Office, values: dict[str, object], field: str) -> None:
        with pytest.raises(Invalid) as fault:
            self.issue(office, **values)  # type: ignore[arg-type]
        assert list(fault.value.fields) == [field]

    @pytest.mark.parametrize("who", ["office", "system_administrator"])
    def test_who_may_not(self, office: Office, who: str) -> None:
        with pytest.raises(LedgerFault):
            self.issue(office, who=who)


def test_another_units_people_are_not_even_known(office: Office) -> None:
    other = make_office("云溪县第一小学", "-2")
    with pytest.raises(Unknown):
        actions.reset_password(**by(office, "system_administrator"), person_id=other.people[WORKER].pk)


def test_every_action_has_its_words_and_the_chain_holds(office: Office) -> None:
    actions.create_person(**by(office, "office"), unit=office.unit, name="周某某")
    assert set(Event.objects.values_list("action", flat=True)) <= ACTIONS.keys()
    assert first_break(office.unit.pk) is None


def test_the_number_of_queries_does_not_grow(
    office: Office, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    rights = office.rights("office")
    with django_assert_max_num_queries(4):
        organization_tree(rights, office.unit.pk)
    with django_assert_max_num_queries(9):
        person_story(rights, office.people[WORKER].pk, NOW)


@pytest.mark.parametrize("role", ["system_administrator", "security_administrator", "audit_administrator"])
def test_an_administrator_sees_no_business_text(
    client: Client, office: Office, inspection: Inspection, role: str
) -> None:
    client.force_login(office.people[role], backend=BACKEND)
    assert client.get(f"/ledger/{inspection.pk}/").status_code == 403
    assert "比价" not in client.get("/").content.decode()
