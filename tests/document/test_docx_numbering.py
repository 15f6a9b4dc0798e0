"""Word's automatic numbers: definitions, instances, overrides, restarts, styles, and every way of writing a figure."""

from __future__ import annotations

import shlex
import tomllib
from pathlib import Path
from typing import Any

import pytest
from tests.document.word import paragraph, read, texts, word

CASES = tomllib.loads(Path(__file__).with_name("numbering.toml").read_text(encoding="utf-8"))["case"]
WORDS = {"start": "start", "restart": "lvlRestart", "style": "pStyle"}


def level(index: int, written: str) -> str:
    form, text, *more = shlex.split(written)
    inner = f'<w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/>'
    if not any(one.startswith("start=") for one in more):
        inner += '<w:start w:val="1"/>'
    for one in more:
        name, _, value = one.partition("=")
        inner += f'<w:{WORDS[name]} w:val="{value}"/>' if value else "<w:isLgl/>"
    return f'<w:lvl w:ilvl="{index}">{inner}</w:lvl>'


def definition(identifier: str, written: str) -> str:
    first, *rest = written.strip().splitlines()
    if first.startswith("= "):
        inner = f'<w:numStyleLink w:val="{first[2:]}"/>'
    else:
        link = f'<w:styleLink w:val="{first[2:]}"/>' if first.startswith("& ") else ""
        levels = rest if link else [first, *rest]
        inner = link + "".join(level(index, one) for index, one in enumerate(levels))
    return f'<w:abstractNum w:abstractNumId="{identifier}">{inner}</w:abstractNum>'


def instance(identifier: str, written: str) -> str:
    of, _, overrides = written.partition(" ")
    inner = f'<w:abstractNumId w:val="{of}"/>'
    for override in overrides.split(" | ") if overrides else ():
        index, _, rest = override.partition(":")
        what = f'<w:startOverride w:val="{rest[6:]}"/>' if rest.startswith("start=") else level(int(index), rest)
        inner += f'<w:lvlOverride w:ilvl="{index}">{what}</w:lvlOverride>'
    return f'<w:num w:numId="{identifier}">{inner}</w:num>'


def style(identifier: str, written: str) -> str:
    words = written.split()
    base = f'<w:basedOn w:val="{words[1]}"/>' if words[:1] == ["<"] else ""
    numbered = words[2:] if base else words
    inner = ""
    if numbered:
        number, _, index = numbered[0].partition("/")
        inner = f'<w:ilvl w:val="{index}"/>' if index else ""
        inner += f'<w:numId w:val="{number}"/>' if number else ""
        inner = f"<w:pPr><w:numPr>{inner}</w:numPr></w:pPr>"
    return f'<w:style w:type="paragraph" w:styleId="{identifier}">{base}{inner}</w:style>'


def counted(written: str) -> str:
    name, _, place = written.rpartition("+")
    if "/" not in place:
        return paragraph("文", style=place)
    number, _, index = place.partition("/")
    return paragraph("文", style=name, number=(int(number), int(index)))


def parts(case: dict[str, Any]) -> dict[str, str]:
    lists = "".join(definition(*one) for one in case["lists"].items())
    nums = "".join(instance(*one) for one in case["nums"].items())
    return {"numbering": lists + nums, "styles": "".join(style(*one) for one in case.get("styles", {}).items())}


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_numbers_are_those_that_word_shows(case: dict[str, Any]) -> None:
    lines = [line.partition(" ") for line in case["body"].strip().splitlines()]
    blocks = read(word("".join(counted(place) for place, _, _ in lines), **parts(case))).blocks
    assert [block.text for block in blocks] == [number + "文" for _, _, number in lines]
    assert [block.text[: block.generated] for block in blocks] == [number for _, _, number in lines]


