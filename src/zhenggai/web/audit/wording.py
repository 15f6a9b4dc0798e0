"""Events as people read them: what was done in Chinese, and what changed from what to what."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from zhenggai.text import day_words
from zhenggai.web.audit.models import Event
from zhenggai.workflow import ROLES

if TYPE_CHECKING:
    from django.db.models import Q

ACTIONS = {
    "organization.created": "新建机构",
    "organization.changed": "修改机构",
    "organization.moved": "调整隶属关系",
    "organization.closed": "撤销机构",
    "person.created": "新增人员",
    "person.changed": "修改人员信息",
    "person.login_given": "开通账号",
    "person.left": "人员离任",
    "person.returned": "撤销离任",
    "person.unlocked": "解锁账号",
    "password.changed": "修改密码",
    "password.reset": "重置密码",
    "code.enabled": "启用动态口令",
    "code.disabled": "停用动态口令",
    "code.removed": "解除动态口令",
    "recovery.renewed": "重新生成备用码",
    "recovery.used": "使用备用码登录",
    "post.held": "任职",
    "post.ended": "免职",
    "role.granted": "授予角色",
    "role.revoked": "收回角色",
    "restricted.granted": "授予限知权限",
    "restricted.revoked": "收回限知权限",
    "restricted.read": "查看限知内容",
    "deputy.appointed": "指定代办人",
    "deputy.ended": "结束代办",
    "token.issued": "发放接口令牌",
    "token.revoked": "作废接口令牌",
    "feed.issued": "开通日程订阅",
    "feed.renewed": "更换日程订阅地址",
    "feed.revoked": "停用日程订阅",
    "login.succeeded": "登录",
    "login.failed": "登录失败",
    "login.locked": "账号锁定",
    "logout": "退出",
    "access.denied": "越权访问被拒",
    "chain.checked": "核验操作记录",
    "verification.asked": "要求核验数据",
    "verification.done": "核验数据",
    "job.retried": "重新办理后台任务",
    "import.uploaded": "上传文件",
    "import.started": "新建手工台账",
    "import.edited": "核对导入稿",
    "import.dropped": "放弃导入稿",
    "plan.confirmed": "确认方案",
    "ledger.exported": "导出台账",
    "duty.laid_out": "列出周期任务",
    "reminder.told": "到期提醒",
    "person.bells_set": "设置提醒",
    "robot.added": "增加群机器人",
    "robot.changed": "修改群机器人",
    "robot.ended": "删除群机器人",
    "delivery.again": "再次发送提醒",
    "duty.made": "设立周期任务",
    "duty.given_up": "取消周期任务",
    "occurrence.moved": "调整周期任务日期",
    "occurrence.reported": "填报周期任务",
    "term.set": "设置学期",
    "meeting.laid_out": "列出会议",
    "meeting.called": "召集会议",
    "meeting.arranged": "安排会议",
    "meeting.moved": "调整会议时间",
    "meeting.cancelled": "取消会议",
    "meeting.attendee_set": "列入参会名单",
    "meeting.attendee_removed": "移出参会名单",
    "meeting.attendance_taken": "登记出席情况",
    "meeting.assembled": "生成议程",
    "meeting.agenda_changed": "修改议程",
    "meeting.agenda_set": "确定议程",
    "meeting.held": "记录会议已召开",
    "meeting.noted": "记录讨论情况",
    "meeting.speech_removed": "删去误记的发言",
    "meeting.record_signed": "会议记录签字",
    "meeting.drafted": "起草纪要",
    "meeting.issued": "印发纪要",
    "meeting.corrected": "更正纪要",
    "resolution.resolved": "登记议定事项",
    "resolution.progressed": "报告议定事项进展",
    "resolution.reported": "报告议定事项办结",
    "resolution.accepted": "议定事项验收通过",
    "resolution.returned": "议定事项退回办理",
    "resolution.withdrawn": "撤销议定事项",
    "extension.asked": "申请延期",
    "extension.granted": "同意延期",
    "extension.refused": "不同意延期",
    "extension.withdrawn": "撤回延期申请",
    "paper.proposed": "拟发督办文书",
    "paper.raised": "提出督办文书",
    "paper.edited": "修改督办文书",
    "paper.signed": "签发督办文书",
    "paper.served": "送达督办文书",
    "paper.received": "签收督办文书",
    "paper.answered": "答复督办文书",
    "paper.accepted": "认可督办答复",
    "paper.rejected": "不予认可督办答复",
    "paper.closed": "办结督办文书",
    "paper.noted": "办结督办文书",
    "paper.followed": "督办文书由下一份接续",
    "paper.withdrawn": "撤回督办文书",
    "transfer.counted": "登记移送数量",
    "transfer.withdrawn": "撤销移送登记",
    "profile.made": "保存规则配置",
    "profile.bound": "改用规则配置",
    "progress.reported": "填报进展",
    "cycle.asked": "开始填报周期",
    "cycle.closed": "截止填报周期",
    "cycle.adjusted": "调整填报截止日",
    "sheet.sent": "发出离线填报表",
    "sheet.packed": "批量发出离线填报表",
    "sheet.returned": "收回离线填报表",
    "difference.confirmed": "确认差异",
    "area.changed": "修改方面",
    "item.changed": "修改反馈问题",
    "finding.changed": "修改问题",
    "response.changed": "修改责任分工",
    "measure.changed": "修改措施",
    "area.added": "新增方面",
    "item.added": "新增反馈问题",
    "finding.added": "新增问题",
    "response.added": "新增责任分工",
    "measure.added": "新增措施",
    "area.withdrawn": "撤销方面",
    "item.withdrawn": "撤销反馈问题",
    "finding.withdrawn": "撤销问题",
    "response.withdrawn": "撤销责任分工",
    "measure.withdrawn": "撤销措施",
    "phase.changed": "修改工作阶段",
    "phase.added": "新增工作阶段",
    "phase.withdrawn": "撤销工作阶段",
    "milestone.changed": "修改时间节点",
    "milestone.added": "新增时间节点",
    "milestone.withdrawn": "撤销时间节点",
    "mechanism.changed": "修改工作机制",
    "mechanism.added": "新增工作机制",
    "mechanism.withdrawn": "撤销工作机制",
    "group.changed": "修改领导机构",
    "group.added": "新增领导机构",
    "group.withdrawn": "撤销领导机构",
    "finding.layer_set": "调整知悉范围",
    "handover.made": "办理交接",
    "proof.exported": "导出存证",
    "plan.filed": "报送备案",
    "finding.key_set": "标记重点问题",
    "closure.prepared": "填写销号申请",
    "closure.saved": "修改销号申请",
    "closure.applied": "申请销号",
    "closure.withdrawn": "撤回销号申请",
    "closure.reviewed": "责任领导审核同意",
    "closure.review_returned": "责任领导退回",
    "closure.endorsed": "牵头领导审核同意",
    "closure.endorsement_returned": "牵头领导退回",
    "closure.verified": "督查组核查通过",
    "closure.key_verified": "督查组核查通过（重点问题）",
    "closure.supplement_asked": "督查组要求补充材料",
    "closure.verification_returned": "督查组退回",
    "closure.approved": "领导小组同意销号",
    "closure.continued": "领导小组要求继续整改",
    "closure.confirmed": "上级认定",
    "closure.not_confirmed": "上级不予认定",
    "closure.rechecked": "复核通过",
    "closure.lapsed": "签字后有改动，需复核",
    "closure.reopened": "反弹，重新整改",
    "evidence.added": "上传佐证材料",
    "evidence.replaced": "更换佐证材料",
    "evidence.changed": "更正佐证材料",
    "evidence.linked": "关联佐证材料",
    "evidence.unlinked": "取消关联佐证材料",
    "evidence.withdrawn": "撤回佐证材料",
    "evidence.period_linked": "佐证材料用于周期任务",
    "evidence.period_unlinked": "佐证材料不再用于周期任务",
}
"""What each action is called; one that is missing shows its code."""

_FIELDS = {
    "name": "名称", "title": "名称", "kind": "类别", "parent": "上级", "login": "登录名", "role": "角色", "scope": "范围",
    "since": "起", "until": "止", "organization": "机构", "percent": "完成进度", "completion_status": "完成状态", "done": "工作进展",
    "difficulty": "存在困难", "next_step": "下一步措施", "cycle": "填报周期", "layer": "知悉范围", "text": "内容", "cause": "原因",
    "objective": "目标", "due_text": "完成时限", "due_on": "到期日", "number": "序号", "what": "操作", "where": "页面", "count": "条数", "left": "剩余个数", "broken": "发现问题", "code": "编号",
    "areas": "方面", "items": "条", "findings": "问题", "measures": "措施", "size": "大小", "reason": "理由", "receiver": "接收人",
    "giver": "移交人", "references": "编号", "address": "地址",
    "lead_leader": "牵头领导", "responsible_leader": "责任领导", "responsible_person": "责任人",
    "responsible_department": "责任部门", "cooperating_department": "配合部门", "verifying_department": "验收部门",
    "supervising_department": "督办单位", "remark": "备注", "rectification_class": "整改类型", "parents": "所属", "plan": "方案版本",
    "content": "内容", "start": "起始日期", "end": "截止日期", "above": "上级机构", "leader": "组长", "deputies": "副组长",
    "formed_on": "形成日期", "pages": "页数", "copies": "份数", "note": "说明", "file": "文件", "version": "版本", "measure": "措施",
    "director": "办公室主任", "members": "成员", "acts": "权限", "short_name": "简称", "document": "文件", "export": "导出号", "extract": "按筛选导出", "rows": "行数",
    "added": "新增", "dropped": "取消", "held_on": "开展日期", "held": "开展情况", "rhythm": "周期要求", "period": "周期", "times": "次数", "quota": "要求次数",
    "asked_until": "申请延期至", "so_far": "目前进展", "answer_by": "应答复日期", "profile": "规则配置",
    "meets_on": "会议日期", "starts_at": "开始时间", "place": "地点", "chair": "主持人", "recorder": "记录人",
    "part": "出席或列席", "present": "出席人数", "carried": "结转议定事项", "hash": "校验值", "item": "议题",
    "item_added": "新增议题", "item_removed": "移出议题", "item_moved": "调整次序的议题", "item_reported": "汇报内容",
    "item_outcome": "议定意见", "speaker": "发言人", "words": "发言内容", "paragraphs": "段落数", "minutes_number": "第几次印发",
    "minutes_hash": "纪要校验值", "scope_of_issue": "印发范围", "printed": "份数", "matter": "议定事项",
    "resolution_of": "责任单位", "helping": "协办单位", "verifying": "验收单位", "resolution_due": "完成时限",
    "resolution_state": "办理状态", "said": "情况",
    "proposed": "拟发", "lapsed": "失效", "fields": "栏数", "numbered": "文号", "recipients": "发送对象", "grade": "级别",
    "answer": "办理结果", "pieces": "佐证材料", "judgement": "审定结果", "transferred_on": "移送日期", "to_body": "接收机关",
    "asked": "应填报", "missing": "未填报", "cut_off": "截止日", "late": "迟报", "late_percent": "迟报的进度", "late_status": "迟报的状态",
    "sender": "离线填报人", "taken": "采纳",
    "closure_stage": "销号状态", "files": "含佐证文件", "attempt": "第几次申请", "key": "重点问题",
    "checked": "核验的操作记录", "misfits": "不符之处",
    "reminded": "提醒事项", "people": "提醒人数", "mail": "邮箱", "group_name": "群内账号", "bells": "接收提醒",
    "host": "主机", "active": "状态",
}  # fmt: skip
_VALUES = {
    "immediate": "立行立改", "time_limited": "限期整改", "long_term": "长期坚持",
    "not_done": "未完成", "ongoing": "正在整改", "basically_done": "基本完成", "completed": "已完成", "internal": "内部",
    "none": "未申请", "prepared": "拟申请", "applied": "已申请", "reviewed": "已审核", "endorsed": "牵头领导已审核",
    "verified": "已核查", "approved": "已销号", "confirmed": "已认定", "returned": "已退回",
    "restricted": "限知", "institution": "制度文件", "meeting": "会议材料", "voucher": "财务凭证", "sanction": "处理处分文件",
    "photo": "照片", "register": "台账登记", "notice": "公示公告", "contract": "合同、验收材料", "talk": "谈话记录",
    "survey": "问卷、满意度汇总", "statement": "情况说明", "other": "其他材料", "unit": "单位",
    "department": "部门", "branch": "党支部", "inspection_office": "巡察办",
}  # fmt: skip
VEIL = "（限知事项）"
"""What stands for the subject of an event that the reader may not know of."""
_TIME = re.compile(r"[12]\d{3}-\d\d-\d\d(?:T\d\d:\d\d:\d\dZ)?")
_UNSAID = frozenset(
    {
        "posts",
        "sha256",
        "digest",
        "restricted",
        "measure_ids",
        "answerable",
        "laid_out",
        "occurrence",
        "occurrence_ids",
        "applicant",
        "facts",
        "holds",
        "state",
        "closure",
        "step",
        "through",
        "transition",
        "application",
        "details",
        "person",
        "return_reason",
    }
)
"""What an event keeps and no screen tells: hashes, and restricted findings, of which each has an event of its own."""


@dataclass(frozen=True, slots=True)
class Change:
    """One field of an event: from what to what; `before` is "" where there was nothing."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Told:
    """An event in words."""

    id: int
    number: int
    at: dt.datetime
    who: str
    what: str
    about: str
    changes: tuple[Change, ...]
    reason: str


