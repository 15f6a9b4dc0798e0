"""Making a backup while people work: the rows of one moment, and then every file that they name."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING

from django.apps import apps
from django.conf import settings
from django.db import connection

from zhenggai import __version__
from zhenggai.web.backup.archive import ABOUT, SCHEMA, SECRET, writing
from zhenggai.web.backup.tables import kept_models, lines_of, state_now
from zhenggai.web.ledger.proof.files import expected_files
from zhenggai.web.ledger.proof.verification import snapshot
from zhenggai.web.store import StoreError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from zhenggai.web.ledger.proof.files import Expected

_PIECE = 1 << 20


@dataclass(slots=True)
class Made:
    """What a backup holds; `missing` are files that rows name and that are not there or cannot be read.

    `changed` are files that stand in the backup as they are, which is not as they were stored.
    """

    rows: int = 0
    files: int = 0
    size: int = 0
    missing: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)


def make_backup(
    target: Path, *, now: dt.datetime, with_secret: bool, tick: Callable[[Made], None] = lambda _: None
) -> Made:
    """Write everything into `target`.

    Files are never changed or removed while a row names them, so those named by the rows of the moment are there afterwards.

    Raises:
        StoreError: it cannot be written.
    """
    made = Made()
    with writing(target) as out, snapshot():
        about = {
            "schema": SCHEMA,
            "program": __version__,
            "made_at": now.isoformat(),
            "database": connection.vendor,
            "state": state_now(),
            "secret": with_secret,
        }
        out.add(ABOUT, [json.dumps(about, ensure_ascii=False, indent=2).encode()])
        if with_secret:
            out.add(SECRET, [settings.SECRET_KEY.encode()])
        for model in kept_models(apps):
            out.add(f"tables/{model._meta.label_lower}.jsonl", _counted(lines_of(model), made, tick), compress=True)
            made.rows -= 1
        for expected in expected_files():
            name = f"{expected.folder}/{expected.digest}"
            if name in out:
                continue
            try:
                stream = expected.open()
            except OSError:
                made.missing.append(expected.name())
                continue
            hashed = hashlib.new(expected.algorithm)
            with stream:
                size, _ = out.add(name, _pieces(stream, hashed, expected))
            if hashed.hexdigest() != expected.digest:
                made.changed.append(expected.name())
            made.files, made.size = made.files + 1, made.size + size
            tick(made)
    return made


def _counted(lines: Iterator[bytes], made: Made, tick: Callable[[Made], None]) -> Iterator[bytes]:
    for line in lines:
        made.rows += 1
        if made.rows % 1000 == 0:
            tick(made)
        yield line


def _pieces(stream: IO[bytes], hashed: hashlib._Hash, expected: Expected) -> Iterator[bytes]:
    """Give the bytes and hash them on their way.

    Raises:
        StoreError: they cannot be read to their end.
    """
    while True:
        try:
            piece = stream.read(_PIECE)
        except OSError as fault:
            why = fault.strerror or fault
            raise StoreError(f"{expected.name()}读到一半中断（{why}），没有备份完。请检查磁盘后重新备份。") from fault
        if not piece:
            return
        hashed.update(piece)
        yield piece
