"""Log-in: lockout, the code of a phone, forced change, age of passwords, idle time-out, single sign-on."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from offices import BACKEND, PASSWORD, Office

from zhenggai.web.accounts import actions, second_factor
from zhenggai.web.accounts.models import Person, RecoveryCode
from zhenggai.web.audit.chain import first_break
from zhenggai.web.audit.models import Event
from zhenggai.web.faults import Invalid, Refused
from zhenggai.web.pages.single_sign_on import SingleSignOn

if TYPE_CHECKING:
    from django.http import HttpResponse
    from pytest_django import Settings

WRONG = "Not-the-password-1"


def log_in(client: Client, login: str = "handler", password: str = PASSWORD, **values: str) -> HttpResponse:
    return client.post("/login/", {"login": login, "password": password, **values})


def body(answer: HttpResponse) -> str:
    return answer.content.decode()


def events() -> list[str]:
    return list(Event.objects.filter(action__startswith="log").order_by("pk").values_list("action", flat=True))


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Let the clock that views, sessions and axes read stand so many minutes later."""
    moved = dt.timedelta()
    real = timezone.now

    def move(**span: float) -> None:
        nonlocal moved
        moved += dt.timedelta(**span)

    for place in ("django.utils.timezone.now", "axes.attempts.now", "axes.handlers.proxy.now"):
        monkeypatch.setattr(place, lambda: real() + moved)
    return move


class TestPassword:
    def test_in_and_out(self, client: Client, office: Office) -> None:
        answer = log_in(client, next="/account/")
        assert (answer.status_code, answer["Location"]) == (302, "/account/")
        assert client.get("/account/").status_code == 200
        client.post("/logout/")
        assert client.get("/account/").status_code == 302
        assert events() == ["login.succeeded", "logout"]
        assert first_break(office.unit.pk) is None

    @pytest.mark.parametrize("name", ["HANDLER", " handler "])
    def test_the_name_is_forgiving(self, client: Client, office: Office, name: str) -> None:
        assert log_in(client, name).status_code == 302

    @pytest.mark.parametrize(
        ("name", "password"),
        [("handler", WRONG), ("nobody", PASSWORD), ("", ""), ("handler", ""), ("han\0dler", WRONG), ("张" * 90, "x")],
    )
    def test_wrong_ones_all_sound_alike_and_the_name_is_kept(
        self, client: Client, office: Office, name: str, password: str
    ) -> None:
        answer = log_in(client, name, password)
        assert answer.status_code == 422
        assert "登录名或密码不正确" in body(answer)
        assert name.replace("\0", "") in body(answer)

    def test_a_name_that_nobody_has_leaves_no_event(self, client: Client, office: Office) -> None:
        log_in(client, "nobody")
        log_in(client, "handler", WRONG)
        assert events() == ["login.failed"]

    @pytest.mark.parametrize("onward", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "\\\\evil"])
    def test_it_leads_to_no_other_site(self, client: Client, office: Office, onward: str) -> None:
        assert log_in(client, next=onward)["Location"] == "/"

    def test_the_session_has_a_new_key(self, client: Client, office: Office) -> None:
        client.get("/login/")
        session = client.session
        session["x"] = 1
        session.save()
        client.cookies["sessionid"] = session.session_key
        log_in(client)
        assert client.cookies["sessionid"].value != session.session_key
        assert not Session.objects.filter(pk=session.session_key).exists()

    def test_who_has_left_does_not_get_in(self, client: Client, office: Office) -> None:
        Person.objects.filter(login="handler").update(is_active=False)
        assert log_in(client).status_code == 422


