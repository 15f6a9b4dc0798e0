"""What a file says of itself: when a picture was taken, when a paper was made and with what, how many pages it has.

Every file is a stranger's: it is opened by `worker` in a process of its own, with bounds on memory and time. Names of authors
are personal information that proves nothing, so they are not read at all. `Facts` are kept as JSON; dates are texts in ISO form
as the file gives them: of a picture in the camera's own time, of papers in the office's.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, TypedDict

from zhenggai.web.ledger.evidence.contents import CONTENTS, HEAD, Content, Refusal, guess

if TYPE_CHECKING:
    from pathlib import Path

SECONDS = 60
"""How long one file may take."""
PAGES = 50
"""Pages of a paper that are shown in the application; the rest is in the download."""
_WORKER = "zhenggai.web.ledger.evidence.worker"
_turns = threading.BoundedSemaphore(2)
"""Files that one process of the server has opened at the same time."""
_SAID = {
    "locked": "文件设有打开密码，核查人员无法查看，请去掉密码后再上传。",
    "macros": "文件中带有宏，可能运行程序，请另存为不带宏的文件或PDF后再上传。",
    "archive": "压缩包里的材料无法逐件核对，请解压后逐个上传。",
    "broken": "文件已损坏或没有传完整，打不开，请检查原件后重新上传。",
    "bomb": "文件展开后过大，超出能够检查的范围，没有保存。请核实来源；图片请缩小，文档请拆分或另存为PDF后再上传。",
    "markup": "文件中混有网页或脚本，可能含有会运行的内容，请截图或另存为PDF后再上传。",
}


class Facts(TypedDict, total=False):
    """What was found; a key that the file says nothing about is missing. Sizes in pixels."""

    width: int
    height: int
    taken: str
    camera: str
    position: bool
    """Whether the picture says where it was taken; the place itself is not read."""
    pages: int
    created: str
    modified: str
    application: str


def examine(path: Path) -> tuple[Content, Facts]:
    """Return what the file is and what it says of itself.

    Raises:
        Refusal: it is not taken as evidence.
    """
    with path.open("rb") as file:
        key = guess(file.read(HEAD))
    answer = _ask("examine", key, str(path))
    if answer is None:
        raise Refusal("文件异常复杂，检查时占用的内存或时间过多，已停止。请另存为PDF或图片后再上传。")
    found = json.loads(answer)
    if "refused" in found:
        raise Refusal(_SAID[found["refused"]])
    return CONTENTS[found["content"]], found["facts"]


def picture_of(path: Path, content: Content, page: int) -> bytes | None:
    """Return the page (from 1) of a picture or PDF as a JPEG that was drawn anew, or None where that cannot be done."""
    if not content.previewed or not 1 <= page <= PAGES:
        return None
    return _ask("draw", content.key, str(path), str(page)) or None


def _ask(*what: str) -> bytes | None:
    command = [sys.executable, "-P", "-m", _WORKER, *what]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("ZHENGGAI_", "DJANGO_"))}
    with _turns:
        try:
            done = subprocess.run(  # noqa: S603 — the command is fixed, the path is the server's own
                command, stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS, check=False, env=environment
            )
        except subprocess.TimeoutExpired:
            return None
    return done.stdout if done.returncode == 0 else None
