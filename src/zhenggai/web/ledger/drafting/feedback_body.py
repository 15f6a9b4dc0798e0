"""Who inspected: the group or office that a document names as the one whose feedback it answers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_BODY: Final = re.compile(r"(?P<before>[\u4e00-\u9fff\d]{1,24}?)(?P<name>巡视组|巡察组|审计组|审计局|审计厅)")
_CUT: Final = re.compile(
    r".*(?:认真落实|贯彻落实|落实|根据|按照|依照|对照|针对|关于|配合|接受|收到|反馈|整改|年|月|日|由|向|经|将|被|对|于|的|了)"
)
_STARTS: Final = 30
"""A plan names its inspectors at its beginning; what is named further on may be somebody else."""


def feedback_body(texts: Iterable[str]) -> str:
    """Return the first inspecting group or audit office that is named with what it belongs to, or ""."""
    for _, text in zip(range(_STARTS), texts, strict=False):
        for found in _BODY.finditer(re.sub(r"\s+", "", text)):
            owner = _CUT.sub("", found["before"])
            if len(owner) > 1:
                return owner + found["name"]
    return ""
