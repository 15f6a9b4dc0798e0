"""`zhenggai proof`: an archive that proves to others what was done."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING

from zhenggai.cli.terminal.faults import CommandError

if TYPE_CHECKING:
    import argparse

NAME = "proof"
HELP = "导出存证：操作记录、所签内容、佐证清单和核验程序"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what is proved and where the archive goes."""
    parser.add_argument("--data", metavar="文件夹", help="数据文件夹（默认 ./data，或环境变量 ZHENGGAI_DATA）")
    parser.add_argument("--unit", metavar="单位", required=True, help="单位的名称或编号")
    parser.add_argument("--finding", metavar="编号", help="只导出这个问题，如 W003")
    parser.add_argument("--inspection", metavar="编号", help="问题所属巡察或审计的编号，有多次时须写明")
    parser.add_argument("--with-files", action="store_true", help="随附佐证文件")
    parser.add_argument("--restricted", action="store_true", help="含限知内容的全文")
    parser.add_argument("-o", "--output", metavar="文件", required=True, help="存证文件，如 存证.zip")


def run(args: argparse.Namespace) -> int:
    """Write the archive."""
    target = Path(args.output).absolute()
    if target.exists():
        raise CommandError(f"“{target}”已经存在，请换一个文件名。")
    from zhenggai.web import serving, store  # noqa: PLC0415 — only this command needs the web framework

    try:
        serving.open_store(args.data)
    except store.StoreError as fault:
        raise CommandError(str(fault)) from None
    from zhenggai.web.faults import LedgerFault  # noqa: PLC0415 — Django is loaded by now

    unfinished = target.with_name(f".{target.name}.part")
    try:
        with unfinished.open("xb") as out:
            shutil.copyfileobj(_proof(args), out)
        unfinished.replace(target)
    except (LedgerFault, store.StoreError) as fault:
        raise CommandError(str(fault)) from None
    except OSError as fault:
        raise CommandError(
            f"存证不能写入“{target}”：{fault.strerror or fault}。请检查磁盘空间和权限，或换一个位置。"
        ) from None
    finally:
        unfinished.unlink(missing_ok=True)
    sys.stdout.write(f"存证已写入“{target}”。核验：解压后运行 python3 verify_proof.py，用法见其中的存证说明。\n")
    return 0


def _proof(args: argparse.Namespace) -> IO[bytes]:
    from django.utils import timezone  # noqa: PLC0415 — Django is loaded by now

    from zhenggai.web.accounts.queries import unit_named  # noqa: PLC0415
    from zhenggai.web.audit.chain import Actor  # noqa: PLC0415
    from zhenggai.web.ledger.actions.proofs import operator, proof_of_finding, proof_of_unit  # noqa: PLC0415
    from zhenggai.web.ledger.models import Finding  # noqa: PLC0415

    unit = unit_named(args.unit)
    if unit is None:
        raise CommandError(f"没有名称或编号为“{args.unit}”的单位。")
    taker = operator(Actor(None, "系统", timezone.now()), unit, restricted=args.restricted)
    if not args.finding:
        return proof_of_unit(taker=taker, unit_id=unit, with_files=args.with_files).stream
    found = Finding.objects.filter(unit=unit, reference=args.finding)
    if args.inspection:
        found = found.filter(inspection__code=args.inspection)
    findings = list(found[:2])
    if not findings:
        raise CommandError(f"这个单位没有问题“{args.finding}”。")
    if len(findings) > 1:
        raise CommandError(f"有几次巡察或审计都有问题“{args.finding}”，请用 --inspection 写明。")
    return proof_of_finding(taker=taker, finding=findings[0], with_files=args.with_files).stream
