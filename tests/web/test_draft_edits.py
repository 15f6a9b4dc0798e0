"""What a person does to a draft: each edit as data, what is refused, and what holds whatever is done."""

from __future__ import annotations

import copy
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhenggai.web.faults import Invalid
from zhenggai.web.ledger.drafting.edits import apply, split_names
from zhenggai.web.ledger.drafting.model import PARTY_ROLES, Draft, empty_draft

if TYPE_CHECKING:
    from collections.abc import Iterable

TEXTS = {
    "F1": "党课年初有安排、年底没落实。有的支部一年没有组织集中学习",
    "F2": "有2个支部没有按期换届。",
    "F3": "食堂采购没有比价。",
    "F4": "固定资产账实不符。",
    "M1": "①修订党课安排表。②每月检查一次落实情况。",
    "M2": "年底前完成换届。",
    "M3": "修订采购办法。",
}


def measure(pk: str, start: int, limit: str = "") -> dict[str, Any]:
    text = TEXTS[pk]
    time_limit = {"text": limit, "parts": [], "places": [[90, 0, len(limit)]]} if limit else None
    return {
        "id": pk, "number": f"{start}.", "text": text, "time_limit": time_limit, "recurrences": [],
        "places": [[start, 0, len(text)]],
    }  # fmt: skip


def response(pk: str, findings: list[str], measures: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "id": pk, "findings": findings, "objective": f"{pk}的目标", "parties": {role: [] for role in PARTY_ROLES} | {
            "responsible_leader": ["甲某某"], "responsible_department": ["教务处"],
        }, "labels": {}, "time_limit": None, "status": "", "status_text": "", "measures": measures,
        "progress": [{"number": "", "text": f"{pk}的进展", "places": [[80, 0, 5]]}], "places": [[70, 0, 9]],
    }  # fmt: skip


def draft() -> Draft:
    """Two areas, three items, four findings; R1 answers F1 and F2, R2 answers F3, F4 has nothing yet."""
    made = empty_draft()
    made["head"]["plan_date"] = "2025-03-01"
    made["areas"] = [
        {"id": pk, "number": pk, "title": f"方面{pk}", "places": [[n, 0, 4]]} for n, pk in enumerate(("A1", "A2"))
    ]
    made["items"] = [
        {"id": pk, "area": area, "number": "", "title": f"条{pk}", "places": [[n, 0, 3]]}
        for n, (pk, area) in enumerate((("I1", "A1"), ("I2", "A1"), ("I3", "A2")), start=10)
    ]
    owners = {"F1": ("A1", "I1"), "F2": ("A1", "I1"), "F3": ("A1", "I2"), "F4": ("A2", "I3")}
    made["findings"] = [
        {
            "id": pk, "area": area, "item": item, "number": "", "text": TEXTS[pk], "cause": f"{pk}的原因",
            "layer": "internal", "places": [[n, 0, len(TEXTS[pk])]],
        }
        for n, (pk, (area, item)) in enumerate(owners.items(), start=20)
    ]  # fmt: skip
    made["responses"] = [
        response("R1", ["F1", "F2"], [measure("M1", 31, "3月底前"), measure("M2", 32)]),
        response("R2", ["F3"], [measure("M3", 33, "6月30日前")]),
    ]  # type: ignore[list-item]
    made["doubts"] = [{"id": "D1", "code": "x", "message": "请核对", "places": [], "state": "open", "answer": ""}]
    made["unassigned"] = [{"id": "U1", "text": "另有一段。", "places": [[50, 0, 5]], "state": "open", "answer": ""}]
    return made


def do(content: Draft, edit: str, **values: str) -> Draft:
    return apply(content, edit, values)[0]


def ids(rows: Iterable[Any]) -> list[str]:
    return [row["id"] for row in rows]


def by_id(rows: Iterable[Any], pk: str) -> Any:
    return next(row for row in rows if row["id"] == pk)


# -- what holds whatever is done ---------------------------------------------------------------------------------------


