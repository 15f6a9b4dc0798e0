"""What belongs to the page, the site or the file and not to the document: named, never removed.

Page numbers and the adverts of document-sharing sites stand anywhere. The lines of a web site (source, date of publication,
buttons) count only before the first number of the document and after its last paragraph, because a plan may use the same
labels for what it says itself.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from zhenggai.document.blocks import Furniture, Part
from zhenggai.text import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zhenggai.document.blocks import Block

_SHORT = 90
"""Furniture is a short line; longer ones are not looked at."""
_EDGE = 20
"""So many lines at either end of the document may belong to the site."""
_MARGINS = frozenset({Part.HEADER, Part.FOOTER})
_HEAD_REPEATS = 3
_HEAD_LENGTH = 40

_PIECES = re.compile(r" {2,}|[\[\]【】|]")
"""What divides the fields of one line of a site; full-width blanks are folded to single ones and doubled beforehand."""
_MAY_DIVIDE = re.compile(r"[\s\[\]【】|]")
_BEGINS_TEXT = re.compile(
    r"第?[一二三四五六七八九十]{1,3}[、.章部]|\([一二三四五六七八九十\d]{1,3}\)|\d{1,2}[.、](?!\d)|[①-⑳]|[一二三四五六七八九十]{1,2}(?:是|要)"
    r"|(?:反馈|存在|具体)?(?:问题|任务|项目)[一二三四五六七八九十\d]|附件\d?:"
    r"|(?:整改|存在|反馈|责任(?!编辑)|牵头|完成|目前)[\u4e00-\u9fff]{1,6}:"
)

_PAGE_BEGINS = frozenset("-~·_第共pP0123456789")
_PAGE_NUMBER = re.compile(
    r"[-~·_][-~·_ ]{0,3}\d{1,4} ?[-~·_][-~·_ ]{0,3}"
    r"|_?第 ?\d{1,4} ?页[ ,/]{0,3}(?:\(?共 ?\d{1,4} ?页\)?)?|共 ?\d{1,4} ?页[ ,/]{0,3}第 ?\d{1,4} ?页"
    r"|page ?\d{1,4}(?: ?(?:of|/) ?\d{1,4})?",
    re.IGNORECASE,
)
_PAGE_OF_PAGES = re.compile(r"(\d{1,3}) ?/ ?(\d{1,3})")
_PAGE_BESIDE = re.compile(r"第 ?\d{1,4} ?页 ?[,/]? ?共 ?\d{1,4} ?页")

_ADVERT_BEGINS = re.compile(
    r"打击倒卖|文档编号:|上传(?:人|者|时间):|免责声明:|本(?:文档|资料|文|套资料).{0,6}(?:来源于|来自|由|收集|搜集).{0,10}(?:网络|互联网|用户|文库|网友|整理|上传)"
    r"|(?:点击|免费|付费|扫码|立即)*下载(?:全文|本文档|文档|完整版|原文|原文档|word版?)|(?:点击|继续|展开)阅读(?:全文)?$|广告$",
    re.IGNORECASE,
)
_CERTAIN_ADVERT = re.compile(
    r"页未读|未完,? ?全文共|全文共 ?\d+ ?字|仅供(?:内部)?(?:学习|参考|交流){1,2}(?:使用|之用)?(?:[,。;!、 ]|$)|仅限内部学习|禁止外传$|侵权.{0,10}(?:删除|联系)|举报倒卖|倒卖.{0,4}会员"
    r"|本站.{0,8}(?:上传|收集|转载)|版权归原作者|道客巴巴|豆丁网?|百度文库|原创力文档|人人文库|文库网|文档到电脑,"
    r"|(?:[Qq]{2}|微信|会员|交流)群(?:号)?:|(?:关注|回复).{0,12}公众号.{0,8}(?:获取|领取|回复|下载)|公众号后台回复|扫码(?:关注|进群|加入)"
)
_LIKELY_ADVERT = re.compile(
    r"会员(?:专享|资料|材料|免费|权益|限时|福利)|(?:立享|限时).{0,8}(?:折|优惠|权益|免费)|(?:开通|加入|成为|续费).{0,4}(?:会员|[Vv][Ii][Pp])|[Vv][Ii][Pp](?:会员|专享|免费)|赠送.{0,8}会员|不断迭代|实时分享|海量(?:资料|范文|文档)"
    r"|(?:加|添加)(?:微信|[Qq]{2})|更多.{0,8}(?:资料|范文|模板).{0,12}(?:关注|加入|添加|下载|请)"
)
"""Neither says ^ or ignores case, so that the search may leap to the first characters of its alternatives."""
_MAY_ADVERTISE = re.compile("[读共仅传侵倒站版巴豆库创脑群众码员折惠益免赠迭海微更享QqVv]")
"""What each of the adverts that may stand anywhere in a line has one of."""
_OFFICIAL = re.compile(r"整改|责任|问题|违规|落实|巡察|巡视|审计")
"""Words that a line of the document has and an advert has not."""

_TRAIL = re.compile(r"(?:您?(?:当前|现在|所在)?的?位置 ?: ?.*|(?:网站|文库)?首页 ?[>»/-].*)")
_BUTTON = re.compile(
    r"(?:打印|关闭|收藏|返回|分享|朗读|复制)(?:本页|本文|本文档|页面|窗口|顶部|首页|列表|全文|到|至)?(?: (?:打印|关闭|收藏|返回|分享|朗读)(?:本页|窗口|到|至)?){0,4}:?"
    r"|(?:浏览)?字[号体](?:大小)?:? ?[<(]?(?:[特超大中小] ?){2,5}[>)]?|[大中小](?: [大中小]){1,2}|字[号体](?:大小)?:?"
    r"|分享(?:到|至)?:? ?(?:(?:微信|微博|QQ|QQ空间|朋友圈|扫一扫)[ 、]?){0,5}|微信|微博|QQ空间|朋友圈|扫一扫在手机打开当前页|扫一扫.{0,10}|无障碍(?:阅读|浏览)?|跳转?到主要内容.{0,6}|跳过导航.{0,6}|网站地图|保护视力色:?.{0,12}|TOP|回到顶部",
    re.IGNORECASE,
)
_SITE_BEGINS = frozenset("您当现所的位网文首打关收返分朗复浏字大中小微QqTt朋扫无跳保回点阅访")
"""The first characters of trails, buttons and counters."""
_COUNTED = re.compile(
    r"(?:浏览|点击|阅读|访问)(?:次数|量|数|率)?: ?[\d,]*(?: ?次)?|(?:浏览|点击|阅读|访问) ?[\d,]+ ?次"
)
_NEIGHBOUR = re.compile(r"(?:上|下)一(?:篇|条): ?.*|(?:相关|热点|推荐)(?:链接|阅读|文章|新闻|信息)(?::.*)?")
_LEGAL = re.compile(
    r"(?:网站)?版权所有.*|.{0,12}ICP备.{0,20}|.{0,4}公网安备.{0,24}|网站标识码.*|技术支持:.*|Copyright.*", re.IGNORECASE
)
_FIELD = re.compile(
    r"(?:信息)?索引号:? ?[^。]*|(?:信息)?(?:发布|公开|发文)(?:机构|单位|部门|时间|日期): ?[^。,;]{0,30}|(?:成文|生成|公开|更新)(?:日期|时间): ?[^。,;]{0,20}"
    r"|(?:信息|文章|稿件|新闻)?来源: ?[^。,;:]{0,25}|(?:责任编辑|责编|编辑|供稿|撰稿|信息员): ?[^。,;:]{0,14}"
    r"|(?:主题|信息)(?:分类|词|名称): ?[^。]{0,40}|公开(?:方式|范围|类别|形式|属性): ?[^。,;]{0,12}|(?:信息)?(?:有效性|时效性|有效期)(?:状态)?: ?[^。,;]{0,10}"
)
_BESIDE_FIELD = re.compile(
    r"(?:时间|日期): ?\d{4}[-./年][\d./:年月日 -]{3,20}|(?:作者|审核|初审|复审|终审|校对|录入): ?[^。,;:]{0,14}|编号: ?[A-Za-z\d-]{3,20}"
)
"""What is a field of a site only beside another one: forms have such lines, too."""


def mark_furniture(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Return `blocks` with page numbers, running heads, adverts and site lines named as such; cells of the text stay as they are."""
    first, last = _core(blocks)
    reasons = [_reason(block, edge=not first <= place < last) for place, block in enumerate(blocks)]
    _find_running_heads(blocks, reasons)
    return tuple(b if r is None else replace(b, furniture=r) for b, r in zip(blocks, reasons, strict=True))