class TestLockout:
    def test_the_fifth_failure_locks_and_says_until_when_and_who_can_help(self, client: Client, office: Office) -> None:
        answers = [log_in(client, password=WRONG) for _ in range(5)]
        assert all("不正确" in body(answer) for answer in answers[:4])
        assert re.search(r"锁定至\d{4}年\d+月\d+日 \d\d:\d\d.*系统管理员", body(answers[4]))
        right = log_in(client)
        assert right.status_code == 422
        assert "锁定" in body(right)
        assert events() == ["login.failed"] * 4 + ["login.locked"]

    def test_failures_count_together_from_everywhere(self, office: Office) -> None:
        for number in range(5):
            Client(REMOTE_ADDR=f"192.0.2.{number}").post("/login/", {"login": "handler", "password": WRONG})
        assert log_in(Client()).status_code == 422

    def test_others_are_not_locked(self, client: Client, office: Office) -> None:
        for _ in range(5):
            log_in(client, password=WRONG)
        assert log_in(client, "office").status_code == 302

    def test_it_ends_by_itself(self, client: Client, office: Office, later: Any) -> None:
        for _ in range(5):
            log_in(client, password=WRONG)
        later(minutes=14)
        assert log_in(client).status_code == 422
        later(minutes=2)
        assert log_in(client).status_code == 302

    def test_the_system_administrator_ends_it(self, client: Client, office: Office) -> None:
        for _ in range(5):
            log_in(client, password=WRONG)
        admin = Client()
        admin.force_login(office.people["system_administrator"], backend=BACKEND)
        page = f"/people/{office.people['handler'].pk}/"
        assert "已锁定至" in body(admin.get(page))
        assert admin.post(page + "unlock/").status_code == 302
        assert "已锁定至" not in body(admin.get(page))
        assert log_in(client).status_code == 302

    def test_a_success_forgets_the_failures(self, client: Client, office: Office) -> None:
        for _ in range(2):
            for _ in range(4):
                log_in(client, password=WRONG)
            assert log_in(client).status_code == 302


def full_width(figures: str) -> str:
    """Return figures as an input method may write them."""
    return figures.translate({ord("0") + n: "０１２３４５６７８９"[n] for n in range(10)})


def shown(secret: str, ahead: int = 0) -> str:
    counter = list(totp.yield_hotp_counters_from_time())[1] + ahead
    return str(totp.format_hotp_value(totp.hotp_value(secret, counter)))


def codes_on(answer: HttpResponse) -> list[str]:
    return re.findall(r'class="secret">([a-z2-9]{5}-[a-z2-9]{5})<', body(answer))


class TestRecoveryCodes:
    @pytest.fixture
    def codes(self, office: Office) -> tuple[str, ...]:
        person, secret = office.people["handler"], second_factor.new_secret()
        return actions.enable_code(actor=office.actor("handler"), person=person, secret=secret, code=shown(secret))

    def enter(self, code: str) -> HttpResponse:
        client = Client()
        log_in(client)
        return client.post("/login/code/", {"code": code})

    def test_each_lets_in_once_and_leaves_an_event(self, codes: tuple[str, ...], office: Office) -> None:
        assert len(set(codes)) == 10
        assert self.enter(codes[0]).status_code == 302
        assert self.enter(codes[0]).status_code == 422
        assert self.enter(codes[1].replace("-", " ").upper()).status_code == 302
        used = Event.objects.filter(action="recovery.used").order_by("pk")
        assert [event.after["left"] for event in used] == [9, 8]
        assert [event.actor_name for event in used] == ["经办人某某"] * 2
        assert first_break(office.unit.pk) is None

    @pytest.mark.parametrize("code", ["", "a", "aaaaa-aaaaa", "aaaaaaaaaaa", "ａａａａａａａａａａ", "\0" * 10])
    def test_others_do_not_and_count_as_failures(self, codes: tuple[str, ...], code: str) -> None:
        assert self.enter(code).status_code == 422
        for _ in range(4):
            last = self.enter(code)
        assert "锁定至" in body(last)
        assert log_in(Client()).status_code == 422
        assert not Event.objects.filter(action="recovery.used").exists()

    def test_somebody_elses_does_not(self, codes: tuple[str, ...], office: Office) -> None:
        person, secret = office.people["archivist"], second_factor.new_secret()
        others = actions.enable_code(actor=office.actor("archivist"), person=person, secret=secret, code=shown(secret))
        assert self.enter(others[0]).status_code == 422

    def test_only_digests_are_kept(self, codes: tuple[str, ...]) -> None:
        kept = str(list(RecoveryCode.objects.values()))
        assert not [code for code in codes if code in kept or code.replace("-", "") in kept]

    def test_new_ones_make_the_old_ones_worthless(self, codes: tuple[str, ...], office: Office) -> None:
        client = Client()
        client.force_login(office.people["handler"], backend=BACKEND)
        assert "备用码还有10个" in body(client.get("/account/"))
        wrong = client.post("/account/code/recovery/", {"recovery_password": WRONG})
        assert (wrong.status_code, 'id="recovery_password-fault"' in body(wrong)) == (422, True)
        renewed = codes_on(client.post("/account/code/recovery/", {"recovery_password": PASSWORD}))
        assert len(renewed) == 10
        assert not codes_on(client.get("/account/")), "they are shown once"
        assert self.enter(codes[0]).status_code == 422
        assert self.enter(renewed[0]).status_code == 302
        assert Event.objects.filter(action="recovery.renewed").count() == 1

    def test_without_the_phone_turned_on_there_are_none(self, office: Office) -> None:
        client = Client()
        client.force_login(office.people["handler"], backend=BACKEND)
        assert client.post("/account/code/recovery/", {"recovery_password": PASSWORD}).status_code == 422
        assert not RecoveryCode.objects.exists()

    @pytest.mark.parametrize("way", ["disabled", "removed"])
    def test_they_end_with_the_codes_of_the_phone(self, codes: tuple[str, ...], office: Office, way: str) -> None:
        person = office.people["handler"]
        if way == "disabled":
            actions.disable_code(actor=office.actor("handler"), person=person, password=PASSWORD)
        else:
            admin = {name: getattr(office, name)("system_administrator") for name in ("actor", "rights")}
            actions.remove_code(**admin, person_id=person.pk)
        assert not RecoveryCode.objects.exists()


