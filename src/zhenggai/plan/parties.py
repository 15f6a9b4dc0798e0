"""Names of leaders, persons and departments in the value of a field."""

from __future__ import annotations

import re

from zhenggai.text import fold

_EDGE = " 　。；;，,、：:"
_NONE = re.compile(r"[/\\\-—~、\s]*|无|暂无|不涉及|空")
_PLAIN_NAME = re.compile(r"[\u4e00-\u9fff]{2,30}")
_NO_NAMES = frozenset({"暂无", "不涉及", "待定", "待明确"})
_SPREAD_NAME = re.compile(
    r"(?:^|(?<=[、，,；;\n\t]))[ \u3000]*([\u4e00-\u9fff])[ \u3000]+([\u4e00-\u9fff])[ \u3000]*(?=$|[、，,；;\n\t（(])"
)
"""A name of two characters set wide: 张 某."""
_MAY_BE_BLANK = re.compile(r"[xXｘＸ×＊*○〇_(（\s]|待|^某")
_PLACEHOLDER = re.compile(r"[xX×＊*某○〇_\s]+|待定|待明确|[\(（]\s*[\)）]")


def split_names(value: str, *, slashes: bool = False) -> tuple[str, ...]:
    """Return the names in `value`, divided at 、 ，；and blanks outside brackets; none for a dash or 无.

    A blank inside a name of two characters (张 某) belongs to the name. With `slashes` a slash divides too: 党群工作部/李某 is a
    department and a person.
    """
    value = value.strip(_EDGE)
    if _PLAIN_NAME.fullmatch(value) and value not in _NO_NAMES:
        return (value,)
    if _NONE.fullmatch(fold(value)):
        return ()
    if is_placeholder(value):
        return (value,)
    if " " in value or "\u3000" in value:
        value = _SPREAD_NAME.sub(r"\1\2", value)
    names: list[str] = []
    depth = start = 0
    edges = "、，,；;\n\t 　" + "/／" * slashes
    for index, character in enumerate(value + "、"):
        depth += (character in "（(") - (character in "）)")
        if depth <= 0 and character in edges:
            name = value[start:index].strip(_EDGE)
            if name and not _NONE.fullmatch(fold(name)):
                names.append(name)
            start = index + 1
    return tuple(names)


def is_placeholder(name: str) -> bool:
    """Return whether `name` is a blank still to be filled in (XX, ××); 张某某 is a name."""
    if _MAY_BE_BLANK.search(name) is None:
        return False
    folded = fold(name).strip()
    return bool(_PLACEHOLDER.fullmatch(folded)) and not re.fullmatch(r"某+", folded)
