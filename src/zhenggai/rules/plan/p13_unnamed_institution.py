"""承诺完善制度，却不写是哪一项，或者一项措施里一次写很多。

判定：措施要建立、健全、完善、制定、修订制度（办法、细则、规程等），而没有用《》写明名称；或者一项措施里一次要立三项以上。

例外：写明《》名称的，三项以内；先定日期列出清单、再定日期印发的；执行已有制度的；措施以外的话。

为什么：没有名称的制度无法核对是否印发、是否执行。一次写很多，往往一项也没有。

反例：
    问题：公务接待没有审批环节，11次接待先接待后补单。
    措施：建立健全接待管理制度，规范接待行为。
    --
    问题：公务接待没有审批环节，11次接待先接待后补单。
    措施：修订《接待办法》《用车办法》《会议办法》《差旅办法》等四项制度。

正例：
    问题：公务接待没有审批环节，11次接待先接待后补单。
    措施：印发《公务接待审批办法》，补齐11次接待的审批单。
    --
    问题：公务接待没有审批环节，11次接待先接待后补单。
    措施：2024年6月15日前列出需要制定的制度清单，2024年8月31日前逐项印发。
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from zhenggai.rules.result import Severity
from zhenggai.rules.rule import Hit, Option, Rule, Setting, each_answer
from zhenggai.rules.wording.clauses import Stretch, sentences
from zhenggai.text import fold, number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhenggai.rules.facts import Answer
    from zhenggai.rules.wording.lexicon import Lexicon

MOST = Option("most", 3, "一项措施最多立几项制度")
_TITLE = re.compile(r"《[^》]+》|“[^”]{1,20}”(?:[\u4e00-\u9fff]{0,4}(?:制度|办法|细则|规定))")
_HIDDEN = "\u25a0"
_LISTED = re.compile(r"清单|目录|计划表|任务表")
_DATE = re.compile(r"(?:\d{1,2}月(?:\d{1,2}日|底|上旬|中旬|下旬|份)?|\d{4}年)[^,。;]{0,3}(?:前|底|内)")
_COUNTED = re.compile(
    r"(?P<n>\d{1,2}|[一二三四五六七八九十两]{1,3})\s*(?:项|个|部|套|类)[^,。;]{0,6}(?:制度|办法|规定|细则)"
)
_EXISTING = re.compile(r"(?:执行|落实|遵守|按照|依照|依据|根据|对照|违反|学习|符合)[^,。;、]{0,12}$")
_FAR = 40


def check(answer: Answer, setting: Setting) -> Iterator[Hit]:
    """Look at each measure by itself."""
    for measure in answer.measures:
        text = fold(measure.text)
        found = _unnamed(text, setting.lexicon) or _too_many(text, setting)
        if found is None or _planned(text):
            continue
        yield Hit(
            quote=measure.text[found.start : found.end],
            why=found.text,
            fix="请逐项写明制度名称（用《》）和印发日期；尚未确定的，先定日期列出清单，再定日期印发。",
            findings=(answer.finding.id,),
            spans=measure.spans,
        )
        return


def _unnamed(text: str, lexicon: Lexicon) -> Stretch | None:
    """The first making of an institution without a name: verb and noun in one sentence, no 《》 in between."""
    making, nouns = lexicon.pattern("making_verbs"), lexicon.pattern("institution_nouns")
    hidden = _TITLE.sub(lambda found: _HIDDEN * len(found[0]), text)
    for sentence in sentences(hidden):
        for verb in making.finditer(sentence.text):
            if _EXISTING.search(sentence.text[: verb.start()]):
                continue
            noun = nouns.search(sentence.text, verb.end(), verb.end() + _FAR)
            if noun is None:
                continue
            between = sentence.text[verb.start() : noun.end()]
            behind = sentence.text[noun.end() : noun.end() + 24]
            if re.search(r"[,;:]", between) or _HIDDEN in between or behind.lstrip("(为即").startswith(_HIDDEN):
                continue
            if _EXISTING.search(sentence.text[verb.end() : noun.start()]):
                continue
            start = sentence.start + verb.start()
            return Stretch(f"措施要“{between}”，没有写明制度名称，需明确。", start, start + len(between))
    return None


def _too_many(text: str, setting: Setting) -> Stretch | None:
    most = setting.number("most")
    verb = setting.lexicon.pattern("making_verbs").search(text) or re.search("印发", text)
    if verb is None:
        return None
    named = [m for m in re.finditer(r"《[^》]+》", text) if m.start() >= verb.end() - 1]
    counted = _COUNTED.search(text, verb.end())
    stated = (number(counted["n"]) or 0) if counted is not None else 0
    if max(len(named), stated) <= most:
        return None
    end = max([m.end() for m in named] + ([counted.end()] if counted else []))
    return Stretch(f"一项措施里一次要立{max(len(named), stated)}项制度，需逐项写明日期。", verb.start(), end)


def _planned(text: str) -> bool:
    return _LISTED.search(text) is not None and len(_DATE.findall(text)) > 1


RULE = Rule("P13", "制度承诺不具体", Severity.WARN, each_answer, check, __doc__, options=(MOST,))
