"""The fields of each supervision paper in their order, and how a draft is filled from what the ledger knows."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 — the dataclass carries dates at run time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhenggai.text import day_words

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST = 2000


@dataclass(frozen=True, slots=True)
class PaperField:
    """One field. `long` ones take several lines; a `required` one may not be empty when the paper is signed."""

    key: str
    label: str
    long: bool = False
    required: bool = True


def _fields(*fields: str) -> tuple[PaperField, ...]:
    """Read fields written `key label`, with `+` before the label of a long one and `?` before one that may be empty."""
    found = []
    for words in fields:
        key, label = words.split(" ")
        found.append(PaperField(key, label.lstrip("+?"), "+" in label, "?" not in label))
    return tuple(found)


FORMS: Mapping[str, tuple[PaperField, ...]] = {
    "reminder": _fields(
        "addressee 对象", "matter +问题编号与名称", "limit 时限", "left 剩余（逾期）天数", "progress +当前进展", "prompt +提示事项",
        "reply 反馈要求与时间", "contact ?联系人", "issuer 发函单位",
    ),
    "order": _fields(
        "matter +督办事项", "basis +督办依据", "content +督办内容", "instructed_by ?批示领导", "lead_leader ?牵头领导",
        "coop_leader ?配合领导", "attachments ?附件", "limit 交办时限", "cycle 反馈周期", "department 牵头单位",
        "cooperating ?配合单位", "contact 督办联系人", "phone ?电话", "net ?机关网号码", "grade 等级（颜色）", "times 第几次督办",
        "consequence +逾期后果",
    ),
    "letter": _fields(
        "addressee 主送", "situation +基本情况", "faults +存在问题", "demands +督办要求", "limit 反馈时限", "issuer 落款",
    ),
    "interview": _fields(
        "time 时间", "place 地点", "interviewer 约谈人", "addressee 被约谈人", "recorder 记录人", "cause +事由（问题清单）",
        "faults +指出问题", "demands +整改要求与时限",
    ),
    "circular": _fields(
        "situation +总体情况", "good ?+好的做法", "faults +存在问题", "demands +下步要求", "distribution 分送",
    ),
}  # fmt: skip
GRADES = {"reminder": "黄色", "order": "红色", "letter": "红色", "interview": "红色", "circular": "红色"}


@dataclass(frozen=True, slots=True)
class Known:
    """What the ledger says of the matter on the day on which a draft is filled. Names are as people read them, several with 、 between."""

    matter: str
    reason: str
    level: str
    next_level: str = ""
    due_on: dt.date | None = None
    left: int | None = None
    percent: int | None = None
    progress: str = ""
    addressees: str = ""
    lead_leaders: str = ""
    responsible_leaders: str = ""
    departments: str = ""
    cooperating: str = ""
    unit: str = ""
    source: str = ""
    answer_workdays: int = 0
    times: int = 1
    contact: str = ""
    measures: str = ""


def fill(kind: str, known: Known) -> dict[str, str]:
    """Return the fields of a paper of `kind`, filled as far as the ledger knows."""
    within = f"收到后{known.answer_workdays}个工作日内" if known.answer_workdays else ""
    limit = day_words(known.due_on) if known.due_on else "未定日期"
    left = "" if known.left is None else f"逾期{-known.left}天" if known.left < 0 else f"还有{known.left}天"
    progress = known.progress or "没有填报进展。"
    what = known.matter.replace("。\n", "；").replace("\n", "；").rstrip("。；")
    so_far = progress if known.percent is None else f"完成进度{known.percent}%。{progress}"
    values = {
        "reminder": {
            "limit": limit,
            "left": left or "不适用",
            "progress": so_far,
            "prompt": f"{known.reason}请对照整改措施查找差距，抓紧推进，确保按期完成。",
            "reply": f"{within}书面答复" if within else "请在填报进展时说明，不要求另行答复",
        },
        "order": {
            "basis": known.reason,
            "content": f"请立即落实下列整改措施，查明进度滞后的原因，提出赶上进度的办法和完成日期：{known.measures or what}。",
            "limit": f"{within}反馈办理结果" if within else limit,
            "cycle": "一次性反馈，未办结的每周反馈一次",
            "grade": f"{GRADES[kind]}（{known.level}）",
            "times": f"第{known.times}次",
            "consequence": f"逾期不反馈或者反馈不予认可的，启动“{known.next_level}”。" if known.next_level else "逾期不反馈的，予以通报。",
        },
        "letter": {
            "situation": f"{known.source}{what}。{f'应于{limit}完成，' if known.due_on else ''}现{left or '未办结'}。{so_far}",
            "faults": known.reason,
            "demands": "1.主要负责人亲自过问，明确专人负责。\n2.逐项列出未完成的措施、原因和完成日期。\n3.按期书面反馈，附佐证材料。",
            "limit": within or limit,
        },
        "interview": {
            "time": "",
            "place": "",
            "interviewer": "",
            "recorder": "",
            "cause": f"{what}。{known.reason}",
            "faults": so_far if known.percent is not None else known.reason,
            "demands": f"{within}书面报告整改情况，明确完成日期和责任人。" if within else "明确完成日期和责任人，抓紧整改。",
        },
        "circular": {
            "situation": f"{known.source}整改工作开展以来，各部门总体按方案推进，个别事项进展缓慢。",
            "good": "",
            "faults": f"{known.departments + '：' if known.departments else ''}{what}。{known.reason}",
            "demands": "各部门要引以为戒，对照台账逐项自查；被通报的部门要限期整改，书面报告整改情况。",
            "distribution": known.addressees,
        },
    }[kind]  # fmt: skip
    shared = {
        "addressee": known.addressees,
        "matter": known.matter,
        "contact": known.contact,
        "issuer": known.unit,
        "lead_leader": known.lead_leaders,
        "coop_leader": known.responsible_leaders,
        "department": known.departments or known.addressees,
        "cooperating": known.cooperating,
    }
    return {field.key: values.get(field.key, shared.get(field.key, "")) for field in FORMS[kind]}


def faults_of_body(kind: str, body: Mapping[str, str], *, complete: bool) -> dict[str, str]:
    """Return what is wrong with the fields of a paper; where it must be `complete`, required ones that are empty too."""
    faults = {}
    for field in FORMS[kind]:
        words = body.get(field.key, "")
        if complete and field.required and not words.strip():
            faults[field.key] = f"请填写{field.label}。"
        elif len(words) > LONGEST:
            faults[field.key] = f"内容过长，请控制在{LONGEST}字以内（现为{len(words)}字）。"
    return faults


def faults_of_text(words: str, label: str, *, name: str, longest: int = LONGEST) -> dict[str, str]:
    """Return what is wrong with a text that has to be given."""
    if not words.strip():
        return {name: f"请填写{label}。"}
    return {name: f"内容过长，请控制在{longest}字以内（现为{len(words)}字）。"} if len(words) > longest else {}
