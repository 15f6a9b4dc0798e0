"""方案里写了身份证号、个人手机号、银行卡号或者家庭住址。

判定：文中有公民身份号码（十八位，出生日期可能存在）、个人手机号码、银行卡号，或者写明家住何处到门牌、楼栋的。

例外：单位的联系电话、监督电话；统一社会信用代码；合同编号；只提到证件名称（身份证复印件、健康证）。

为什么：方案发给许多人，还要公开。能不写的个人信息一律不写。

反例：
    措施：通知承租人（电话１３８００００１２３４）补签合同。

正例：
    措施：通知承租人补签合同，收取身份证复印件。
    --
    补充：联系电话：０５５０－７２１００３３。
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

from zhenggai.rules.facts import Need, Role
from zhenggai.rules.result import Severity
from zhenggai.rules.rule import Hit, Rule, Setting, at, each_block

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhenggai.rules.facts import TextBlock

_IDENTITY = re.compile(r"(?<![0-9A-Za-z])[1-9]\d{5}(?P<birth>(?:19|20)\d{6})\d{3}[\dXx](?![0-9A-Za-z])")
_OLD_IDENTITY = re.compile(r"(?<=身份证号)[^\d]{0,4}[1-9]\d{14}(?!\d)|身份证(?:号码?)?[^\d,。;]{0,4}[1-9]\d{16}[\dXx]")
_MOBILE = re.compile(r"(?<![0-9A-Za-z])(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?![0-9A-Za-z])")
_CARD = re.compile(
    r"(?:银行卡|卡号|银行账号|银行账户|账号|帐号|储蓄卡|工资卡|借记卡|信用卡)[^\d,。;]{0,12}\d{4}(?:[ -]?\d{4}){2,3}[ -]?\d{1,3}(?!\d)"
    r"|(?<![0-9A-Za-z])62\d{2}(?:[ -]?\d{4}){3}(?:[ -]?\d{1,3})?(?![0-9A-Za-z])"
)
_ADDRESS = re.compile(
    r"(?:家住|家庭住址|家庭地址|现住址|住址|住所地?|现住|户籍地址|户籍地|居住地址|居住在|住在|住于|住)(?:为|是|:|在)?[\u4e00-\u9fffA-Za-z\d#\-]{2,30}?(?:\d+|[一二三四五六七八九十]+)\s*(?:号|室|单元|栋|幢|组)(?!楼|路|线|公路)"
)
_OFFICE_LINE = re.compile(
    r"(?:联系|监督|举报|咨询|值班|办公|服务|投诉|热线|受理|公示|反映)(?:电话|方式|热线|专线)|联系人|热线"
)
_OFFICE_ACCOUNT = re.compile(r"专户|对公|单位账|财政|公司账|基本户|基本账户|零余额|户名|国库|原付款账户")
_SIGN = re.compile(r"\d{4}|住")
_NOT_IDENTITY = re.compile(
    r"(?:统一社会信用代码|信用代码|机构代码|合同|订单|发票|项目|资产|设备|档案|许可)[^,。;]{0,10}$"
)


def check(block: TextBlock, _setting: Setting) -> Iterator[Hit]:
    """Look for numbers and addresses of persons."""
    if _SIGN.search(block.text) is None:
        return
    for kind, start, end in (*_identities(block.text), *_numbers(block), *_addresses(block.text)):
        findings, spans, quote = at(block, start, end)
        yield Hit(
            quote=quote,
            why=f"写有{kind}，属于个人信息，需处理。",
            fix="请删去；确需留存的，只写在单独保管的材料中。",
            findings=findings,
            spans=spans,
        )


def _identities(text: str) -> Iterator[tuple[str, int, int]]:
    for found in _IDENTITY.finditer(text):
        if _is_day(found["birth"]) and not _NOT_IDENTITY.search(text[: found.start()]):
            yield "身份证号码", *found.span()
            return
    for found in _OLD_IDENTITY.finditer(text):
        yield "身份证号码", *found.span()


def _is_day(digits: str) -> bool:
    try:
        dt.date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return True


def _numbers(block: TextBlock) -> Iterator[tuple[str, int, int]]:
    text = block.text
    for found in _MOBILE.finditer(text):
        before = text[max(0, found.start() - 24) : found.start()]
        office = block.owner(found.start()).role is Role.OUTSIDE and _OFFICE_LINE.search(before)
        if not office and not _NOT_IDENTITY.search(before):
            yield "个人手机号码", *found.span()
    for found in _CARD.finditer(text):
        around = text[max(0, found.start() - 16) : found.end()]
        if not _OFFICE_ACCOUNT.search(around):
            yield "银行卡号", *found.span()


def _addresses(text: str) -> Iterator[tuple[str, int, int]]:
    for found in _ADDRESS.finditer(text):
        if not re.match(r"住(?:院|房|户|建|宅|宿|校)", found[0]) and not text[: found.start()].endswith(("入", "居")):
            yield "家庭住址", *found.span()


RULE = Rule("C02", "个人信息外露", Severity.BLOCK, each_block, check, __doc__, needs=frozenset({Need.DOCUMENT}))
