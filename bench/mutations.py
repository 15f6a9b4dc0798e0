"""Ways to spoil a file: bytes, words of XML, lines of text, numbers of PDF. The same chance gives the same file."""

from __future__ import annotations

import io
import re
import zipfile
from copy import deepcopy
from typing import TYPE_CHECKING

from lxml import etree

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    Mutation = Callable[[random.Random, bytes], bytes]

_TAG = re.compile(rb"<[^<>]*>|[^<>]+")
_VALUE = re.compile(rb'="[^"]*"')
_NUMBER = re.compile(rb"-?\d+(?:\.\d+)?")
_LONGEST = 2**20
_BYTES = (
    b"\x00",
    b"\xff",
    b"\x7f",
    b"\x80",
    b"\xff\xff\xff\xff",
    b"\x00\x00\x00\x80",
    b"\xfe\xff",
    b"<",
    b"&",
    b"PK\x03\x04",
)
_VALUES = (
    b"", b"0", b"-1", b"1", b"9", b"10", b"99", b"255", b"65536", b"2147483648", b"99999999999999999999", b"1e308", b"NaN",
    b"1.5", b"true", b"off", b"auto", b"none", b"bullet", b"continue", b"restart", b"%1%2%9%", b"A1:XFD1048576", b"ZZZZ99",
    "٣".encode(), "第%1条".encode(), b"x" * 3000, b"../../x", b"1 0 0 1", b"M 0 0 L 9", b"&lt;&amp;", b"chineseCounting", b"custom",
)  # fmt: skip
_NUMBERS = (
    b"0",
    b"-1",
    b"1",
    b"65535",
    b"99999999",
    b"4294967296",
    b"-2147483648",
    b"1e9",
    b"0.0001",
    b"123456789012345678901",
)
_TEXTS = (
    "|", "|---|---|", "\t", "\t\t\t", '"', '""', ",", ",,,", "**", "__", "`", "# ", "> ", "- ", "一、", "（一）", "1.", "①", "一是", "：",
    "整改措施：", "　　", "\r", "\x0c", "\x00", "\u2028", "\ufeff", "\U0001f600", "第1页 共9页", "— 1 —", "\\|", "<br>", "」", "。" * 50, "某" * 5000,
)  # fmt: skip


def spoil_bytes(chance: random.Random, data: bytes) -> bytes:
    """Change, cut, repeat or move a stretch of bytes."""
    if not data:
        return chance.choice(_BYTES)
    start = chance.randrange(len(data))
    end = min(len(data), start + int(chance.expovariate(1 / 30)) + 1)
    piece = data[start:end]
    match chance.randrange(7):
        case 0:
            new = bytes([piece[0] ^ (1 << chance.randrange(8))]) + piece[1:]
        case 1:
            new = chance.choice(_BYTES) + piece[1:]
        case 2:
            new = b""
        case 3:
            new = piece * chance.choice((2, 3, 50))
        case 4:
            return data[:start]
        case 5:
            other = chance.randrange(len(data))
            new = data[other : other + len(piece)]
        case _:
            new = piece + chance.randbytes(len(piece))
    return data[:start] + new + data[end:]


def spoil_xml(chance: random.Random, data: bytes) -> bytes:
    """Change one word of XML: a value, a name, a text; or repeat, remove, move and nest words."""
    words = _TAG.findall(data[:_LONGEST])
    if len(words) < 3:
        return spoil_bytes(chance, data)
    at = chance.randrange(len(words))
    chosen = chance.randrange(8)
    if chosen < 3:
        words[at] = _VALUE.sub(lambda _: b'="' + chance.choice(_VALUES) + b'"', words[at], count=chance.choice((1, 0)))
    elif chosen == 3:
        words[at] = (
            chance.choice(_TEXTS).encode() if not words[at].startswith(b"<") else words[chance.randrange(len(words))]
        )
    elif chosen == 4:
        del words[at : at + chance.choice((1, 1, 2, 3, 10))]
    elif chosen == 5:
        other = chance.randrange(len(words))
        words[at:at] = words[other : other + chance.choice((1, 2, 3, 8, 30))]
    elif chosen == 6:
        words[at:at] = words[at : at + chance.choice((1, 2, 3, 8))] * chance.choice((2, 10, 400))
    else:
        _nest(chance, words, at)
    return b"".join(words)


def spoil_tree(chance: random.Random, data: bytes) -> bytes:
    """Change one element of XML so that it stays well-formed: its values, its text, its name, its place."""
    try:
        root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, recover=True))
    except (etree.XMLSyntaxError, ValueError):
        root = None
    elements = [one for one in root.iter() if isinstance(one.tag, str)] if root is not None else []
    if len(elements) < 2:
        return spoil_xml(chance, data)
    one, other = chance.choice(elements[1:]), chance.choice(elements)
    try:
        (_change if chance.random() < 0.5 else _move)(chance, one, other)
        return etree.tostring(root)
    except ValueError:  # lxml makes no name that it once took from a spoilt file
        return spoil_xml(chance, data)


