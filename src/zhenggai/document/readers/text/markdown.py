"""The marks of Markdown: which texts have them, and lines without them."""

from __future__ import annotations

import re

from zhenggai.document.readers.text.tables import is_rule

_HEADING = re.compile(r" {0,3}(#{1,6})[ \t\u3000]+(?=\S)")
_LIST = re.compile(r"[ \t]*(?:(?:[-*+][ \t]+|>[ \t]?)[ \t]*)*")
_STRONG = re.compile(
    r"\*\*(?=[^\s*])([^*\n]+)(?<=\S)\*\*(?!\*)|(?<![\w_])__(?=[^\s_])([^_\n]+)(?<=\S)__(?![\w_])|(?<!`)`([^`\n]+)`(?!`)"
)
_STRONG_START = re.compile(
    r"[ \t]*(?:[-*+>][ \t]+){0,3}(?:\d{1,3}[.、][ \t]*)?(?:\*\*(?=[^\s*])[^*]+\*\*|__(?=[^\s_])[^_]+__)"
)
_ESCAPE = re.compile(r"\\([!#()*+\-.<>\[\\\]_`{|}~])")
_FENCE = ("```", "~~~")


def is_markdown(lines: list[str]) -> bool:
    """Return whether `lines` are Markdown: a heading, bold at the head of lines, or a table's line of dashes.

    A dash, a star or an underline alone is none: names are masked with stars, forms have lines to write on.
    """
    strong = 0
    for line in lines:
        if _HEADING.match(line) or (line.lstrip().startswith("|") and is_rule(line)):
            return True
        strong += _STRONG_START.match(line) is not None
    return strong > 1


def without_marks(line: str) -> tuple[str, int | None]:
    """Return a Markdown line as a reader sees it, and its heading level."""
    bare = line.strip()
    if _is_ruler(bare) or bare.startswith(_FENCE):
        return "", None
    heading = _HEADING.match(line)
    if heading:
        return without_emphasis(_without_closing(line[heading.end() :].rstrip())), len(heading[1])
    listed = _LIST.match(line)
    end = listed.end() if listed else 0
    nested = _HEADING.match(line, end) if end else None
    if nested:
        return without_emphasis(_without_closing(line[nested.end() :].rstrip())), len(nested[1])
    return without_emphasis(line[end:] if line[:end].strip() else line), None


def without_emphasis(text: str) -> str:
    """Return `text` without the marks of bold and code, and with its escaped characters plain."""
    if "*" in text or "_" in text or "`" in text:
        text = _STRONG.sub(lambda m: m[1] or m[2] or m[3], text)
    return _ESCAPE.sub(r"\1", text) if "\\" in text else text


def _without_closing(title: str) -> str:
    """`## 标题 ##` may close with the same marks, set off by a blank."""
    bare = title.rstrip("#")
    return bare.rstrip() if bare != title and bare[-1:].isspace() else title


def _is_ruler(bare: str) -> bool:
    return len(bare) > 2 and bare[0] in "-*_=" and not bare.strip(bare[0])
