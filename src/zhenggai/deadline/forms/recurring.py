"""A duty that comes back: 每月25日前, 每季度不少于1次, 按季度, 隔周, 逢单月, 一年两次, 2次/月, 全年不少于4次."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from zhenggai.deadline.duties import is_no_duty
from zhenggai.deadline.form import Form
from zhenggai.deadline.grammar import ACTS, CHINESE, LEAST, MOST, NUM, SHORT_VERB, count
from zhenggai.deadline.kinds import Every, Placeholder

if TYPE_CHECKING:
    from zhenggai.deadline.form import Parts, Scene
    from zhenggai.deadline.kinds import Frequency

_UNIT = r"(?:工作日|天(?!然|气)|日(?!常|程|报社)|周(?![期边转密围岁到全])|星期|礼拜|旬|半个?月|月(?!亮|饼|台)|季度|季(?!节)|半年度?|学年度?|年度?(?![级龄轻限])|学期)"
_FREQUENCIES: dict[str, tuple[Frequency, int]] = {
    "工作日": ("day", 1),
    "天": ("day", 1),
    "日": ("day", 1),
    "周": ("week", 1),
    "星期": ("week", 1),
    "礼拜": ("week", 1),
    "旬": ("day", 10),
    "半月": ("half_month", 1),
    "半个月": ("half_month", 1),
    "月": ("month", 1),
    "月度": ("month", 1),
    "季": ("quarter", 1),
    "季度": ("quarter", 1),
    "半年": ("half_year", 1),
    "半年度": ("half_year", 1),
    "年": ("year", 1),
    "年度": ("year", 1),
    "学年": ("year", 1),
    "学年度": ("year", 1),
    "学期": ("semester", 1),
    "双月": ("month", 2),
    "双周": ("week", 2),
}

_N = rf"(?:\d{{1,4}}(?!\d)|[{CHINESE}]{{1,6}}|×{{1,6}})"
_D = rf"{_N}[日号](?!常)"
_MONTHS = rf"{_N}月份?(?:{_N}[日号]|[上中下]旬|[初中底末])?"
_AND = r"(?:[、,和及与或]|至|到|-)"
_EDGE = r"(?:之前|以前|前(?!期|述|后|三|几)|内)?"
_IN_YEAR = (
    rf"(?:年?(?:[初中底末终尾]|年底)(?:[、和]年?[中底末])?|{_N}(?:(?:、|-|至){_N})+月份?[底末]?|{_MONTHS}(?:{_AND}{_MONTHS})*|第?[一二三四1-4]季度[初末]?|[上下]半年"
    r"|学年[初末]|第[一二]学期(?:[初末]|开学(?=前|后)|期?末)?|开学(?=前|后)|上、下半年|春季、秋季|春、?秋两?季|(?:元旦|春节|清明|五一|端午|七一|中秋|国庆|汛期|主汛期)节?(?:后|期间|(?=前))|(?:寒暑假|寒假|暑假|暑期)(?:期间|后)?)"
)
_IN_MONTH = (
    rf"(?:[次下]月{_N}[日号]|[上中下]旬|月?[初中底末]|{_D}(?:{_AND}(?:{_D}|月底|月末))*|{_N}(?:[、-]|至){_D}"
    rf"|最后{_N}?个?(?:工作日|周[一二三四五六日天]?|星期[一二三四五六日天]?|天|日)|首个工作日|前{_N}个?(?:工作日|天|日)"
    rf"|第{_N}个?(?:周[一二三四五六日天](?!次)|星期[一二三四五六日天]|工作日|周|星期)"
    rf"(?:[、和]第?{_N}个?(?:周[一二三四五六日天]?|星期[一二三四五六日天]?|工作日))*)"
)
_IN_QUARTER = rf"(?:第{_N}个?(?:周|星期)|(?:首|末|次|中|第[一二三1-3]个?|最后一?个?|头一?个?)个?月份?的?(?:{_D}|[上中下]旬|[初底末])?|季?度?[初中末底])"
_ONE_ACT = rf"一(?:{SHORT_VERB}|[评考报查结清检审调训谈研督议析巡测看晒述访](?=[、,。;]|$|制度|机制))"
_IN_WEEK = (
    rf"(?!{_ONE_ACT}(?!会|例会))(?!一(?:例会|碰头会|会议))?(?:周|星期|礼拜)?[一二三四五六日天](?:{_AND}(?:周|星期)?[一二三四五六日天])*"
    r"(?!(?:至|到|-|、)?[一二三四五六七八九十两]?[个批]?[次轮期场遍回])(?:(?:上午|下午|晚上?)?(?:下班)?)|周?[初末](?!端)"
)
_IN_SEMESTER = r"(?:(?:开学|期|学期)?[初中末](?:[、和]期?[初中末])?|开学(?:后?第?[一两二12]个?周|初|时|(?=前|后))|结束(?=前)|放假(?=前))"
_IN_HALF_YEAR = r"(?:半?年?[初末底]|[首末]月)"
_SOON = rf"(?:终了|结束|届满|开始|开学)(?:之日起|之后|后|起)的?{_N}个?(?:工作日|天|日|周|月)"
_STEP = (
    rf"(?:(?!每[年月日天周星季旬半学个两\d{CHINESE}]|按[月季周年]|逢[单双周]|隔[周月日年]|(?<!第)[一两半]个?(?:年|月|季度|周|学期)(?![级度后])|[12]\d{{3}}年)"
    r"[^,。;:!?×])"
)
_TIMES = rf"(?:{LEAST}|{MOST}|[约共各])?(?<![第\d.])(?:{_N}(?:[-~、]|至|到|或者?))?{_N}个?{ACTS}(?:以上)?"
_TIMES_PARTS = re.compile(
    rf"(?P<most>{MOST})?(?:{LEAST}|[约共各])?(?:(?P<a>{_N})(?:[-~、]|至|到|或者?))?(?P<b>{_N})个?{ACTS}(?:以上)?"
)


def _frequency(unit: str, interval: int) -> tuple[Frequency, int]:
    freq, step = _FREQUENCIES[unit]
    return freq, step * interval


def _times(words: str | None) -> int | None:
    """Return the least number of acts that the words demand; None for a blank and for an upper bound."""
    match = _TIMES_PARTS.search(words) if words else None
    if not match or match.group("most"):
        return None
    return count(match.group("a") or match.group("b")) or None


def _date(words: str | None, unit: str) -> str | None:
    """Return the literal date in the period; of 每周一 it is 周一."""
    if not words or "×" in words:
        return None
    words = re.sub(r"(?:上午|下午|晚上?)$", "", words)
    return unit + words if unit in ("周", "星期", "礼拜") and words[0] in "一二三四五六日天" else words


def _duty(part: Every, match: re.Match[str], scene: Scene, date: str | None = None) -> Parts:
    """Return the duty, unless the words state a problem or a fact, or leave its date blank."""
    if is_no_duty(scene, match.start(), match.end()):
        return ()
    if scene.mode == "field" and date and "×" in date:
        return (Placeholder(),)
    return (part,)


def _dates_in(dates: str) -> str:
    return rf"(?:的|于|在|,于|\(|[定固]期于?)?(?P<date>(?:{dates}|{_SOON}){_EDGE})\)?"


def _tail(dates: str) -> str:
    """What may follow the period: its date, one act, a later date, the number of acts."""
    return (
        rf"(?:{_dates_in(dates)})?"
        rf"(?:(?P<once>{_ONE_ACT})|(?:{_STEP}{{0,40}}?(?:于|在|\()(?P<later>(?:{dates})(?:之前|以前|前)))?(?:{_STEP}{{0,40}}?(?P<times>,?{_TIMES}))?)"
    )


def _part(match: re.Match[str], unit: str, interval: int, scene: Scene) -> Parts:
    freq, interval = _frequency(unit, interval)
    groups = match.groupdict()
    date = groups.get("date") or groups.get("later")
    times = 1 if groups.get("once") else _times(groups.get("times"))
    return _duty(Every(freq, interval, times, _date(date, unit)), match, scene, date)


def _each(match: re.Match[str], scene: Scene) -> Parts | None:
    written = (match.group("n") or "").strip("个")
    if "×" in written:
        return (Placeholder(),) if scene.mode == "field" else ()
    interval = (count(re.split(r"[-至]", written, maxsplit=1)[0]) or 1) if written else 1
    unit = match.group("unit")
    if interval > 999:
        return None
    if match.group("skip") and interval == 1 and not unit.startswith("半"):
        interval = 2
    return _part(match, unit, interval, scene)


def _each_form(name: str, title: str, unit: str, dates: str, examples: tuple[str, ...]) -> Form:
    """每 with one family of units and the dates that may stand in such a period."""
    return Form(
        key=f"every.{name}",
        title=title,
        about="每隔一定周期一次或若干次，写明的日期和最少次数一并识别；陈述问题或既往事实的不算。",
        pattern=(
            rf"(?:{LEAST})?每(?P<skip>间?隔)?(?P<n>{NUM}(?:(?:-|至){NUM})?个?|×{{1,6}}个?|个)?(?P<unit>{unit})(?!以来){_tail(dates)}"
        ),
        build=_each,
        examples=examples,
        signs=("每",),
        also=tuple(
            dict.fromkeys(
                re.findall(r"[日天旬周月季]|星期|礼拜|学期|半月|半个月|半年|年", re.sub(r"\(\?[!<].*?\)", "", unit))
            )
        ),
        modes=("field", "duty"),
    )


DAILY = _each_form(
    "day",
    "每日",
    "日(?!常|程|后)|天(?!然|气|候)|工作日|旬",
    r"(?:上班前|下班(?=前)|\d{1,2}[时点])",
    ("每日巡查", "每天不少于2次", "每个工作日", "每旬"),
)
WEEKLY = _each_form(
    "week",
    "每周",
    "周(?![期边转密围岁全])|星期|礼拜",
    _IN_WEEK,
    ("每周一", "每两周调度一次", "每周五下班前", "每隔一周"),
)
HALF_MONTHLY = _each_form("half_month", "每半月", "半月(?!板)|半个月", _IN_MONTH, ("每半月召开一次", "每半个月"))
MONTHLY = _each_form(
    "month",
    "每月",
    "月度|月(?![亮饼台度])",
    _IN_MONTH,
    ("每月25日前", "每月不少于2次", "每月第一周", "每两个月一次", "每月一通报"),
)
QUARTERLY = _each_form(
    "quarter", "每季度", "季度|季(?![度节])", _IN_QUARTER, ("每季度末月20日前", "每季度至少1轮", "每季度首月10日前")
)
HALF_YEARLY = _each_form("half_year", "每半年", "半年度|半年(?!度)", _IN_HALF_YEAR, ("每半年一次", "每半年末"))
YEARLY = _each_form(
    "year",
    "每年、每学年",
    "学年度|学年(?!度)|年度|年(?![度级龄轻限])",
    _IN_YEAR,
    ("每年3月、9月", "每年12月底前", "每两年评估一次", "每学年组织1次"),
)
EVERY_SEMESTER = _each_form("semester", "每学期", "学期", _IN_SEMESTER, ("每学期召开一次", "每学期开学前", "每学期末"))


def _by_unit(match: re.Match[str], scene: Scene) -> Parts | None:
    return _part(match, match.group("unit"), 1, scene)


BY = Form(
    key="every.by",
    title="按月、按季度、逐月",
    about="以“按”“逐”加周期表示的重复要求；“按年度计划”“按月份”等不在此列。",
    pattern=(
        r"(?:按照?|逐)(?P<unit>半年度?|学年|年度?|季度?|半月|月度?|周|旬|日|天|学期)(?!度)"
        rf"(?!龄|级|限|份|程|常|期|节|边|密|计[算罚]|(?:工作|整改)?(?:计划|目标|预算|任务|要点|安排|指标|方案|进度)|饼){_tail(_IN_QUARTER + '|' + _IN_MONTH)}"
    ),
    build=_by_unit,
    examples=("按季度", "按月缴纳", "逐月梳理", "按季度于末月20日前"),
    signs=("按", "逐"),
    modes=("field", "duty"),
)


_UNITS_LISTED = r"(?:半年度?|年度?|季度?|半月|月度?|周|旬|日)"


def _by_units(match: re.Match[str], scene: Scene) -> Parts | None:
    duties = [_part(match, unit, 1, scene) for unit in re.findall(_UNITS_LISTED, match.group("units"))]
    return tuple(duty for parts in duties for duty in parts)


BY_SEVERAL = Form(
    key="every.by.list",
    title="按周、月、季度",
    about="一个“按”字带几个周期，每个周期各为一项。",
    pattern=rf"(?:按照?|逐)(?P<units>{_UNITS_LISTED}(?:[、和及或]{_UNITS_LISTED}){{1,6}})(?!龄|级|限|份|程|期|节|计[算罚]|(?:工作)?(?:计划|目标|预算))",
    build=_by_units,
    examples=("按周、月、季度", "按月和季度通报"),
    signs=("按", "逐"),
    modes=("field", "duty"),
)


def _both_halves(match: re.Match[str], scene: Scene) -> Parts | None:
    return _part(match, "半年", 1, scene)


BOTH_HALVES = Form(
    key="every.half_year.both",
    title="上、下半年各一次",
    about="上半年和下半年各若干次，即每半年若干次。",
    pattern=rf"(?<!年)上(?:、|和)?(?:半年、?和?)?下半年(?:各|分别)(?:{_STEP}){{0,12}}?(?P<times>{_TIMES})",
    build=_both_halves,
    examples=("上、下半年各一次", "上半年和下半年各开展1次"),
    signs=("下半年",),
    modes=("field", "duty"),
)


def _skipping(match: re.Match[str], scene: Scene) -> Parts | None:
    return _part(match, match.group("unit"), 2, scene)


SKIPPING = Form(
    key="every.skip",
    title="隔周、隔月",
    about="隔一个周期一次，间隔为2。",
    pattern=(
        rf"(?<![每间相分阻])隔(?:一个?)?(?P<unit>周|月|日|天|年|季度)(?![离断壁]){_tail(_IN_MONTH + '|' + _IN_WEEK)}"
    ),
    build=_skipping,
    examples=("隔周", "隔月召开一次"),
    signs=("隔",),
    modes=("field", "duty"),
)


def _odd_or_even(match: re.Match[str], scene: Scene) -> Parts | None:
    unit = match.group("unit")
    named = match.group("lead") or match.group("date")
    freq, interval = _frequency(unit, 2)
    bare_pair = match.group("lead") == "每" and match.group("which") == "双" and not match.group("date")
    date = None if bare_pair or not named else match.group("which") + unit + (match.group("date") or "")
    times = 1 if match.group("once") else _times(match.group("times"))
    return _duty(Every(freq, interval, times, date), match, scene)


ODD_OR_EVEN = Form(
    key="every.alternate",
    title="逢单月、逢双月",
    about="逢单数或双数的月（周、日）一次，间隔为2，“单月”“双月”记为周期内的日期。",
    pattern=(
        rf"(?P<lead>每?逢|每个?)?(?P<which>单|双)(?P<unit>月|周|日)(?![休价])(?:(?<=逢[单双][月周日])|(?<=每[单双][月周])|(?=一次|召开|开展|组织|{SHORT_VERB}|{_D}前|[上中下]旬|月?底)){_tail(_IN_MONTH)}"
    ),
    build=_odd_or_even,
    examples=("逢单月", "逢双月10日前", "双周一次", "每双月召开1次"),
    signs=("单", "双"),
    modes=("field", "duty"),
)


def _on_weekday(match: re.Match[str], scene: Scene) -> Parts | None:
    return _duty(Every("week", 1, None, match.group("date")), match, scene)


ON_WEEKDAY = Form(
    key="every.weekday",
    title="逢周几",
    about="逢某个星期几。",
    pattern=(r"每?逢(?P<date>(?:周|星期)[一二三四五六日天](?:[、和](?:周|星期)?[一二三四五六日天])*)"),
    build=_on_weekday,
    examples=("逢周五", "每逢周一、周四"),
    signs=("逢",),
    modes=("field", "duty"),
)


def _meets_on(match: re.Match[str], scene: Scene) -> Parts | None:
    return _duty(Every("week", 1, None, match.group("date")), match, scene)


MEETS_ON = Form(
    key="every.weekday.meeting",
    title="周一例会制度",
    about="以星期几命名的例会、夜学制度，每周一次。",
    pattern=r"(?<![本这下上每逢双单、和及至\d])(?P<date>(?:周|星期)[一二三四五六日天])(?:工作|学习|党员|办公)?(?:例会|碰头会|夜学|夜校|学习日|接访日|学习)(?:制度|机制)",
    build=_meets_on,
    examples=("周一例会制度", "星期五学习制度"),
    signs=("周", "星期"),
    modes=("field", "duty"),
)


def _so_many_in(match: re.Match[str], scene: Scene) -> Parts | None:
    written, unit = match.group("n"), match.group("unit")
    value = (count(written) or 0) if written else 1
    named_month = unit == "月" and not match.group("ge") and value > 2
    if not 0 < value <= 60 or named_month or (unit in ("日", "天") and written and written.isdigit() and unit == "日"):
        return None
    if unit in ("年", "季度", "学期", "学年") and not written:
        return None
    if unit == "年" and value > 20:
        return None
    return _part(match, unit, value, scene)


SO_MANY_IN = Form(
    key="every.times_in",
    title="一年两次、半年一次、一月一通报",
    about="在一个或几个周期内若干次。",
    pattern=(
        rf"(?<![第每上下本这今前近后逐隔头首双单×\d.至到-])(?P<n>{NUM})?(?P<ge>个)?(?P<unit>(?<![\u4e00-\u9fff])半年|半年|半个?月|周|星期|旬|天|日|月|季度|季|年度?|学年|学期)"
        rf"(?:内|里)?(?:(?:{SHORT_VERB}|召开|开展|组织|进行|安排|举办|定期|集中|全面|专题){{0,2}}(?P<times>,?{_TIMES})(?!的情况)|(?P<once>{_ONE_ACT}))"
    ),
    build=_so_many_in,
    examples=("一年不少于两次", "半年一次", "两年一轮", "一月一通报"),
    signs=("次", "轮", "期", "场", "遍", "回", "一"),
    also=("年", "季", "月", "旬", "周", "星期", "天", "日", "学期"),
    modes=("field", "duty"),
)

PER = Form(
    key="every.per",
    title="2次/月",
    about="次数加斜线加周期。",
    pattern=(rf"(?P<times>{_TIMES})[/／](?P<n>{NUM}个?)?(?P<skip>隔)?(?P<unit>{_UNIT})"),
    build=_each,
    examples=("2次/月", "不少于1次/季度"),
    signs=("/", "／"),
    modes=("field", "duty"),
)


def _whole_year(match: re.Match[str], scene: Scene) -> Parts | None:
    if scene.mode != "field" and not re.search(LEAST, match.group()):
        return ()  # 全年开展督察8次 tells what was done
    unit = {"全年": "年", "月均": "月", "年均": "年", "季均": "季", "周均": "周"}[match.group("unit")]
    return _part(match, unit, 1, scene)


WHOLE_YEAR = Form(
    key="every.whole_year",
    title="全年若干次",
    about="全年、月均、年均不少于若干次。",
    pattern=(rf"(?<!\d年)(?P<unit>全年|月均|年均|季均|周均){_STEP}{{0,20}}?(?P<times>{_TIMES})"),
    build=_whole_year,
    examples=("全年不少于4次", "月均不少于2次"),
    signs=("全年", "均"),
    modes=("field", "duty"),
)
