"""Spoils files of every format and gives them to the readers: whatever comes, a reader reads or refuses in plain Chinese.

    python bench/fuzz_readers.py                     100,000 files, shared out by how fast a reader is
    python bench/fuzz_readers.py --inputs 5000 --only docx
    python bench/fuzz_readers.py --first 50000       other files than before
    python bench/fuzz_readers.py --only docx --write 1234 spoilt.docx

The n-th file of a reader is always the same, so a find can be had again by its number. A reader runs in a process of its
own: what brings that down is counted, and the next file is given to a new one. Exit status 1 if anything was found.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import resource
import signal
import sys
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from fuzz_seeds import SEEDS
from mutations import spoil_bytes, spoil_pdf, spoil_text, spoil_xml, spoil_zip
from zhenggai.document import DocumentError, Limits, known_formats, read_bytes

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from types import FrameType

    from mutations import Mutation
    from zhenggai.document import Document
    from zhenggai.document.reader import Reader

SECONDS = 5
"""Processor time that one file may take."""
GRACE = 6 * SECONDS
"""After so many seconds of the clock without a sign a process is given up: it hangs where no signal reaches it."""
MEMORY = 3 * 2**30
LIMITS = Limits(blocks=20_000, characters=2_000_000, pages=50, converter_seconds=20)
SHARES = {
    "text": 6.0,
    "text_delimited": 3.0,
    "text_markdown": 3.0,
    "docx": 8.0,
    "ofd": 3.0,
    "xls": 3.0,
    "ods": 3.0,
    "xlsx": 4.0,
    "pdf": 0.1,
}
"""How many files a reader gets compared with the others; one that is not named gets a share of 1. Each PDF takes a process."""
CONVERTERS = {"doc": 8, "odt": 8, "rtf": 8}
"""Readers that start another program for each file get so many and no more."""
MUTATIONS: dict[str, tuple[Mutation, ...]] = {
    "text": (spoil_text,),
    "text_delimited": (spoil_text,),
    "text_markdown": (spoil_text,),
    "pdf": (spoil_pdf,),
    "xls": (spoil_bytes,),
    "doc": (spoil_bytes,),
    "rtf": (spoil_bytes, spoil_xml),
}
"""Everything else is spoilt as a zip file."""


class TooSlowError(BaseException):
    """A file took too long. No `except Exception` may take it for a fault of the file."""


@dataclass(slots=True)
class Tally:
    """What came of the files of one reader."""

    inputs: int = 0
    read: int = 0
    refused: int = 0
    slowest: tuple[float, int] = (0.0, 0)
    finds: dict[str, list[int]] = field(default_factory=dict)

    def find(self, what: str, number: int) -> None:
        """Count something found; alike things together."""
        self.finds.setdefault(what, []).append(number)


def spoilt(key: str, seeds: list[bytes], number: int) -> bytes:
    """Return the file `number` of the reader `key`."""
    chance = random.Random(f"{key}:{number}")  # noqa: S311 — the same file each time is what is wanted
    data = chance.choice(seeds)
    mutations = MUTATIONS.get(key, (spoil_zip,))
    for _ in range(min(8, 1 + int(chance.expovariate(0.7)))):
        data = chance.choice(mutations)(chance, data)
    return data


def attempt(reader: Reader, data: bytes) -> str:
    """Read a file. Return "" where it was read, "refused", or what is wrong with the reader."""
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
    try:
        return complaint(read_bytes(data, "文件" + reader.suffixes[0], limits=LIMITS))
    except DocumentError as fault:
        understandable = any("\u4e00" <= c <= "\u9fff" for c in str(fault)) and fault.code.isascii()
        return "refused" if understandable else f"refused with {str(fault)!r}"
    except TooSlowError:
        return f"more than {SECONDS} s of processor time"
    except Exception as fault:  # noqa: BLE001 — this is what is looked for
        at = traceback.extract_tb(fault.__traceback__)
        own = [frame for frame in at if "zhenggai" in frame.filename]
        return f"{type(fault).__name__} in {Path((own or at)[-1].filename).name}:{(own or at)[-1].lineno}: {str(fault)[:80]}"
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def complaint(document: Document) -> str:
    """Return what is wrong with a document that was read, or ""."""
    for number, block in enumerate(document.blocks):
        if block.number != number:
            return "blocks are not numbered from 0"
        if not 0 <= block.generated <= len(block.text):
            return "more made characters than there are"
        cell = block.cell
        if cell is not None and (
            min(cell.table, cell.row, cell.column) < 0 or min(cell.row_span, cell.column_span) < 1
        ):
            return "a cell has no place"
    return "" if document.blocks else "a document without blocks"


def work(reader: Reader, seeds: list[bytes], start: int, end: int, report: Connection) -> None:
    """Read the files from `start` to `end`, saying before each which it is and after it what came of it."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    for number in range(start, end):
        data = spoilt(reader.key, seeds, number)
        report.send(number)
        before = processor_seconds()
        outcome = attempt(reader, data)
        report.send((outcome, processor_seconds() - before))