def said(content: Draft) -> Counter[str]:
    """Return the characters of everything that the draft says, blanks aside; limits of the same words count once."""
    words: list[str] = [area["title"] for area in content["areas"]] + [item["title"] for item in content["items"]]
    words += [finding["number"] + finding["text"] + finding["cause"] for finding in content["findings"]]
    for one in content["responses"]:
        words += [one["objective"], *(entry["text"] for entry in one["progress"])]
        words += [m["number"] + m["text"] for m in one["measures"]]
    words += {m["time_limit"]["text"] for one in content["responses"] for m in one["measures"] if m["time_limit"]}
    words += [leftover["text"] for leftover in content["unassigned"]]
    return Counter("".join("".join(words).split()))


def stood(content: Draft) -> set[tuple[int, int]]:
    """Return every character of the document that some part stands for."""
    parts: list[Any] = [*content["areas"], *content["items"], *content["findings"], *content["unassigned"]]
    for one in content["responses"]:
        parts += [one, *one["measures"], *one["progress"]]
    return {(block, at) for part in parts for block, start, end in part["places"] for at in range(start, end)}


def check(content: Draft) -> None:
    """References are intact, ids are unique, findings stand where their items and areas do."""
    measures = [m for one in content["responses"] for m in one["measures"]]
    every = [
        *ids(content["areas"]), *ids(content["items"]), *ids(content["findings"]), *ids(content["responses"]),
        *ids(measures), *ids(content["unassigned"]), *ids(content["doubts"]),
    ]  # fmt: skip
    assert len(every) == len(set(every))
    areas, items = ids(content["areas"]), {item["id"]: item for item in content["items"]}
    for item in content["items"]:
        assert item["area"] is None or item["area"] in areas
    for finding in content["findings"]:
        assert finding["area"] is None or finding["area"] in areas
        if finding["item"]:
            assert items[finding["item"]]["area"] == finding["area"]
    for one in content["responses"]:
        assert set(one["findings"]) <= set(ids(content["findings"]))
        assert len(one["findings"]) == len(set(one["findings"]))
    known = [f for f in content["findings"] if f["area"] and f["item"]]
    turns = [(areas.index(f["area"]), list(items).index(f["item"])) for f in known if f["area"] and f["item"]]
    assert turns == sorted(turns)


@st.composite
def edits(data: st.DrawFn, content: Draft) -> tuple[str, dict[str, str]]:
    """Draw an edit of something that the draft has, sometimes of something that it has not."""
    measures = [m for one in content["responses"] for m in one["measures"]]
    parts = {
        "area": content["areas"], "item": content["items"], "finding": content["findings"],
        "response": content["responses"], "measure": measures,
    }  # fmt: skip
    targets = [f"{kind}:{row['id']}" for kind, rows in parts.items() for row in rows] + ["finding:gone", "head:"]  # type: ignore[attr-defined]
    target, to = data(st.sampled_from(targets)), data(st.sampled_from(targets))
    edit = data(st.sampled_from(["split", "merge", "move", "link", "unlink", "add", "remove", "assign", "reopen"]))
    values = {"target": target, "to": data(st.sampled_from(["up", "down", "next", to]))}
    if edit == "split":
        kind, _, pk = target.partition(":")
        text = next((row.get("text", "") for row in parts.get(kind, ()) if row["id"] == pk), "")  # type: ignore[attr-defined]
        at = data(st.integers(0, len(text)))
        values["value"] = text[:at] + "\n" + text[at:]
    elif edit in ("link", "unlink"):
        values = {"response": target.partition(":")[2], "finding": to.partition(":")[2]}
    elif edit == "add":
        kind = data(st.sampled_from(["area", "item", "finding", "response", "measure"]))
        values = {"kind": kind, "parent": data(st.sampled_from(["", target])), "value": "新的内容"}
    elif edit in ("assign", "reopen"):
        way = data(
            st.sampled_from(["none", to, f"new-finding:{to}", f"new-measure:{to}", f"new-item:{to}", "new-area"])
        )
        values = {"leftover": data(st.sampled_from([*ids(content["unassigned"]), "gone"])), "to": way}
    return edit, values


