"""Reading one or many documents: a bad one among many does not stop the others."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING, NamedTuple

from zhenggai.cli.reading import inputs, shapes
from zhenggai.cli.terminal import outputs, paths
from zhenggai.cli.terminal.faults import CommandError
from zhenggai.document import known_formats, read_bytes, read_document
from zhenggai.document.faults import DocumentError
from zhenggai.document.reader import Limits

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from zhenggai.cli.reading.inputs import Input
    from zhenggai.document.blocks import Document

SOME_FAILED = 1
NONE_READ = 2


class Job(NamedTuple):
    """What to make of every file: its form, where it goes (None for standard output) and the suffix of files made."""

    shape: shapes.Shape
    output: Path | None
    suffix: str


def run(arguments: Sequence[str], job: Job) -> int:
    """Read what `arguments` name and write it as `job` says; return the exit status.

    Raises:
        CommandError: the only input, or the output, cannot be used; nothing was written then.
    """
    found = inputs.find(arguments, {suffix for known in known_formats() for suffix in known.suffixes})
    if job.output is None and sys.stdout.isatty():
        colour = "NO_COLOR" not in os.environ
        job = job._replace(shape=job.shape._replace(width=shutil.get_terminal_size().columns, colour=colour))
    if not found.many:
        return _one(found.files[0], job)
    if job.output is None and job.shape.form == "xlsx":
        raise CommandError("读多个文件时，请用 -o 写明存放电子表格的文件夹。")
    if job.output is not None and _is_file(job.output):
        raise CommandError(f"读多个文件时，-o 要写文件夹，而“{job.output}”是文件。")
    if job.output is not None and not paths.is_folder(job.output) and job.output.suffix.lower() == job.suffix:
        raise CommandError(f"要读的不止一个文件，-o 要写文件夹，而“{job.output}”像是一个文件的名字。")
    return _many(found.files, job._replace(shape=job.shape._replace(one_line=job.output is None)))


def _one(file: Input, job: Job) -> int:
    target = job.output
    if target is not None and paths.is_folder(target):
        target = outputs.name_in(target, file.name, job.suffix, taken=[file.path] if file.path else [])
    if target is not None and file.path is not None and paths.same_file(target, file.path):
        raise CommandError(f"输出文件就是输入文件“{target}”，不能覆盖，请换一个名字。")
    try:
        document, shown = _make(file, job)
    except (DocumentError, CommandError) as fault:
        raise CommandError(f"“{file.name}”：{fault}") from fault
    sys.stderr.writelines(f"提示：{note}\n" for note in document.notes)
    if target is None:
        outputs.to_stdout(shown.content)
    else:
        outputs.to_file(target, shown.content)
        sys.stderr.write(f"已写入“{target}”：{shown.summary}。\n")
    return 0


def _many(files: Sequence[Input], job: Job) -> int:
    failed: list[str] = []
    taken = [file.path for file in files if file.path is not None]
    for file in _with_progress(files, visible=job.output is not None or not sys.stdout.isatty()):
        try:
            _, shown = _make(file, job)
            if job.output is None:
                outputs.to_stdout(_headed(file.name, shown.content, job.shape.form))
            else:
                target = outputs.name_in(job.output, file.name, job.suffix, taken)
                outputs.to_file(target, shown.content)
                taken.append(target)
        except (DocumentError, CommandError) as fault:
            failed.append(f"“{file.name}”：{fault}")
    sys.stdout.flush()
    _report(len(files), failed, job.output)
    return 0 if not failed else NONE_READ if len(failed) == len(files) else SOME_FAILED


def _make(file: Input, job: Job) -> tuple[Document, shapes.Shown]:
    try:
        document = _read(file)
        return document, shapes.show(document, job.shape)
    except (DocumentError, CommandError):
        raise
    except Exception as bug:  # a fault of the program in one file must not take the others with it
        if sys.flags.dev_mode:
            raise
        raise CommandError(f"程序内部错误（{type(bug).__name__}），这个文件没有读成。请把它交给维护人员。") from bug


def _read(file: Input) -> Document:
    if file.path is None:
        return read_bytes(sys.stdin.buffer.read(Limits().file_size + 1), file.name)
    if paths.is_folder(file.path):
        raise DocumentError("empty_folder", f"文件夹里没有可以读的文件，能读的有：{_suffixes()}。")
    return read_document(file.path)


def _is_file(path: Path) -> bool:
    try:
        return path.exists() and not path.is_dir()
    except OSError:  # writing below it says why not
        return False


def _suffixes() -> str:
    return " ".join(suffix.lstrip(".") for known in known_formats() for suffix in known.suffixes)


def _headed(name: str, content: str | bytes, form: str) -> str | bytes:
    """Say above each of several texts whose it is; JSON carries the name itself."""
    return content if form == "json" or isinstance(content, bytes) else f"==> {name} <==\n{content}\n"


def _with_progress(files: Sequence[Input], *, visible: bool) -> Iterator[Input]:
    if not (visible and sys.stderr.isatty()):
        yield from files
        return
    from rich.console import Console  # noqa: PLC0415 — only where there is somebody to see it
    from rich.progress import track  # noqa: PLC0415

    yield from track(files, description="读取", console=Console(stderr=True), transient=True)


def _report(count: int, failed: Iterable[str], output: Path | None) -> None:
    failed = list(failed)
    sys.stderr.writelines(f"没有读成　{fault}\n" for fault in failed)
    place = f"，写在“{output}”" if output is not None and len(failed) < count else ""
    sys.stderr.write(f"共 {count} 个文件：读成 {count - len(failed)} 个，没有读成 {len(failed)} 个{place}。\n")