class TestCodeOfThePhone:
    @pytest.fixture
    def secret(self, office: Office) -> str:
        secret = second_factor.new_secret()
        second_factor.keep(office.people["handler"], secret)
        return secret

    def test_without_it_the_password_opens_nothing(self, client: Client, secret: str) -> None:
        answer = log_in(client, next="/account/")
        assert answer["Location"] == "/login/code/"
        assert client.get("/account/").status_code == 302
        assert events() == []
        answer = client.post("/login/code/", {"code": full_width(shown(secret)[:3]) + " " + shown(secret)[3:]})
        assert answer["Location"] == "/account/"
        assert client.get("/account/").status_code == 200
        assert events() == ["login.succeeded"]

    def test_a_code_counts_once(self, secret: str, office: Office) -> None:
        code = shown(secret)
        for expected in (302, 422):
            client = Client()
            log_in(client)
            assert client.post("/login/code/", {"code": code}).status_code == expected

    def test_wrong_codes_lock_too(self, client: Client, secret: str) -> None:
        log_in(client)
        for _ in range(5):
            answer = client.post("/login/code/", {"code": "000000"})
            assert answer.status_code == 422
        assert "锁定至" in body(answer)
        assert client.post("/login/code/", {"code": shown(secret)}).status_code == 422
        assert log_in(Client()).status_code == 422
        assert events() == ["login.failed"] * 4 + ["login.locked"]

    def test_the_password_alone_does_not_forget_failures(self, client: Client, secret: str) -> None:
        for _ in range(4):
            log_in(client)
            client.post("/login/code/", {"code": "000000"})
        log_in(client)
        assert "锁定至" in body(client.post("/login/code/", {"code": "000000"}))

    @pytest.mark.parametrize("code", ["", "abc", "１２３４５６", "1" * 9, "\0"])
    def test_no_codes(self, client: Client, secret: str, code: str) -> None:
        log_in(client)
        answer = client.post("/login/code/", {"code": code})
        assert answer.status_code == 422
        assert 'aria-invalid="true"' in body(answer)

    @pytest.mark.parametrize("change", ["too late", "left", "password"])
    def test_the_password_given_before_does_not_last(
        self, client: Client, secret: str, later: Any, office: Office, change: str
    ) -> None:
        log_in(client)
        if change == "too late":
            later(minutes=6)
        elif change == "left":
            Person.objects.filter(login="handler").update(is_active=False)
        else:
            admin = {name: getattr(office, name)("system_administrator") for name in ("actor", "rights")}
            actions.reset_password(**admin, person_id=office.people["handler"].pk)
        assert client.post("/login/code/", {"code": shown(secret)})["Location"] == "/login/"

    def test_nobody_gets_to_the_code_without_a_password(self, client: Client, office: Office) -> None:
        assert client.get("/login/code/")["Location"] == "/login/"

    def test_the_secret_is_kept_encrypted(self, secret: str) -> None:
        kept = Authenticator.objects.get().data["secret"]
        assert secret not in kept
        assert second_factor.EncryptedSecrets().decrypt(kept) == secret

    def test_turning_it_on_and_off_on_the_account_page(self, client: Client, office: Office) -> None:
        client.force_login(office.people["handler"], backend=BACKEND)
        page = body(client.get("/account/code/"))
        assert "data:image/svg+xml;base64," in page
        secret = client.session["phone"]
        wrong = client.post("/account/code/", {"code": "000000"})
        assert (wrong.status_code, client.session["phone"]) == (422, secret)
        assert "手机上当前显示的6位数字" in body(wrong)
        enabled = client.post("/account/code/", {"code": shown(secret)})
        assert (enabled.status_code, len(codes_on(enabled))) == (200, 10)
        assert "phone" not in client.session
        assert "已启用" in body(client.get("/account/"))
        assert client.get("/account/code/").status_code == 302
        wrong = client.post("/account/code/end/", {"password": WRONG})
        assert (wrong.status_code, "密码不正确" in body(wrong)) == (422, True)
        client.post("/account/code/end/", {"password": PASSWORD})
        assert "未启用" in body(client.get("/account/"))
        told = Event.objects.filter(action__startswith="code.").order_by("pk")
        assert list(told.values_list("action", flat=True)) == ["code.enabled", "code.disabled"]

    def test_who_lost_the_phone_asks_the_system_administrator(self, secret: str, office: Office) -> None:
        who = office.people["handler"].pk

        def remove(role: str) -> None:
            actions.remove_code(actor=office.actor(role), rights=office.rights(role), person_id=who)

        for role in ("office", "security_administrator"):
            with pytest.raises(Refused):
                remove(role)
        remove("system_administrator")
        assert log_in(Client())["Location"] == "/"
        with pytest.raises(Invalid, match="没有启用"):
            remove("system_administrator")

    def test_a_second_secret_does_not_replace_the_first(self, secret: str, office: Office) -> None:
        person = office.people["handler"]
        with pytest.raises(Refused):
            actions.enable_code(actor=office.actor("handler"), person=person, secret=secret, code=shown(secret))
        other = office.people["archivist"]
        with pytest.raises(Invalid):
            actions.enable_code(actor=office.actor("archivist"), person=other, secret=secret, code="1")