def tried(content: Draft, edit: str, values: dict[str, str]) -> tuple[Draft, str]:
    """Return the changed draft, or the same one and the sentences of what is refused."""
    try:
        return apply(content, edit, values)
    except Invalid as fault:
        return content, "".join(fault.fields.values())


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_whatever_is_done_loses_no_text_no_place_and_no_reference(data: st.DataObject) -> None:
    content = draft()
    for _ in range(8):
        edit, values = data.draw(edits(content))
        before = copy.deepcopy(content)
        changed, what = tried(content, edit, values)
        assert content == before, "an edit changes a copy"
        assert what.endswith("。") or changed != before or edit in ("link", "move"), (edit, values)
        lost = said(before) - said(changed)
        assert not lost, (edit, values)
        assert stood(before) <= stood(changed), (edit, values)
        check(changed)
        content = changed


def test_findings_without_an_area_do_not_draw_another_away_from_its_item() -> None:
    content, _ = apply(draft(), "remove", {"target": "area:A2"})
    content, _ = apply(content, "move", {"target": "finding:F1", "to": "item:I1"})
    check(content)


def test_several_names_are_answered_at_once() -> None:
    content = draft()
    content["responses"][0]["parties"]["responsible_leader"] = ["甲某某", "乙某某"]
    said = {"answer:甲某某": "new-person", "answer:乙某某": ""}
    content, what = apply(content, "names", said)
    assert (content["names"]["甲某某"], what) == ({"new": "person"}, "对应“甲某某”")
    assert "乙某某" not in content["names"]
    content, what = apply(content, "names", {"answer:甲某某": "text", "answer:乙某某": "person:3"})
    assert (content["names"]["乙某某"], what) == ({"person": 3}, "对应2个名称")
    again, what = apply(content, "names", {"answer:甲某某": "text"})
    assert (again, what) == (content, "核对名称"), "a choice that was sent along already is no fault"
    for bad in ({"answer:丙某某": "text"}, {"answer:甲某某": "person:x"}, {"answer:甲某某": ""}, {}):
        with pytest.raises(Invalid):
            apply(content, "names", bad)


def test_the_checks_notice_what_they_are_there_for() -> None:
    content = draft()
    content["findings"][0]["area"] = "A2"
    with pytest.raises(AssertionError):
        check(content)
    content = draft()
    del content["findings"][0]
    with pytest.raises(AssertionError):
        check(content)
    assert said(draft()) - said(content)
    assert not stood(draft()) <= stood(content)


# -- each edit ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "value", "expected"),
    [
        ("head::title", "整改方案", "整改方案"),
        ("head::feedback_date", "2025-02-10", "2025-02-10"),
        ("head::feedback_date", "", ""),
        ("area:A1:title", " 聚焦党的建设 ", "聚焦党的建设"),
        ("item:I1:number", "1", "1"),
        ("finding:F1:text", "改过的问题", "改过的问题"),
        ("finding:F1:cause", "", ""),
        ("finding:F1:layer", "restricted", "restricted"),
        ("response:R1:objective", "按期换届", "按期换届"),
        ("response:R1:status", "completed", "completed"),
        ("measure:M1:text", "改过的措施", "改过的措施"),
    ],
)
def test_a_field_is_set(target: str, value: str, expected: str) -> None:
    changed = do(draft(), "set", target=target, value=value)
    kind, pk, field = target.split(":")
    rows: dict[str, Any] = {
        "area": changed["areas"], "item": changed["items"], "finding": changed["findings"],
        "response": changed["responses"], "measure": [m for r in changed["responses"] for m in r["measures"]],
    }  # fmt: skip
    assert (changed["head"] if kind == "head" else by_id(rows[kind], pk))[field] == expected


