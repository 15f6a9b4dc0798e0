"""Fragments of which the patterns of the forms are made. They match cleaned text (`script.prepare`)."""

from __future__ import annotations

from zhenggai.text import number

CHINESE = "〇零一二三四五六七八九十百两廿卅"
NUM = rf"(?:(?<!\d)(?<!\d\.)\d{{1,4}}(?!\d)|(?<![{CHINESE}])[{CHINESE}]{{1,6}}(?![{CHINESE}]))"
"""A whole number that is not a piece of a longer one."""

AFTER_YEAR = rf"(?=\d{{1,2}}月|[{CHINESE}]{{1,2}}月|×?月|第?[一二三四1-4]季度|[上下]半年|年?[底末])"
YEAR = (
    rf"(?:(?<!\d)(?:19|20|21)\d\d年度?(?!龄|级)|(?<![{CHINESE}])[一二][〇零九]{{1}}[〇零一二三四五六七八九]{{2}}年度?"
    rf"|(?<![\d.])\d\d年{AFTER_YEAR}|(?<![{CHINESE}])[一二三四][〇零一二三四五六七八九]年{AFTER_YEAR}"
    r"|(?<!\d)(?:19|20)\d\d(?=[上下]半年|全年|第?[一二三四]季度)|(?:今|本|当|明|次|翌|来|后|去|上|第二|下一?)年度?(?!来))"
)
RELATIVE_MONTH = r"(?:(?:本|当|这个?|次|下个?|上个?)月)"
MONTH = rf"(?:(?:{NUM}|元)月份?|{RELATIVE_MONTH}份?)"
CLOCK = r"(?:(?:上午|下午|中午|晚上?|凌晨)?(?:\d{1,2}(?:[时点](?:\d{1,2}分)?|:\d{2}(?::\d{2})?))?(?:下班)?)"
WEEKDAY = r"(?:周|星期|礼拜)[一二三四五六日天]"
NOTE = rf"(?:\({WEEKDAY}\))?"
BEFORE = r"(?:之前|以前|前(?!期|述|后|三|几)|之内|以内|内(?!容|部)|为止|止)"
"""The words that make a point of time a limit."""

RANGE = r"(?:-{1,3}|~{1,2}|至|到|→)"
END = r"(?=$|[,。;、:!?()\[\]【】|/ ×]|前|止|内|底|完成|整改|以前|之前)"

PERIOD = (
    r"(?:半年|半个?月"
    rf"|{NUM}(?:{RANGE}{NUM})?个?半?(?:工作日|自然日|日历[日天]|天|日|周(?![一二三四五六日天年岁])|星期|礼拜|月(?!份)|季度|年(?!度|级)|小时)半?)"
)
WITHIN = r"(?:时间|期限)?(?:之内|以内|内(?!容|部))"

LEAST = r"(?:原则上)?(?:不得?少于|至少|不得?低于|最少|不下于)"
MOST = r"(?:不得?超过|不得?多于|至多|最多)"
ACTS = r"(?:批?次(?!性|序|数(?!据))|轮(?!次|岗|训|换|流)|轮次|期(?!间|限|内|末|初|满|工程|项目|建设)|场(?!所|地|次)|场次|遍|回(?!头|访|应|避))"
SHORT_VERB = (
    r"(?:调度|通报|研判|小结|总结|汇报|报告|检查|督查|督办|督导|考核|碰头|会商|点评|讲评|排名|分析|推进|评比|评估|评价|巡查|抽查|自查|排查"
    r"|核查|盘点|对账|核对|公示|公开|提醒|监测|检测|听取|培训|演练|反馈|汇总|梳理|跟踪|清零|例会|会议|报送|上报|学习|研究|研讨|审核|审计|述职"
    r"|体检|轮训|点名|晾晒|销号|碰头会|复盘|回访|走访|专报|巡检|巡护|清理|清查|结算|轮岗|调研|测评|督察|稽核|普查|座谈)"
)


def count(text: str) -> int | None:
    """Return the number that `text` writes; of 一两 and 两三 the first."""
    if len(text) == 2 and all(c in "一二两三四五六七八九" for c in text):
        return number(text[0])
    return number(text)
