"""Measures a signature: application by application, eight clients sign over HTTP, each answer a stored event.

`python bench/signatures.py [applications]` builds a store, serves it as `zhenggai serve` does, and lets eight clients review that many
applications (400 unless told) through the API. With ZHENGGAI_BENCH_DATABASE_URL, an empty PostgreSQL, it does the same there.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from http.client import HTTPConnection
from pathlib import Path

PORT = 8533
CLIENTS = 8
MAKE = """
import os, sys
sys.path.insert(0, sys.argv[2])
os.environ["DJANGO_SETTINGS_MODULE"] = "zhenggai.web.settings"
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
import signature_store
print(signature_store.fill(int(sys.argv[1])))
"""


def measure(applications: int, url: str = "") -> tuple[float, float]:
    """Return the median seconds of a signature and the signatures per second."""
    folder = tempfile.mkdtemp(prefix="zhenggai-bench-")
    environment = {**os.environ, "ZHENGGAI_DATA": folder, "ZHENGGAI_DATABASE_URL": url}
    try:
        made = subprocess.run(
            [sys.executable, "-c", MAKE, str(applications), str(Path(__file__).parent)],
            env=environment, stdout=subprocess.PIPE, text=True, check=True,
        )  # fmt: skip
        store = json.loads(made.stdout.splitlines()[-1])
        server = subprocess.Popen(
            [sys.executable, "-m", "zhenggai", "serve", "--port", str(PORT), "--workers", "2"],
            env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            _wait()
            return _sign(store["token"], store["closures"])
        finally:
            server.terminate()
            server.wait(30)
    finally:
        shutil.rmtree(folder)


def _wait() -> None:
    for _ in range(150):
        try:
            HTTPConnection("127.0.0.1", PORT, timeout=5).request("GET", "/login/")
        except ConnectionError:
            time.sleep(0.2)
        else:
            return
    raise TimeoutError("the server did not start")


def _sign(token: str, closures: list[list[int]]) -> tuple[float, float]:
    waiting, times, faults = list(closures), [], []
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def client() -> None:
        connection = HTTPConnection("127.0.0.1", PORT, timeout=60)
        while True:
            try:
                pk, seen = waiting.pop()
            except IndexError:
                return
            body = json.dumps({"seen": seen, "transition": "reviewed", "note": "同意。"})
            start = time.perf_counter()
            connection.request("POST", f"/api/v1/closures/{pk}/review", body.encode(), headers)
            answer = connection.getresponse()
            text = answer.read()
            times.append(time.perf_counter() - start)
            if answer.status != 200:
                faults.append(text.decode())

    start = time.perf_counter()
    threads = [threading.Thread(target=client) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise RuntimeError(faults[0])
    return statistics.median(times), len(times) / (time.perf_counter() - start)


def main() -> int:
    """Measure and print."""
    applications = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    stores = {"SQLite": ""}
    if url := os.environ.get("ZHENGGAI_BENCH_DATABASE_URL"):
        stores["PostgreSQL"] = url
    for name, address in stores.items():
        median, rate = measure(applications, address)
        print(f"{name:<12}{1000 * median:>8.1f} ms median{rate:>8.0f} signatures/s   {CLIENTS} clients, 2 workers")
    return 0


if __name__ == "__main__":
    sys.exit(main())
