"""Whole documents of every form against answers made by hand: the text beside its answer, one pair a document."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from zhenggai.plan import Plan, read_plan

CORPUS = Path(__file__).parent / "corpus"
DOCUMENTS = sorted(path.stem for path in CORPUS.glob("*.json"))
SHOWN = 18
"""The answers give the beginnings of texts: so many letters and digits of them are compared."""
FIELDS = (
    "lead_leaders",
    "responsible_departments",
    "cooperating_departments",
    "verifying_departments",
    "supervising_departments",
)
READ_OTHERWISE = {
    ("agri-notice-no-section", "status"): "正在整改 opens a sentence that goes on with a date: no statement of its own",
    (
        "close-out-publicity",
        "status",
    ): "销号意见：同意销号 is the opinion of the body that verifies, not how far the work is",
    ("audit-table-md", "items"): "the merged column 问题类型 is taken for the area",
    (
        "university-notice",
        "status",
    ): "该问题取得阶段性成效，持续推进 at the end of the progress states how far things are",
}
"""Where we hold another reading to be right, with the reason."""


def bare(text: str | None) -> str:
    """Letters and digits alone, in plain width."""
    return "".join(c for c in unicodedata.normalize("NFKC", text or "") if c.isalnum() or c in "%×")


def names(values: str | tuple[str, ...] | None) -> set[str]:
    values = (values,) if isinstance(values, str) else values or ()
    return {bare(name) for value in values for name in re.split(r"[、，,;；/\s]+", value) if bare(name)}


def begins(texts: list[str], wanted: list[str]) -> list[str]:
    """Those of `texts` that do not begin as `wanted` says, in order; and what of `wanted` is missing."""
    if len(texts) != len(wanted):
        return [f"{len(texts)} instead of {len(wanted)}: {[t[:12] for t in texts]}"]
    return [t for t, w in zip(texts, wanted, strict=True) if not bare(t).startswith(bare(w)[:SHOWN])]


def differences(plan: Plan, answer: dict[str, Any]) -> list[tuple[str, Any]]:
    """Return what differs, as pairs of what it is about and the particulars."""
    found: list[tuple[str, Any]] = []
    counts = {what: len(getattr(plan, what)) for what in ("areas", "items", "findings")}
    found += [(what, count) for what, count in counts.items() if answer[what] not in {None, count}]
    wrong = begins([f.text for f in plan.findings], [one["text"] for one in answer["answers"]])
    if wrong:
        return [*found, ("texts", wrong)]
    for finding, wanted in zip(plan.findings, answer["answers"], strict=True):
        responses = [r for r in plan.responses if finding.id in r.findings]
        found += [(what, (finding.text[:16], got)) for what, got in compare(responses, wanted)]
    return found


def compare(responses: list[Any], wanted: dict[str, Any]) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for what in ("measures", "progress"):
        wrong = begins([e.text for r in responses for e in getattr(r, what)], wanted.get(what, []))
        if wrong:
            found.append((what, wrong))
    for what in FIELDS:
        got = {name for r in responses for name in names(getattr(r, what))}
        if got != names(wanted.get(what)):
            found.append((what, got))
    leaders = {n for r in responses for n in names(r.responsible_leaders) | names(r.responsible_persons)}
    if leaders != names(wanted.get("responsible_leaders")):
        found.append(("responsible_leaders", leaders))
    limits = [bare(r.time_limit.text) for r in responses if r.time_limit]
    if bare(wanted.get("time_limit")) not in {"".join(limits), *limits} and (limits or wanted.get("time_limit")):
        found.append(("time_limit", limits))
    status = bare("".join(dict.fromkeys(r.status_text or "" for r in responses)))
    expected = bare(wanted.get("status"))
    if status != expected:
        found.append(("status", status))
    return found


def test_the_corpus_is_there() -> None:
    assert len(DOCUMENTS) > 40
    assert {name for name, _ in READ_OTHERWISE} <= set(DOCUMENTS)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_plan_is_the_answer(name: str) -> None:
    answer = json.loads((CORPUS / f"{name}.json").read_text(encoding="utf-8"))
    found = differences(read_plan(CORPUS / f"{name}.txt"), answer)
    assert [one for one in found if (name, one[0]) not in READ_OTHERWISE] == []
    for about in (what for document, what in READ_OTHERWISE if document == name):
        assert about in {what for what, _ in found}, f"{about} agrees now: take it out of READ_OTHERWISE"


def _changed(what: str, value: object) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads((CORPUS / "village-plan-brackets.json").read_text(encoding="utf-8"))
    if what in {"areas", "items", "findings"}:
        return {**answer, what: value}
    first, *others = answer["answers"]
    return {**answer, "answers": [{**first, what: value}, *others]}


WRONG = (
    ("areas", 9),
    ("items", 9),
    ("text", "另一个问题"),
    ("measures", ["另一条措施"]),
    ("measures", []),
    ("progress", ["另一段进展"]),
    ("lead_leaders", "另某某"),
    ("responsible_leaders", "另某某"),
    ("responsible_departments", "另一部门"),
    ("cooperating_departments", "另一部门"),
    ("verifying_departments", "另一部门"),
    ("supervising_departments", "另一部门"),
    ("time_limit", "2099年底前"),
    ("status", "已销号"),
)


@pytest.mark.parametrize(("what", "value"), WRONG)
def test_the_comparison_notices(what: str, value: object) -> None:
    plan = read_plan(CORPUS / "village-plan-brackets.txt")
    assert [w for w, _ in differences(plan, _changed(what, value))] == [{"text": "texts"}.get(what, what)]