def furniture_of(text: str, *, edge: bool = False) -> Furniture | None:
    """Return why the line `text` is furniture, or None for a line of the document.

    `edge` says that the line stands before or after the document's own text, where a site writes.
    """
    if len(text) > _SHORT:
        return None
    spaced = fold(text.replace("\u3000", "  ")).strip(" *")
    line, pieces = spaced, [spaced]
    if _MAY_DIVIDE.search(spaced):
        line = " ".join(spaced.split())
        pieces = [stripped for piece in _PIECES.split(spaced) if (stripped := piece.strip())]
    if not line or not pieces:
        return None
    if _is_page_number(line, pieces):
        return Furniture.PAGE_NUMBER
    if _is_advert(" ".join(pieces)):
        return Furniture.WATERMARK
    return Furniture.SITE if _is_site(line.strip("【】[] "), pieces, edge=edge) else None


def _is_page_number(line: str, pieces: list[str]) -> bool:
    if len(line) > _HEAD_LENGTH or (
        len(pieces) == 1 and line[0] not in _PAGE_BEGINS and pieces[0][0] not in _PAGE_BEGINS
    ):
        return False
    if _PAGE_NUMBER.fullmatch(line):
        return True
    of_pages = _PAGE_OF_PAGES.fullmatch(line)
    if of_pages:
        return 0 < int(of_pages[1]) <= int(of_pages[2])
    return len(pieces) < 4 and any(_PAGE_BESIDE.fullmatch(piece) for piece in pieces)


