"""A later document against the ledger, row by row: what changed, what is new, what the document does not have, what it reports.

Absence is a question and never a deletion; a notice or a report of progress changes no plan.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from zhenggai.web.ledger.drafting.compared import Compared
from zhenggai.web.ledger.drafting.difference import GROUPS, NUMBERS, Comparison, Difference, FieldChange
from zhenggai.web.ledger.drafting.later import FIELD_WORDS, names_in, same
from zhenggai.web.ledger.drafting.matching import words_of
from zhenggai.web.ledger.drafting.model import PARTY_ROLES
from zhenggai.web.ledger.drafting.name_questions import name_questions
from zhenggai.web.ledger.drafting.progress import progress
from zhenggai.web.ledger.drafting.standing import KIND_WORDS, headline

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from zhenggai.web.ledger.drafting.later import CellFault, Incoming, Later
    from zhenggai.web.ledger.drafting.matching import Match
    from zhenggai.web.ledger.drafting.standing import Row, Standing


def compare(
    standing: Standing,
    later: Later,
    *,
    links: Mapping[str, str] | None = None,
    names: Mapping[str, str] | None = None,
    known_names: Iterable[str] = (),
) -> Comparison:
    """Return what `later` says otherwise than `standing`.

    `links` are a person's matches: key of an incoming row or report → reference, or "new". `names` gives what a written name
    was meant to be; `known_names` have been settled already.
    """
    renamed = _renamed(later, names or {})
    return _Comparer(Compared(standing, renamed, links or {}), known_names).run()


def _renamed(later: Later, names: Mapping[str, str]) -> Later:
    if not names:
        return later
    rows = []
    for row in later.rows:
        changed = {
            role: "、".join(dict.fromkeys(names.get(name, name) for name in names_in(words)))
            for role, words in row.fields.items()
            if role in PARTY_ROLES
        }
        rows.append(replace(row, fields=row.fields | changed) if changed else row)
    return replace(later, rows=tuple(rows))


class _Comparer:
    def __init__(self, compared: Compared, known_names: Iterable[str]) -> None:
        self.compared = compared
        self.standing = compared.standing
        self.later = compared.later
        self.known_names = known_names
        self.matches = compared.matches
        self.incoming = compared.incoming
        self.below = compared.below
        self.missing = self._missing_references()

    def run(self) -> Comparison:
        found = [_of_fault(fault) for fault in self.later.faults]
        if not self.later.progress_only:
            stated = [d for row in self.later.rows if row.key in self.matches for d in self._changes(row)]
            stated += [d for row in self.later.rows for d in self._news(row)]
            found += [*name_questions(self.compared, stated, known_names=self.known_names), *stated, *self._absences()]
        found += progress(self.compared)
        order = {group: n for n, group in enumerate(GROUPS)}
        places = {reference: n for n, reference in enumerate(self.standing.rows)}
        found.sort(key=lambda d: (order[d.group], places.get(d.reference, len(places)) if d.reference else 0))
        return Comparison(tuple(_with_numbers_together(found)), self.compared)

    # -- changed -------------------------------------------------------------------------------------------------------

    def _changes(self, incoming: Incoming) -> Iterable[Difference]:
        match = self.matches[incoming.key]
        row = self.standing.rows[match.reference]
        fields: list[FieldChange] = []
        cleared: list[FieldChange] = []
        for name, after in incoming.fields.items():
            before = row.fields.get(name, "")
            if not same(name, before, after) and (after or name != "number"):
                (fields if after else cleared).append(FieldChange(name, before, after))
        moved, needs = self._moved(incoming, row)
        certain = match.certain and not incoming.since_changed
        if fields or moved or not match.certain:
            yield Difference(
                f"changed:{row.reference}",
                "changed",
                self.compared.title(row),
                row.kind,
                row.reference,
                incoming.key,
                (*fields, *moved),
                default="take" if certain else "",
                certain=match.certain,
                note=_note(incoming, match),
                place=incoming.place,
                places=incoming.places,
                needs=needs,
                offered=() if incoming.reference else self.compared.offered(incoming),
            )
        if cleared:
            yield Difference(
                f"cleared:{row.reference}",
                "missing",
                self.compared.title(row),
                row.kind,
                row.reference,
                incoming.key,
                tuple(cleared),
                default="keep",
                note="文件中这一栏是空的。",
                place=incoming.place,
            )

    def _moved(self, incoming: Incoming, row: Row) -> tuple[list[FieldChange], str]:
        """Return that the row stands below another owner, and the key of the owner where that is new."""
        if not incoming.parents:
            return [], ""
        owners = [self.compared.owner(parent) for parent in incoming.parents]
        if row.kind == "response":
            kept = [p for p in row.parents if p in self.missing]
            after = {*owners, *kept}
            if after == set(row.parents):
                return [], ""
            needs = next((owner for owner in owners if owner in self.incoming), "")
            order = [*[p for p in row.parents if p in after], *[o for o in owners if o not in row.parents]]
            return [FieldChange("parents", "、".join(row.parents), "、".join(order))], needs
        before = row.parents[0] if row.parents else ""
        if owners[0] == before or self._is_above(owners[0], before):
            return [], ""
        return [FieldChange("parents", before, owners[0])], owners[0] if owners[0] in self.incoming else ""

    def _is_above(self, owner: str, known: str) -> bool:
        """Say whether the document names the area alone where the ledger has an item of it."""
        row = self.standing.rows.get(known)
        return row is not None and row.kind == "item" and owner in row.parents

    # -- new -----------------------------------------------------------------------------------------------------------

    def _news(self, row: Incoming) -> Iterable[Difference]:
        if row.key in self.matches or not self._stands_for_itself(row):
            return
        brought = [r for r in self._beneath(row) if r.key not in self.matches]
        words = [
            w
            for r in (row, *brought)
            if r.kind in ("finding", "measure") and r is not row and (w := words_of(r.fields))
        ]
        if row.kind == "finding":
            note = self._split_note(row)
        elif row.kind == "response":
            note = f"对应问题：{'、'.join(self.compared.owner(p) for p in row.parents or ())}。"
        else:
            note = self._below_note(row)
        changes = tuple(
            FieldChange(name, "", value) for name, value in row.fields.items() if value and name in FIELD_WORDS
        )
        yield Difference(
            f"new:{row.key}",
            "new",
            f"新增{KIND_WORDS[row.kind]}",
            row.kind,
            "",
            row.key,
            changes,
            default="take",
            note=note,
            place=row.place,
            places=row.places,
            rows=(row.key, *(r.key for r in brought)),
            brings=tuple(words),
            offered=self.compared.offered(row),
        )

    def _stands_for_itself(self, row: Incoming) -> bool:
        """Say whether a new row is decided on by itself: owners come with what stands in them, the rest with a new owner."""
        if row.kind in ("area", "item"):
            return not self._has_findings(row)
        owners = [self.incoming[p] for p in row.parents or () if p in self.incoming and p not in self.matches]
        if row.kind == "response":
            return (
                not owners
                and bool(row.parents)
                and bool(self.compared.beneath.get(row.key) or any(row.fields.values()))
            )
        return row.kind == "finding" or not owners

    def _has_findings(self, row: Incoming) -> bool:
        return any(
            r.kind == "finding" or self._has_findings(r) or r.kind == "item"
            for r in self.compared.beneath.get(row.key, ())
        )

    def _beneath(self, row: Incoming) -> list[Incoming]:
        found: dict[str, Incoming] = {}
        for child in self.compared.beneath.get(row.key, ()):
            if child.key not in self.matches:
                found[child.key] = child
                found |= {r.key: r for r in self._beneath(child)}
        return list(found.values())

    def _split_note(self, row: Incoming) -> str:
        """Say from which finding of the ledger the new one was probably split off."""
        words = words_of(row.fields).rstrip("。；;")
        if len(words) < 6:
            return ""
        for standing in self.standing.of("finding"):
            if words in standing.fields["text"]:
                return f"可能由{standing.reference}拆分而来。"
        return self._below_note(row)

    def _below_note(self, row: Incoming) -> str:
        owner = self.compared.owner(row.parents[0]) if row.parents else ""
        if owner in self.incoming:
            words = words_of(self.incoming[owner].fields)
            return f"所属“{words}”，一并新增。" if words else ""
        return f"所属：{self.compared.title(self.standing.rows[owner])}" if owner in self.standing.rows else ""

    # -- missing -------------------------------------------------------------------------------------------------------

    def _missing_references(self) -> set[str]:
        expected = self.later.expected
        asked = set(self.standing.rows) if expected is None else set(expected) & set(self.standing.rows)
        return asked - {match.reference for match in self.matches.values()}

    def _absences(self) -> Iterable[Difference]:
        for reference in self.standing.rows:
            row = self.standing.rows[reference]
            if reference in self.missing and self._is_asked(row):
                goes_along = self._goes_along(row)
                yield Difference(
                    f"missing:{reference}",
                    "missing",
                    self.compared.title(row),
                    row.kind,
                    reference,
                    default="keep",
                    note="文件中没有这一项。没有特别说明的，应当保留；确不再整改的，写明理由后撤销。",
                    rows=tuple(r.reference for r in goes_along),
                    brings=tuple(f"{r.reference} {headline(r)}" for r in goes_along if r.kind == "measure"),
                )

    def _is_asked(self, row: Row) -> bool:
        """Say whether the row's absence is a question of its own: not where its owner's absence is the question."""
        if row.kind == "finding":
            return True
        if row.kind == "measure":
            response = self.standing.rows[row.parents[0]]
            return not response.parents or not all(p in self.missing for p in response.parents)
        return row.kind != "response" and not self.below.get(row.reference)

    def _goes_along(self, row: Row) -> list[Row]:
        """Return what is withdrawn with a finding: its blocks that answer nothing else, and their measures, where they are missing."""
        if row.kind != "finding":
            return []
        found = []
        for response in self.below.get(row.reference, ()):
            if all(p in self.missing for p in response.parents) and set(response.parents) == {row.reference}:
                measures = self.below.get(response.reference, ())
                if all(m.reference in self.missing for m in measures):
                    found += [response, *measures]
        return found


def _of_fault(fault: CellFault) -> Difference:
    place = f"第{fault.row}行“{fault.column}”列"
    written = f"填写的是“{fault.words}”：" if fault.words else ""
    advice = (
        f"建议改为“{fault.suggestion}”。"
        if fault.suggestion
        else "这一格不改动，请更正文件后重新上传，或在台账中修改。"
    )
    return Difference(
        fault.id,
        "cell",
        f"{place}（{fault.reference}）" if fault.reference else place,
        reference=fault.reference.rpartition("/")[2],
        note=f"{written}{fault.message}。{advice}",
        place=place,
        default="keep" if not fault.suggestion else "",
        suggestion=fault.suggestion,
    )


def _note(incoming: Incoming, match: Match) -> str:
    if incoming.since_changed:
        return "导出后这一行已由他人修改，请核对。"
    return "" if match.certain else "文字相差较大，对应关系不确定，请核对。"


def _with_numbers_together(differences: list[Difference]) -> Iterable[Difference]:
    """Make one difference of all rows that have another number and nothing else."""
    alone = [
        d
        for d in differences
        if d.group == "changed" and d.certain and d.default and {f.name for f in d.fields} == {"number"}
    ]
    if len(alone) < 2:
        yield from differences
        return
    fields = tuple(replace(change, about=d.reference) for d in alone for change in d.fields)
    together = Difference(NUMBERS, "changed", f"仅序号变化的{len(alone)}行", fields=fields, default="take")
    dropped = {d.id for d in alone}
    put = False
    for difference in differences:
        if difference.id not in dropped:
            yield difference
        elif not put:
            put = True
            yield together