class TestForcedChange:
    @pytest.mark.parametrize("path", ["/", "/account/", "/events/", "/ledgers/1/"])
    def test_nothing_opens_before_the_first_password_is_changed(
        self, client: Client, office: Office, path: str
    ) -> None:
        Person.objects.filter(login="handler").update(must_change_password=True)
        log_in(client)
        if path != "/ledgers/1/":
            assert client.get(path)["Location"] == "/account/password/"
        new = {"old": PASSWORD, "new": "Maple-bridge-2025", "again": "Maple-bridge-2025"}
        assert client.post("/account/password/", new).status_code == 302
        assert client.get("/").status_code == 200

    @pytest.mark.parametrize(
        ("days", "age", "forced"), [(90, 91, True), (90, 89, False), (0, 999, False), (90, None, False)]
    )
    def test_an_old_password_must_be_changed(
        self, client: Client, office: Office, settings: Settings, days: int, age: int | None, forced: bool
    ) -> None:
        settings.PASSWORD_DAYS = days
        changed = None if age is None else timezone.now() - dt.timedelta(days=age)
        Person.objects.filter(login="handler").update(password_changed_at=changed)
        log_in(client)
        assert (client.get("/").status_code == 302) is forced

    def test_other_sessions_end_with_the_password(self, office: Office) -> None:
        here, there = Client(), Client()
        for client in (here, there):
            log_in(client)
        here.post("/account/password/", {"old": PASSWORD, "new": "Maple-bridge-2025", "again": "Maple-bridge-2025"})
        assert here.get("/account/").status_code == 200
        assert there.get("/account/").status_code == 302


class TestIdle:
    def test_a_session_lasts_as_long_as_something_is_done(self, client: Client, office: Office, later: Any) -> None:
        log_in(client)
        for _ in range(4):
            later(minutes=20)
            assert client.get("/account/").status_code == 200
        later(minutes=31)
        assert client.get("/account/").status_code == 302

    def test_htmx_is_told_where_to_log_in(self, client: Client, office: Office) -> None:
        answer = client.get("/account/", headers={"HX-Request": "true", "HX-Current-URL": "/account/"})
        assert answer["HX-Redirect"].startswith("/login/?next=")


