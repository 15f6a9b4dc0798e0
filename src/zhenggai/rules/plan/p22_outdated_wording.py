"""指导思想中的会议提法与方案日期不符。

判定：写到的全国代表大会、中央全会晚于方案成文日期；或者指导思想中以上一次代表大会为最新的提法。历次会议的日期在词表中，可以增补。

例外：与方案日期相符的；“党的十八大以来”一类叙述历史的；问题中引用当时的要求。

为什么：提法过时，多半是从旧方案上改来的。

反例：
    指导思想：以党的十八届六中全会精神为指导，逐条改到位。

正例：
    指导思想：以党的二十大和二十届二中全会精神为指导，逐条改到位。
    --
    指导思想：党的十八大以来，巡察工作不断深化。坚持问题导向，逐条改到位。
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhenggai.rules.facts import Need, Role
from zhenggai.rules.result import Severity
from zhenggai.rules.rule import Hit, Option, Rule, Setting, at, the_document
from zhenggai.rules.wording.clauses import Stretch, sentences

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhenggai.rules.facts import DocumentFacts, TextBlock

GRACE = Option("grace_days", 30, "代表大会闭幕后多少天内，仍可沿用上一次的提法")
_NUMERAL = "十[一二三四五六七八九]|二十[一二三四五六七八九]?|三十"
_CONGRESS = re.compile(rf"(?<![一二三四五六七八九十])(?P<n>{_NUMERAL})大(?![类项个家件户处中型小学])")
_PLENUMS = re.compile(
    rf"(?<![一二三四五六七八九十])(?P<n>{_NUMERAL})届(?P<list>(?:(?:[一二三四五六七八九]中|历次)(?:、|和|及|与)?)+)全会"
)
_MEETING = re.compile(r"[一二三四五六七八九十](?:大|届)")
_HISTORY = re.compile(r"以来|召开(?:以后|后|之前|前)|报告(?:指出|强调|提出)|通过的|期间|时期|审议通过")
_GUIDES = re.compile(r"指导|统领|遵循|贯彻|落实|精神|引领|根本|学习")


@dataclass(frozen=True, slots=True)
class _Named:
    key: str
    congress: str
    start: int
    end: int


def check(document: DocumentFacts, setting: Setting) -> Iterator[Hit]:
    """Hold each meeting that is named against the day of the document."""
    days = _days(setting)
    day = setting.facts.reference
    for block in document.own:
        for sentence in sentences(block.text) if _MEETING.search(block.text) else ():
            named = [one for one in _named(sentence) if not _is_history(sentence, one)]
            if not named:
                continue
            fault = _later(named, days, day)
            if fault is None and block.owner(sentence.start).role is Role.OUTSIDE and _GUIDES.search(sentence.text):
                fault = _older(named, days, day - dt.timedelta(days=int(setting.number("grace_days"))))
            if fault is not None:
                yield _hit(block, sentence, fault)
                return


def _days(setting: Setting) -> dict[str, dt.date]:
    found = {}
    for line in setting.lexicon.words("congresses"):
        name, _, date = line.partition(" ")
        found[name] = dt.date.fromisoformat(date)
    return found


def _named(sentence: Stretch) -> Iterator[_Named]:
    for found in _CONGRESS.finditer(sentence.text):
        yield _Named(f"{found['n']}大", found["n"], found.start(), found.end())
    for found in _PLENUMS.finditer(sentence.text):
        for ordinal in re.findall(r"([一二三四五六七八九])中", found["list"]):
            yield _Named(f"{found['n']}届{ordinal}中", found["n"], found.start(), found.end())


def _is_history(sentence: Stretch, one: _Named) -> bool:
    return _HISTORY.match(sentence.text[one.end : one.end + 6].lstrip("胜利")) is not None or bool(
        re.match(r"(?:[》”])?(?:以来|通过的|召开)", sentence.text[one.end :])
    )


def _later(named: list[_Named], days: dict[str, dt.date], day: dt.date) -> tuple[_Named, str] | None:
    for one in named:
        if one.key in days and days[one.key] > day:
            return one, f"“{one.key}”召开于{days[one.key]}，晚于方案日期{day}"
    return None


def _older(named: list[_Named], days: dict[str, dt.date], day: dt.date) -> tuple[_Named, str] | None:
    held = [name for name, date in sorted(days.items(), key=lambda pair: pair[1]) if date <= day and name[-1] == "大"]
    if not held:
        return None
    current = held[-1][:-1]
    known = [one for one in named if f"{one.congress}大" in days]
    if not known or any(one.congress == current or days[f"{one.congress}大"] > days[held[-1]] for one in known):
        return None
    newest = max(known, key=lambda one: days[f"{one.congress}大"])
    return newest, f"以“{newest.key}”为最新的提法，方案日期{day}时已是{current}大之后"


def _hit(block: TextBlock, sentence: Stretch, fault: tuple[_Named, str]) -> Hit:
    one, why = fault
    _, spans, quote = at(block, sentence.start + max(0, one.start - 4), sentence.start + one.end)
    return Hit(quote, f"{why}，需核实。", "请按方案成文时的规范提法改写。", spans=spans)


RULE = Rule(
    "P22",
    "提法与日期不符",
    Severity.INFO,
    the_document,
    check,
    __doc__,
    needs=frozenset({Need.DOCUMENT}),
    options=(GRACE,),
)
