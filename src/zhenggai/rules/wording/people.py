"""Persons in running text: names where the words around them say that they are names, and masked names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from zhenggai.rules.wording.lexicon import any_of
from zhenggai.rules.wording.owners import person
from zhenggai.text import fold

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from zhenggai.rules.facts import DocumentFacts

_SURNAMES = "风赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫裘缪干解宗丁宣贲邓郁单杭洪诸左石崔吉钮龚程嵇邢滑裴陆荣翁荀羊於惠甄曲家封芮羿储靳汲邴糜松井段富巫乌焦巴弓牧隗山谷车侯宓蓬全郗班仰秋仲伊宫宁仇栾暴甘钭厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰鄂索咸籍赖卓蔺屠蒙池乔阴鬱胥苍闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍郤璩桑桂濮牛寿通边扈燕冀郏浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾暨衡耿弘匡国文寇广禄阙欧殳沃蔚夔隆师巩厍聂晁勾敖融冷訾辛阚简饶曾毋沙乜养鞠丰巢关蒯荆红游竺逯盖桓商肖佟佘佴伯赏墨哈谯笪年爱阳邸仝苑岳楚闫涂练付代覃粟区揭呼召修晋兰原冼麦植敬冒占帅仉禚郇栗智"
_COMPOUND = "欧阳|太史|端木|上官|司马|东方|独孤|南宫|万俟|闻人|夏侯|诸葛|尉迟|公羊|赫连|澹台|皇甫|宗政|濮阳|公冶|太叔|申屠|公孙|慕容|仲孙|钟离|长孙|宇文|司徒|鲜于|司空|闾丘|子车|亓官|司寇|巫马|公西|颛孙|壤驷|公良|漆雕|乐正|宰父|谷梁|拓跋|夹谷|轩辕|令狐|段干|百里|呼延|东郭|南门|羊舌|微生|公户|公玉|公仪|梁丘|公仲|公上|公门|公山|公坚|左丘|公伯|西门|公祖|第五|公乘|贯丘|公皙|南荣|东里|东宫|仲长|子书|子桑|即墨|达奚|褚师|纳兰|哥舒|单于|贺兰|叶赫|完颜|耶律|苍梧|北宫|西陵"
_GIVEN = r"[\u4e00-\u9fff]"
_NAME = rf"(?:(?:{_COMPOUND}){_GIVEN}{{1,2}}|[{_SURNAMES}]{_GIVEN}{{2}})"
_PERSON_WORDS = (
    "举报人|被举报人|信访人|上访人|反映人|被反映人|来信人|检举人|控告人|当事人|责任人|经办人|报销人|领款人|借款人|承租人|申请人|收款人|负责人|涉事人"
    "|同志|党员|干部|教师|老师|职工|员工|工作人员|人员|民警|医生|医师|护士|护士长|药师|患者|病人|产妇|孕妇|学生|贫困生|毕业生|新生|研究生|考生|学员|家长|儿童|幼儿|老人|村民|居民|业主|群众|农户|贫困户|低保户|低保对象|救助对象|矫正对象|帮扶对象|服务对象|残疾人|伤者|用户|客户|顾客|旅客|乘客|退役军人|承包人|投标人|中介|养殖户"
    "|书记|主任|局长|校长|院长|镇长|乡长|科长|股长|处长|所长|站长|馆长|队长|组长|班长|部长|厂长|店长|经理|主席|委员|会长|会计|出纳|保管员|司机|驾驶员|电工|保安|辅导员|班主任|教练|采购员|收费员|护林员|门卫|保安员|网格员|炊事员|厨师|信息员|文书|社工|法人|法定代表人|老板|之子|之女|之妻|妻子|丈夫|儿子|女儿|亲属|女婿|弟弟|哥哥"
)
_BEFORE_ROLE = rf"(?<![非各])(?:{_PERSON_WORDS})"
_BEFORE_ACT = "对|核实|调查|查实|核查|转办|给予|责令|免去|约谈|反映|关于|举报|检举|控告|停发|撤销|将|查处|追究|涉及|开除|劝退|辞退|通报|诫勉|[,;。:]"
_AFTER_ROLE = r"(?=同志|等|的|反映|举报|来|写|因|在|从|对|以|为|自|于|利|违|涉|被|进|开|作|立|给|党|行政|政务|初|留|谈|函|收|套|挪|骗|冒|侵|操|超|多|重|虚|私|擅|长|未|没|不|无|仍|连|曾|已|应|须|需|将|向|与|和|及|、|实名|本人|问题|案|信|患|住|接|参|担|任|兼|持|签|代|公|酒|旷|脱|迟|退|补|赔|家|电|手|身|确|入|请|两|三|撤|免|降|警|处|记|停|扣|通报|批评|检讨|负|审|批|牵|主|走|督|召|组|调|分|抓|协|配|具|统|逐|按|先|每|再|亲|\d|[,。;:()]|$)"
_AFTER_SHORT = r"(?=同志|等人|反映|举报|来信|因|违|涉|被|立案|给予|党内|行政|政务|处分|警告|记过|撤职|免职|收受|挪用|套取|骗取|侵占|操办|私自|擅自|未到岗|脱岗|旷工|酒|实名|本人|患|确诊|住院|通报|批评|退回|负责|牵头|的(?:病|诊|处分|问题|信访|举报|身份|精神|学籍|体检|检验)|[,。;:、()]|$)"
_AFTER_ACT = r"(?=同志|通报|退回|退缴|退赔|赔偿|检讨|扣发|处以|记|等人|等\d|进行|开展|予以|作出|给予|党内|行政|政务|政纪|诫勉|记过|记大过|警告|撤职|开除|免职|降|停职|立案|初核|初步核实|留置|谈话|函询|批评|约谈|违|涉嫌|涉及|私自|擅自|收受|挪用|套取|骗取|冒领|侵占|操办|超标准|多领|虚报|脱岗|旷工|酒驾|问题|的(?:党内|职务|问题|举报|信访|处分|工资|资格|行为|违)|反映|举报|实名|利用|在(?:职|任|担任|工作)|信访件|党员|酒后|长期|参与|接受|办理)"
_BY_ROLE = re.compile(rf"{_BEFORE_ROLE}(?P<name>{_NAME}){_AFTER_ROLE}")
_BY_ROLE_SHORT = re.compile(rf"{_BEFORE_ROLE}(?P<name>(?:{_COMPOUND}){_GIVEN}|[{_SURNAMES}]{_GIVEN}){_AFTER_SHORT}")
_BY_ACT = re.compile(rf"(?:^|{_BEFORE_ACT})(?P<name>{_NAME}){_AFTER_ACT}")
_BY_ACT_SHORT = re.compile(rf"(?:^|{_BEFORE_ACT})(?P<name>(?:{_COMPOUND}){_GIVEN}|[{_SURNAMES}]{_GIVEN}){_AFTER_ACT}")
_NO_LAST = frozenset(
    "户员人厂店站所部局处科室村镇校院企商费款金度项目题件案组会册单表证章法律规制职业品物车房楼区县市事务情况面前后上下中里内外等的了与及或在对为未不已各该此其某些者门级层类种次期段率量额值价位点线段圈层厅队班岗权责工作程理管查核改报审批验收存放置"
)
_NO_GIVEN = frozenset(
    "某收回谈话被把给让使按据由及或没未已曾须的了着各每等款费钱账票据册件项份条案查核报批审议购销签订印退缴补拨付支应该些什么哪对向从进行开展到过加强严格按照有关人员干部职工群众学生村民群"
)
_NO_START = re.compile(
    r"风险|风气|风力|风机|风貌|风景|风俗|风格|风湿|安全|安排|安装|成员|成立|成绩|成本|单位|单独|方面|方案|方式|方法|时间|时限|时任|高度|高级|高层|高校|项目|金额|经费|经办|经营|经济|经理|经常|管理|管护|管委|关于|关键|关系|应急|应当|应收|应由|常规|常务|常委|和平|全部|全体|全面|全镇|全校|全院|全局|任务|任职|任用|车辆|车间|严重|严格|严肃|公司|公共|公务|公款|公开|公示|公章|相关|班子|班级|党员|党委|党组|党内|党支|党总|党政|党费|党建|干部|干群|计划|计财|计生|纪检|纪委|纪律|程序|章程|支部|支出|支付|文件|文化|文书|水利|水电|水务|农村|农业|农户|农民|方法|毛病|左右|白天|夏季|冬季|向上|林业|林地|林场|房屋|房产|柴油|国家|国有|国资|广告|广场|东侧|文明|石材|马路|江河|米面|花卉|花木|平台|平时|通报|通知|通过|强化|强制|连续|连片|双方|双重|满意|利用|利益|红色|空岗|空置|能力|能够|能源|终止|居民|居委|都有|相互|后勤|后续|查处|查阅|查清|权力|盖章|益农|商户|商业|商品|年度|年终|年初|年底|年龄|越级|越权|那些|简单|关停|简化|丰富|步骤|容量|古树|易地|习惯|连带|边界|边改|充分|别人|师德|师生|隆重|解决|解除|宣传|宣布|封存|储备|富余|车队|家长|家属|家庭|家电|曲解|段落|山林|谷物|牧户|牧场|印章|印发|白条|从业|从严|索要|籍贯|阴雨|闻讯|贡献|劳动|劳务|申请|申报|扶贫|桥梁|温室|庄稼|养殖|须知|红旗|游客|巡查|巡察|乐器|于是|余额|余款|元旦|明确|明显|伏案|谈话|谈心|席位|季度|麻醉|路段|路灯|危房|危险|江苏|童装|梅雨|盛装|钟点|田间|田地|万元|万人|包括|包装|包干|诸多|左侧|石料|吉林|荣誉|翁婿|羊只|惠农|惠民|松动|井盖|焦点|宫颈|仇视|甘肃|厉行|武装|武警|符合|景区|束缚|龙头|叶片|幸福|司法|司机|司龄|薄弱|宿舍|蒙古|池塘|双随"
)


_ACTING = re.compile(r"(?:^|[^理自缘])由[^,。;由]{0,12}$")
"""Whoever stands behind 由 acts, and nobody acts on them."""


class Named(NamedTuple):
    """A name, and where it stands in its text."""

    name: str
    start: int
    end: int


def names_in(text: str, known: Collection[str] = ()) -> Iterator[Named]:
    """Yield the persons that a folded text names, each place once: by the words around, or because they are `known`."""
    taken = [found.span() for found in any_of(tuple(known)).finditer(text)]
    for pattern in (_BY_ROLE, _BY_ROLE_SHORT, _BY_ACT, _BY_ACT_SHORT):
        for found in pattern.finditer(text):
            span = found.span("name")
            acts = _ACTING.search(text[max(0, span[0] - 16) : span[0]]) is not None
            if not acts and _is_name(found["name"]) and not any(a < span[1] and span[0] < b for a, b in taken):
                taken.append(span)
    for start, end in sorted(taken):
        yield Named(text[start:end], start, end)


def _is_name(name: str) -> bool:
    return name[-1] not in _NO_LAST and _NO_START.match(name) is None and _NO_GIVEN.isdisjoint(name[1:])


MASKED = re.compile(
    rf"(?:{_PERSON_WORDS})[\u4e00-\u9fff]某(?![\u4e00-\u9fff]?(?:县|市|局|公司|校|厂|村|镇))|(?:(?:{_COMPOUND})|[{_SURNAMES}])(?:某{{1,3}}(?![\u4e00-\u9fff]?(?:县|市|局|公司|校|厂|村|镇))|[Xx×*○]{{1,3}}(?![\dA-Za-z]))"
)
"""A name with its given name hidden: 罗某某, 段某, 李××."""


def officers(document: DocumentFacts) -> frozenset[str]:
    """Return the names in the fields and groups of a plan: those who act, not those who are dealt with."""
    plan = document.plan
    tokens = [
        token
        for r in plan.responses
        for field in (r.lead_leaders, r.responsible_leaders, r.responsible_persons)
        for token in field
    ]
    tokens += [t for g in plan.groups for field in (g.leader, g.deputies, g.director, g.members) for t in field]
    names = {person(token) for token in tokens}
    return frozenset(name for name in names if 2 <= len(name) <= 4 and re.fullmatch(_GIVEN + "+", fold(name)))
