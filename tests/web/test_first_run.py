"""The first run: once, by one process, from this machine or with the key that the start printed."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from offices import NOW, Office

from zhenggai.web import store
from zhenggai.web.accounts.actions.first import set_up
from zhenggai.web.accounts.models import Grant, Organization, Person
from zhenggai.web.audit.chain import first_break
from zhenggai.web.faults import Unknown

if TYPE_CHECKING:
    from pathlib import Path

    from django.test import Client
    from pytest_django import Settings

GOOD = {
    "unit": "青桐市第九中学",
    "name": "周某某",
    "login": "Zhou",
    "password": "Maple-bridge-2025",
    "again": "Maple-bridge-2025",
}
HERE = {"HTTP_HOST": "localhost"}

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(client: Client) -> Client:
    client.defaults["HTTP_HOST"] = "localhost"
    return client


@pytest.fixture(autouse=True)
def hosts(settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["localhost", "zhenggai.example"]


def test_it_makes_the_unit_and_its_clerk_and_leads_to_the_import(browser: Client) -> None:
    assert browser.get("/login/")["Location"] == "/first-run/"
    assert browser.get("/first-run/").status_code == 200
    answer = browser.post("/first-run/", GOOD | {"administers": "1"})
    assert (answer.status_code, answer["Location"]) == (302, "/imports/")
    assert browser.get("/imports/").status_code == 200
    person = Person.objects.get()
    assert (person.login, person.unit.name, person.must_change_password) == ("zhou", GOOD["unit"], False)
    assert set(Grant.objects.values_list("role", flat=True)) == {
        "office", "system_administrator", "security_administrator", "audit_administrator",
    }  # fmt: skip
    assert first_break(person.unit_id) is None


def test_where_others_shall_administer_the_clerk_does_it_for_a_month(browser: Client) -> None:
    browser.post("/first-run/", GOOD)
    lasting = Grant.objects.filter(until=None).values_list("role", flat=True)
    assert list(lasting) == ["office"]
    assert {(grant.until - grant.since).days for grant in Grant.objects.exclude(until=None)} == {30}


def test_afterwards_there_is_no_such_page(browser: Client, office: Office) -> None:
    assert browser.get("/first-run/").status_code == 404
    assert browser.post("/first-run/", GOOD).status_code == 404
    with pytest.raises(Unknown):
        set_up(
            at=NOW,
            unit_name="x",
            name="x",
            login="xxx",
            password=GOOD["password"],
            again=GOOD["again"],
            administers=True,
        )


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"unit": " "}, "请填写单位名称"),
        ({"name": ""}, "请填写姓名"),
        ({"login": "周"}, "登录名只能用"),
        ({"password": "short"}, "密码至少10位"),
        ({"again": "other"}, "两次输入的密码不一致"),
        ({"unit": "校" * 101}, "单位名称请控制在100字以内"),
        ({"name": "周" * 51}, "姓名请控制在50字以内"),
    ],
)
def test_a_wrong_field_is_named_and_what_was_typed_is_kept(browser: Client, wrong: dict[str, str], words: str) -> None:
    typed = GOOD | wrong
    answer = browser.post("/first-run/", typed)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert words in text
    assert text.count('aria-invalid="true"') == 1
    for name in ("unit", "name", "login"):
        assert f'value="{typed[name].strip()}"' in text or not typed[name].strip()
    assert GOOD["password"] not in text
    assert 'name="administers" value="1">' in text
    assert not Organization.objects.exists()


@pytest.mark.parametrize(
    "where",
    [
        {"REMOTE_ADDR": "192.0.2.7"},
        {"HTTP_X_FORWARDED_FOR": "192.0.2.7"},
        {"HTTP_FORWARDED": "for=192.0.2.7"},
        {"HTTP_HOST": "zhenggai.example"},
    ],
)
def test_from_elsewhere_the_key_is_needed(client: Client, where: dict[str, str]) -> None:
    client.defaults |= HERE | where
    key = store.setup_key(settings.DATA)
    assert "设置口令" in client.get("/first-run/").content.decode()
    for wrong in ("", "x", "口令", key[:-1]):
        answer = client.post("/first-run/", GOOD | {"key": wrong})
        assert answer.status_code == 422
        assert "设置口令不正确" in answer.content.decode()
    assert client.post("/first-run/", GOOD | {"key": key}).status_code == 302
    assert not (settings.DATA / "setup.key").exists()


_PROCESS = """
import datetime as dt, sys
from zhenggai.web.serving import prepare
prepare()
from zhenggai.web.accounts.actions.first import set_up
from zhenggai.web.faults import Unknown
print("ready", flush=True)
sys.stdin.readline()
try:
    set_up(at=dt.datetime.now(dt.UTC), unit_name="某单位", name="周某某", login=sys.argv[1],
           password="Maple-bridge-2025", again="Maple-bridge-2025", administers=True)
    print("made")
except Unknown:
    print("late")
"""


@pytest.mark.slow
def test_of_several_who_set_up_at_once_one_does(tmp_path: Path) -> None:
    environment = {**os.environ, "ZHENGGAI_DATA": str(tmp_path), "DJANGO_SETTINGS_MODULE": "zhenggai.web.settings"}
    environment.pop("ZHENGGAI_DATABASE_URL", None)
    running = []
    for number in range(3):
        process = subprocess.Popen(
            [sys.executable, "-c", _PROCESS, f"clerk{number}"],
            env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        running.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in running:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    said = sorted(process.communicate(timeout=60)[0].strip() for process in running)
    assert said == ["late", "late", "made"]


@pytest.mark.parametrize("value", ["md5", "sha512", "sha-256"])
def test_a_hash_that_is_not_known_is_refused_at_the_start(tmp_path: Path, value: str) -> None:
    environment = {name: given for name, given in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    done = subprocess.run(
        [sys.executable, "-m", "zhenggai", "serve", "--data", str(tmp_path), "--port", "8765"],
        env=environment | {"ZHENGGAI_HASH": value},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    (line,) = done.stderr.strip().splitlines()
    assert f"ZHENGGAI_HASH 只能是 sha256 或 sm3，现在是“{value}”" in line
    assert done.returncode != 0


@pytest.mark.parametrize(("value", "name"), [("", "sha256"), (" ", "sha256"), ("SHA256", "sha256"), ("sm3", "sm3")])
def test_a_hash_that_is_known_is_taken(monkeypatch: pytest.MonkeyPatch, value: str, name: str) -> None:
    monkeypatch.setenv("ZHENGGAI_HASH", value)
    assert store.event_hash() == name


def test_a_hash_that_the_machine_does_not_have_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHENGGAI_HASH", "sm3")
    monkeypatch.setattr("hashlib.algorithms_available", {"sha256"})
    with pytest.raises(store.StoreError, match="不支持 sm3"):
        store.event_hash()
