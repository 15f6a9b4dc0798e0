"""全文查找: words of two characters, what changes the index, and what stays secret."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from offices import BACKEND, TODAY, Office, import_sample, make_office

from zhenggai.web.accounts.models import Person
from zhenggai.web.audit.models import Event
from zhenggai.web.faults import Invalid
from zhenggai.web.ledger import search
from zhenggai.web.ledger.actions import editing
from zhenggai.web.ledger.actions.handover import hand_over
from zhenggai.web.ledger.actions.layers import set_layer
from zhenggai.web.ledger.models import Answer, Assignment, Finding, Inspection, Measure, SearchText
from zhenggai.web.ledger.queries.search import search_findings
from zhenggai.web.ledger.search.grams import folded, grams_of

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries


def found(office: Office, query: str, role: str = "office") -> list[str]:
    return [hit.reference for hit in search_findings(office.rights(role), query, size=100).hits]


def text_of(parts: tuple[search.Part, ...]) -> str:
    return "".join(f"[{part.text}]" if part.hit else part.text for part in parts)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“三重一大” 决策", "三重一大决策"),
        ("Ｗ００３　Ａ", "w003a"),
        ("①③号", "13号"),
        ("。，、\n", ""),
        ("", ""),
    ],
)
def test_folding_leaves_what_is_read_aloud(text: str, expected: str) -> None:
    assert folded(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("食堂食堂", ["堂食", "食堂"]), ("食", []), ("", []), ("食堂\n采购", ["采购", "食堂"])],
)
def test_bigrams_end_with_the_line(text: str, expected: list[str]) -> None:
    assert grams_of(text) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("食堂 采购 食堂", ("食堂", "采购")),
        ("，。", ()),
        ("　", ()),
        (" ".join("一二三四五六七八九"), tuple("一二三四五六七八")),
    ],
)
def test_the_words_of_a_query(query: str, expected: tuple[str, ...]) -> None:
    assert search.terms_of(query) == expected


@pytest.mark.parametrize(
    ("text", "terms", "expected"),
    [
        ("食堂食材采购", ("食材",), "食堂[食材]采购"),
        ("坚持“三重一大”决策", ("三重一大决",), "坚持“[三重一大”决]策"),
        ("食堂食材", ("食堂", "堂食"), "[食堂食]材"),
        ("第①项", ("1",), "第[①]项"),
        ("食堂", ("采购",), "食堂"),
        ("", ("采购",), ""),
        ("<b>食堂", ("食堂",), "<b>[食堂]"),
    ],
)
def test_the_words_are_marked_where_they_stand(text: str, terms: tuple[str, ...], expected: str) -> None:
    assert text_of(search.marked(text, terms)) == expected


def test_an_excerpt_is_cut_around_the_first_word_and_missing_without_one() -> None:
    long = "甲" * 100 + "食堂" + "乙" * 200
    assert text_of(search.excerpt_of(long, ("食堂",))) == "…" + "甲" * 30 + "[食堂]" + "乙" * 78 + "…"
    assert search.excerpt_of(long, ("采购",)) == ()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("三方比价", ["W006"]),
        ("比价", ["W006"]),
        ("食堂 比价", ["W006"]),
        ("比价 没有的词", []),
        ("价比", []),
        ("w006", ["W006"]),
        ("Ｗ００６", ["W006"]),
        ("C005", ["W003"]),
        ("比价”或“1=1", []),
        ('比价" OR "食堂', []),
        ("inspection1", []),
        ("*", []),
        ("", []),
    ],
)
def test_a_query_finds_the_findings_with_all_its_words(
    office: Office, inspection: Inspection, query: str, expected: list[str]
) -> None:
    assert found(office, query) == expected


def test_one_character_is_found_without_the_index(office: Office, inspection: Inspection) -> None:
    by_hand = {finding.reference for finding in Finding.objects.all() if "价" in finding.search_text.text}
    assert by_hand
    assert set(found(office, "价")) == by_hand


def test_words_of_items_areas_measures_and_parties_are_found(office: Office, inspection: Inspection) -> None:
    finding = Finding.objects.select_related("item", "area").get(reference="W006")
    measure = Measure.objects.filter(response__answers__finding=finding).first()
    name = Assignment.objects.filter(response__answers__finding=finding).values_list("name", flat=True)[0]
    assert measure
    assert finding.item
    assert finding.area
    for words in (measure.text[:12], finding.item.title[:12], finding.area.title[:12], name):
        assert "W006" in found(office, words), words


def test_own_rows_of_a_handler_and_nothing_of_another_unit(office: Office, inspection: Inspection) -> None:
    other = make_office("云溪县第一小学", "-2")
    import_sample(other)
    assert found(office, "三方比价") == ["W006"]
    assert found(office, "三方比价", "handler") == []
    assert found(office, "C005", "handler") == ["W003"]
    assert found(office, "三方比价", "system_administrator") == []


def test_a_restricted_finding_and_what_it_shares_are_found_by_those_who_may_know(
    office: Office, inspection: Inspection
) -> None:
    secret = Finding.objects.get(reference="W003")
    neighbour = Finding.objects.get(reference="W004")
    shared = Answer.objects.get(finding=secret).response
    Answer.objects.create(finding=neighbour, response=shared)
    search.index_neighbours([shared.pk])
    assert found(office, "C005") == ["W003", "W004"]
    layer(office, secret, "restricted")
    assert found(office, "C005") == []
    office.people["discipline"].restricted_grants.create(unit=office.unit, reason="监督", since=TODAY)
    assert found(office, "C005", "discipline") == ["W003"]
    secret.refresh_from_db()
    Finding.objects.filter(pk=secret.pk).update(layer="internal")
    search.index_neighbours([shared.pk])
    assert found(office, "C005") == ["W003", "W004"]


def layer(office: Office, finding: Finding, value: str) -> None:
    set_layer(
        actor=office.actor("office"), rights=office.rights("office"), finding_id=finding.pk, seen=finding.version,
        layer=value, reason="涉及个人",
    )  # fmt: skip


def test_old_words_are_forgotten_and_a_withdrawn_finding_is_not_found(office: Office, inspection: Inspection) -> None:
    finding = Finding.objects.get(reference="W006")
    finding.text = "玻璃花房的钥匙由两人分别保管"
    finding.save()
    search.index_findings([finding.pk])
    search.index_findings([finding.pk])
    assert found(office, "花房") == ["W006"]
    assert found(office, "没有实行三方比价") == []
    finding.withdrawn_at = inspection.created_at
    finding.save()
    assert found(office, "花房") == []


def test_who_takes_over_is_found_in_place_of_who_gave(office: Office, inspection: Inspection) -> None:
    giver = Person.objects.get(name=Assignment.objects.filter(person__isnull=False).values_list("name", flat=True)[0])
    before = found(office, giver.name)
    assert before
    receiver = office.people["archivist"]
    hand_over(
        actor=office.actor("office"), rights=office.rights("office"), giver_id=giver.pk, receiver_id=receiver.pk,
        reason="岗位调整", leaves=False,
    )  # fmt: skip
    assert found(office, receiver.name) == before
    assert not set(before) & set(found(office, giver.name))


def test_what_is_written_by_hand_is_found_at_once(office: Office, inspection: Inspection) -> None:
    clerk: dict[str, Any] = {"actor": office.actor("office"), "rights": office.rights("office")}
    finding = editing.add_finding(**clerk, inspection_id=inspection.pk, text="花房无人看管", item_id=None)
    measure = editing.add_measure(**clerk, finding_id=finding.pk, text="配备玻璃温度计", due_text="")
    assert found(office, "花房 温度计") == [finding.reference]
    response = measure.response
    editing.change_parties(
        **clerk, response_id=response.pk, seen=response.version, parties={"responsible_department": "财务室"}
    )
    editing.change_measure(**clerk, measure_id=measure.pk, seen=1, text="配备湿度计", due_text="")
    editing.change_finding(**clerk, finding_id=finding.pk, seen=finding.version, text="暖棚无人看管", cause="")
    assert found(office, "暖棚 财务 湿度计") == [finding.reference]
    assert found(office, "温度计") == found(office, "花房") == []


def test_an_older_store_is_indexed_when_it_is_migrated(office: Office, inspection: Inspection) -> None:
    SearchText.objects.all().delete()
    search.index_missing()
    assert found(office, "三方比价") == ["W006"]
    assert SearchText.objects.count() == Finding.objects.count()


def test_pages_follow_each_other_without_gap_or_repeat(office: Office, inspection: Inspection) -> None:
    whole, after, pages = [], "", 0
    while pages == 0 or after:
        page = search_findings(office.rights("office"), "w0", after=after, size=5)
        whole += [hit.id for hit in page.hits]
        after, pages = page.after, pages + 1
    assert pages > 1
    assert whole == [hit.id for hit in search_findings(office.rights("office"), "w0", size=100).hits]


def test_many_inspections_are_searched_the_newest_first(office: Office, inspection: Inspection) -> None:
    finding = Finding.objects.get(reference="W006")
    for n in range(130):
        values = {"unit": office.unit, "profile": inspection.profile, "created_at": inspection.created_at}
        made = Inspection.objects.create(code=f"N-{n}", title=f"第{n}次", **values)
        Finding.objects.create(
            unit=office.unit, inspection=made, reference="W001", order=10, text="花房" if n in (0, 5, 129) else "比价"
        )
    search.index_missing()
    rights = office.rights("office")
    assert [hit.inspection for hit in search_findings(rights, "花房").hits] == ["第129次", "第5次", "第0次"]
    whole, after = [], ""
    while not whole or after:
        page = search_findings(rights, "比价", after=after, size=7)
        whole += [hit.id for hit in page.hits]
        after = page.after
    assert whole == sorted(whole, reverse=True)
    assert len(whole) == 128
    assert whole[-1] == finding.pk


def test_the_index_is_asked_and_not_every_row(office: Office, inspection: Inspection) -> None:
    query = search.matching(["比价"], [inspection.pk])
    with connection.cursor() as cursor:
        cursor.execute(query.sql, query.params)
        ids = [pk for (pk,) in cursor.fetchall()]
    assert ids == [Finding.objects.get(reference="W006").pk]


def test_a_query_that_is_too_long_is_named(office: Office) -> None:
    with pytest.raises(Invalid) as caught:
        found(office, "字" * 101)
    assert list(caught.value.fields) == ["q"]


def enter(client: Client, office: Office, role: str) -> Client:
    client.force_login(office.people[role], backend=BACKEND)
    return client


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("比价", 200, "<mark>比价</mark>"),
        ("", 200, "请填写要查找的文字"),
        ("。。", 200, "请填写要查找的文字"),
        ("没有这样的词", 200, "没有找到“没有这样的词”"),
        ("<script>字", 200, "没有找到“&lt;script&gt;字”"),
        ("比" * 101, 422, "查找内容请控制在100字以内"),
        ("比价\0", 200, "<mark>比价</mark>"),
    ],
)
def test_the_page_marks_hits_and_says_what_to_do_without_any(
    client: Client, office: Office, inspection: Inspection, query: str, status: int, words: str
) -> None:
    answer = enter(client, office, "office").get("/search/", {"q": query, "after": "1-x-2"})
    assert answer.status_code == status
    assert words in answer.content.decode()


def test_a_restricted_hit_leaves_an_event(client: Client, office: Office, inspection: Inspection) -> None:
    layer(office, Finding.objects.get(reference="W006"), "restricted")
    assert "比价</mark>" not in enter(client, office, "office").get("/search/?q=比价").content.decode()
    assert not Event.objects.filter(action="restricted.read").exists()
    office.people["discipline"].restricted_grants.create(unit=office.unit, reason="监督", since=TODAY)
    assert "比价</mark>" in enter(client, office, "discipline").get("/search/?q=比价").content.decode()
    assert Event.objects.get(action="restricted.read").after == {"where": "全文查找"}


@pytest.mark.parametrize("query", ["整改", "整", "整改 措施"])
def test_the_number_of_queries_is_fixed(
    client: Client,
    office: Office,
    inspection: Inspection,
    django_assert_max_num_queries: DjangoAssertNumQueries,
    query: str,
) -> None:
    enter(client, office, "office").get("/account/")
    with django_assert_max_num_queries(15):
        client.get("/search/", {"q": query})