def _change(chance: random.Random, one: etree._Element, other: etree._Element) -> None:
    """Give an element another value, text or name."""
    chosen = chance.randrange(5)
    names = list(one.attrib) or list(other.attrib)
    if chosen == 0:
        one.text = "".join(c for c in chance.choice(_TEXTS) if c.isprintable() or c in "\t\n\r")
    elif chosen == 1:
        one.tag = other.tag
    elif names:
        one.set(chance.choice(names), chance.choice(_VALUES).decode())


def _move(chance: random.Random, one: etree._Element, other: etree._Element) -> None:
    """Remove an element, repeat it, put it elsewhere, or deeper."""
    parent = one.getparent()
    match chance.randrange(4):
        case 0:
            parent.remove(one)
        case 1:
            for _ in range(chance.choice((1, 2, 60))):
                one.addnext(deepcopy(one))
        case 2:
            other.append(deepcopy(one))
        case _:
            _bury(one, chance.choice((1, 3, 200)))


def _bury(one: etree._Element, depth: int) -> None:
    """Put the content of an element so many levels deeper into elements like itself."""
    content = list(one)
    for _ in range(depth):
        one = etree.SubElement(one, one.tag, one.attrib)
    one.extend(content)


def _nest(chance: random.Random, words: list[bytes], at: int) -> None:
    """Put an element many times around its own place, properly closed."""
    opening = words[at]
    if not opening.startswith(b"<") or opening.startswith((b"</", b"<?", b"<!")) or opening.endswith(b"/>"):
        return
    times = chance.choice((2, 30, 300))
    name = opening[1:-1].split()[0] if opening[1:-1].split() else b"x"
    words[at:at] = [opening] * times + [b"</" + name + b">"] * times


def spoil_zip(chance: random.Random, data: bytes) -> bytes:
    """Spoil a part inside a zip file, mostly as XML; now and then the zip file itself."""
    if chance.random() < 0.08:
        return spoil_bytes(chance, data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as container:
            parts = {name: container.read(name) for name in container.namelist()}
    except Exception:  # noqa: BLE001 — spoilt earlier; there is no telling how
        return spoil_bytes(chance, data)
    if not parts:
        return spoil_bytes(chance, data)
    weights = [len(part) ** 0.5 + 1 for part in parts.values()]
    name = chance.choices(list(parts), weights)[0]
    match chance.randrange(20):
        case 0:
            del parts[name]
        case 1:
            parts[name] = parts[chance.choice(list(parts))]
        case 2:
            parts[name] = spoil_bytes(chance, parts[name])
        case 3 | 4 | 5 | 6:
            parts[name] = spoil_xml(chance, parts[name])
        case _:
            parts[name] = spoil_tree(chance, parts[name])
    return pack(parts)


def pack(parts: dict[str, bytes]) -> bytes:
    """Return a zip file of `parts`, uncompressed, as quick to make as to read."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as container:
        for name, part in parts.items():
            container.writestr(zipfile.ZipInfo(name), part)
    return file.getvalue()


def spoil_text(chance: random.Random, data: bytes) -> bytes:
    """Repeat, remove or move lines, put signs with a meaning into them; now and then bytes."""
    if chance.random() < 0.2:
        return spoil_bytes(chance, data)
    lines = data.split(b"\n")
    at = chance.randrange(len(lines))
    match chance.randrange(6):
        case 0:
            del lines[at]
        case 1:
            lines[at:at] = [lines[chance.randrange(len(lines))]] * chance.choice((1, 2, 300))
        case 2:
            lines[at : at + 2] = [b"".join(lines[at : at + 2])]
        case 3:
            lines.sort(key=len)
        case _:
            place = chance.randrange(len(lines[at]) + 1)
            sign = chance.choice(_TEXTS).encode() * chance.choice((1, 1, 1, 2, 40))
            lines[at] = lines[at][:place] + sign + lines[at][place:]
    return b"\n".join(lines)[:_LONGEST]


def spoil_pdf(chance: random.Random, data: bytes) -> bytes:
    """Change one number of a PDF file, or its bytes."""
    numbers = list(_NUMBER.finditer(data))
    if not numbers or chance.random() < 0.5:
        return spoil_bytes(chance, data)
    found = chance.choice(numbers)
    return data[: found.start()] + chance.choice(_NUMBERS) + data[found.end() :]
