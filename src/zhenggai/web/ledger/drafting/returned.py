"""The ledger that comes back filled in → what it says.

Each cell is compared with what was sent, so that only what somebody wrote counts, and what others have changed in the system
meanwhile is left alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from zhenggai.export.numbering import numbered
from zhenggai.plan.marks import leading_mark, written_mark
from zhenggai.text import fold
from zhenggai.web.ledger.drafting.cells import Puzzle, Understood, read_cell
from zhenggai.web.ledger.drafting.columns import COLUMNS, REPORTED, kind_of, shown
from zhenggai.web.ledger.drafting.later import CellFault, Incoming, IncomingReport, Later, names_in, plain
from zhenggai.web.ledger.drafting.matching import SURE, alike
from zhenggai.web.ledger.drafting.model import PARTY_ROLES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhenggai.deadline import Context
    from zhenggai.web.ledger.drafting.filled_sheet import FilledSheet, SheetRow
    from zhenggai.web.ledger.drafting.standing import Row, Standing

AS_NEW: Final = "作为新增"
"""The suggestion for a reference that names nothing: the row is new."""
_HEADED: Final = {"area": "title", "item": "title", "finding": "text", "measure": "text"}
"""Columns whose words begin with a number, and the field of the words."""
_OF_RESPONSE: Final = tuple(key for key, column in COLUMNS.items() if column.level == "response")
_OF_MEASURE: Final = ("measure", "rectification_class", "due_text", *REPORTED)


@dataclass
class _Edits:
    fields: dict[str, str] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    place: str = ""
    since_changed: set[str] = field(default_factory=set)


def read_returned(
    sheet: FilledSheet,
    base: FilledSheet | None,
    standing: Standing,
    *,
    context: Context,
    accepted: Mapping[str, str],
) -> Later:
    """Return what the filled-in `sheet` says.

    `base` is the same sheet as it was sent out, where that is known. `accepted` gives for the ids of faults what a person has
    chosen to take instead of what stands in the cell.
    """
    return _Reader(sheet, base, standing, context, accepted).run()


class _Reader:
    def __init__(
        self,
        sheet: FilledSheet,
        base: FilledSheet | None,
        standing: Standing,
        context: Context,
        accepted: Mapping[str, str],
    ) -> None:
        self.sheet = sheet
        self.sent = base.by_reference() if base else None
        self.standing = standing
        self.context = context
        self.accepted = accepted
        self.edits: dict[str, _Edits] = {}
        self.reports: dict[str, _Edits] = {}
        self.new: dict[str, Incoming] = {}
        self.faults: list[CellFault] = []
        self.first_rows: dict[str, int] = {}
        self.present = {reference for row in sheet.rows for reference in row.references}
        self.done: dict[tuple[str, str], tuple[int, str]] = {}
        self.name_places: dict[str, str] = {}
        self.last_finding = ""
        self.last_response = ""
        self.last_item = ""

    def run(self) -> Later:
        for row in self.sheet.rows:
            self._read_row(row)
        known = (
            Incoming(
                self.standing.rows[reference].kind,
                reference,
                edits.fields,
                None,
                reference,
                edits.values,
                edits.place,
                since_changed=frozenset(edits.since_changed),
            )
            for reference, edits in self.edits.items()
        )
        reports = (
            IncomingReport(f"P{target}", target, e.fields, e.place, since_changed=bool(e.since_changed))
            for target, e in self.reports.items()
        )
        return Later(
            rows=(*known, *self.new.values()),
            reports=tuple(reports),
            expected=self._expected(),
            faults=tuple(self.faults),
            name_places=self.name_places,
        )

    def _expected(self) -> frozenset[str]:
        """Return the references that were sent and are not there any more: their absence is a question."""
        if self.sent is None and self.sheet.extract:
            return frozenset()
        sent = self.sent.values() if self.sent is not None else None
        if sent is None:
            asked = {row.reference for row in self.standing.rows.values() if row.kind in ("finding", "measure")}
        else:
            asked = {reference for row in sent for reference in row.references}
        return frozenset(asked - self.present)

    # -- rows ----------------------------------------------------------------------------------------------------------

    def _read_row(self, row: SheetRow) -> None:
        references = self._settled_references(row)
        if references is None:
            return
        if not references:
            self._read_new(row)
            return
        by_kind = {kind_of(reference): self.standing.rows[reference] for reference in references}
        measure = by_kind.get("measure")
        response = self._owner(measure)
        finding = by_kind.get("finding") or (self.standing.rows.get(response.parents[0]) if response else None)
        item = by_kind.get("item") or self._owner(finding, "item")
        area = by_kind.get("area") or self._owner(item, "area") or self._owner(finding, "area")
        alone = item is not None and finding is not None and self._covers(row, "item", "finding")
        for key, target in (("area", area), ("item", item), ("finding", None if alone else finding)):
            if target is not None:
                self._compare(row, key, target)
        if alone and item and finding:
            self._copy_to_finding(item, finding)
        self.last_item = item.reference if item else ""
        self.last_finding = finding.reference if finding else ""
        self.last_response = response.reference if response else ""
        if response is not None and measure is not None:
            for key in _OF_RESPONSE:
                self._compare(row, key, response)
            for key in _OF_MEASURE:
                self._compare(row, key, measure)
        elif row.text("measure") and finding is not None:
            self._put_measure(row, self._response_for(row, finding.reference))

    def _owner(self, row: Row | None, kind: str = "") -> Row | None:
        """Return the first owner of `row`, of that kind where one is named."""
        if row is None or not row.parents:
            return None
        owner = self.standing.rows.get(row.parents[0])
        return owner if owner is not None and kind in ("", owner.kind) else None

    def _covers(self, row: SheetRow, left: str, right: str) -> bool:
        cell = row.cells.get(left)
        return cell is not None and cell is row.cells.get(right)

    def _copy_to_finding(self, item: Row, finding: Row) -> None:
        edits = self.edits.get(item.reference)
        if edits and "title" in edits.fields:
            target = self.edits.setdefault(finding.reference, _Edits(place=edits.place))
            target.fields["text"] = edits.fields["title"]

    # -- references ----------------------------------------------------------------------------------------------------

    def _settled_references(self, row: SheetRow) -> list[str] | None:
        """Return the row's references; [] for a new row, None for one that must be left out until a person has said."""
        words = row.text("reference")
        if not words:
            return []
        fault = self._reference_fault(row)
        if fault is None:
            self.first_rows.setdefault(row.references[-1], row.number)
            return row.references
        message, suggestion = fault
        if suggestion != AS_NEW:
            self.present.update(suggestion.split("/"))
        wanted = self._accepted(row, "reference")
        if wanted == AS_NEW:
            return []
        if wanted and suggestion == wanted:
            self.first_rows.setdefault(wanted.rpartition("/")[2], row.number)
            return wanted.split("/")
        self._fault(row, "reference", words, Puzzle(message, suggestion))
        return None

    def _reference_fault(self, row: SheetRow) -> tuple[str, str] | None:
        references = row.references
        if not references:
            return "读不出编号", self._likely_reference(row)
        last = references[-1]
        for reference in references:
            if reference in self.standing.withdrawn:
                return f"编号{reference}已经撤销", AS_NEW
            if reference not in self.standing.rows:
                return f"没有编号{reference}", self._likely_reference(row)
        if last in self.first_rows:
            return f"编号{last}与第{self.first_rows[last]}行重复", AS_NEW
        measure = self.standing.rows[last]
        if measure.kind == "measure" and len(references) > 1:
            owner = self._owner(measure)
            if owner is not None and references[0] not in owner.parents and kind_of(references[0]) == "finding":
                return f"措施{last}不属于问题{references[0]}", f"{owner.parents[0]}/{last}"
        return None

    def _likely_reference(self, row: SheetRow) -> str:
        """Return the reference of the measure with the words of the row, if the file has no other row for it."""
        words = row.text("measure")
        there = {reference for other in self.sheet.rows for reference in other.references}
        for measure in self.standing.of("measure") if words else ():
            owner = self._owner(measure)
            if (
                measure.reference not in there
                and owner
                and alike(words, shown(self.standing, measure, "measure")) > SURE
            ):
                return f"{owner.parents[0]}/{measure.reference}"
        return AS_NEW

    # -- cells ---------------------------------------------------------------------------------------------------------

    def _compare(self, row: SheetRow, key: str, target: Row) -> None:
        if key not in self.sheet.columns:
            return
        words, cell = row.text(key), row.cells.get(key)
        sent = self._sent(row, key)
        now = shown(self.standing, target, key)
        reported = key in REPORTED
        if reported and cell is not None and cell.rows > 1 and self._is_on_block(target):
            target = self.standing.rows[target.parents[0]]
        if not self._is_first(row, key, target, words, sent if sent is not None else now):
            return
        if plain(words) in (plain(sent if sent is not None else now), plain(now)):
            return
        if not words and (reported or key in _HEADED or self._stood_below(row, key, target)):
            return
        read = self._read(row, key, words)
        if read is None:
            return
        store = self.reports if reported else self.edits
        edits = store.setdefault(target.reference, _Edits(place=f"第{row.number}行"))
        if sent is not None and plain(sent) != plain(now):
            edits.since_changed.add(key)
        self._put(edits, key, target, read)

    def _sent(self, row: SheetRow, key: str) -> str | None:
        """Return what was sent in the cell; None where that is not known."""
        sent = self.sent.get(row.references[-1]) if self.sent is not None and row.references else None
        return sent.text(key) if sent is not None else None

    def _stood_below(self, row: SheetRow, key: str, target: Row) -> bool:
        """Say whether the words stood in a cell that began in a row above: taken apart, such a cell is blank and says nothing."""
        if key != "due_text":
            return False
        sent = self.sent.get(row.references[-1]) if self.sent is not None else None
        cell = sent.cells.get(key) if sent else None
        if sent is not None:
            return cell is not None and cell.row < sent.number - 1
        measures = [m for m in self.standing.of("measure") if m.parents == target.parents]
        return measures.index(target) > 0

    def _is_on_block(self, measure: Row) -> bool:
        own = self.standing.reports.get(measure.reference)
        return bool(measure.parents) and not (own and (own.done or own.difficulty or own.next_step))

    def _is_first(self, row: SheetRow, key: str, target: Row, words: str, sent: str) -> bool:
        """Say whether the cell counts for its row: of several cells beside one row the first; a blank below it says nothing."""
        number, first = self.done.setdefault((target.reference, key), (row.number, words))
        if number == row.number:
            return True
        if words and plain(words) not in (plain(first), plain(sent)):
            self._fault(row, key, words, Puzzle(f"与第{number}行同一栏的内容不一致，按第{number}行读取"))
        return False

    def _read(self, row: SheetRow, key: str, words: str) -> Understood | None:
        """Return the meaning of a cell, with a person's choice in the place of words that cannot be read."""
        read = read_cell(key, words, self.context)
        if isinstance(read, Puzzle):
            wanted = self._accepted(row, key)
            again = read_cell(key, wanted, self.context) if wanted and wanted == read.suggestion else read
            if isinstance(again, Puzzle):
                self._fault(row, key, words, read)
                return None
            read = again
        if key in PARTY_ROLES:
            for name in names_in(read.words):
                self.name_places.setdefault(name, f"第{row.number}行“{self.sheet.columns[key]}”列")
        return read

    def _put(self, edits: _Edits, key: str, target: Row, read: Understood) -> None:
        if key not in _HEADED:
            edits.fields[key] = read.words
            if read.limit is not None:
                edits.values["limit"] = read.limit
            return
        whole = target.fields[_HEADED[key]].startswith(target.fields["number"])
        number, words = (
            (target.fields["number"], read.words) if whole else _divided(read.words, target.fields["number"])
        )
        if words != target.fields[_HEADED[key]]:
            edits.fields[_HEADED[key]] = words
        if number != target.fields["number"]:
            edits.fields["number"] = number

    def _fault(self, row: SheetRow, key: str, words: str, puzzle: Puzzle) -> None:
        reference = "/".join(row.references)
        name = self.sheet.columns[key]
        self.faults.append(
            CellFault(_fault_id(row, key), row.number, name, words, puzzle.message, puzzle.suggestion, reference)
        )

    def _accepted(self, row: SheetRow, key: str) -> str:
        return self.accepted.get(_fault_id(row, key), "")

    # -- new rows ------------------------------------------------------------------------------------------------------

    def _read_new(self, row: SheetRow) -> None:
        if not row.text("measure") and not row.text("finding") and not row.text("item"):
            if any(row.text(key) for key in ("objective", "due_text", "done")):
                self._fault(row, "reference", "", Puzzle("这一行没有编号，也没有问题和措施，不知道对应哪一项"))
            return
        finding = self._finding_for(row)
        if row.text("measure"):
            self._put_measure(row, self._response_for(row, finding))

    def _finding_for(self, row: SheetRow) -> str:
        """Return the finding beside the row: the one whose words stand there, the one above for a blank, else a new one."""
        words = row.text("finding") or (row.text("item") if self._covers(row, "item", "finding") else "")
        if not words and self.last_finding:
            return self.last_finding
        words = words or row.text("item")
        for finding in self.standing.of("finding"):
            if plain(words) in (plain(shown(self.standing, finding, "finding")), plain(finding.fields["text"])):
                self.last_finding, self.last_response = finding.reference, ""
                return finding.reference
        for key, incoming in self.new.items():
            if incoming.kind == "finding" and plain(words) == plain(
                numbered(incoming.fields["number"], incoming.fields["text"])
            ):
                return key
        number, text = _divided(words, None)
        key = f"N{row.number}W"
        owner = self._item_for(row)
        fields = {"number": number, "text": text, "cause": ""}
        self.new[key] = Incoming("finding", key, fields, (owner,) if owner else (), place=f"第{row.number}行")
        self.last_finding, self.last_response = key, ""
        return key

    def _item_for(self, row: SheetRow) -> str:
        words = row.text("item")
        if not words or self._covers(row, "item", "finding"):
            return self.last_item if not words else ""
        for item in self.standing.of("item"):
            if plain(words) in (plain(shown(self.standing, item, "item")), plain(item.fields["title"])):
                self.last_item = item.reference
                return item.reference
        number, title = _divided(words, None)
        key = f"N{row.number}T"
        area = next(
            (a for a in self.standing.of("area") if plain(row.text("area")) == plain(shown(self.standing, a, "area"))),
            None,
        )
        parents = (area.reference,) if area else ()
        self.new[key] = Incoming("item", key, {"number": number, "title": title}, parents, place=f"第{row.number}行")
        self.last_item = key
        return key

    def _response_for(self, row: SheetRow, finding: str) -> str:
        """Return the block that a new measure joins: that of the row above, or the finding's, unless its own fields differ."""
        if not self.last_response or finding != self.last_finding:
            blocks = [r for r in self.standing.below().get(finding, ()) if r.kind == "response"]
            self.last_response = blocks[0].reference if blocks else ""
        self.last_finding = finding
        known = self.standing.rows.get(self.last_response)
        filled = {key: row.text(key) for key in _OF_RESPONSE if row.text(key)}
        if self.last_response and (
            known is None or all(plain(v) == plain(known.fields.get(k, "")) for k, v in filled.items())
        ):
            return self.last_response
        key = f"N{row.number}Y"
        fields = {name: read.words for name, words in filled.items() if (read := self._read(row, name, words))}
        self.new[key] = Incoming("response", key, fields, (finding,), place=f"第{row.number}行")
        self.last_response = key
        return key

    def _put_measure(self, row: SheetRow, response: str) -> None:
        number, text = _divided(row.text("measure"), None)
        fields = {"number": number, "text": text}
        values: dict[str, Any] = {}
        reported: dict[str, str] = {}
        for name in ("due_text", "rectification_class", *REPORTED):
            words = row.text(name)
            read = self._read(row, name, words) if words else None
            if read is None:
                continue
            (reported if name in REPORTED else fields)[name] = read.words
            if read.limit is not None:
                values["limit"] = read.limit
        key = f"N{row.number}C"
        place = f"第{row.number}行"
        self.new[key] = Incoming("measure", key, fields, (response,), values=values, place=place)
        if reported:
            self.reports[key] = _Edits(reported, place=place)


def _fault_id(row: SheetRow, key: str) -> str:
    return f"cell:{row.number}:{key}"


def _divided(words: str, number: str | None) -> tuple[str, str]:
    """Return number and words of a cell. `number` is the one that the ledger has, "" for none, None for a row that is new."""
    if number == "":
        return "", words
    if number:
        prefix = numbered(number, "")
        if fold(words).startswith(fold(prefix)):
            return number, words[len(prefix) :].lstrip()
    mark = leading_mark(fold(words))
    if mark is not None:
        return written_mark(mark, words), words[mark.end :].lstrip()
    return number or "", words
