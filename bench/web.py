"""Measures the web application: one page of the ledger in stores of several sizes, and a real server under eight clients.

`python bench/web.py [largest]` builds a store of 1,000, of 5,000 and of `largest` findings (1,000,000 unless told; that takes
some ten minutes and 5 GB of disk), each in a folder of its own, and removes them at the end.
"""

from __future__ import annotations

import http.client
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import quote, urlencode

PORT = 8531
CLIENTS = 8
SECONDS = 8
MAKE = """
import os, sys
sys.path.insert(0, sys.argv[2])
os.environ["DJANGO_SETTINGS_MODULE"] = "zhenggai.web.settings"
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
import ledger_store
made = ledger_store.fill(int(sys.argv[1]))
from zhenggai.web.ledger.search import index_missing
index_missing()
print(*made)
"""


class Session:
    """One browser: a connection that stays open and its cookies."""

    def __init__(self) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
        self.cookies: dict[str, str] = {}

    def ask(self, method: str, path: str, body: str | None = None) -> tuple[int, bytes]:
        """Send one request and return status and body."""
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        text = answer.read()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        return answer.status, text

    def log_in(self, login: str, password: str) -> None:
        """Log in as a person does, through the form."""
        token = re.search(rb'name="csrfmiddlewaretoken" value="(\w+)"', self.ask("GET", "/login/")[1])
        if token is None:
            raise LookupError("no log-in form")
        values = {"csrfmiddlewaretoken": token[1].decode(), "login": login, "password": password}
        status, _ = self.ask("POST", "/login/", urlencode(values))
        if status != 302:
            raise PermissionError(status)


def measure(findings: int, *, load: bool) -> dict[str, float]:
    """Build a store, serve it and return the medians in ms of its pages, their bytes, and requests per second."""
    folder = tempfile.mkdtemp(prefix="zhenggai-bench-")
    environment = {**os.environ, "ZHENGGAI_DATA": folder}
    try:
        made = subprocess.run(
            [sys.executable, "-c", MAKE, str(findings), str(Path(__file__).parent)],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        inspection, login, password = made.stdout.split()[-3:]
        server = subprocess.Popen(
            [sys.executable, "-m", "zhenggai", "serve", "--port", str(PORT), "--workers", "2"],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            return _pages(inspection, login, password, load=load)
        finally:
            server.terminate()
            server.wait(30)
    finally:
        shutil.rmtree(folder)


def _pages(inspection: str, login: str, password: str, *, load: bool) -> dict[str, float]:
    session = _first_session(login, password)
    ledger = f"/ledger/{inspection}/"
    pages = {
        "ledger": ledger,
        "filtered": f"{ledger}?department={quote('第1科室3')}",
        "search": f"/search/?q={quote('登记')}",
    }
    found: dict[str, float] = {}
    for name, path in pages.items():
        times = []
        for _ in range(21):
            start = time.perf_counter()
            status, body = session.ask("GET", path)
            times.append(time.perf_counter() - start)
        if status == 200:
            found[name], found[f"{name} bytes"] = 1000 * statistics.median(times), len(body)
    if load:
        found["requests/s"] = _load(ledger, login, password)
    return found


def _first_session(login: str, password: str) -> Session:
    for _ in range(150):
        try:
            session = Session()
            session.log_in(login, password)
        except ConnectionError:
            time.sleep(0.2)
        else:
            return session
    raise TimeoutError("the server did not start")


def _load(path: str, login: str, password: str) -> float:
    counts = [0] * CLIENTS
    sessions = [Session() for _ in range(CLIENTS)]
    for session in sessions:
        session.log_in(login, password)
    end = time.perf_counter() + SECONDS

    def client(n: int) -> None:
        while time.perf_counter() < end:
            if sessions[n].ask("GET", path)[0] == 200:
                counts[n] += 1

    threads = [threading.Thread(target=client, args=(n,)) for n in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / SECONDS


def main() -> int:
    """Measure and print."""
    largest = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    # The largest is built for many minutes; it comes first, so that all three are measured close together.
    large, small, middle = measure(largest, load=False), measure(1_000, load=False), measure(5_000, load=True)
    print(f"{'page':<12}{'1,000':>10}{'5,000':>10}{largest:>12,}{'ratio':>8}{'bytes':>9}")
    for name in ("ledger", "filtered", "search"):
        if name in small:
            print(
                f"{name:<12}{small[name]:>7.1f} ms{middle[name]:>7.1f} ms{large[name]:>9.1f} ms"
                f"{large[name] / small[name]:>8.2f}{middle[f'{name} bytes']:>9,.0f}"
            )
    print(f"ledger page of 5,000 findings, {CLIENTS} clients, 2 workers: {middle['requests/s']:.0f} requests/s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
