"""核验存证：python3 verify_proof.py 存证.zip [--files 佐证文件夹]

只用 Python 3.9 以上自带的标准库，不联网，不需要本系统。全部相符时退出状态为0，有不符为1，不能核验为2。
"""

from __future__ import annotations

import hashlib
import json
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

Read = Callable[[str], Iterator[bytes]]
SCHEMA = "zhenggai.proof/1"
PIECE = 1 << 20


class Misfit(Exception):  # noqa: N818 — what is found is no error of this program
    """The first thing that does not fit."""


class SM3:
    """GB/T 32905 for a Python whose hashlib does not have it."""

    def __init__(self) -> None:
        self._state = [
            0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600, 0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E,
        ]  # fmt: skip
        self._rest = b""
        self._length = 0

    def update(self, data: bytes) -> None:
        """Take more bytes, as those of hashlib do."""
        self._length += len(data)
        data = self._rest + data
        whole = len(data) - len(data) % 64
        for start in range(0, whole, 64):
            self._compress(data[start : start + 64])
        self._rest = data[whole:]

    def hexdigest(self) -> str:
        """Return the hash of what has been taken so far."""
        padding = b"\x80" + b"\0" * ((55 - self._length) % 64) + (self._length * 8).to_bytes(8, "big")
        tail, state = self._rest + padding, list(self._state)
        for start in range(0, len(tail), 64):
            self._compress(tail[start : start + 64])
        found, self._state = self._state, state
        return "".join(f"{word:08x}" for word in found)

    def _compress(self, block: bytes) -> None:
        w = [int.from_bytes(block[i : i + 4], "big") for i in range(0, 64, 4)]
        for i in range(16, 68):
            x = w[i - 16] ^ w[i - 9] ^ _turn(w[i - 3], 15)
            w.append(x ^ _turn(x, 15) ^ _turn(x, 23) ^ _turn(w[i - 13], 7) ^ w[i - 6])
        a, b, c, d, e, f, g, h = self._state
        for i in range(64):
            first = _turn((_turn(a, 12) + e + _turn(0x79CC4519 if i < 16 else 0x7A879D8A, i % 32)) & 0xFFFFFFFF, 7)
            second = first ^ _turn(a, 12)
            chosen = a ^ b ^ c if i < 16 else (a & b) | (a & c) | (b & c)
            other = e ^ f ^ g if i < 16 else (e & f) | (~e & g)
            one = (chosen + d + second + (w[i] ^ w[i + 4])) & 0xFFFFFFFF
            two = (other + h + first + w[i]) & 0xFFFFFFFF
            a, b, c, d = one, a, _turn(b, 9), c
            e, f, g, h = two ^ _turn(two, 9) ^ _turn(two, 17), e, _turn(f, 19), g
        self._state = [old ^ new for old, new in zip(self._state, (a, b, c, d, e, f, g, h))]  # noqa: B905 — Python 3.9


def _turn(word: int, by: int) -> int:
    return ((word << by) | (word >> (32 - by))) & 0xFFFFFFFF if by else word


def hashed(algorithm: str, pieces: Any) -> str:
    """Return the hash of the pieces by the algorithm that the proof names."""
    if algorithm not in ("sha256", "sm3"):
        raise Misfit(f"校验算法“{algorithm}”不认识")
    try:
        made: Any = hashlib.new(algorithm)
    except ValueError:
        made = SM3()
    for piece in pieces:
        made.update(piece)
    return str(made.hexdigest())


def canonical(value: Any) -> bytes:
    """Return the JSON that is hashed: keys sorted, no blanks."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def check_events(about: Any, lines: Iterator[Any]) -> list[Any]:
    """Check the chain link by link and return the events that are told in full."""
    number, previous, told = 0, "", []
    for event in lines:
        if event.get("number") != number + 1:
            raise Misfit(f"第{number + 1}条操作记录缺失")
        number += 1
        if event.get("previous_hash") != previous:
            raise Misfit(f"第{number}条操作记录与上一条不衔接")
        digest = event.get("content_hash")
        if "content" in event:
            digest = hashed(event["algorithm"], [canonical(event["content"])])
            if digest != event.get("content_hash"):
                raise Misfit(f"第{number}条操作记录的内容与校验值不符")
            told.append(event)
        link = {
            "unit": about["unit"]["id"],
            "number": number,
            "algorithm": event.get("algorithm"),
            "previous_hash": previous,
            "content": digest,
        }
        if hashed(event.get("algorithm", ""), [canonical(link)]) != event.get("hash"):
            raise Misfit(f"第{number}条操作记录与校验值不符")
        previous = event["hash"]
    if [number, previous] != [about["head"]["number"], about["head"]["hash"]]:
        raise Misfit(f"操作记录止于第{number}条，存证载明末条是第{about['head']['number']}条")
    if [event["number"] for event in told] != about["told"]:
        raise Misfit("载有全文的操作记录与存证载明的不符")
    return told


def check_states(about: Any, told: list[Any], read: Read) -> int:
    """Check what was signed: each content against its hash, and that no signature's is missing."""
    listed = {state["digest"]: state for state in about["states"]}
    signed = {}
    for event in told:
        after = event["content"].get("after") or {}
        if event["content"]["action"].startswith("closure.") and after.get("state"):
            signed[after["state"]] = event["number"]
    for digest, number in signed.items():
        if digest not in listed and digest not in about["withheld_states"]:
            raise Misfit(f"第{number}条操作记录（签字）所签的内容缺失")
    for digest, state in listed.items():
        if digest not in signed:
            raise Misfit(f"所签内容{digest[:12]}…没有对应的签字记录")
        if hashed(state["algorithm"], read(f"states/{digest}.json")) != digest:
            raise Misfit(f"第{signed[digest]}条操作记录（签字）所签的内容被改动")
    return len(listed)


