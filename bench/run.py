"""Measures what the project claims, each claim against something anybody can run, and prints ratios.

Seconds are processor time. Whatever is compared runs in this one process, or in processes started one after the other, so
that the ratio says something on any machine.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import docx

from documents import write_of_size, write_plan
from measure import command_seconds, peak_memory, seconds, side_by_side
from zhenggai.document import read_document
from zhenggai.plan import build_plan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PYTHON_DOCX = "import sys, docx\nd = docx.Document(sys.argv[1])\ntext = '\\n'.join(p.text for p in d.paragraphs)\n"
OURS = "import sys\nfrom zhenggai.document import read_document\ndocument = read_document(sys.argv[1])\n"
MEGABYTE = 2**20


class Claim(NamedTuple):
    """One line of the result. `ratio` is ours to theirs; `holds` is None where nothing was promised."""

    what: str
    ours: str
    theirs: str
    ratio: float
    holds: bool | None


def read_forty_findings(folder: Path) -> Iterator[Claim]:
    path = str(write_plan(folder / "plan.docx", 40))

    def joined() -> str:
        return "\n".join(paragraph.text for paragraph in docx.Document(path).paragraphs)

    found = len(build_plan(read_document(path)).findings)
    ours, theirs = side_by_side(lambda: build_plan(read_document(path)), joined, rounds=31)
    yield Claim(
        f"docx with 40 findings, file to plan ({found} found) : python-docx opening it and joining its text",
        f"{1000 * ours:.1f} ms",
        f"{1000 * theirs:.1f} ms",
        ours / theirs,
        ours < theirs,
    )
    blocks, _ = side_by_side(lambda: read_document(path), joined, rounds=31)
    yield Claim("of this, file to blocks", f"{1000 * blocks:.1f} ms", f"{1000 * theirs:.1f} ms", blocks / theirs, None)


def memory_of_five_megabytes(folder: Path) -> Iterator[Claim]:
    path = write_of_size(folder / "large.docx", 5 * MEGABYTE)
    size = path.stat().st_size / MEGABYTE
    ours, theirs = peak_memory(OURS, str(path)), peak_memory(PYTHON_DOCX, str(path))
    yield Claim(
        f"peak memory, {size:.1f} MB docx of nothing but text to blocks (goal: under 300 MB) : python-docx, as above",
        f"{ours:.0f} MB",
        f"{theirs:.0f} MB",
        ours / theirs,
        ours < 300,
    )
    whole = peak_memory(OURS + "from zhenggai.plan import build_plan\nbuild_plan(document)\n", str(path))
    yield Claim("the same, to plan", f"{whole:.0f} MB", f"{theirs:.0f} MB", whole / theirs, None)


def start_up(_folder: Path) -> Iterator[Claim]:
    command = str(Path(sys.executable).parent / "zhenggai")
    ours, theirs = command_seconds([command, "--help"], 21), command_seconds([sys.executable, "-c", "pass"], 21)
    yield Claim(
        "processor time of zhenggai --help (goal: under 0.15 s) : Python starting and doing nothing",
        f"{1000 * ours:.0f} ms",
        f"{1000 * theirs:.0f} ms",
        ours / theirs,
        ours < 0.15,
    )


def growth(folder: Path) -> Iterator[Claim]:
    base = 0.0
    for times in (1, 2, 4, 8):
        path = write_plan(folder / f"growth{times}.docx", 100 * times)
        taken = min(seconds(lambda path=path: build_plan(read_document(path))) for _ in range(5))
        base = base or taken
        yield Claim(
            f"{100 * times} findings, file to plan : {times} × 100 findings (1.00 is linear)",
            f"{1000 * taken:.0f} ms",
            f"{1000 * base * times:.0f} ms",
            taken / (base * times),
            taken / (base * times) < 1.3,
        )


CLAIMS: tuple[Callable[[Path], Iterator[Claim]], ...] = (
    read_forty_findings,
    memory_of_five_megabytes,
    start_up,
    growth,
)


def main() -> int:
    """Measure all claims, print them, and return 1 where one does not hold."""
    kept = True
    print(f"{'ours':>9} {'theirs':>9} {'ratio':>6}  holds  what")
    with tempfile.TemporaryDirectory() as folder:
        for measure in CLAIMS:
            for claim in measure(Path(folder)):
                holds = {True: "yes", False: "NO", None: ""}[claim.holds]
                print(f"{claim.ours:>9} {claim.theirs:>9} {claim.ratio:>6.2f}  {holds:<5}  {claim.what}", flush=True)
                kept = kept and claim.holds is not False
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
