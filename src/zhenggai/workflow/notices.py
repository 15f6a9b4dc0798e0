"""消息: the kinds of what people are told, by code, in the words of the inbox. The inbox, the bells and the handbook read this table."""

from __future__ import annotations

KINDS: dict[str, str] = {
    "closure_waiting": "销号待办",
    "closure_returned": "销号退回",
    "closure_done": "销号办结",
    "extension_asked": "延期待答复",
    "extension_answered": "延期答复",
    "due": "到期提醒",
    "occurrence_missed": "周期任务缺次",
    "occurrence_moved": "周期任务调整",
    "assigned": "任务交接",
    "paper": "督办",
    "meeting": "碰头会",
    "resolution": "议定事项",
    "report": "进展填报",
    "job": "后台任务",
}

UNSAID = "限知事项，打开后可以查看。"
"""What a notice says of a restricted finding beside its number: who opens it leaves an event, who passes by does not."""