@pytest.mark.parametrize(
    ("edit", "values", "field"),
    [
        ("fly", {}, "edit"),
        ("set", {"target": "finding:F9:text", "value": "x"}, "target"),
        ("set", {"target": "finding:F1:id", "value": "x"}, "target"),
        ("set", {"target": "finding:F1:area", "value": "A9"}, "target"),
        ("set", {"target": "", "value": "x"}, "target"),
        ("set", {"target": "finding:F1:text", "value": "  "}, "value"),
        ("set", {"target": "finding:F1:text", "value": "字" * 5001}, "value"),
        ("set", {"target": "finding:F1:text", "value": "有\0字"}, "value"),
        ("set", {"target": "finding:F1:number", "value": "1" * 21}, "value"),
        ("set", {"target": "finding:F1:layer", "value": "secret"}, "value"),
        ("set", {"target": "head::plan_date", "value": "2025-02-30"}, "value"),
        ("set", {"target": "head::plan_date", "value": "2025年2月"}, "value"),
        ("set", {"target": "response:R1:status", "value": "done"}, "value"),
        ("set", {"target": "response:R1:time_limit", "value": "日" * 301}, "value"),
        ("set", {"target": "response:R1:responsible_leader", "value": "某" * 51}, "value"),
        ("split", {"target": "finding:F1", "value": TEXTS["F1"]}, "value"),
        ("split", {"target": "finding:F1", "value": "党课\n另写一句"}, "value"),
        ("split", {"target": "area:A1", "value": "方面\nA1"}, "target"),
        ("merge", {"target": "finding:F1"}, "target"),
        ("merge", {"target": "finding:F3"}, "target"),
        ("merge", {"target": "finding:F2", "to": "next"}, "target"),
        ("merge", {"target": "area:A2"}, "target"),
        ("move", {"target": "finding:F1", "to": "up"}, "to"),
        ("move", {"target": "finding:F2", "to": "down"}, "to"),
        ("move", {"target": "finding:F1", "to": "response:R1"}, "to"),
        ("move", {"target": "measure:M1", "to": "response:R9"}, "target"),
        ("move", {"target": "head:", "to": "up"}, "target"),
        ("link", {"response": "R1", "finding": "F9"}, "target"),
        ("unlink", {"response": "R2", "finding": "F1"}, "finding"),
        ("add", {"kind": "finding", "parent": "item:I1", "value": " "}, "value"),
        ("add", {"kind": "measure", "parent": "", "value": "x"}, "parent"),
        ("add", {"kind": "response", "parent": "item:I1"}, "parent"),
        ("add", {"kind": "chapter", "parent": "", "value": "x"}, "kind"),
        ("remove", {"target": "response:R1"}, "target"),
        ("remove", {"target": "head:"}, "target"),
        ("settle", {"doubt": "D9"}, "doubt"),
        ("assign", {"leftover": "U9", "to": "none"}, "leftover"),
        ("assign", {"leftover": "U1", "to": ""}, "to"),
        ("assign", {"leftover": "U1", "to": "finding:F9"}, "target"),
        ("reopen", {"leftover": "U1"}, "leftover"),
        ("new_names", {"names": "无此人"}, "names"),
        ("name", {"name": "无此人", "answer": "text"}, "name"),
        ("name", {"name": "甲某某", "answer": ""}, "answer"),
        ("name", {"name": "甲某某", "answer": "person:x"}, "answer"),
        ("name", {"name": "甲某某", "answer": "person:" + "9" * 5000}, "answer"),
    ],
)
def test_what_cannot_be_done_names_its_field(edit: str, values: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        apply(draft(), edit, values)
    assert list(caught.value.fields) == [field]


def test_a_limit_is_read_again_so_that_its_date_follows() -> None:
    changed = do(draft(), "set", target="measure:M3:time_limit", value="2025年9月30日前")
    limit = changed["responses"][1]["measures"][0]["time_limit"]
    assert limit is not None
    assert limit["parts"][0]["date"] == "2025-09-30"
    assert limit["places"] == [[90, 0, 6]], "the document still says it there"
    later = do(do(changed, "set", target="measure:M3:time_limit", value="6月30日前"), "set", target="head::plan_date", value="2026-03-01")  # fmt: skip
    limit = later["responses"][1]["measures"][0]["time_limit"]
    assert limit is not None
    assert limit["parts"][0]["date"] == "2026-06-30"
    assert (
        do(later, "set", target="measure:M3:time_limit", value="")["responses"][1]["measures"][0]["time_limit"] is None
    )


def test_the_duties_of_a_measure_follow_its_words() -> None:
    changed = do(draft(), "set", target="measure:M2:text", value="每季度检查一次。")
    assert changed["responses"][0]["measures"][1]["recurrences"]
    assert not do(changed, "set", target="measure:M2:text", value="完成换届。")["responses"][0]["measures"][1][
        "recurrences"
    ]


def test_a_measure_is_divided_and_joined_again_with_its_places() -> None:
    text = TEXTS["M1"]
    cut = text.index("②")
    changed = do(draft(), "split", target="measure:M1", value=text[:cut] + "\n" + text[cut:])
    first, second, _ = changed["responses"][0]["measures"]
    assert (first["text"], second["text"]) == (text[:cut], text[cut:])
    assert (first["places"], second["places"]) == ([[31, 0, cut]], [[31, cut, len(text)]])
    assert second["time_limit"] == first["time_limit"]
    assert (bool(first["recurrences"]), bool(second["recurrences"])) == (False, True)
    for values in ({"target": f"measure:{second['id']}"}, {"target": "measure:M1", "to": "next"}):
        again = apply(changed, "merge", values)[0]["responses"][0]["measures"]
        assert again[0]["text"] == text
        assert again[0]["places"] == [[31, 0, cut], [31, cut, len(text)]]
        assert ids(again) == ["M1", "M2"]


def test_a_finding_is_divided_and_what_answered_it_answers_both() -> None:
    text = TEXTS["F1"]
    cut = text.index("有的支部")
    changed = do(draft(), "split", target="finding:F1", value=text[:cut] + "\n" + text[cut:])
    new = ids(changed["findings"])[1]
    assert changed["responses"][0]["findings"] == ["F1", new, "F2"]
    assert by_id(changed["findings"], new)["cause"] == ""
    assert do(changed, "merge", target=f"finding:{new}")["responses"][0]["findings"] == ["F1", "F2"]


def test_what_was_restricted_stays_so_when_it_is_joined() -> None:
    changed = do(draft(), "set", target="finding:F2:layer", value="restricted")
    first = do(changed, "merge", target="finding:F2")["findings"][0]
    assert (first["id"], first["layer"], first["cause"]) == ("F1", "restricted", "F1的原因F2的原因")


def test_two_limits_that_differ_are_both_kept_by_a_merge() -> None:
    changed = do(draft(), "set", target="measure:M2:time_limit", value="2025年12月底前")
    limit = do(changed, "merge", target="measure:M2")["responses"][0]["measures"][0]["time_limit"]
    assert limit is not None
    assert limit["text"] == "3月底前；2025年12月底前"


def order(content: Draft) -> str:
    return " ".join(ids(content["findings"]))


@pytest.mark.parametrize(
    ("target", "to", "expected"),
    [
        ("finding:F2", "up", "F2 F1 F3 F4"),
        ("finding:F1", "item:I3", "F2 F3 F4 F1"),
        ("finding:F4", "item:I1", "F1 F2 F4 F3"),
        ("finding:F4", "area:A1", "F4 F1 F2 F3"),
        ("item:I2", "up", "F3 F1 F2 F4"),
        ("item:I1", "area:A2", "F3 F4 F1 F2"),
        ("area:A2", "up", "F4 F1 F2 F3"),
    ],
)
def test_findings_follow_what_they_belong_to(target: str, to: str, expected: str) -> None:
    changed = do(draft(), "move", target=target, to=to)
    assert order(changed) == expected
    check(changed)


def test_a_measure_moves_to_another_response() -> None:
    changed = do(draft(), "move", target="measure:M1", to="response:R2")
    assert [ids(r["measures"]) for r in changed["responses"]] == [["M2"], ["M3", "M1"]]


def test_a_response_answers_several_findings_and_a_finding_has_several() -> None:
    changed = do(draft(), "link", response="R2", finding="F1")
    assert [r["findings"] for r in changed["responses"]] == [["F1", "F2"], ["F3", "F1"]]
    assert do(changed, "link", response="R2", finding="F1") == changed
    assert do(changed, "unlink", response="R1", finding="F1")["responses"][0]["findings"] == ["F2"]


def test_what_is_taken_out_can_be_put_back() -> None:
    changed = do(draft(), "remove", target="finding:F3")
    kept = changed["unassigned"][-1]
    assert (kept["text"], kept["state"]) == ("食堂采购没有比价。\nF3的原因", "settled")
    assert changed["responses"][1]["findings"] == []
    back = do(do(changed, "reopen", leftover=kept["id"]), "assign", leftover=kept["id"], to="new-finding:item:I2")
    assert back["findings"][2]["text"] == kept["text"]
    assert back["findings"][2]["places"] == [[22, 0, 9]]


@pytest.mark.parametrize(
    ("to", "where"),
    [
        ("finding:F1", lambda d: d["findings"][0]["text"]),
        ("cause:F1", lambda d: d["findings"][0]["cause"]),
        ("measure:M1", lambda d: d["responses"][0]["measures"][0]["text"]),
        ("objective:R1", lambda d: d["responses"][0]["objective"]),
        ("progress:R1", lambda d: d["responses"][0]["progress"][-1]["text"]),
        ("item:I1", lambda d: d["items"][0]["title"]),
        ("new-area", lambda d: d["areas"][-1]["title"]),
        ("new-item:area:A1", lambda d: d["items"][-1]["title"]),
        ("new-finding:item:I1", lambda d: d["findings"][2]["text"]),
        ("new-measure:finding:F4", lambda d: d["responses"][-1]["measures"][0]["text"]),
        ("none", lambda d: d["unassigned"][0]["text"]),
    ],
)
def test_leftover_text_gets_its_place(to: str, where: Any) -> None:
    changed = do(draft(), "assign", leftover="U1", to=to)
    assert where(changed).endswith("另有一段。")
    assert (50, 4) in stood(changed)
    assert changed["unassigned"][0]["state"] == "settled"
    with pytest.raises(Invalid, match="已处理过"):
        do(changed, "assign", leftover="U1", to=to)


def test_progress_that_is_corrected_keeps_its_place() -> None:
    changed = do(draft(), "set", target="response:R1:progress", value="改过的进展")
    assert changed["responses"][0]["progress"] == [{"number": "", "text": "改过的进展", "places": [[80, 0, 5]]}]
    more = do(changed, "set", target="response:R1:progress", value="改过的进展\n\n又一条")["responses"][0]["progress"]
    assert [(entry["text"], entry["places"]) for entry in more] == [("改过的进展", [[80, 0, 5]]), ("又一条", [])]


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("甲某某、乙某某", ["甲某某", "乙某某"]),
        (" 教务处，总务处;教务处 ", ["教务处", "总务处"]),
        ("、、", []),
        ("", []),
    ],
)
def test_names_are_typed_as_one_line(typed: str, names: list[str]) -> None:
    assert split_names(typed) == names


def test_a_doubt_is_settled_and_a_name_answered() -> None:
    assert do(draft(), "settle", doubt="D1")["doubts"][0]["answer"] == "已核对"
    changed = do(draft(), "name", name="甲某某", answer="person:7")
    assert do(changed, "name", name="教务处", answer="new-organization")["names"] == {
        "甲某某": {"person": 7},
        "教务处": {"new": "organization"},
    }
    assert do(changed, "name", name="甲某某", answer="text")["names"] == {"甲某某": {}}
    assert do(changed, "new_names", names="甲某某\n教务处\n无此人")["names"] == {
        "甲某某": {"person": 7},
        "教务处": {"new": "organization"},
    }


def test_a_doubt_about_leftover_text_goes_with_the_text() -> None:
    content = draft()
    content["doubts"][0] |= {"code": "unassigned_text", "places": [[50, 0, 5]]}  # type: ignore[typeddict-item]
    assert do(content, "assign", leftover="U1", to="none")["doubts"][0]["state"] == "settled"
    content["doubts"][0]["places"] = [[51, 0, 5]]
    assert do(content, "assign", leftover="U1", to="none")["doubts"][0]["state"] == "open"
