"""LEDGER → PAPERS: what is shown (reports) and as what (formats)."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zhenggai.document.blocks import Document
    from zhenggai.export.sheet import Format, Report
    from zhenggai.plan.model import Plan


@cache
def all_reports() -> dict[str, Report]:
    """Return the papers that can be made, by key."""
    from zhenggai import discover  # noqa: PLC0415 — so that naming the room costs the command nothing at its start
    from zhenggai.export import reports as folder  # noqa: PLC0415
    from zhenggai.export.sheet import Report  # noqa: PLC0415

    return discover.collect(folder, Report)


@cache
def all_formats() -> dict[str, Format]:
    """Return the formats that papers can take, by key."""
    from zhenggai import discover  # noqa: PLC0415
    from zhenggai.export import formats as folder  # noqa: PLC0415
    from zhenggai.export.sheet import Format  # noqa: PLC0415

    return discover.collect(folder, Format)


def render(
    plan: Plan,
    *,
    report: str = "ledger",
    format: str = "xlsx",  # noqa: A002 — the word that the command uses
    document: Document | None = None,
    width: int | None = None,
    colour: bool = False,
) -> bytes | str:
    """Return the paper `report` of `plan` in `format`: bytes of a file, or text for a screen.

    `document`, the blocks that the plan was read from, lets doubts be shown with the words they are about. `width`, in
    half-width characters, and `colour` are for formats that are shown on a screen.

    Raises:
        ExportError: the report or the format does not exist, or the paper does not fit the format.
    """
    from zhenggai.export.sheet import ExportError, Options, Subject  # noqa: PLC0415

    if report not in all_reports():
        raise ExportError(f"没有名为“{report}”的报表，可用的有：{'、'.join(all_reports())}。")
    if format not in all_formats():
        raise ExportError(f"没有名为“{format}”的格式，可用的有：{'、'.join(all_formats())}。")
    chosen = all_reports()[report]
    subject = Subject(plan, document)
    sheets = tuple(part.make(subject) for part in (chosen, *(all_reports()[key] for key in chosen.followed_by)))
    return all_formats()[format].write(sheets, Options(width, colour))
