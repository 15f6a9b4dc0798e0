"""改口径不改事实：措施改的是怎么算，不是怎么办。

判定：措施把本来不算的算进去，或者换一种口径：纳入统计、计入占比、视同、折算、按新口径。

例外：计入考核、得分、处罚的；视同旷工等处理规定；问题本身就是统计错误，措施是改正数字的。

为什么：指标达标了，事实没有变。检查时按原口径一算，问题还在。

反例：
    问题：专任教师比例偏低，仅占62%。
    措施：把返聘的9名教师计入专任教师人数，按新口径上报比例。

正例：
    问题：专任教师比例偏低，仅占62%。
    措施：公开招聘专任教师9名，8月20日前到岗。
    --
    问题：义务植树面积统计有误，重复统计40亩。
    措施：按实测面积重新统计，更正报表。
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from zhenggai.rules.result import Severity
from zhenggai.rules.rule import Hit, Rule, Setting, each_answer
from zhenggai.rules.wording.clauses import clauses
from zhenggai.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhenggai.rules.facts import Answer
    from zhenggai.rules.wording.lexicon import Lexicon

_INTO = re.compile(
    r"(?:纳入|计入|列入|算入|算作|记入|归入|并入|折算(?:为|成|入)?|折合(?:为|成)?|统计为|统计到|计为|认定为|核定为|剔除出|不再计入|不再纳入|不计入|不纳入|剔除|扣除)(?P<rest>[^,。;:]{1,24})"
)
_AS = re.compile(r"(?:视同|视作|视为|等同于|按已)(?P<rest>[^,。;:]{1,20})")
_COUNTED = re.compile(r"^[\u4e00-\u9fff]{0,4}?(?:人员|教师|医师|护士|员工|职工|学生|用户|企业|户|人|床位|比例)|^$")
_BY = re.compile(
    r"(?:按|按照|以|采用|改用|调整|改变|变更|放宽|重新确定|重新界定|修改|更换)(?:[^,。;:]{0,16}?)(?:新的?口径|重新口径|口径|统计范围|统计方法|统计标准|计算方法|计算方式|计算公式|统计方式)"
)


def check(answer: Answer, setting: Setting) -> Iterator[Hit]:
    """Look for what is counted anew, unless the finding is the count itself."""
    lexicon = setting.lexicon
    if lexicon.pattern("wrong_figures").search(fold(answer.problem)):
        return
    for measure in answer.measures:
        for clause in clauses(fold(measure.text)):
            if not _changes_counting(clause.text, lexicon):
                continue
            yield Hit(
                quote=measure.text[clause.start : clause.end],
                why="这项措施改变的是统计口径，没有改变事实，需说明。",
                fix="请写明怎样改变事实；确属统计口径错误的，写明依据的文件。",
                findings=(answer.finding.id,),
                spans=measure.spans,
            )
            return


def _changes_counting(clause: str, lexicon: Lexicon) -> bool:
    sanction = lexicon.pattern("sanctions")
    for found in _AS.finditer(clause):
        if sanction.search(found["rest"]) is None:
            return True
    for found in _INTO.finditer(clause):
        rest = found["rest"]
        if sanction.search(rest) is None and _counts(rest, lexicon):
            return True
    return any(sanction.search(found[0]) is None for found in _BY.finditer(clause))


def _counts(rest: str, lexicon: Lexicon) -> bool:
    """Whether something is put among what is counted: …占比, 专职教学人员."""
    if lexicon.pattern("counting_targets").search(rest):
        return True
    group = lexicon.pattern("counted_groups").search(rest)
    return group is not None and _COUNTED.search(rest[group.end() :]) is not None


RULE = Rule("P17", "改口径不改事实", Severity.WARN, each_answer, check, __doc__)
