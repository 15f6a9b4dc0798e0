"""问题: the whole story of one finding, and the progress form."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from offices import BACKEND, TODAY, import_sample, make_office

from zhenggai.web.accounts.models import Person
from zhenggai.web.audit.models import Event
from zhenggai.web.ledger.models import Finding, Measure, ProgressUpdate

if TYPE_CHECKING:
    from django.test import Client
    from offices import Office
    from pytest_django import DjangoAssertNumQueries

    from zhenggai.web.ledger.models import Inspection


def sign_in(client: Client, login: str) -> Client:
    client.force_login(Person.objects.get(login=login), backend=BACKEND)
    return client


def find(reference: str) -> Finding:
    return Finding.objects.get(reference=reference)


def test_the_clerk_sees_words_limits_parties_and_the_place(
    client: Client, office: Office, inspection: Inspection
) -> None:
    text = sign_in(client, "office").get(f"/findings/{find('W006').pk}/").content.decode()
    for words in (
        "食堂食材采购没有实行三方比价",
        "牵头领导",
        "吴某某",
        "2025年7月31日",
        "在原文中查看",
        "经常性工作：每周不少于1次",
        "确认方案",
    ):
        assert words in text, words
    assert "/progress/" not in text


def test_the_handler_reports_on_the_page(client: Client, office: Office, inspection: Inspection) -> None:
    measure = Measure.objects.get(reference="C005")
    url = f"/measures/{measure.pk}/progress/"
    sign_in(client, "handler")
    assert "填报" in client.get(f"/findings/{find('W003').pk}/").content.decode()
    assert client.get(url).status_code == 200
    values = {"seen": measure.version, "percent": "30", "completion_status": "ongoing", "done": "已起草办法。"}
    answer = client.post(url, values)
    assert answer.status_code == 302
    assert "已起草办法。" in client.get(answer["Location"]).content.decode()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"percent": "abc"}, "完成进度请填写0到100之间的整数"),
        ({"percent": "１０１"}, "完成进度请填写0到100之间的整数"),
        ({"percent": "十"}, "完成进度请填写0到100之间的整数"),
        ({"completion_status": ""}, "请选择完成状态"),
        ({"done": ""}, "请填写本期做了哪些工作"),
    ],
)
def test_a_bad_value_is_named_and_what_was_typed_is_kept(
    client: Client, office: Office, inspection: Inspection, values: dict[str, str], words: str
) -> None:
    measure = Measure.objects.get(reference="C005")
    good = {"seen": "1", "percent": "30", "completion_status": "ongoing", "done": "做了", "difficulty": "<b>缺人</b>"}
    answer = sign_in(client, "handler").post(f"/measures/{measure.pk}/progress/", good | values)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert words in text
    assert "&lt;b&gt;缺人&lt;/b&gt;" in text
    assert not ProgressUpdate.objects.exists()


def test_a_stale_page_says_who_was_first_and_keeps_the_text(
    client: Client, office: Office, inspection: Inspection
) -> None:
    measure = Measure.objects.get(reference="C005")
    values = {"seen": "1", "percent": "30", "completion_status": "ongoing", "done": "第二个人写的话"}
    url = f"/measures/{measure.pk}/progress/"
    sign_in(client, "department_head").post(url, values | {"done": "第一个人写的话"})
    answer = sign_in(client, "handler").post(url, values)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "部门负责人某某" in text
    assert "第二个人写的话" in text
    assert sign_in(client, "handler").post(url, values | {"seen": "2"}).status_code == 302
    assert ProgressUpdate.objects.count() == 2


@pytest.mark.parametrize("percent", ["50", "50%", "５０", "５０％", " 50 "])
def test_a_percentage_as_people_type_it(client: Client, office: Office, inspection: Inspection, percent: str) -> None:
    measure = Measure.objects.get(reference="C005")
    values = {"seen": "1", "percent": percent, "completion_status": "ongoing", "done": "已起草办法。"}
    assert sign_in(client, "handler").post(f"/measures/{measure.pk}/progress/", values).status_code == 302
    assert ProgressUpdate.objects.get().percent == 50


def test_a_restricted_finding_is_secret_and_each_look_is_recorded(
    client: Client, office: Office, inspection: Inspection
) -> None:
    secret = find("W003")
    url = f"/findings/{secret.pk}/"
    answer = sign_in(client, "office").post(
        f"{url}layer/", {"seen": "1", "layer": "restricted", "reason": "涉及个人处理"}
    )
    assert answer.status_code == 302
    assert client.get(url).status_code == 404
    office.people["discipline"].restricted_grants.create(unit=office.unit, reason="监督", since=TODAY)
    assert "您的查看已被记录" in sign_in(client, "discipline").get(url).content.decode()
    assert Event.objects.get(action="restricted.read").actor_name == "纪检组（纪委）某某"


@pytest.mark.parametrize(
    ("values", "status", "words"),
    [
        ({"seen": "1", "layer": "restricted", "reason": " "}, 422, "请填写调整知悉范围的理由"),
        ({"seen": "1", "layer": "x", "reason": "涉及个人处理"}, 422, "请选择知悉范围"),
        ({"seen": "9", "layer": "restricted", "reason": "涉及个人处理"}, 409, "已被他人修改"),
    ],
)
def test_a_layer_that_cannot_be_set_keeps_what_was_typed(
    client: Client, office: Office, inspection: Inspection, values: dict[str, str], status: int, words: str
) -> None:
    answer = sign_in(client, "office").post(f"/findings/{find('W003').pk}/layer/", values)
    text = answer.content.decode()
    assert answer.status_code == status
    assert words in text
    assert f'name="reason" type="text" value="{values["reason"]}"' in text
    assert ('<option value="restricted" selected>' in text) == (values["layer"] == "restricted")
    assert find("W003").layer == "internal"


def test_a_measure_that_answers_nothing_is_not_found_rather_than_broken(
    client: Client, office: Office, inspection: Inspection
) -> None:
    measure = Measure.objects.get(reference="C005")
    measure.response.answers.all().delete()
    assert sign_in(client, "handler").get(f"/measures/{measure.pk}/progress/").status_code == 404
    assert sign_in(client, "office").get(f"/measures/{measure.pk}/edit/").status_code == 404


def test_what_a_secret_finding_shares_is_not_shown_beside_its_neighbour(
    client: Client, office: Office, inspection: Inspection
) -> None:
    neighbour = find("W004")
    neighbour.answers.create(response=find("W003").responses.get())
    pages = (f"/findings/{neighbour.pk}/", f"/ledger/{inspection.pk}/")
    words = Measure.objects.get(reference="C005").text
    sign_in(client, "office")
    assert all(words in client.get(page).content.decode() for page in pages)
    Finding.objects.filter(reference="W003").update(layer="restricted")
    for page in pages:
        text = client.get(page).content.decode()
        assert neighbour.text in text
        assert words not in text


def test_words_of_the_document_are_not_said_twice(client: Client, office: Office, inspection: Inspection) -> None:
    finding = find("W003")
    response = finding.responses.get()
    response.labels = {"责任部门": "教务处", "备注": "另行报送"}
    response.save()
    text = sign_in(client, "office").get(f"/findings/{finding.pk}/").content.decode()
    assert text.count("<dt>责任部门</dt>") == 1
    assert "另行报送" in text


def test_a_finding_of_another_unit_is_not_even_known(client: Client, office: Office) -> None:
    foreign = import_sample(make_office("云溪县第一小学", "-2"))
    finding = foreign.findings.first()
    assert sign_in(client, "office").get(f"/findings/{finding.pk}/").status_code == 404


def test_the_document_is_a_download_and_never_shown(client: Client, office: Office, inspection: Inspection) -> None:
    document = find("W001").document_id
    sign_in(client, "office")
    assert "食材采购" in client.get(f"/documents/{document}/").content.decode()
    answer = client.get(f"/documents/{document}/file/")
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert b"".join(answer).startswith(b"PK")
    assert sign_in(client, "handler").get(f"/documents/{document}/").status_code == 404


def test_the_number_of_queries_is_fixed(
    client: Client, office: Office, inspection: Inspection, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    sign_in(client, "office").get("/account/")
    with django_assert_max_num_queries(35):
        client.get(f"/findings/{find('W001').pk}/")
