"""`zhenggai serve`: the web application, on this machine or for the whole office."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from zhenggai.cli.terminal.faults import CommandError

if TYPE_CHECKING:
    import argparse

NAME = "serve"
HELP = "启动网页程序，在浏览器中办理整改"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare where the data lies and where the program is reached."""
    parser.add_argument("--data", metavar="文件夹", help="数据文件夹（默认 ./data，或环境变量 ZHENGGAI_DATA）")
    parser.add_argument("--host", metavar="地址", default="127.0.0.1", help="监听地址（默认 127.0.0.1，只限本机）")
    parser.add_argument("--port", metavar="端口", type=int, default=8000, help="监听端口（默认 8000）")
    parser.add_argument("--workers", metavar="个数", type=int, default=1, help="工作进程数（默认 1）")
    parser.add_argument("--no-jobs", action="store_true", help="不办理后台任务（由另行运行的 zhenggai jobs 办理）")
    parser.add_argument("--demo", action="store_true", help="数据文件夹为空时，先建立一个演示单位")


def run(args: argparse.Namespace) -> int:
    """Prepare the data folder and serve until interrupted."""
    if not 1 <= args.port <= 65535:
        raise CommandError("端口应当在1到65535之间。")
    if args.workers < 1:
        raise CommandError("工作进程数至少是1。")
    if args.data:
        os.environ["ZHENGGAI_DATA"] = args.data
    if args.host not in ("127.0.0.1", "localhost", "::1"):
        os.environ.setdefault("ZHENGGAI_HOSTS", f"{args.host} localhost 127.0.0.1" if args.host != "0.0.0.0" else "*")  # noqa: S104 — compared, not bound
    from zhenggai.web import serving, store  # noqa: PLC0415 — only this command needs the web framework

    try:
        return serving.serve(
            host=args.host, port=args.port, workers=args.workers, demo=args.demo, jobs=not args.no_jobs
        )
    except store.StoreError as fault:
        raise CommandError(str(fault)) from None
