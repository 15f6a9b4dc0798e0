"""The ledger of an inspection as a workbook: exactly the rows that the person may see and has chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from django.utils import timezone

from zhenggai import export
from zhenggai.export.sheet import Options
from zhenggai.text import day_words
from zhenggai.web.ledger.drafting.ledger_sheet import Heading, ledger_sheets
from zhenggai.web.ledger.queries.standing import standing_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from zhenggai.web.accounts.rights import Rights
    from zhenggai.web.ledger.models import Inspection


@dataclass(frozen=True, slots=True)
class Workbook:
    """A file ready to be sent, and the references that stand in it."""

    name: str
    media_type: str
    data: bytes
    references: tuple[str, ...]


def ledger_workbook(
    rights: Rights, inspection: Inspection, *, number: str, at: dt.datetime, chosen: Iterable[int] | None = None
) -> Workbook:
    """Return the ledger as xlsx under the export number `number`; `chosen` are ids of findings, None for all."""
    standing = standing_of(rights, inspection, act="ledger.export", chosen=chosen)
    when = timezone.localtime(at)
    heading = Heading(
        title=f"{inspection.title}台账",
        unit=inspection.unit.name,
        code=inspection.code,
        plan=inspection.plan_versions.count(),
        export=number,
        exported=f"{day_words(when)}{when:%H:%M}",
        extract="" if chosen is None else "（按筛选条件导出）",
    )
    written = export.all_formats()["xlsx"]
    data = cast("bytes", written.write(ledger_sheets(standing, heading), Options()))
    shown = tuple(row.reference for row in standing.rows.values() if row.kind != "response")
    return Workbook(f"{inspection.code}整改台账{when:%Y%m%d}.xlsx", written.media_type, data, shown)
