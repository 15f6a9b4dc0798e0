"""A rule file that is not whole fails at once and by name."""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING

import pytest
from fragments import PROFILE

from zhenggai.discover import DuplicateKeyError
from zhenggai.rules import FAMILIES, RuleError, Severity, rules
from zhenggai.rules.engine import options_of
from zhenggai.rules.registry import found_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import ModuleType

GOOD = '''"""甲。

判定：乙。

为什么：丙。

反例：
    问题：丁。

正例：
    问题：戊。
"""

from zhenggai.rules.result import Severity
from zhenggai.rules.rule import Option, Rule, each_answer

RULE = Rule("P98", "试", Severity.WARN, each_answer, lambda subject, setting: (), __doc__)
'''


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    package = tmp_path / "foreign_rules"
    package.mkdir()
    (package / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield package
    for name in [name for name in sys.modules if name.partition(".")[0] == "foreign_rules"]:
        del sys.modules[name]


def package() -> ModuleType:
    importlib.invalidate_caches()
    return importlib.import_module("foreign_rules")


def test_a_whole_rule_is_found(folder: Path) -> None:
    (folder / "p98_any.py").write_text(GOOD)
    assert list(found_in(package())) == ["P98"]


def test_two_rules_with_one_code_are_refused(folder: Path) -> None:
    (folder / "p98_any.py").write_text(GOOD)
    (folder / "p98_other.py").write_text(GOOD)
    with pytest.raises(DuplicateKeyError, match="P98"):
        found_in(package())


def test_a_file_that_raises_is_refused(folder: Path) -> None:
    (folder / "p98_any.py").write_text(GOOD + "\n1 / 0\n")
    with pytest.raises(ZeroDivisionError):
        found_in(package())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("为什么：丙。", ""),
        ("正例：\n    问题：戊。", ""),
        ("反例：\n    问题：丁。", ""),
        ("判定：乙。", ""),
        (", __doc__)", ", None)"),
        ('"P98"', '"Q98"'),
        ('"P98"', '"P9"'),
        ('"试"', '""'),
        (", __doc__)", ", __doc__, needs=frozenset())"),
        (", __doc__)", ", __doc__, options=(Option('a', 1, ''), Option('a', 2, '')))"),
        (", __doc__)", ", __doc__, options=(Option('severity', 1, ''),))"),
    ],
)
def test_a_rule_that_is_not_whole_is_refused(folder: Path, old: str, new: str) -> None:
    assert old in GOOD
    (folder / "p98_any.py").write_text(GOOD.replace(old, new))
    with pytest.raises(RuleError):
        found_in(package())


def test_every_rule_stands_in_a_file_of_its_code() -> None:
    for code, rule in rules().items():
        module = sys.modules[rule.check.__module__]
        assert module.__name__.rpartition(".")[2].startswith(code.lower() + "_")
        assert rule.manual == module.__doc__


def test_families_stand_in_their_order() -> None:
    order = [list(FAMILIES).index(code[0]) for code in rules()]
    assert order == sorted(order)


def test_nothing_blocks_without_a_profile_that_says_so() -> None:
    for rule in rules().values():
        enabled, severity, options = options_of(rule, PROFILE)
        assert enabled
        assert severity in Severity
        assert options == {option.key: option.default for option in rule.options}
