"""Carrying out rules over facts: each on each of its subjects, and none that fails hides the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from zhenggai.rules.facts import Answer, TextBlock
from zhenggai.rules.registry import COMMON_OPTIONS, rules
from zhenggai.rules.result import Failure, Result, Severity
from zhenggai.rules.rule import RuleError, Setting, Value
from zhenggai.rules.wording.lexicon import lexicon_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from zhenggai.profile import Profile
    from zhenggai.rules.facts import Facts, Need
    from zhenggai.rules.rule import Hit, Option, Rule

_SHOWN = 120
"""So many characters of the document a result quotes at most."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a check found: results in the order of the document, rules that failed, rules not carried out and what they lack."""

    results: tuple[Result, ...]
    failures: tuple[Failure, ...]
    skipped: tuple[tuple[str, tuple[Need, ...]], ...]

    @property
    def blocks(self) -> bool:
        """Whether a result must be mended or explained, or a rule failed."""
        return bool(self.failures) or any(result.severity is Severity.BLOCK for result in self.results)


def check(
    facts: Facts,
    *,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    among: Mapping[str, Rule] | None = None,
) -> Outcome:
    """Carry out the rules whose facts are there.

    `select` and `ignore` hold codes (P05) or families (P); nothing selected means all. `among` are other rules than those found.

    Raises:
        RuleError: a code is unknown, or the profile sets an option that its rule does not know.
    """
    known = rules() if among is None else among
    tables = facts.profile.rules
    _require_known([*select, *ignore, *(code for code in tables if code != "lexicon")], known)
    lexicon = lexicon_of(facts.profile)
    results: list[Result] = []
    failures: list[Failure] = []
    skipped: list[tuple[str, tuple[Need, ...]]] = []
    for rule in _chosen(known, select, ignore):
        enabled, severity, options = options_of(rule, facts.profile)
        if not enabled:
            continue
        missing = rule.needs - facts.present
        if missing:
            skipped.append((rule.code, tuple(sorted(missing))))
            continue
        for hit, failure in _carry_out(rule, Setting(facts, options, lexicon)):
            if failure is not None:
                failures.append(failure)
            if hit is not None:
                results += _results(rule, severity, hit, facts)
    unique = dict.fromkeys(results)
    return Outcome(tuple(sorted(unique, key=_order)), tuple(failures), tuple(skipped))


def options_of(rule: Rule, profile: Profile) -> tuple[bool, Severity, dict[str, Value]]:
    """Return whether the profile has the rule carried out, how much its results weigh, and its options.

    Raises:
        RuleError: the profile sets what the rule does not know, or a value of the wrong kind.
    """
    table = profile.rules.get(rule.code, {})
    known = {option.key: option for option in rule.options}
    for key in table:
        if key not in known and key not in COMMON_OPTIONS:
            raise RuleError(f"规则配置“{profile.key}”为规则 {rule.code} 设了选项“{key}”，这条规则没有这个选项。")
    severity = table.get("severity", rule.severity.value)
    if severity not in {one.value for one in Severity}:
        raise RuleError(f"规则 {rule.code} 的 severity 只能是 block、warn 或 info，现在是“{severity}”。")
    values = {key: _value(option, table.get(key, option.default), rule) for key, option in known.items()}
    return table.get("enabled", True) is not False, Severity(severity), values


def _value(option: Option, value: Any, rule: Rule) -> Value:
    if isinstance(option.default, tuple) and isinstance(value, list) and all(isinstance(one, str) for one in value):
        return tuple(value)
    kinds = (int, float) if type(option.default) in (int, float) else (type(option.default),)
    if not isinstance(value, kinds) or (isinstance(value, bool) and not isinstance(option.default, bool)):
        raise RuleError(f"规则 {rule.code} 的选项 {option.key} 的值“{value}”不是所要的类型。")
    return value


def _require_known(codes: Iterable[str], known: Mapping[str, Rule]) -> None:
    families = {code[0] for code in known}
    for code in codes:
        if code not in known and code not in families:
            raise RuleError(f"没有规则“{code}”。用 zhenggai rules 查看全部规则。")


def _chosen(known: Mapping[str, Rule], select: Sequence[str], ignore: Sequence[str]) -> Iterator[Rule]:
    for code, rule in known.items():
        wanted = not select or code in select or code[0] in select
        if wanted and code not in ignore and (code[0] not in ignore or code in select):
            yield rule


def _carry_out(rule: Rule, setting: Setting) -> Iterator[tuple[Hit | None, Failure | None]]:
    """Yield what the rule finds on each of its subjects, and where it fails."""
    try:
        subjects = list(rule.over(setting.facts))
    except Exception as fault:  # noqa: BLE001 — a rule that fails is told and hides no other
        yield None, Failure(rule.code, "全文", _told(fault))
        return
    for subject in subjects:
        try:
            hits = list(rule.check(subject, setting))
        except Exception as fault:  # noqa: BLE001
            yield None, Failure(rule.code, _named(subject), _told(fault))
            continue
        for hit in hits:
            yield hit, None


def _told(fault: Exception) -> str:
    return f"{type(fault).__name__}：{fault}"[:_SHOWN]


def _named(subject: object) -> str:
    if isinstance(subject, Answer):
        return f"问题“{subject.finding.text[:30]}”"
    if isinstance(subject, TextBlock):
        return f"第{subject.number + 1}块文字"
    return "全文"


def _results(rule: Rule, severity: Severity, hit: Hit, facts: Facts) -> Iterator[Result]:
    findings = facts.document.findings if facts.document is not None else {}
    for finding in hit.findings or (None,):
        yield Result(
            rule=rule.code,
            name=rule.name,
            severity=severity,
            finding=finding,
            finding_text=findings[finding].text if finding is not None else None,
            quote=hit.quote[:_SHOWN],
            spans=hit.spans,
            why=hit.why,
            fix=hit.fix,
        )


def _order(result: Result) -> tuple[int, int, str]:
    first = min(result.spans, default=None)
    return (first.block, first.start, result.rule) if first is not None else (-1, 0, result.rule)
