"""Has a pdf read by a process of its own and takes over what that says."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from zhenggai.document.blocks import Block, Cell, Furniture, Part
from zhenggai.document.faults import DocumentError
from zhenggai.document.reader import Limits, Reader, Reading, Source

_WORKER = "zhenggai.document.readers.pdf.worker"


def _recognises(source: Source) -> bool:
    return b"%PDF-" in source.data[:1024]


def _read(source: Source, limits: Limits) -> Reading:
    numbers = (limits.converter_seconds, limits.pages, limits.characters, limits.unpacked_size)
    command = [sys.executable, "-P", "-m", _WORKER, *map(str, numbers)]
    try:
        done = subprocess.run(  # noqa: S603 the command is fixed; the file goes in by standard input
            command, input=source.data, capture_output=True, timeout=limits.converter_seconds, check=False
        )
    except subprocess.TimeoutExpired as error:
        message = f"读取 PDF 用时超过{limits.converter_seconds:.0f}秒，已停止：请拆成几个文件，或换用 Word 原件。"
        raise DocumentError("timeout", message) from error
    if done.returncode:
        raise DocumentError("broken", "PDF 已损坏或异常复杂，读取时占用的内存或时间过多，已停止：请换用 Word 原件。")
    answer = json.loads(done.stdout)
    if "code" in answer:
        raise DocumentError(answer["code"], answer["message"])
    return Reading(tuple(_block(entry) for entry in answer["blocks"]), tuple(answer["notes"]))


def _block(entry: dict[str, Any]) -> Block:
    cell, furniture = entry["cell"], entry["furniture"]
    return Block(
        entry["number"],
        entry["text"],
        Part(entry["part"]),
        Cell(**cell) if cell else None,
        page=entry["page"],
        furniture=Furniture(furniture) if furniture else None,
    )


READER = Reader(
    key="pdf",
    title="PDF 文件",
    suffixes=(".pdf",),
    media_type="application/pdf",
    recognises=_recognises,
    read=_read,
)
