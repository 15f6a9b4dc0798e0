"""What a later document reports on rows of the ledger: new reports, never instead of those that there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhenggai.web.ledger.drafting.difference import Difference, FieldChange, title_of
from zhenggai.web.ledger.drafting.later import same
from zhenggai.web.ledger.drafting.matching import words_of
from zhenggai.web.ledger.drafting.standing import REPORT_FIELDS, Report, Row

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zhenggai.web.ledger.drafting.compared import Compared
    from zhenggai.web.ledger.drafting.later import Incoming, IncomingReport


def progress(compared: Compared) -> Iterable[Difference]:
    """Return the differences of the group progress."""
    return _Progress(compared).run()


class _Progress:
    def __init__(self, compared: Compared) -> None:
        self.compared = compared
        self.standing = compared.standing
        self.later = compared.later
        self.links = compared.links
        self.matches = compared.matches
        self.incoming = compared.incoming
        self.below = compared.below

    def run(self) -> Iterable[Difference]:
        for report in self.later.reports:
            target, certain = self._target(report)
            if target is None:
                if report.target in self.incoming and not self.later.progress_only:
                    continue
                yield self._unlinked(report)
                continue
            known = self.standing.reports.get(target.reference, Report())
            stated = _with_the_other_half(target, known, report.fields)
            fields = [
                FieldChange(name, getattr(known, name), after)
                for name in REPORT_FIELDS
                if (after := stated.get(name, "")) and not same(name, getattr(known, name), after)
            ]
            if fields:
                yield self._difference(report, target, certain, tuple(fields), _contradiction(target, known, stated))

    def _difference(
        self, report: IncomingReport, target: Row, certain: bool, fields: tuple[FieldChange, ...], contradiction: str
    ) -> Difference:
        doubts = [
            "" if certain else "对应关系不确定，请核对。",
            "导出后已有新的进展，请核对。" if report.since_changed else "",
            contradiction,
        ]
        return Difference(
            f"progress:{target.reference}",
            "progress",
            title_of(target) if target.kind != "response" else self._block_title(target),
            target.kind,
            target.reference,
            report.key,
            fields,
            default="" if any(doubts) else "take",
            certain=certain,
            note="".join(doubts),
            place=report.place,
            places=report.places,
            offered=self._offered_for(report),
        )

    def _target(self, report: IncomingReport) -> tuple[Row | None, bool]:
        linked = self.standing.rows.get(self.links.get(report.key, ""))
        if linked is not None:
            return self._reported(linked), True
        match = self.matches.get(report.target)
        if match is not None:
            return self._single(self.standing.rows[match.reference]), match.certain and self._finding_certain(report)
        if report.target in self.standing.rows:
            return self.standing.rows[report.target], True
        incoming = self.incoming.get(report.target)
        if incoming is None or not self.later.progress_only:
            return None, False
        owner = self.incoming[incoming.parents[0]] if incoming.kind == "measure" and incoming.parents else incoming
        findings = [self.matches[p] for p in owner.parents or () if p in self.matches]
        blocks = {r.reference: r for f in findings for r in self.below.get(f.reference, ()) if r.kind == "response"}
        if len(blocks) == 1:
            return self._single(next(iter(blocks.values()))), all(f.certain for f in findings)
        return None, False

    def _finding_certain(self, report: IncomingReport) -> bool:
        incoming = self.incoming[report.target]
        owner = self.incoming.get((incoming.parents or ("",))[0]) if incoming.kind == "measure" else incoming
        return all(self.matches[p].certain for p in (owner.parents or () if owner else ()) if p in self.matches)

    def _reported(self, row: Row) -> Row | None:
        """Return the row that a report linked to `row` belongs to: of a finding its only block."""
        if row.kind == "finding":
            blocks = [r for r in self.below.get(row.reference, ()) if r.kind == "response"]
            return self._single(blocks[0]) if blocks else None
        return self._single(row) if row.kind in ("response", "measure") else None

    def _single(self, row: Row) -> Row:
        """Return the only measure of a block, or the row itself."""
        measures = self.below.get(row.reference, ()) if row.kind == "response" else ()
        return measures[0] if len(measures) == 1 else row

    def _unlinked(self, report: IncomingReport) -> Difference:
        return Difference(
            f"progress:{report.key}",
            "progress",
            "没有对上的进展",
            key=report.key,
            fields=tuple(FieldChange(name, "", words) for name, words in report.fields.items()),
            certain=False,
            note=self._said_about(report),
            place=report.place,
            places=report.places,
            offered=self._offered_for(report),
        )

    def _said_about(self, report: IncomingReport) -> str:
        findings = self._findings_of(report)
        return f"文件中写在问题“{words_of(findings[0].fields)}”之下。" if findings else ""

    def _findings_of(self, report: IncomingReport) -> list[Incoming]:
        incoming = self.incoming.get(report.target)
        if incoming is not None and incoming.kind == "measure" and incoming.parents:
            incoming = self.incoming.get(incoming.parents[0])
        return [self.incoming[p] for p in (incoming.parents or () if incoming else ()) if p in self.incoming]

    def _offered_for(self, report: IncomingReport) -> tuple[tuple[str, str], ...]:
        findings = self._findings_of(report)
        return self.compared.offered(findings[0]) if findings else ()

    def _block_title(self, response: Row) -> str:
        finding = self.standing.rows.get(response.parents[0]) if response.parents else None
        return title_of(finding) if finding else title_of(response)


def _with_the_other_half(target: Row, known: Report, stated: dict[str, str]) -> dict[str, str]:
    """Return what is stated with 100% for 已完成, and 已完成 for 100%, where the document gives only one of the two."""
    if target.kind != "measure":
        return stated
    if stated.get("status") == "completed" and stated.get("percent", known.percent) == known.percent:
        return stated | {"percent": "100"}
    if stated.get("percent") == "100" and stated.get("status", known.status) == known.status:
        return stated | {"status": "completed"}
    return stated


def _contradiction(target: Row, known: Report, stated: dict[str, str]) -> str:
    if target.kind != "measure" or not stated.keys() & {"status", "percent"}:
        return ""
    status, percent = stated.get("status") or known.status, stated.get("percent") or known.percent
    return "" if (status == "completed") == (percent == "100") else "完成状态与完成进度不一致，请核对。"
