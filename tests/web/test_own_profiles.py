"""The office's own profiles: made from one that is there, shown as a difference, bound to a ledger."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from offices import BACKEND, make_office

from zhenggai import profile as profiles
from zhenggai.profile import EVIDENCE_KINDS, ProfileError
from zhenggai.web.audit.models import Event
from zhenggai.web.faults import Invalid, Refused, Stale
from zhenggai.web.ledger import custom
from zhenggai.web.ledger.actions.profiles import bind_profile, make_profile, preview_profile
from zhenggai.web.ledger.models import Evidence, OwnProfile

if TYPE_CHECKING:
    from django.test import Client
    from offices import Office

    from zhenggai.web.ledger.models import Inspection

pytestmark = pytest.mark.django_db
SHIPPED = "inspection-2024@1"


def make(office: Office, based_on: str = SHIPPED, **typed: str) -> OwnProfile:
    values = {name.replace("__", "."): value for name, value in typed.items()}
    return make_profile(actor=office.actor("office"), rights=office.rights("office"), based_on=based_on, typed=values)


def test_a_copy_is_the_first_version_and_a_change_the_next(office: Office) -> None:
    first = make(office, name="青桐市规定", immediate_days="15", light__1__days_left="7")
    second = make(office, based_on=first.key, cycle="week")
    assert (first.version, second.code, second.version) == (1, first.code, 2)
    found = custom.profile_of(second.key)
    assert (found.name, found.immediate_days, found.cycle) == ("青桐市规定", 15, "week")
    assert [one.days_left for one in found.thresholds] == [-1, 7, 20]
    assert custom.profile_of(first.key).cycle == "half_month", "the version before is as it was"
    assert next(iter(custom.choices_of(office.unit.pk))) == second.key
    assert first.key not in custom.choices_of(office.unit.pk)


def test_the_event_tells_the_difference(office: Office) -> None:
    own = make(office, immediate_days="15", closure__reasons__own="")
    event = Event.objects.get(action="profile.made")
    assert event.before == {"profile": SHIPPED, "基本：立行立改的期限（天）": "30"}
    assert event.after.pop("digest")
    assert event.after == {"profile": own.key, "基本：立行立改的期限（天）": "15"}


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("immediate_days", "0", "“立行立改的期限（天）”应当是1至100000之间的整数。"),
        ("immediate_days", "十五", "“立行立改的期限（天）”应当是1至100000之间的整数。"),
        ("closure.verifiers", "", "“核查人员至少几人”应当是1至100000之间的整数。"),
        ("light.2.days_left", "10", "“剩余天数不超过（-1为已逾期）”有两种预警的剩余天数相同，请改成不同的天数。"),
        ("name", "", "“名称”应当是文字，不能空着。"),
    ],
)
def test_a_bad_value_is_refused_by_its_name(office: Office, path: str, value: str, message: str) -> None:
    with pytest.raises(Invalid) as caught:
        make_profile(
            actor=office.actor("office"), rights=office.rights("office"), based_on=SHIPPED, typed={path: value}
        )
    assert str(caught.value) == message
    assert not OwnProfile.objects.exists()


def test_nothing_changed_is_nothing_kept(office: Office) -> None:
    with pytest.raises(Refused, match="没有改动"):
        make(office, immediate_days="30")
    assert preview_profile(rights=office.rights("office"), based_on=SHIPPED, typed={}) == ()


def test_an_older_version_and_another_units_are_no_base(office: Office) -> None:
    first = make(office, immediate_days="15")
    make(office, based_on=first.key, immediate_days="20")
    other = make_office("云溪县第一小学", "-2", office.above)
    for refused in (first.key, make(other, immediate_days="9").key, "nothing@1"):
        with pytest.raises(Refused, match="只能在本单位最新的规则配置"):
            make(office, based_on=refused, cycle="week")


def test_only_the_office_changes_profiles(office: Office) -> None:
    with pytest.raises(Refused):
        make_profile(
            actor=office.actor("principal"),
            rights=office.rights("principal"),
            based_on=SHIPPED,
            typed={"cycle": "week"},
        )


def test_an_unknown_key_is_told(db: None) -> None:
    with pytest.raises(ProfileError, match="“own-1@7”不存在"):
        custom.profile_of("own-1@7")


def bind(office: Office, inspection: Inspection, key: str, seen: int | None = None) -> Inspection:
    return bind_profile(
        actor=office.actor("office"),
        rights=office.rights("office"),
        inspection_id=inspection.pk,
        seen=inspection.version if seen is None else seen,
        key=key,
    )


def test_a_ledger_goes_by_another_profile_from_then_on(office: Office, inspection: Inspection) -> None:
    own = make(office, light__1__days_left="7")
    bound = bind(office, inspection, own.key)
    assert bound.profile == own.key
    event = Event.objects.get(action="profile.bound")
    assert event.before == {"profile": SHIPPED, "预警：剩余天数不超过（-1为已逾期）": "10"}
    with pytest.raises(Stale):
        bind(office, inspection, SHIPPED, seen=0)


def test_rules_of_another_source_and_unknown_ones_are_refused(office: Office, inspection: Inspection) -> None:
    with pytest.raises(Invalid, match="不能互换"):
        bind(office, inspection, "audit-60@1")
    with pytest.raises(Invalid, match="请选择规则配置"):
        bind(office, inspection, "nothing@1")


def test_the_screens_show_the_difference_before_it_is_kept(office: Office, client: Client) -> None:
    client.force_login(office.people["office"], backend=BACKEND)
    page = client.get(reverse("profiles")).content.decode()
    assert "巡视巡察（2024年起，集中整改6个月）" in page
    assert "系统自带" in page
    url = reverse("profile_change", args=[SHIPPED])
    assert "立行立改的期限（天）" in client.get(url).content.decode()
    shown = client.post(url, {"v.immediate_days": "15", "v.closure.reasons.+": "缺签章"})
    text = shown.content.decode()
    assert "保存后的不同" in text
    assert "缺签章" in text
    assert not OwnProfile.objects.exists()
    wrong = client.post(url, {"v.immediate_days": "x", "keep": "1"})
    assert wrong.status_code == 422
    assert 'value="x"' in wrong.content.decode()
    kept = client.post(url, {"v.immediate_days": "15", "keep": "1"}, follow=True)
    own = OwnProfile.objects.get()
    assert kept.redirect_chain[-1][0] == reverse("profile", args=[own.key])
    assert "与上一版（原配置）的不同" in kept.content.decode()


def test_a_profile_speaks_of_the_kinds_of_evidence_that_there_are() -> None:
    assert dict(Evidence.Kind.choices) == EVIDENCE_KINDS


def test_what_is_ticked_is_what_counts(office: Office, client: Client) -> None:
    client.force_login(office.people["office"], backend=BACKEND)
    url = reverse("profile_change", args=[SHIPPED])
    page = client.post(url, {"many.closure.weak_evidence": ["", "statement", "photo"]}).content.decode()
    assert "照片" in page
    client.post(url, {"many.closure.weak_evidence": [""], "many.closure.always": ["", "fact"], "keep": "1"})
    found = custom.profile_of(OwnProfile.objects.get().key).closing
    assert (found.weak_evidence, found.always) == (frozenset(), {"fact"})


def test_each_part_of_the_form_is_a_light_page_and_leaves_the_others_alone(office: Office, client: Client) -> None:
    client.force_login(office.people["office"], backend=BACKEND)
    url = reverse("profile_change", args=[SHIPPED])
    pages = {part: client.get(url, {"part": part}).content for part in ("", "meetings", "supervision")}
    assert max(map(len, pages.values())) < 60_000
    shown = [re.findall(r'name="(?:v|many)\.([^"+]+)"', page.decode()) for page in pages.values()]
    assert {path for paths in shown for path in paths} == {
        field.path for field in profiles.fields_of(profiles.shipped_tables()[SHIPPED])
    }
    typed = {"v.ladder.2.overdue_days": "3", "many.ladder.2.recipients": ["", "department_head"], "keep": "1"}
    wrong = client.post(f"{url}?part=supervision", {"v.ladder.2.overdue_days": "99"})
    assert wrong.status_code == 422
    assert "应当大于上一级的99天" in wrong.content.decode()
    client.post(f"{url}?part=supervision", typed)
    own = custom.profile_of(OwnProfile.objects.get().key)
    level = own.ladder.levels[2]
    assert (level.triggers["overdue_days"], level.recipients) == (3, ("department_head",))
    assert own.ladder.levels[3] == profiles.load(SHIPPED).ladder.levels[3]
    assert own.closing == profiles.load(SHIPPED).closing


def test_the_ledger_offers_the_units_own(office: Office, inspection: Inspection, client: Client) -> None:
    own = make(office, name="本校规定")
    client.force_login(office.people["office"], backend=BACKEND)
    url = reverse("profile_bind", args=[inspection.pk])
    page = client.get(url, {"profile": own.key}).content.decode()
    assert "本校规定（第1版）" in page
    assert "改用后的不同" in page
    assert "审计整改" not in page
    answer = client.post(url, {"profile": own.key, "seen": inspection.version})
    assert answer["Location"] == reverse("ledger", args=[inspection.pk])
    assert client.post(url, {"profile": SHIPPED, "seen": "1"}).status_code == 409
    for path in ("ledger", "profile_bind"):
        assert client.get(reverse(path, args=[inspection.pk])).status_code == 200