def processor_seconds() -> float:
    """Return the processor time of this process and of those that it started and that have ended."""
    return sum(os.times()[:4])


def stop(_signal: int, _frame: FrameType | None) -> None:
    """Break off whatever is running."""
    raise TooSlowError


def fuzz(reader: Reader, seeds: list[bytes], first: int, inputs: int) -> Tally:
    """Give `inputs` files to a reader, from the file `first` on."""
    tally = Tally()
    number = first
    while number < first + inputs:
        number = run_until_down(reader, seeds, (number, first + inputs), tally)
    return tally


def run_until_down(reader: Reader, seeds: list[bytes], span: tuple[int, int], tally: Tally) -> int:
    """Run one process over the files of `span`. Return the number of the file to go on with."""
    receiver, sender = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("fork").Process(target=work, args=(reader, seeds, *span, sender), daemon=True)
    process.start()
    sender.close()
    number = span[0]
    try:
        while receiver.poll(GRACE):
            said = receiver.recv()
            if isinstance(said, int):
                number = said
                continue
            count(tally, number, *said)
            number += 1
        tally.inputs += 1
        tally.find(f"no answer for {GRACE} s", number)
        number += 1
        process.kill()
    except EOFError:
        process.join()
        if process.exitcode:
            tally.inputs += 1
            tally.find(f"the process ended with {process.exitcode}", number)
            number += 1
    process.join()
    return number


def count(tally: Tally, number: int, outcome: str, seconds: float) -> None:
    """Add what came of one file."""
    tally.inputs += 1
    tally.slowest = max(tally.slowest, (seconds, number))
    if not outcome:
        tally.read += 1
    elif outcome == "refused":
        tally.refused += 1
    else:
        tally.find(outcome, number)


def shared_out(readers: list[Reader], inputs: int) -> dict[str, int]:
    """Return how many files each reader gets."""
    shares = {r.key: SHARES.get(r.key, 1.0) for r in readers if r.key not in CONVERTERS}
    total = sum(shares.values())
    each = {key: max(1, round(inputs * share / total)) for key, share in shares.items()}
    return each | {r.key: min(inputs, CONVERTERS[r.key]) for r in readers if r.key in CONVERTERS}


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inputs", type=int, default=100_000, help="files in total (default: 100000)")
    parser.add_argument(
        "--first", type=int, default=0, metavar="N", help="begin with the N-th file of each reader (default: 0)"
    )
    parser.add_argument("--only", metavar="KEY", help="one reader alone")
    parser.add_argument("--write", nargs=2, metavar=("N", "FILE"), help="write the N-th file of --only and stop")
    return parser.parse_args()


def main() -> int:
    options = arguments()
    signal.signal(signal.SIGVTALRM, stop)
    readers = [r for r in known_formats() if options.only in {None, r.key}]
    if options.write:
        number, path = options.write
        Path(path).write_bytes(spoilt(options.only, SEEDS[options.only](), int(number)))
        return 0
    shares = shared_out(readers, options.inputs)
    tallies: list[Tally] = []
    print(f"{'reader':<16}{'files':>8}{'read':>8}{'refused':>8}{'finds':>7}{'slowest':>10}", flush=True)
    for reader in readers:
        if reader.key not in SEEDS:
            sys.exit(f"{reader.key}: no seeds. Add some to fuzz_seeds.py.")
        seeds = SEEDS[reader.key]()
        if not seeds:
            print(f"{reader.key:<16} left out: LibreOffice, which makes its seeds, is not installed", flush=True)
            continue
        if any(attempt(reader, seed) for seed in seeds):
            sys.exit(f"{reader.key}: a seed is not read, so spoiling it proves nothing.")
        tally = fuzz(reader, seeds, options.first, shares[reader.key])
        tallies.append(tally)
        show(reader.key, tally)
    found = sum(len(numbers) for tally in tallies for numbers in tally.finds.values())
    print(f"{sum(tally.inputs for tally in tallies)} files, {found} finds")
    return 1 if found else 0


def show(key: str, tally: Tally) -> None:
    """Print the line of one reader, and what was found."""
    finds = sum(map(len, tally.finds.values()))
    print(
        f"{key:<16}{tally.inputs:>8}{tally.read:>8}{tally.refused:>8}{finds:>7}{1000 * tally.slowest[0]:>7.0f} ms (file {tally.slowest[1]})",
        flush=True,
    )
    for what, numbers in sorted(tally.finds.items(), key=lambda one: -len(one[1])):
        print(f"    {len(numbers)} × {what} (files {', '.join(map(str, numbers[:5]))})", flush=True)


if __name__ == "__main__":
    sys.exit(main())
