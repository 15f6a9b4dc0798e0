"""Starting the application: the database brought up to date, the address said, the server run."""

from __future__ import annotations

import os
import socket
import sys
from contextlib import nullcontext
from pathlib import Path

from zhenggai.web.store import ENVIRONMENT, StoreError, setup_key
from zhenggai.web.working import worker_beside

SETTINGS = "zhenggai.web.settings"


def prepare() -> None:
    """Load Django and bring the database up to date.

    Raises:
        StoreError: the database cannot be reached.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    import django  # noqa: PLC0415 — the settings must be named first
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import OperationalError  # noqa: PLC0415

    django.setup()
    try:
        call_command("migrate", verbosity=0, interactive=False)
    except OperationalError as fault:
        raise StoreError(f"数据库连接不上，请检查设置：{str(fault).strip().splitlines()[0]}") from None


def open_store(data: str | None) -> None:
    """Load Django for a store that is there already and change nothing; `data` names the folder, None leaves it to the environment.

    Raises:
        StoreError: there is no such store, it cannot be reached, or another version of the program has made it.
    """
    if data:
        os.environ[ENVIRONMENT] = data
    path = Path(os.environ.get(ENVIRONMENT) or "data").expanduser().resolve()
    if not (path / "secret.key").is_file():
        raise StoreError(f"“{path}”不是数据文件夹，请用 --data 指明。")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    import django  # noqa: PLC0415 — the settings must be named first
    from django.db import DatabaseError, connection  # noqa: PLC0415
    from django.db.migrations.executor import MigrationExecutor  # noqa: PLC0415

    django.setup()
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite" and not Path(name).is_file():
        raise StoreError(f"数据文件夹中没有数据库“{Path(name).name}”。")
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as fault:
        raise StoreError(f"数据库连接不上，请检查设置：{str(fault).strip().splitlines()[0]}") from None
    if waiting:
        raise StoreError("数据库是较早版本的程序建立的，请先用现在的程序启动一次（zhenggai serve）。")


def serve(*, host: str, port: int, workers: int, demo: bool, jobs: bool = True) -> int:
    """Serve until interrupted and return the exit status; with `jobs` a worker process does the background work as long.

    Raises:
        StoreError: the data folder, the database or the port cannot be used.
    """
    _require_free(host, port)
    prepare()
    if demo:
        from zhenggai.web.demonstration import make_demonstration  # noqa: PLC0415

        for line in make_demonstration():
            _say(line)
    _say_first_steps()
    from django.db import connections  # noqa: PLC0415

    connections.close_all()
    _say(f"网页程序已启动：http://{host}:{port}/　按 Ctrl+C 停止。")
    from granian import Granian  # noqa: PLC0415
    from granian.constants import Interfaces  # noqa: PLC0415

    server = Granian(
        "zhenggai.web.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=4,
        log_enabled=False,
        websockets=False,
    )
    with worker_beside() if jobs else nullcontext():
        server.serve()
    return 0


def _say_first_steps() -> None:
    from django.conf import settings  # noqa: PLC0415

    from zhenggai.web.accounts.actions.first import is_first_run  # noqa: PLC0415

    if is_first_run():
        _say(f"首次使用：打开网页后填写单位名称和整改办账号。从其他电脑打开时，设置口令是 {setup_key(settings.DATA)}")


def _require_free(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as fault:
            raise StoreError(f"{host}:{port} 不能监听（{fault.strerror}），可用 --port 换一个端口。") from None


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
