"""Taking a backup back, into a data folder and a database in which nothing is."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

from zhenggai.web.backup.archive import SECRET, reading
from zhenggai.web.store import ENVIRONMENT, StoreError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from zhenggai.web.backup.archive import Reader
    from zhenggai.web.ledger.proof.verification import Verification

_ASIDE = ".restoring"


def restore(source: Path, folder: Path, tick: Callable[[], None] = lambda: None) -> Verification:
    """Restore `source` into `folder` and the database that the environment names, and check what came of it.

    Everything is written to the side first; the folder holds nothing before all is there. Must be called before Django is loaded.

    Raises:
        StoreError: the backup is not whole, or there is something already.
    """
    _require_empty(folder)
    with reading(source) as backup:
        backup.check()
        aside = folder / _ASIDE
        aside.mkdir(parents=True, mode=0o700)
        try:
            found = _fill(backup, aside, tick)
        except BaseException:
            shutil.rmtree(aside, ignore_errors=True)
            raise
    for child in list(aside.iterdir()):
        child.rename(folder / child.name)
    aside.rmdir()
    return found


def _require_empty(folder: Path) -> None:
    if folder.exists() and any(folder.iterdir()):
        raise StoreError(f"数据文件夹“{folder}”不是空的，恢复不会覆盖已有数据。请用 --data 指明一个空文件夹。")


def _fill(backup: Reader, aside: Path, tick: Callable[[], None]) -> Verification:
    if SECRET in backup.entries:
        handle = os.open(aside / SECRET, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as out:
            out.writelines(backup.pieces(SECRET))
    os.environ[ENVIRONMENT] = str(aside)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhenggai.web.settings")
    import django  # noqa: PLC0415 — the settings must be named first

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415 — Django is loaded by now
    from django.db import DatabaseError, connections  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from zhenggai.web.backup.tables import emptied_unless_filled, fill, require_empty  # noqa: PLC0415
    from zhenggai.web.ledger.proof.verification import verify  # noqa: PLC0415

    require_empty()
    _keep_files(backup, aside, tick)

    def lines(label: str) -> object:
        name = f"tables/{label}.jsonl"
        return backup.open(name) if name in backup.entries else None

    try:
        with emptied_unless_filled():
            fill(backup.about["state"], lines, tick)  # type: ignore[arg-type]
            call_command("migrate", verbosity=0, interactive=False)
            return verify(now=timezone.now(), all_of_them=True)
    except DatabaseError as fault:
        raise StoreError(f"数据库不能写入，没有恢复：{(str(fault).strip() or '原因不明').splitlines()[0]}") from fault
    finally:
        connections.close_all()


def _keep_files(backup: Reader, aside: Path, tick: Callable[[], None]) -> None:
    from zhenggai.web.ledger.evidence.vault import Staged, StoredBytes, vault  # noqa: PLC0415 — Django is loaded by now

    for name in backup.entries:
        kind, _, digest = name.partition("/")
        if kind == "evidence":
            tick()
            staged = vault().stage(backup.pieces(name))
            stored = StoredBytes("", digest, staged.stored.size)  # its name, whatever algorithm the office uses now
            vault().keep(Staged(staged.path, stored))
        elif kind == "files":
            tick()
            target = aside / "files" / digest[:2] / digest
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with target.open("xb") as out:
                out.writelines(backup.pieces(name))
                out.flush()
                os.fsync(out.fileno())
