"""Lists of words that rules share: those shipped, and what a profile adds to or puts in the place of them."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field, fields
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zhenggai.rules.rule import RuleError
from zhenggai.text import fold

if TYPE_CHECKING:
    from zhenggai.profile import Profile

FILE = Path(__file__).with_name("lexicon.toml")
_TABLES = ("topics",)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Lists of words by name, and words by topic."""

    lists: dict[str, tuple[str, ...]]
    topics: dict[str, tuple[str, ...]]
    _patterns: dict[str, re.Pattern[str]] = field(default_factory=dict, compare=False, repr=False)

    def words(self, name: str) -> tuple[str, ...]:
        """Return the list `name`."""
        return self.lists[name]

    def pattern(self, name: str) -> re.Pattern[str]:
        """Return what finds any word of the list `name` in a folded text, the longest first."""
        found = self._patterns.get(name)
        if found is None:
            found = self._patterns[name] = any_of(self.lists[name])
        return found


@lru_cache(maxsize=512)
def any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    """Return what finds any of `words` in a folded text, the longest first; nothing where there are none."""
    if not words:
        return re.compile(r"(?!)")
    ordered = sorted({fold(word) for word in words}, key=lambda word: (-len(word), word))
    return re.compile("|".join(map(re.escape, ordered)))


@cache
def shipped() -> Lexicon:
    """Return the lists that come with the program."""
    table = tomllib.loads(FILE.read_text(encoding="utf-8"))
    lists = {name: tuple(words) for name, words in table.items() if name not in _TABLES}
    return Lexicon(lists, {topic: tuple(words) for topic, words in table["topics"].items()})


def lexicon_of(profile: Profile) -> Lexicon:
    """Return the lists with what the profile adds (`[lexicon]`) and replaces (`[rules.lexicon]`).

    Raises:
        RuleError: the profile replaces a list that there is not, or by something else than words.
    """
    base = shipped()
    lists = dict(base.lists)
    for one in fields(profile.lexicon):
        added = getattr(profile.lexicon, one.name)
        lists[one.name] = tuple(dict.fromkeys((*lists.get(one.name, ()), *added)))
    for name, words in profile.rules.get("lexicon", {}).items():
        lists[name] = _words(name, words, known=name in lists)
    return Lexicon(lists, base.topics)


def _words(name: str, words: Any, *, known: bool) -> tuple[str, ...]:
    if not known:
        raise RuleError(f"没有词表“{name}”。")
    if not isinstance(words, list) or not all(isinstance(word, str) and word for word in words):
        raise RuleError(f"词表“{name}”应当是一组词语。")
    return tuple(words)
