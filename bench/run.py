"""Measures what the project claims, each claim against something anybody can run, and prints ratios.

Seconds are processor time. Whatever is compared runs in this one process, or in processes started one after the other, so
that the ratio says something on any machine.
"""

from __future__ import annotations

import datetime as dt
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import docx

from documents import with_one_run_each, without_table_styles, write_of_size, write_plan
from measure import command_seconds, peak_memory, seconds, side_by_side
from zhenggai.document import read_document
from zhenggai.plan import build_plan, read_plan
from zhenggai.profile import shipped
from zhenggai.rules import Facts, check, gather, rules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

PYTHON_DOCX = "import sys, docx\nd = docx.Document(sys.argv[1])\ntext = '\\n'.join(p.text for p in d.paragraphs)\n"
OURS = "import sys\nfrom zhenggai.document import read_document\ndocument = read_document(sys.argv[1])\n"
MEGABYTE = 2**20
ROUNDS = 32
TODAY = dt.date(2024, 5, 20)
GOAL = 0.95
"""What file to plan may take of the time that python-docx takes to read the same file."""


class Claim(NamedTuple):
    """One line of the result. `ratio` is ours to theirs; `holds` is None where nothing was promised."""

    what: str
    ours: str
    theirs: str
    ratio: float
    holds: bool | None


def read_forty_findings(folder: Path) -> Iterator[Claim]:
    """Compare on plans that are all different, because a reader that remembers words would find the same ones again."""
    plans = [write_plan(folder / f"plan{n}.docx", 40, n) for n in range(ROUNDS)]
    lean = [without_table_styles(plan, folder / f"lean{n}.docx") for n, plan in enumerate(plans)]
    found = len(read_plan(plans[0]).findings)
    what = (
        f"docx with 40 findings, file to plan ({found} found; goal: under {GOAL}) : "
        "python-docx opening it and joining its text"
    )
    yield _beside_python_docx(what, plans, read_plan, goal=GOAL)
    yield _beside_python_docx(
        "the same without the table styles of python-docx's template (goal: under 1)", lean, read_plan, goal=1
    )
    bare = [with_one_run_each(plan, folder / f"bare{n}.docx") for n, plan in enumerate(plans)]
    yield _beside_python_docx("the same with one run to each paragraph, as programs write it", bare, read_plan)
    yield _beside_python_docx("of the first, file to blocks", plans, read_document)


def _beside_python_docx(
    what: str, paths: Sequence[Path], read: Callable[[Path], object], *, goal: float | None = None
) -> Claim:
    ours, theirs = side_by_side(read, _joined_text, paths)
    ratio = ours / theirs
    return Claim(
        what, f"{1000 * ours:.1f} ms", f"{1000 * theirs:.1f} ms", ratio, ratio < goal if goal is not None else None
    )


def _joined_text(path: Path) -> str:
    return "\n".join(paragraph.text for paragraph in docx.Document(str(path)).paragraphs)


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


def check_forty_findings(folder: Path) -> Iterator[Claim]:
    """All rules over a plan beside reading it from the file, in turns."""
    plans = [write_plan(folder / f"checked{n}.docx", 40, n) for n in range(ROUNDS)]
    profile = shipped()["inspection-2024@1"]
    facts = {}
    for plan in plans:
        document = read_document(plan)
        facts[plan] = Facts(TODAY, profile, gather(document, build_plan(document)))
    ours, theirs = side_by_side(lambda plan: check(facts[plan]), read_plan, plans)
    yield Claim(
        f"all {len(rules())} rules over a plan of 40 findings (goal: under 1) : reading it, file to plan",
        f"{1000 * ours:.1f} ms",
        f"{1000 * theirs:.1f} ms",
        ours / theirs,
        ours < theirs,
    )


CLAIMS: tuple[Callable[[Path], Iterator[Claim]], ...] = (
    read_forty_findings,
    check_forty_findings,
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