def check_evidence(about: Any, told: list[Any], read: Read, folder: Path | None) -> tuple[int, int]:
    """Check the list of evidence against the events, and the files that are at hand; return how many are listed and read."""
    uploaded: dict[tuple[str, int], tuple[str, int]] = {}
    versions: dict[str, int] = {}
    for event in told:
        content = event["content"]
        if content["action"] in ("evidence.added", "evidence.replaced"):
            piece = content["subject"][1]
            versions[piece] = versions.get(piece, 0) + 1
            uploaded[piece, versions[piece]] = (content["after"]["digest"], event["number"])
    read_files = 0
    listed = set()
    for one in about["evidence"]:
        key = (one["piece"], one["version"])
        listed.add(key)
        name = f"佐证{one['reference']}第{one['version']}版“{one['name']}”"
        if key not in uploaded:
            raise Misfit(f"{name}没有对应的上传记录")
        if uploaded[key][0] != one["digest"]:
            raise Misfit(f"{name}与第{uploaded[key][1]}条操作记录的校验值不符")
        pieces = read(f"files/{one['digest']}") if one["enclosed"] else _lying(folder, one, about["evidence"])
        if pieces is not None:
            if hashed(one["algorithm"], pieces) != one["digest"]:
                raise Misfit(f"{name}的文件内容被改动")
            read_files += 1
    for key, (_, number) in uploaded.items():
        if key not in listed:
            raise Misfit(f"第{number}条操作记录上传的佐证不在清单中")
    return len(listed), read_files


def _lying(folder: Path | None, one: Any, listed: list[Any]) -> Iterator[bytes] | None:
    """Return a file of the folder under its hash, its hash's folder, or its name.

    Versions may have the same name: a file that is another one of that name is not this one.
    """
    if folder is None:
        return None
    digest = one["digest"]
    for path in (folder / digest, folder / digest[:2] / digest):
        if path.is_file():
            return _pieces(path.open("rb"))
    path = folder / Path(one["name"]).name
    if not path.is_file():
        return None
    for other in listed:
        another = other["name"] == one["name"] and other["digest"] != digest
        if another and hashed(other["algorithm"], _pieces(path.open("rb"))) == other["digest"]:
            return None
    return _pieces(path.open("rb"))


def _pieces(stream: Any) -> Iterator[bytes]:
    with stream:
        while True:
            piece = stream.read(PIECE)
            if not piece:
                return
            yield piece


def check(source: Path, folder: Path | None = None) -> list[str]:
    """Check an archive, or a folder that one was unpacked into, and return what to say.

    Raises:
        Misfit: the first thing that does not fit.
    """

    def read(name: str) -> Iterator[bytes]:
        try:
            return _pieces((source / name).open("rb") if archive is None else archive.open(name))
        except (KeyError, FileNotFoundError):
            raise Misfit(f"存证中缺少“{name}”") from None

    archive = zipfile.ZipFile(source) if source.is_file() else None
    try:
        about = json.loads(b"".join(read("proof.json")))
        if about.get("schema") != SCHEMA:
            raise Misfit("不认识的存证格式")
        lines = b"".join(read("events.jsonl")).splitlines()
        told = check_events(about, (json.loads(line) for line in lines))
        states = check_states(about, told, read)
        listed, files = check_evidence(about, told, read, folder)
        if about["broken"] is not None:
            number, why = about["broken"]["number"], about["broken"]["why"]
            raise Misfit(f"导出时第{number}条操作记录{why}，存证只含此前的记录，此前的记录相符")
    except (KeyError, TypeError, ValueError, AttributeError) as fault:
        raise Misfit(f"存证的格式被破坏（{type(fault).__name__}）") from None
    except zipfile.BadZipFile:
        raise Misfit("存证文件已损坏") from None
    finally:
        if archive is not None:
            archive.close()
    number, hidden = about["head"]["number"], about["head"]["number"] - len(told)
    said = [f"{about['unit']['name']}：第1至第{number}条操作记录逐条衔接，末条校验值{about['head']['hash']}。"]
    said.append(f"其中{len(told)}条载有全文，内容与校验值相符；签字所据内容{states}份，相符。")
    if hidden:
        said.append(f"另有{hidden}条只有校验值：能证明其次序和内容自存入后未变，不显示、也不证明其内容是什么。")
    said.append(f"佐证清单{listed}份，与上传记录相符；核对文件{files}份，相符；未核对文件{listed - files}份。")
    said.append("请把末条校验值与另行保存的校验值比较：整条链被重新编造的，只有这样才能发现。")
    return said


def main(arguments: list[str]) -> int:
    """Check what the command line names."""
    folder = None
    if "--files" in arguments[:-1]:
        place = arguments.index("--files")
        folder = Path(arguments[place + 1])
        del arguments[place : place + 2]
    if len(arguments) != 1 or not Path(arguments[0]).exists():
        sys.stderr.write("用法：python3 verify_proof.py 存证.zip [--files 佐证文件夹]\n")
        return 2
    try:
        said = check(Path(arguments[0]), folder)
    except Misfit as misfit:
        sys.stdout.write(f"不符：{misfit}。\n")
        return 1
    except OSError as fault:
        sys.stderr.write(f"不能读取：{fault}\n")
        return 2
    sys.stdout.write("\n".join([*said, "全部相符。"]) + "\n")
    return 0


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.exit(main(sys.argv[1:]))