FORMATS = {
    "decimal": {1: "1", 10: "10", 123: "123"},
    "decimalZero": {1: "01", 9: "09", 10: "10", 100: "100"},
    "decimalFullWidth": {1: "１", 20: "２０"},
    "decimalHalfWidth": {7: "7"},
    "decimalEnclosedCircle": {1: "①", 20: "⑳", 51: "51"},
    "decimalEnclosedCircleChinese": {1: "①", 10: "⑩", 20: "⑳"},
    "decimalEnclosedParen": {1: "⑴", 20: "⒇", 21: "21"},
    "decimalEnclosedFullstop": {1: "⒈", 20: "⒛"},
    "ideographEnclosedCircle": {1: "㊀", 10: "㊉", 11: "11"},
    "ideographDigital": {1: "一", 10: "一〇", 25: "二五"},
    "japaneseCounting": {1: "一", 10: "十", 11: "十一", 20: "二十", 100: "百", 111: "百十一"},
    "chineseCounting": {1: "一", 10: "十", 11: "十一", 20: "二十", 99: "九十九"},
    "chineseCountingThousand": {
        1: "一",
        10: "十",
        12: "十二",
        21: "二十一",
        100: "一百",
        101: "一百零一",
        1010: "一千零一十",
    },
    "taiwaneseCounting": {1: "一", 10: "十", 15: "十五", 30: "三十"},
    "taiwaneseCountingThousand": {1: "一", 10: "十", 21: "二十一"},
    "taiwaneseDigital": {1: "一", 12: "一二"},
    "chineseLegalSimplified": {1: "壹", 10: "壹拾", 21: "贰拾壹", 105: "壹佰零伍"},
    "ideographTraditional": {1: "甲", 10: "癸", 11: "甲"},
    "ideographZodiac": {1: "子", 12: "亥"},
    "ideographZodiacTraditional": {1: "甲子", 60: "癸亥", 61: "甲子"},
    "lowerLetter": {1: "a", 26: "z", 27: "aa", 53: "aaa"},
    "upperLetter": {1: "A", 28: "BB"},
    "lowerRoman": {1: "i", 4: "iv", 9: "ix", 40: "xl"},
    "upperRoman": {3: "III", 14: "XIV", 99: "XCIX", 1994: "MCMXCIV"},
    "numberInDash": {5: "- 5 -"},
    "none": {1: ""},
    "bullet": {1: ""},
    "aFormatOfTheFuture": {8: "8"},
}


@pytest.mark.parametrize(
    ("form", "value", "shown"),
    [(form, value, shown) for form, values in FORMATS.items() for value, shown in values.items()],
)
def test_figures_are_written_as_word_writes_them(form: str, value: int, shown: str) -> None:
    numbering = (
        f'<w:abstractNum w:abstractNumId="1">{level(0, f"{form} %1 start={value}")}</w:abstractNum>{instance("1", "1")}'
    )
    assert texts(paragraph("文", number=(1, 0)), numbering=numbering) == [shown + "文"]


@pytest.mark.parametrize(
    ("custom", "shown"),
    [("001, 002, 003, ...", "007"), ("0001, 0002, 0003, ...", "0007"), ("甲, 乙, 丙", "7"), ("", "7")],
)
def test_figures_with_leading_zeros_stand_in_an_alternative(custom: str, shown: str) -> None:
    inner = (
        '<w:start w:val="7"/><mc:AlternateContent><mc:Choice Requires="w14">'
        f'<w:numFmt w:val="custom" w:format="{custom}"/></mc:Choice><mc:Fallback><w:numFmt w:val="decimal"/></mc:Fallback>'
        '</mc:AlternateContent><w:lvlText w:val="%1"/>'
    )
    numbering = (
        f'<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0">{inner}</w:lvl></w:abstractNum>{instance("1", "1")}'
    )
    assert texts(paragraph("文", number=(1, 0)), numbering=numbering) == [shown + "文"]


def test_empty_paragraphs_count_and_are_not_shown() -> None:
    numbering = parts({"lists": {"1": "decimal %1."}, "nums": {"1": "1"}})["numbering"]
    body = paragraph("甲", number=(1, 0)) + paragraph(number=(1, 0)) + paragraph("丙", number=(1, 0))
    assert texts(body, numbering=numbering) == ["1.甲", "3.丙"]


def test_lists_run_on_from_the_text_into_tables_and_apart_in_text_boxes_and_notes() -> None:
    numbering = parts({"lists": {"1": "decimal %1."}, "nums": {"1": "1"}})["numbering"]
    one = paragraph("文", number=(1, 0))
    table = f"<w:tbl><w:tr><w:tc>{one}{one}</w:tc></w:tr></w:tbl>"
    box = f"<w:p><w:r><w:pict><w:txbxContent>{one}</w:txbxContent></w:pict></w:r></w:p>"
    notes = f'<w:footnote w:id="2">{one}</w:footnote>'
    assert texts(one + table + box + one, numbering=numbering, footnotes=notes) == [
        "1.文",
        "2.文\n3.文",
        "1.文",
        "4.文",
        "1.文",
    ]


def test_a_made_number_is_told_from_a_typed_one() -> None:
    numbering = parts({"lists": {"1": "chineseCounting %1、"}, "nums": {"1": "1"}})["numbering"]
    made, typed = read(word(paragraph("目标", number=(1, 0)) + paragraph("二、原则"), numbering=numbering)).blocks
    assert (made.text, made.generated) == ("一、目标", 2)
    assert (typed.text, typed.generated) == ("二、原则", 0)
