"""Runs a command against a PostgreSQL server that lives as long as the command: `with_postgresql.py pytest tests/web`.

The server's files stand in a temporary folder, it is reached through a socket there and through no port, and it takes no care to
survive a power failure. Started by root it runs as the user postgres, for PostgreSQL refuses to be root's.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

PROGRAMS = Path("/usr/lib/postgresql")
NAME = "zhenggai"
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "max_connections": "60",
    "timezone": "UTC",
}


def programs() -> Path | None:
    """Return the folder with the newest server's programs, or None if there is no server."""
    found = sorted(PROGRAMS.glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    return found[-1].parent if found else None


@contextmanager
def server(**settings: str) -> Iterator[str]:
    """Start a server and give the address of a database there that need not exist yet; the server and its files go at the end."""
    found = programs()
    if found is None:
        raise FileNotFoundError(PROGRAMS / "*/bin/initdb")
    folder = Path(tempfile.mkdtemp(prefix="zhenggai-postgresql-"))
    who = _other_than_root(folder)
    data = folder / "data"
    try:
        initdb = [
            found / "initdb",
            "-D",
            data,
            "-U",
            NAME,
            "--auth=trust",
            "--no-sync",
            "--encoding=UTF8",
            "--locale=C",
        ]
        subprocess.run([*initdb, "--lc-ctype=C.UTF-8"], check=True, capture_output=True, cwd=folder, **who)
        options = [f"-c{name}={value}" for name, value in (SETTINGS | settings).items()]
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [found / "postgres", "-D", data, "-k", folder, *options], stdout=log, stderr=log, cwd=folder, **who
            )
        try:
            _wait(found, folder, process)
            yield f"postgresql://{NAME}@/{NAME}?host={folder}"
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _other_than_root(folder: Path) -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    user = pwd.getpwnam("postgres")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _wait(found: Path, folder: Path, process: subprocess.Popen[bytes]) -> None:
    ready = [found / "pg_isready", "-q", "-h", folder]
    while subprocess.run(ready, check=False).returncode != 0:
        if process.poll() is not None:
            raise RuntimeError((folder / "log").read_text(errors="replace"))
        time.sleep(0.05)


def main(command: list[str]) -> int:
    """Run the command and return its exit status. Without a server nothing is run, which is a failure under CI only."""
    if programs() is None:
        sys.stderr.write("PostgreSQL is not installed: make setup, or apt-get install postgresql\n")
        return int(os.environ.get("CI") == "true")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the server does not outlive this process
    with server() as address:
        return subprocess.run(command, check=False, env={**os.environ, "ZHENGGAI_DATABASE_URL": address}).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
