"""What people say of a piece of evidence, and which of it cannot be taken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from zhenggai.web.ledger.models import Evidence
from zhenggai.web.ledger.models.rows import Layer

if TYPE_CHECKING:
    import datetime as dt

    from zhenggai.web.accounts.rights import Rights

_MOST = 100_000


@dataclass(frozen=True, slots=True)
class Declared:
    """What people say of a piece; `title` is "" where the file's name shall do, `kind` where the content shall decide."""

    title: str = ""
    kind: str = ""
    formed_on: dt.date | None = None
    pages: int | None = None
    copies: int | None = 1
    note: str = ""
    layer: str = Layer.INTERNAL


def check_declared(rights: Rights, unit_id: int, declared: Declared, today: dt.date) -> dict[str, str]:
    """Return one Chinese sentence for each field of `declared` that cannot be taken."""
    faults = {}
    if declared.kind and declared.kind not in Evidence.Kind:
        faults["kind"] = "请从列表中选择材料类别。"
    if len(declared.title.strip()) > 200:
        faults["title"] = "材料名称请控制在200字以内。"
    if len(declared.note.strip()) > 500:
        faults["note"] = "说明请控制在500字以内。"
    if declared.formed_on and declared.formed_on > today:
        faults["formed_on"] = "形成日期不能晚于今天。"
    if declared.formed_on and declared.formed_on.year < 1949:
        faults["formed_on"] = "形成日期过早，请核对年份。"
    if declared.pages is not None and not 0 < declared.pages <= _MOST:
        faults["pages"] = "页数请填写大于0的整数。"
    if declared.copies is None or not 0 < declared.copies <= 10_000:
        faults["copies"] = "份数请填写大于0的整数。"
    if declared.layer not in Layer:
        faults["layer"] = "请选择知悉范围。"
    elif declared.layer == Layer.RESTRICTED and unit_id not in rights.restricted_units:
        faults["layer"] = "限知材料只能由经授权知悉的人员上传，请联系安全管理员。"
    return faults


def values_of(declared: Declared) -> dict[str, Any]:
    """Return what is declared, by the names of a piece's columns."""
    return {
        "title": declared.title.strip(),
        "kind": declared.kind,
        "formed_on": declared.formed_on,
        "pages": declared.pages,
        "copies": declared.copies,
        "note": declared.note.strip(),
        "layer": declared.layer,
    }


def shown_of(piece: Evidence) -> dict[str, Any]:
    """Return what is declared of a piece now, as `values_of`."""
    names = ("title", "kind", "formed_on", "pages", "copies", "note", "layer")
    return {name: getattr(piece, name) for name in names}
