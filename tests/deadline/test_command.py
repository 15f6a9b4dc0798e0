"""`zhenggai deadline`: the explanation for a person and the lines for a program."""

from __future__ import annotations

import io
import json
import re

import pytest

from zhenggai import cli


def run(monkeypatch, capsys, *words: str, stdin: str | bytes = "") -> tuple[int, str, str]:
    given = stdin.encode() if isinstance(stdin, str) else stdin
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(given), encoding="ascii"))
    try:
        status = cli.main(["deadline", *words])
    except SystemExit as leaving:
        status = leaving.code if isinstance(leaving.code, int) else 1
    printed = capsys.readouterr()
    return status, printed.out, printed.err


def test_explains_which_words_gave_what(monkeypatch, capsys) -> None:
    status, out, _ = run(monkeypatch, capsys, "2024年9月底前完成，并长期坚持", "--as-of", "2024-01-01")
    assert status == 0
    assert "“2024年9月底前” → 2024年9月底前" in out
    assert "by.month" in out
    assert "“并长期坚持” → 长期坚持" in out
    assert "到期日：2024年9月30日" in out


def test_tells_what_is_no_limit_and_what_was_not_read(monkeypatch, capsys) -> None:
    _, out, _ = run(monkeypatch, capsys, "2月30日前", "另行商议后办理", "--plan-date", "2024-01-01")
    assert "“2月30日前” → 不是时限" in out
    assert out.count("没有读出时限") >= 1


def test_says_where_weekends_alone_were_counted(monkeypatch, capsys) -> None:
    _, out, _ = run(monkeypatch, capsys, "反馈之日起15个工作日内", "--feedback-date", "2026-12-25")
    assert "到期日：2027年1月15日（2027年的放假调休安排" in out


def test_duties_of_a_measure(monkeypatch, capsys) -> None:
    _, out, _ = run(monkeypatch, capsys, "--duty", "由办公室每季度通报一次。")
    assert "每季度不少于1次" in out


def test_answers_lines_in_order(monkeypatch, capsys) -> None:
    rows = [
        {"text": "9月底前", "mode": "limit", "context_date": "2025-03-01", "plan_date": "2024-04-10"},
        {"text": "每月盘点一次。", "mode": "duty", "context_date": None},
        {"text": "", "mode": "limit"},
    ]
    feed = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n"
    status, out, _ = run(monkeypatch, capsys, "--json", stdin=feed)
    assert status == 0
    assert [json.loads(line)["parts"] for line in out.splitlines()] == [
        [{"kind": "by", "date": "2024-09-30", "grain": "month"}],
        [{"kind": "every", "freq": "month", "interval": 1, "times": 1, "date_in_period": None}],
        [],
    ]


BAD_LINES = (
    ("{", "不是可用的JSON"),
    ("\\x00", "不是可用的JSON"),
    ("[]", "不是对象"),
    ("null", "不是对象"),
    ('{"mode": "limit"}', "缺少“text”"),
    ('{"text": 5}', "不是文字"),
    ('{"text": null}', "不是文字"),
    ('{"text": "x", "plan_date": "5月"}', "2024-03-31"),
    ('{"text": "x", "plan_date": "2024-02-30"}', "2024-03-31"),
    ('{"text": "x", "plan_date": 5}', "不是文字"),
)


@pytest.mark.parametrize(("line", "words"), BAD_LINES)
def test_a_bad_line_has_its_answer_too(monkeypatch, capsys, line: str, words: str) -> None:
    status, out, _ = run(monkeypatch, capsys, "--json", stdin=f'{line}\n{{"text": "立行立改"}}\n')
    bad, good = (json.loads(answer) for answer in out.splitlines())
    assert status == 2
    assert bad["parts"] == []
    assert "JSON" in bad["error"]
    assert words in bad["error"]
    assert not re.search("[a-z]{3,}", bad["error"].replace("text", ""))
    assert good["parts"] == [{"kind": "at_once"}]


def test_bytes_that_are_no_text_have_their_answer_too(monkeypatch, capsys) -> None:
    status, out, _ = run(monkeypatch, capsys, "--json", stdin=b'{"text": "\xff\xfe"}\n')
    assert status == 2
    assert json.loads(out)["parts"] == []


def test_wrong_usage(monkeypatch, capsys) -> None:
    status, out, err = run(monkeypatch, capsys)
    assert (status, out) == (2, "")
    assert "没有写要解读的时限用语" in err
    status, _, err = run(monkeypatch, capsys, "立行立改", "--plan-date", "五月")
    assert status == 2
    assert "2024-03-31" in err
