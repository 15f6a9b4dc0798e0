"""The forms in which `zhenggai check` says what it found."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from zhenggai.cli.reading.shapes import place
from zhenggai.rules import Severity, rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from zhenggai.cli.checking.inspection import Checked
    from zhenggai.rules import Outcome, Result

_SHOWN = 60


def as_json(checked: Iterable[Checked]) -> str:
    """Return the results of one or several files as one JSON list; each result names its file."""
    return json.dumps([row for one in checked for row in _rows(one)], ensure_ascii=False, indent=1) + "\n"


def _rows(checked: Checked) -> Iterator[dict[str, Any]]:
    for result in checked.outcome.results:
        yield {"file": checked.name, **result.to_dict(), "place": _place(result, checked)}


def as_text(checked: Checked) -> str:
    """Return what was found in one file as lines, the summary last."""
    lines = [checked.name]
    for result in checked.outcome.results:
        lines += ["", *_lines(result, checked)]
    lines += ["", _summary(checked.outcome)]
    lines += [f"规则 {f.rule} 在“{f.subject}”处出错，没有查完：{f.error}" for f in checked.outcome.failures]
    skipped = [f"{code}（需要{'、'.join(need.word for need in needs)}）" for code, needs in checked.outcome.skipped]
    if skipped:
        lines.append(f"没有检查的规则：{'、'.join(skipped)}。")
    return "\n".join(lines) + "\n"


def _lines(result: Result, checked: Checked) -> Iterator[str]:
    yield f"{_place(result, checked)}　{result.rule} {result.name}　{result.severity.word}"
    if result.finding_text is not None:
        yield f"    问题：{_short(result.finding_text)}"
    yield f"    原文：{_short(result.quote)}"
    yield f"    {result.why}"
    yield f"    建议：{result.fix}"


def _summary(outcome: Outcome) -> str:
    if not outcome.results:
        return "没有发现需要处理或者核实的地方。"
    counts = Counter(result.severity for result in outcome.results)
    return f"共{len(outcome.results)}处：" + "、".join(
        f"{severity.word}{counts[severity]}处" for severity in Severity if counts[severity]
    )


def _place(result: Result, checked: Checked) -> str:
    first = min(result.spans, default=None)
    block = next((b for b in checked.document.blocks if first is not None and b.number == first.block), None)
    if block is None or first is None:
        return "全文"
    where = place(block)
    number = f"第{block.number + 1}段" if where == "正文" else f"{where}（第{block.number + 1}段）"
    return f"{number}第{first.start + 1}字"


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


def listed() -> str:
    """Return all rules, one a line, by family."""
    lines: list[str] = []
    family = ""
    for code, rule in rules().items():
        if rule.family != family:
            family = rule.family
            lines += ["", f"{family}（{code[0]}）"] if lines else [f"{family}（{code[0]}）"]
        needs = "、".join(need.word for need in sorted(rule.needs))
        lines.append(f"  {code}  {rule.severity.word}  {rule.name}　需要：{needs}")
    return "\n".join(lines) + "\n"


def explained(code: str) -> str:
    """Return the manual page of a rule.

    Raises:
        KeyError: there is no such rule.
    """
    from zhenggai.rules.manual import read_manual  # noqa: PLC0415 — wanted for one page only

    rule = rules()[code]
    manual = read_manual(rule)
    lines = [f"{rule.code} {rule.name}（{rule.family}，{rule.severity.word}）", "", manual.summary, ""]
    lines += [f"判定：{manual.definition}", ""]
    lines += [f"例外：{manual.exceptions}", ""] if manual.exceptions else []
    lines += [f"为什么：{manual.why}", ""]
    for name, examples in (("反例", manual.bad), ("正例", manual.good)):
        lines.append(f"{name}：")
        for example in examples:
            lines += [*(f"    {line}" for line in example.splitlines()), ""]
    lines += [f"依据：{manual.source}", ""] if manual.source else []
    lines.append(f"需要：{'、'.join(need.word for need in sorted(rule.needs))}")
    for option in rule.options:
        default = "、".join(option.default) if isinstance(option.default, tuple) else option.default
        lines.append(f"选项 {option.key}：{option.about}，默认 {default if default != '' else '无'}")
    return "\n".join(lines) + "\n"