def _is_advert(line: str) -> bool:
    if _BEGINS_TEXT.match(line):
        return False
    if _ADVERT_BEGINS.match(line):
        return True
    if _MAY_ADVERTISE.search(line) is None:
        return False
    if _CERTAIN_ADVERT.search(line):
        return True
    return _OFFICIAL.search(line) is None and _LIKELY_ADVERT.search(line) is not None


def _is_site(line: str, pieces: list[str], *, edge: bool) -> bool:
    """Buttons and counters are the site's wherever they stand; fields and links to other pages only at the edges."""
    if not edge and line[:1] not in _SITE_BEGINS and not any(piece[0] in _SITE_BEGINS for piece in pieces):
        return False
    if _TRAIL.fullmatch(line):
        return True
    certain = sum(1 for piece in pieces if _BUTTON.fullmatch(piece) or _COUNTED.fullmatch(piece))
    if not certain and not edge:
        return False
    fields = sum(1 for piece in pieces if _FIELD.fullmatch(piece))
    beside = sum(1 for piece in pieces if _BESIDE_FIELD.fullmatch(piece))
    whole = certain + fields + beside == len(pieces)
    if certain and whole:
        return edge or len(line) > 2
    return edge and bool((fields and whole) or _NEIGHBOUR.fullmatch(line) or _LEGAL.fullmatch(line))


def _reason(block: Block, *, edge: bool) -> Furniture | None:
    if block.furniture is not None:
        return block.furniture
    if block.part in _MARGINS:
        bare = fold(block.text).strip(" -~·_")
        numbered = bare.isdecimal() or furniture_of(block.text) is Furniture.PAGE_NUMBER
        return Furniture.PAGE_NUMBER if numbered else Furniture.RUNNING_HEAD
    if block.cell is not None:
        return None
    return furniture_of(block.text, edge=edge)


def _core(blocks: Sequence[Block]) -> tuple[int, int]:
    """Return where the document's own text begins and ends: at numbers, labels, long paragraphs and tables."""
    size = len(blocks)
    head, foot = min(size, _EDGE), max(0, size - _EDGE)
    first = next((place for place in range(head) if _is_text(blocks[place])), head)
    last = next((place + 1 for place in range(size - 1, foot - 1, -1) if _is_text(blocks[place])), foot)
    return first, last


def _is_text(block: Block) -> bool:
    if block.part is not Part.BODY:
        return False
    if block.cell is not None or len(block.text) > _SHORT:
        return True
    return _BEGINS_TEXT.match(fold(block.text).lstrip()) is not None


def _find_running_heads(blocks: Sequence[Block], reasons: list[Furniture | None]) -> None:
    """A short line that stands beside page numbers again and again is a running head; its first standing may be the title."""
    beside = {
        place + step
        for place, reason in enumerate(reasons)
        if reason is Furniture.PAGE_NUMBER
        for step in (-1, 1)
        if 0 <= place + step < len(blocks) and reasons[place + step] is None
    }
    lines = {place: _head_line(blocks[place]) for place in beside}
    counts = Counter(line for line in lines.values() if line)
    for place, line in lines.items():
        if counts[line] >= _HEAD_REPEATS:
            reasons[place] = Furniture.RUNNING_HEAD


def _head_line(block: Block) -> str:
    line = fold(block.text).strip()
    if (
        block.cell is not None
        or len(line) > _HEAD_LENGTH
        or _BEGINS_TEXT.match(line)
        or line.endswith(("。", ";", ":"))
    ):
        return ""
    return line
