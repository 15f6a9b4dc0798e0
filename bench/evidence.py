"""Measures the upload and the download of one large file as evidence: the memory of the server's processes, and the rate.

`python bench/evidence.py [megabytes]` (1,024 unless told) starts a server of its own on a data folder of its own, sends a PDF
with a stream of that size through the API and fetches it again. The memory is the highest that the kernel has seen of each
process of the server (VmHWM), before and after; the file is never held in memory here either.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

PORT = 8532
PIECE = 1 << 20
BORDER = "zhenggai-bench-border"
MAKE = """
import os, sys
sys.path.insert(0, sys.argv[1])
os.environ["DJANGO_SETTINGS_MODULE"] = "zhenggai.web.settings"
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
import datetime as dt
from django.utils import timezone
from offices import import_sample, make_office
from zhenggai.web.accounts.actions.tokens import digest_of
from zhenggai.web.accounts.models import Token
from zhenggai.web.ledger.models import Measure
office = make_office()
inspection = import_sample(office)
now = timezone.now()
Token.objects.create(
    person=office.people["handler"], name="bench", digest=digest_of("zg_bench"), created_at=now,
    acts=["evidence.add", "evidence.read"], expires_at=now + dt.timedelta(days=1),
)
print(Measure.objects.get(inspection=inspection, reference="C005").pk)
"""


def pdf_pieces(megabytes: int) -> Iterator[bytes]:
    """Yield a valid PDF of one page that carries a stream of so many megabytes."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
    ]
    head = b"%PDF-1.4\n"
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(head))
        head += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    places.append(len(head))
    head += b"4 0 obj\n<</Length %d>>\nstream\n" % (megabytes * PIECE)
    yield head
    for n in range(megabytes):
        yield hashlib.sha256(str(n).encode()).digest() * (PIECE // 32)
    tail = b"\nendstream\nendobj\n"
    at = len(head) + megabytes * PIECE + len(tail)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    yield tail + b"xref\n0 5\n0000000000 65535 f \n" + table
    yield b"trailer\n<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % at


def peaks(root: int) -> dict[int, float]:
    """Return the peak memory in MB of a process and of all below it."""
    parents = {}
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            lines = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
        except OSError:
            continue
        parents[int(status.parent.name)] = (int(lines["PPid"]), int(lines.get("VmHWM", "0").split()[0]) / 1024)
    family, found = {root}, {}
    while True:
        below = {pid for pid, (parent, _) in parents.items() if parent in family} - family
        if not below:
            break
        family |= below
    for pid in family & parents.keys():
        found[pid] = parents[pid][1]
    return found


def send(measure: str, megabytes: int) -> dict[str, object]:
    """Upload the PDF as a form and return the answer."""
    head = (
        f'--{BORDER}\r\nContent-Disposition: form-data; name="file"; filename="scan.pdf"\r\n'
        "Content-Type: application/pdf\r\n\r\n"
    ).encode()
    tail = f"\r\n--{BORDER}--\r\n".encode()
    size = len(head) + len(tail) + sum(map(len, pdf_pieces(megabytes)))
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=600)
    connection.putrequest("POST", f"/api/v1/measures/{measure}/evidence")
    connection.putheader("Authorization", "Bearer zg_bench")
    connection.putheader("Content-Type", f"multipart/form-data; boundary={BORDER}")
    connection.putheader("Content-Length", str(size))
    connection.endheaders()
    for piece in _framed(head, megabytes, tail):
        connection.send(piece)
    answer = connection.getresponse()
    text = answer.read()
    if answer.status != 200:
        raise SystemExit(f"{answer.status} {text.decode()}")
    found: dict[str, object] = json.loads(text)
    return found


def _framed(head: bytes, megabytes: int, tail: bytes) -> Iterator[bytes]:
    yield head
    yield from pdf_pieces(megabytes)
    yield tail


def fetch(piece: object) -> str:
    """Download a piece and return its hash."""
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=600)
    connection.request("GET", f"/api/v1/evidence/{piece}/file", headers={"Authorization": "Bearer zg_bench"})
    answer = connection.getresponse()
    hashed = hashlib.sha256()
    while part := answer.read(PIECE):
        hashed.update(part)
    return hashed.hexdigest()


def main(megabytes: int) -> None:
    """Print what was measured."""
    folder = tempfile.mkdtemp(prefix="zhenggai-bench-")
    limits = {"ZHENGGAI_EVIDENCE_MB": str(megabytes + 1), "ZHENGGAI_EVIDENCE_REQUEST_MB": str(megabytes + 2)}
    environment = {**os.environ, **limits, "ZHENGGAI_DATA": folder}
    tests = str(Path(__file__).parents[1] / "tests" / "web")
    try:
        made = subprocess.run(
            [sys.executable, "-c", MAKE, tests], env=environment, capture_output=True, text=True, check=True
        )
        server = subprocess.Popen(
            [sys.executable, "-m", "zhenggai", "serve", "--port", str(PORT)],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _wait()
            _measure(server.pid, made.stdout.split()[-1], megabytes)
        finally:
            server.terminate()
            server.wait(30)
    finally:
        shutil.rmtree(folder)


def _wait() -> None:
    for _ in range(100):
        try:
            http.client.HTTPConnection("127.0.0.1", PORT, timeout=5).request("GET", "/login/")
        except OSError:
            time.sleep(0.2)
        else:
            return


def _measure(server: int, measure: str, megabytes: int) -> None:
    send(measure, 1)
    before = peaks(server)
    start = time.perf_counter()
    answer = send(measure, megabytes)
    up = time.perf_counter() - start
    after_up = peaks(server)
    start = time.perf_counter()
    same = fetch(answer["id"])
    down = time.perf_counter() - start
    after_down = peaks(server)
    hashed = hashlib.sha256()
    for piece in pdf_pieces(megabytes):
        hashed.update(piece)
    print(
        f"{megabytes} MB up in {up:.1f} s ({megabytes / up:.0f} MB/s), down in {down:.1f} s ({megabytes / down:.0f} MB/s)"
    )
    print(f"comes back as it went: {same == hashed.hexdigest()}")
    for name, found in (("before (1 MB sent)", before), ("after upload", after_up), ("after download", after_down)):
        print(f"peak memory of the server's processes, {name}: {', '.join(f'{mb:.0f} MB' for mb in found.values())}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1024)
