"""Sample documents in one neutral form, with their answers marked in the text.

A line is a paragraph; `# ` before it sets it in the middle, `= ` flush left, `> ` to the right; `| a | b |` is a row of a table, `^` a
cell merged with the one above. `{一、}` is a number that Word may make. `«m|words»` says what the words are:

    a area  i item  f finding  x an item that is its own finding  o objective  m measure  p progress
    lead, resp, person, dept, coop: parties  t time limit  s status

A finding belongs to the item and area before it; what follows answers all findings since the last answer. The last line, `% kind=plan areas=2 …`,
says what the document is and counts by hand what it holds, so that a mark forgotten is a mark missed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

TAG = re.compile(r"«(\w+)\|([^«»]*)»")
NUMBER = re.compile(r"\{([^{}]*)\}")
STYLES = {"#": "centre", "=": "flush", ">": "right", "|": "row"}
PARTIES = {
    "lead": "lead_leaders",
    "resp": "responsible_leaders",
    "person": "responsible_persons",
    "dept": "responsible_departments",
    "coop": "cooperating_departments",
}


@dataclass
class Line:
    """A paragraph, or a row of a table. `number` is the part of a paragraph that Word may make."""

    style: str
    number: str
    text: str
    cells: list[str] = field(default_factory=list)


@dataclass
class Finding:
    area: int | None
    item: int | None
    text: str


@dataclass
class Answer:
    """What answers some findings (their positions)."""

    findings: list[int]
    measures: list[str] = field(default_factory=list)
    progress: list[str] = field(default_factory=list)
    parties: dict[str, list[str]] = field(default_factory=dict)
    objective: str = ""
    time_limit: str = ""
    status: str = ""

    @property
    def begun(self) -> bool:
        return bool(self.measures or self.progress or self.parties or self.objective or self.time_limit or self.status)


@dataclass
class Sample:
    name: str
    lines: list[Line]
    kind: str
    counts: dict[str, int]
    areas: list[str] = field(default_factory=list)
    items: list[tuple[int | None, str]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)

    @property
    def title(self) -> str:
        return "".join(line.text for line in self.lines[:2] if line.style == "centre")

    @property
    def numbered(self) -> bool:
        return any(line.number for line in self.lines)

    def marked(self, kind: str, words: str) -> None:
        """Take up what one mark says."""
        if kind == "a":
            self.areas.append(words)
        elif kind == "i":
            self.items.append((len(self.areas) - 1 if self.areas else None, words))
        elif kind in "fx":
            self.found(words, alone=kind == "x")
        else:
            self.answered(self.answers[-1], kind, words)

    def found(self, words: str, *, alone: bool) -> None:
        area = len(self.areas) - 1 if self.areas else None
        if alone:
            self.items.append((area, words))
        item = len(self.items) - 1 if self.items and self.items[-1][0] == area else None
        if not self.answers or self.answers[-1].begun:
            self.answers.append(Answer([]))
        self.answers[-1].findings.append(len(self.findings))
        self.findings.append(Finding(area, item, words))

    @staticmethod
    def answered(answer: Answer, kind: str, words: str) -> None:
        if kind == "m":
            answer.measures.append(words)
        elif kind == "p":
            answer.progress.append(words)
        elif kind == "t":
            answer.time_limit = words
        elif kind == "s":
            answer.status = words
        elif kind == "o":
            answer.objective = words
        else:
            answer.parties[PARTIES[kind]] = words.split("、")


def load(path: Path) -> Sample:
    """Read one sample."""
    *rows, last = path.read_text(encoding="utf-8").splitlines()
    counts = {name: int(count) for name, count in re.findall(r"(\w+)=(\d+)", last)}
    kind = re.findall(r"kind=(\w+)", last)[0]
    sample = Sample(path.stem, [_line(row) for row in rows if row.strip()], kind, counts)
    for row in rows:
        for kind, words in TAG.findall(row):
            sample.marked(kind, words)
    return sample


def _line(row: str) -> Line:
    style = STYLES.get(row[0], "body") if row[1:2] == " " else "body"
    row = TAG.sub(r"\2", row if style == "body" else row[2:])
    if style == "row":
        return Line(style, "", "", [cell.strip() for cell in row.rstrip("| ").split("|")])
    number = NUMBER.match(row)
    return Line(style, number.group(1) if number else "", NUMBER.sub("", row))


def load_all() -> list[Sample]:
    """Read all samples of this folder."""
    return [load(path) for path in sorted(Path(__file__).parent.glob("*.sample"))]
