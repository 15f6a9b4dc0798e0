"""发文字号的写法不规范：年份没有用〔〕、写了“第”、序号前面加零。

判定：发文字号（机关代字、年份、序号）中，年份用 [ ]、（ ）或者【 】括起，序号前有“第”，或者序号前面加零。

例外：法院案号（年份在前）；合同编号、证书编号等不是发文字号的号码。

为什么：字号是引用和归档的依据，年份用六角括号，序号不编虚位、不加“第”字。

反例：
    前言：县审计局印发审计报告（青审农[2024]3号），2024年4月10日反馈意见。集中整改期为2024年4月11日至10月10日。

正例：
    文号：青镇党〔2024〕12号
    --
    问题：（2023）青0721民初8号判决生效后没有履行。

依据：GB/T 9704—2012《党政机关公文格式》
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from zhenggai.rules.facts import Need
from zhenggai.rules.result import Severity
from zhenggai.rules.rule import Hit, Rule, Setting, at, each_block

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhenggai.rules.facts import TextBlock

_NUMBER = re.compile(
    r"(?P<who>[\u4e00-\u9fff]{1,14})\s*(?P<open>[〔\[［(（【﹝{])\s*(?P<year>(?:19|20)\d\d)年?\s*(?P<close>[〕\]］)）】﹞}])\s*(?P<nth>第)?\s*(?P<n>\d{1,5})\s*号"
)
_BARE = re.compile(
    r"(?P<who>[\u4e00-\u9fff]{1,10}(?:发|办|字|函|党|政|审|纪))(?P<year>(?:19|20)\d\d)(?P<nth>第)(?P<n>\d{1,4})号"
)
_OTHER = re.compile(
    r"合同|协议|编号|证字|证|权字|产字|许可|准字|注字|发票|订单|批次|标准|专利|房权|地字|国用|规字第|建字第|民初|民终|行初|行终|刑初|刑终|执|仲裁|仲案|劳人仲|公证|司鉴|凭证|票据"
)


def check(block: TextBlock, _setting: Setting) -> Iterator[Hit]:
    """Look at every number of an official paper."""
    if "号" not in block.raw:
        return
    for found in (*_NUMBER.finditer(block.raw), *_BARE.finditer(block.raw)):
        faults = _faults(found)
        before = block.raw[max(0, found.start() - 6) : found.start()] + found["who"]
        if not faults or _OTHER.search(before):
            continue
        findings, spans, quote = at(block, found.start(), found.end())
        yield Hit(
            quote=quote,
            why=f"发文字号“{quote}”写法不规范：{'、'.join(faults)}。",
            fix=f"请写成“……〔{found['year']}〕{int(found['n'])}号”。",
            findings=findings,
            spans=spans,
        )


def _faults(found: re.Match[str]) -> list[str]:
    parts = found.groupdict()
    faults = []
    if "open" not in parts or (parts["open"], parts["close"]) != ("〔", "〕"):
        faults.append("年份应当用六角括号〔〕")
    if parts["nth"]:
        faults.append("序号前面不写“第”")
    if parts["n"].startswith("0"):
        faults.append("序号前面不加零")
    return faults


RULE = Rule("F05", "发文字号不规范", Severity.INFO, each_block, check, __doc__, needs=frozenset({Need.DOCUMENT}))
