"""Measures `verify` against sha256sum over the same files, in one run: `python bench/proof.py [events] [megabytes]`.

Unless told otherwise it makes 100,000 events and 2,048 MB of evidence in files of 4 MB, and removes them at the end. The goal is a
ratio of at most 1.2. Both read files that have just been written, so neither waits for the disk.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

FILE = 4 * 2**20
GOAL = 1.2
MAKE = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "zhenggai.web.settings"
import django
django.setup()
import datetime as dt, io
from django.core.management import call_command
from django.db import transaction
call_command("migrate", verbosity=0)
from zhenggai.web.accounts import actions
from zhenggai.web.audit.chain import Actor, Subject, record
from zhenggai.web.ledger.evidence.vault import vault
from zhenggai.web.ledger.models import Evidence, EvidenceVersion, Inspection, StoredFile
events, files, size = map(int, sys.argv[1:])
now = dt.datetime(2026, 6, 1, 9, 0, tzinfo=dt.UTC)
actor = Actor(None, "系统", now)
unit = actions.create_organization(actor=actor, kind="unit", name="青桐市第九中学")
inspection = Inspection.objects.create(unit=unit, code="B", title="整改", profile="inspection-2024@1", created_at=now)
with transaction.atomic():
    for n in range(files):
        stored = vault().put(io.BytesIO(os.urandom(size)))
        file = StoredFile.objects.create(algorithm=stored.algorithm, digest=stored.digest, size=stored.size,
                                         media_type="application/pdf", stored_at=now)
        piece = Evidence.objects.create(unit=unit, inspection=inspection, reference=f"Z{n:04d}", title="会议记录",
                                        kind="meeting", added_at=now)
        EvidenceVersion.objects.create(evidence=piece, number=1, file=file, name="会议记录.pdf", uploaded_at=now)
        told = {"title": "会议记录", "kind": "meeting", "file": "会议记录.pdf", "digest": stored.digest, "measure_ids": []}
        record(unit_id=unit.pk, actor=actor, action="evidence.added", subject=Subject("evidence", piece.pk, "佐证"), after=told)
    for n in range(events - files):
        told = {"done": "已召开专题会议，完成第一批资料核对，并已逐项更正。", "percent": n % 100, "cycle": "2026年5月下半月"}
        record(unit_id=unit.pk, actor=actor, action="progress.reported", subject=Subject("measure", n % 5000, f"措施C{n % 5000:04d}的进展"),
               before={"percent": 0}, after=told)
"""


def main() -> int:
    """Make the store, measure both and return 1 where the goal is missed."""
    events, megabytes = (int(word) for word in [*sys.argv[1:], *("100000", "2048")[len(sys.argv) - 1 :]])
    folder = Path(tempfile.mkdtemp(prefix="zhenggai-proof-"))
    environment = {**os.environ, "ZHENGGAI_DATA": str(folder)}
    try:
        made = [sys.executable, "-c", MAKE, str(events), str(megabytes * 2**20 // FILE), str(FILE)]
        subprocess.run(made, env=environment, check=True)
        files = [str(path) for path in (folder / "evidence").glob("*/*") if path.is_file()]
        theirs = min(_seconds(["sha256sum", *files], environment) for _ in range(2))
        ours = min(_seconds([sys.executable, "-m", "zhenggai", "verify", "--quiet"], environment) for _ in range(2))
    finally:
        shutil.rmtree(folder)
    ratio = ours / theirs
    print(f"verify, {events} events and {megabytes} MB : {ours:.2f} s")
    print(f"sha256sum over the same files : {theirs:.2f} s")
    print(f"ratio {ratio:.2f} (goal: at most {GOAL}) {'yes' if ratio <= GOAL else 'NO'}")
    return 0 if ratio <= GOAL else 1


def _seconds(command: list[str], environment: dict[str, str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


if __name__ == "__main__":
    sys.exit(main())
