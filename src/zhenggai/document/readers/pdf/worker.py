"""The process that reads one pdf: bytes on standard input, blocks as JSON on standard output.

A hostile pdf can make pdfminer take all memory or loop for hours in many places (widths of two hundred million characters);
here it meets a limit that ends this process and nothing else.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, replace

from zhenggai.document.faults import DocumentError
from zhenggai.document.reader import Limits
from zhenggai.document.readers.pdf.pages import read_pages

_MEMORY = 3 * 2**30
"""Bytes; a pdf of 2 000 pages takes a tenth."""


def main() -> None:
    """Read the limits from the command line and the pdf from standard input; write what came of it."""
    seconds, pages, characters, unpacked = sys.argv[1:]
    limits = replace(
        Limits(),
        converter_seconds=float(seconds),
        pages=int(pages),
        characters=int(characters),
        unpacked_size=int(unpacked),
    )
    _bind(limits)
    try:
        reading = read_pages(sys.stdin.buffer.read(), limits)
        answer = {"blocks": [asdict(block) for block in reading.blocks], "notes": reading.notes}
    except DocumentError as fault:
        answer = {"code": fault.code, "message": str(fault)}
    sys.stdout.buffer.write(json.dumps(answer).encode())


def _bind(limits: Limits) -> None:
    """Set this process its limits, where the system has such."""
    try:
        import resource  # noqa: PLC0415 not on every system
    except ImportError:
        return
    seconds = int(limits.converter_seconds) + 1
    for kind, most in ((resource.RLIMIT_AS, _MEMORY), (resource.RLIMIT_CPU, seconds)):
        _, hard = resource.getrlimit(kind)
        if hard == resource.RLIM_INFINITY or most <= hard:
            resource.setrlimit(kind, (most, hard))


if __name__ == "__main__":
    main()
