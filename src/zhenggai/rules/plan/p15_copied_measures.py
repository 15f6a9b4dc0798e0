"""两个不同的问题，措施一字不差或者几乎一样。

判定：两个问题各有一段措施，去掉套话后文字的重合程度达到八成（可在规则配置中改）。结果列在后一个问题上。

例外：共用一段措施的；写明合并整改的；开头句式相近而内容不同的。

为什么：问题不同而措施相同，说明措施不是针对事实写的，往往是从别处抄来的。

反例：
    问题：水表抄录有误，13户的读数与现场不符。
    措施：召开1次专题会议，列出任务单，指定专人跟进，6月底前书面报告结果。
    问题：路灯故障没有报修，21盏路灯不亮。
    措施：召开1次专题会议，列出任务单，指定专人跟进，6月底前书面报告结果。

正例：
    问题：水表抄录有误，13户的读数与现场不符。
    措施：召开1次专题会议，对13户重新抄表并更正台账。
    问题：路灯故障没有报修，21盏路灯不亮。
    措施：召开1次专题会议，更换21盏路灯的灯头并试亮。
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhenggai.rules.result import Severity
from zhenggai.rules.rule import Hit, Option, Rule, Setting, the_document
from zhenggai.rules.wording.likeness import Shingled, likeness, shingled
from zhenggai.rules.wording.merging import MERGED
from zhenggai.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhenggai.plan.model import Response
    from zhenggai.rules.facts import DocumentFacts

LEAST = Option("least", 0.8, "重合程度达到多少算雷同")
SHORTEST = Option("shortest", 12, "措施少于多少字的不比较")


def check(document: DocumentFacts, setting: Setting) -> Iterator[Hit]:
    """Compare each block of measures with those before it."""
    least, shortest = setting.number("least"), setting.number("shortest")
    seen: list[tuple[Response, Shingled]] = []
    for response in document.plan.responses:
        text = "".join(measure.text for measure in response.measures)
        if MERGED.search(fold(text)):
            continue
        mine = shingled(text, setting.lexicon.words("set_phrases"))
        if mine.length < shortest:
            continue
        like = next((r for r, other in seen if _alike(likeness(mine, other, least), r, response, least)), None)
        seen.append((response, mine))
        if like is None:
            continue
        first = document.findings[like.findings[0]].text if like.findings else ""
        yield Hit(
            quote=response.measures[0].text,
            why=f"措施与“{first[:20]}”的措施基本相同，需核实是否针对本问题。",
            fix="请针对本问题的事实改写；确需一并整改的，写明合并整改。",
            findings=response.findings,
            spans=tuple(span for measure in response.measures for span in measure.spans),
        )


def _alike(degree: float, one: Response, other: Response, least: float) -> bool:
    if degree < least:
        return False
    shared = set(one.findings) & set(other.findings) or {s for m in one.measures for s in m.spans} & {
        s for m in other.measures for s in m.spans
    }
    return not shared


RULE = Rule("P15", "措施雷同", Severity.WARN, the_document, check, __doc__, options=(LEAST, SHORTEST))