def tell(condition: Q, *, limit: int) -> tuple[Told, ...]:
    """Return the newest events that fulfil `condition`, in words."""
    return tuple(told(event) for event in Event.objects.filter(condition).order_by("-pk")[:limit])


def told(event: Event) -> Told:
    """Return one event in words."""
    before, after = event.before or {}, event.after or {}
    names = [name for name in dict.fromkeys((*after, *before)) if name not in _UNSAID]
    changes = [
        Change(_label(event, name), _words_of(name, before.get(name)), _words_of(name, after.get(name)))
        for name in names
    ]
    return Told(
        id=event.pk,
        number=event.number,
        at=event.at,
        who=event.actor_name,
        what=ACTIONS.get(event.action, event.action),
        about=event.subject_label,
        changes=tuple(change for change in changes if change.before != change.after),
        reason=event.reason,
    )


def _label(event: Event, name: str) -> str:
    """Return what a field is called: the cycle of a close-out counts rounds, that of a report is a stretch of time."""
    if name == "cycle" and event.action.startswith("closure."):
        return "整改轮次"
    return _FIELDS.get(name) or ACTIONS.get(name, name)


def veiled(event: Event) -> Told:
    """Return one event in words that say nothing about its subject."""
    return replace(told(event), about=VEIL, changes=(), reason="")


def _words_of(name: str, value: Any) -> str:
    return ROLES[value].name if name == "role" and value in ROLES else _words(value)


def _words(value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(map(_words, value))
    text = str(value)
    if not _TIME.fullmatch(text):
        return _VALUES.get(text, text)
    try:
        time = dt.datetime.fromisoformat(text)
    except ValueError:  # the 31st of February, as somebody wrote it
        return text
    return f"{day_words(timezone.localtime(time))} {timezone.localtime(time):%H:%M}" if time.tzinfo else day_words(time)
