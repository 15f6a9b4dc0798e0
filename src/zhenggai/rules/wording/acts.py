"""What a measure does: hard verbs, things that can be checked, and mere study."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from zhenggai.rules.wording.clauses import clauses

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zhenggai.rules.wording.lexicon import Lexicon

_UNITS = "个名人次名条项份家号宗所辆台座起处户件克吨米公里千百平亩万元万元亿元%％‰天日周月年小时分钟页册批期场轮笔宗间栋块根具棵株套支只艘头口眼盏盘张部本岁度级层厘节课班校村镇社区站点门条路例床人日"
OBJECT = re.compile(
    rf"《[^》]+》|\d+(?:\.\d+)?\s*[{_UNITS}]|\d{{1,2}}月(?:\d{{1,2}}日|底|上旬|中旬|下旬|前)|[\[(]\d{{4}}[\])]\d+号|(?<![唯第统专])[一二三四五六七八九十百两]+(?:名|份|笔|户|台|处|件|场|轮|次|间|栋|块|套|人)(?!会|性)"
)
"""Something that can be counted, dated or looked up: 《…》, 12份, 6月30日."""
_SET_NUMBERS = re.compile(r"第一责任人|一岗双责|三会一课|三重一大|八项规定|四个意识|两个维护|四个自信|一把手|第一时间")
_BARE_YEAR = re.compile(r"(?:19|20)\d\d年(?!\d{1,2}月)")


def is_concrete(text: str, lexicon: Lexicon) -> bool:
    """Return whether a folded measure says something that can be checked: in one of its clauses at least."""
    return any(_does(clause.text, lexicon) for clause in clauses(text))


_DISPOSES = re.compile(
    r"^[①-⑳]?(?:将|把)(?![^,。;]*(?:结合|作为|列入|摆在|摆上|贯穿|纳入|融入|放在|落到|抓好|抓实))[^,。;]{3,}"
)
_ONE_BY_ONE = re.compile(r"逐[份户笔人家件村段处台宗册张班卷本校栋名日页批座间]")
_BY_WHOM = re.compile(
    r"由(?!专人|相关|有关|各|全体)[^,。;]{2,14}?(?:书记|主任|[科股处局院校馆站所队班组厂店]长|委员|员|会计|出纳|委|科|股|办|室|部|组|中心|局|站|所|处|公司|机构|党支部|双方|\d人|[两二三]人)(?![一-鿿]{0,4}(?:负责$|牵头$))"
)
"""Who does it, named: 由质控科复核."""


def has_object(text: str) -> bool:
    """Return whether a folded clause names something that can be counted, dated or looked up."""
    return OBJECT.search(_BARE_YEAR.sub("", _SET_NUMBERS.sub("", text))) is not None


def _does(clause: str, lexicon: Lexicon) -> bool:
    if has_object(clause) or _ONE_BY_ONE.search(clause) or _DISPOSES.search(clause.strip()) or _BY_WHOM.search(clause):
        return True
    if lexicon.pattern("hard_verbs").search(clause) is None:
        return False
    return not _is_empty(clause, lexicon)


def _is_empty(clause: str, lexicon: Lexicon) -> bool:
    """Whether a hard verb is only the object of an empty one: 加强监督检查, 强化业务培训."""
    hard = lexicon.pattern("hard_verbs").search(clause)
    empty = lexicon.pattern("vague_verbs").search(clause)
    return hard is not None and empty is not None and empty.start() <= hard.start()


def only_studies(measures: Iterable[str], lexicon: Lexicon) -> bool:
    """Return whether the folded measures do nothing but study, convey, train; words that do nothing do not count."""
    studied = False
    for measure in measures:
        for clause in clauses(measure):
            kind = _study(clause.text, lexicon)
            if kind == "does":
                return False
            studied = studied or kind == "studies"
    return studied


def _study(clause: str, lexicon: Lexicon) -> str:
    if lexicon.pattern("not_study").search(clause):
        return "does"
    if lexicon.pattern("study_words").search(clause):
        return "studies"
    return "does" if _does(clause, lexicon) else "nothing"


def lacks_study(problem: str, lexicon: Lexicon) -> bool:
    """Return whether a folded finding is about not studying, not conveying, not training."""
    text = lexicon.pattern("not_study").sub("", problem)
    near = 14
    for word in lexicon.pattern("study_words").finditer(text):
        around = text[max(0, word.start() - near) : word.end() + near]
        if lexicon.pattern("lacking").search(around):
            return True
    return False
