"""What belongs to the page, the site or the file and not to the document: named, never removed."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from zhenggai.document.blocks import Furniture
from zhenggai.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from zhenggai.document.blocks import Block

_PAGE_NUMBER = re.compile(
    r"[-~·_ ]{1,4}\d{1,4}[-~·_ ]{1,4}|_?第\s*\d{1,4}\s*页(?:\s*[,/]?\s*共\s*\d{1,4}\s*页)?|\d{1,4}\s*/\s*\d{1,4}|page\s*\d+(?:\s*of\s*\d+)?",
    re.IGNORECASE,
)
_ADVERT = re.compile(
    r"仅供学习.{0,12}(?:外传|使用|参考)?|禁止外传|.{0,20}(?:会员群|QQ\s*群|微信群|公众号)\s*[::].{0,40}|.{0,30}(?:举报倒卖|打击倒卖|倒卖会员).{0,40}|.{0,16}(?:立享|限时|订阅立享).{0,40}(?:权益|优惠|资料|会员).{0,10}"
    r"|(?:还剩|剩余)\s*\d+\s*页未读.{0,20}|未完[,、]?\s*全文共\s*\d+\s*字.{0,10}|(?:点击|扫码|免费)?(?:下载|阅读)(?:全文|本文档|文档|更多).{0,20}|(?:本文|本文档|资料|文档)(?:由|来自|来源于).{2,20}(?:网|文库|整理|分享|上传).{0,12}"
    r"|.{0,12}(?:自建平台|实时分享).{0,12}|.{0,20}(?:不断迭代|关注我们|加入会员|开通会员|VIP).{0,20}"
)
_SITE = re.compile(
    r"(?:信息)?索引号\s*[::].*|发布(?:机构|单位|部门|时间|日期)\s*[::].*|(?:信息)?来源\s*[::].{0,60}|(?:浏览|点击|阅读)(?:次数|量|数)?\s*[::]\s*\d*.{0,30}|(?:字号|字体)(?:大小)?\s*[::]?\s*[\[【(]?\s*(?:大|小)\s*[中|]?.{0,12}"
    r"|(?:责任编辑|责编|编辑|作者|审核|初审|终审|供稿|信息员)\s*[::]\s*[\u4e00-\u9fff ]{0,12}|(?:打印|关闭|收藏|返回顶部|分享到?|朗读|无障碍|扫一扫|网站地图|首页|当前位置)(?:\s*[|/>::]?\s*(?:打印|关闭|本页|窗口|收藏|返回|分享|朗读|首页|微信|微博|.{0,16})){0,4}"
    r"|当前位置\s*[::].*|首页\s*>.*|(?:上|下)一篇\s*[::].*|(?:网站)?(?:版权所有|主办单位|备案号|技术支持).*|.{0,4}ICP备.*|\[?(?:大|中|小)\s+(?:大|中|小)(?:\s+(?:大|中|小))?\]?|跳转?到主要内容.*|主题(?:分类|词)\s*[::].*|公开(?:方式|范围|类别|形式)\s*[::].*|有效性\s*[::].*"
)
_SHORT = 70


def mark_furniture(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield `blocks` with page numbers, adverts and site lines named as such; cells and finished marks stay as they are."""
    for block in blocks:
        if block.furniture is not None or block.cell is not None or len(block.text) > _SHORT:
            yield block
            continue
        reason = furniture_of(block.text)
        yield block if reason is None else replace(block, furniture=reason)


def furniture_of(text: str) -> Furniture | None:
    """Return why the line `text` is furniture, or None for a line of the document."""
    line = fold(text).strip(" 【】[]*")
    if not line:
        return None
    if _PAGE_NUMBER.fullmatch(line):
        return Furniture.PAGE_NUMBER
    if _ADVERT.fullmatch(line):
        return Furniture.WATERMARK
    return Furniture.SITE if _SITE.fullmatch(line) else None
