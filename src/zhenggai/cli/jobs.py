"""`zhenggai jobs`: only the background work, on a node of its own or beside `zhenggai serve --no-jobs`."""

from __future__ import annotations

import argparse

from zhenggai.cli.terminal.faults import CommandError

NAME = "jobs"
HELP = "只办理后台任务（网页程序已自带；多台服务器时可单独运行）"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare where the data lies."""
    parser.add_argument("--data", metavar="文件夹", help="数据文件夹（默认 ./data，或环境变量 ZHENGGAI_DATA）")
    parser.add_argument("--parent", type=int, help=argparse.SUPPRESS)


def run(args: argparse.Namespace) -> int:
    """Work until interrupted."""
    from zhenggai.web import serving, store, working  # noqa: PLC0415 — only this command needs the web framework

    try:
        serving.open_store(args.data)
    except store.StoreError as fault:
        raise CommandError(str(fault)) from None
    return working.work(parent=args.parent)