class _Answer:
    def __init__(self, data: dict[str, Any]) -> None:
        self._data = data
        self.status_code = 200
        self.headers = {"content-type": "application/json"}

    def json(self) -> dict[str, Any]:
        return self._data

    def raise_for_status(self) -> None:
        pass


class _Provider:
    """Stands for the office's single sign-on: answers the three questions that are asked of one."""

    def __init__(self, claims: dict[str, Any]) -> None:
        self.claims = claims
        self.asked: list[str] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def get(self, url: str, **_: Any) -> _Answer:
        return self.request("GET", url)

    def request(self, method: str, url: str, **_: Any) -> _Answer:
        self.asked.append(url)
        base = "https://sign-on.example"
        if url.endswith("openid-configuration"):
            names = ("authorization", "token", "userinfo")
            return _Answer(
                {f"{name}_endpoint": f"{base}/{name}" for name in names} | {"issuer": base, "jwks_uri": base}
            )
        return _Answer({"access_token": "x", "token_type": "Bearer"} if url.endswith("/token") else self.claims)


class TestSingleSignOn:
    @pytest.fixture(autouse=True)
    def known(self, settings: Settings) -> None:
        app = {
            "provider_id": "office",
            "name": "单点登录",
            "client_id": "zhenggai",
            "secret": "s",
            "settings": {"server_url": "https://sign-on.example"},
        }
        settings.OIDC = app
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}

    def come(
        self, client: Client, monkeypatch: pytest.MonkeyPatch, claims: dict[str, Any], **answer: str
    ) -> HttpResponse:
        provider = _Provider({"sub": "17"} | claims)
        monkeypatch.setattr(SingleSignOn, "get_requests_session", lambda _: provider)
        away = client.post("/sign-on/office/login/?next=/account/")
        assert away.status_code == 302
        query = parse_qs(urlsplit(away["Location"]).query)
        assert query["code_challenge_method"] == ["S256"]
        return client.get("/sign-on/office/login/callback/", answer or {"code": "c", "state": query["state"][0]})

    def test_who_has_an_account_gets_in(self, client: Client, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
        Person.objects.filter(login="handler").update(must_change_password=True)
        answer = self.come(client, monkeypatch, {"preferred_username": "Handler"})
        assert (answer.status_code, answer["Location"]) == (302, "/account/")
        assert client.get("/account/").status_code == 200
        assert events() == ["login.succeeded"]

    @pytest.mark.parametrize(
        "claims", [{"preferred_username": "stranger"}, {}, {"preferred_username": ""}, {"preferred_username": 7}]
    )
    def test_a_stranger_is_told_whom_to_ask_and_gets_no_account(
        self, client: Client, office: Office, monkeypatch: pytest.MonkeyPatch, claims: dict[str, Any]
    ) -> None:
        before = Person.objects.count()
        answer = self.come(client, monkeypatch, claims)
        assert answer["Location"] == "/login/"
        assert "系统管理员开通" in body(client.get("/login/"))
        assert Person.objects.count() == before
        assert client.get("/account/").status_code == 302

    def test_the_phone_is_asked_all_the_same(
        self, client: Client, office: Office, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        second_factor.keep(office.people["handler"], second_factor.new_secret())
        answer = self.come(client, monkeypatch, {"preferred_username": "handler"})
        assert answer["Location"] == "/login/code/"

    @pytest.mark.parametrize("answer", [{"error": "access_denied"}, {"code": "c", "state": "forged"}, {"code": "c"}])
    def test_what_went_wrong_leads_back(
        self, client: Client, office: Office, monkeypatch: pytest.MonkeyPatch, answer: dict[str, str]
    ) -> None:
        done = self.come(client, monkeypatch, {"preferred_username": "handler"}, **answer)
        assert done["Location"] == "/login/"
        assert client.get("/account/").status_code == 302

    def test_the_button_stands_only_where_it_is_set_up(
        self, client: Client, office: Office, settings: Settings
    ) -> None:
        assert "单点登录" in body(client.get("/login/"))
        settings.OIDC = None
        settings.SOCIALACCOUNT_PROVIDERS = {}
        assert "单点登录" not in body(client.get("/login/"))
        assert client.post("/sign-on/office/login/").status_code == 404
