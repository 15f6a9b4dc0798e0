"""Text files: encodings, lines, Markdown."""

from __future__ import annotations

import codecs
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhenggai.document import DocumentError, read_bytes

SIMPLE = (
    "关于青禾街道党工委巡察反馈意见的整改方案\n一、整改任务\n（一）学习制度落实不到位。\n"
    "整改措施：①每月组织集中学习1次；②建立考勤台账。（责任单位：党政办；完成时限：2024年6月底前。）\n"
)
TRADITIONAL = "關於青禾街道整改方案\n一、整改任務\n（一）學習制度落實不到位。\n整改措施：每月組織一次集中學習，建立臺賬。\n責任單位：黨政辦公室\n"


def texts(data: bytes | str, name: str = "方案.txt") -> list[str]:
    return [block.text for block in read_bytes(data.encode() if isinstance(data, str) else data, name).blocks]


class TestEncoding:
    @pytest.mark.parametrize(
        ("mark", "encoding"),
        [
            ("", "utf-8"),
            ("\ufeff", "utf-8"),
            ("", "gbk"),
            ("", "gb18030"),
            ("\ufeff", "utf-16-le"),
            ("\ufeff", "utf-16-be"),
            ("", "utf-16-le"),
            ("", "utf-16-be"),
            ("\ufeff", "utf-32-le"),
            ("\ufeff", "gb18030"),
        ],
    )
    def test_simplified(self, mark: str, encoding: str) -> None:
        assert texts((mark + SIMPLE).encode(encoding)) == SIMPLE.splitlines()

    @pytest.mark.parametrize("encoding", ["big5", "big5hkscs", "utf-8", "gb18030", "utf-16"])
    def test_traditional(self, encoding: str) -> None:
        assert texts(TRADITIONAL.encode(encoding)) == TRADITIONAL.splitlines()

    def test_rare_characters_need_four_bytes(self) -> None:
        text = "责任人：㐂某某、\U00020bb7某\n整改措施：建立台账，落实责任。\n"
        assert texts(text.encode("gb18030")) == text.splitlines()

    def test_ascii(self) -> None:
        assert texts(b"zhenggai\nplan") == ["zhenggai", "plan"]

    @pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
    def test_a_name_alone(self, encoding: str) -> None:
        assert texts("钮鑫".encode(encoding)) == ["钮鑫"]

    @pytest.mark.parametrize("breaks", ["\n", "\r\n", "\r", "\u2028", "\x0c", "\x85"])
    def test_line_breaks(self, breaks: str) -> None:
        assert texts(breaks.join(["一、任务", "二、措施"])) == ["一、任务", "二、措施"]

    @pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
    def test_a_file_cut_within_a_character(self, encoding: str) -> None:
        data = (SIMPLE * 20).encode(encoding).rstrip()
        read = texts(data + "好".encode(encoding)[:-1])
        assert read[:-1] == (SIMPLE * 20).splitlines()[:-1]

    @pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
    def test_a_stray_broken_byte_is_noted(self, encoding: str) -> None:
        data = (SIMPLE * 20).encode(encoding)
        at = len(SIMPLE.encode(encoding)) * 10
        document = read_bytes(data[:at] + b"\xff" + data[at:], "方案.txt")
        assert sum(block.text.count("\ufffd") for block in document.blocks) == 1
        assert "1处字符损坏" in document.notes[0]

    @pytest.mark.parametrize("stray", ["\x1a", "\x00", "\x07"])
    def test_a_stray_control_character_is_left_out(self, stray: str) -> None:
        assert texts(SIMPLE + stray) == SIMPLE.splitlines()

    def test_long_texts_are_told_by_their_beginning(self) -> None:
        text = "".join(f"第{n}段：每月组织集中学习，建立台账。\n" for n in range(9000))
        for encoding in ("utf-8", "gb18030", "utf-16-le"):
            assert texts(text.encode(encoding)) == text.splitlines()

    @pytest.mark.parametrize("seed", range(8))
    @pytest.mark.parametrize("size", [40, 400, 40_000])
    def test_noise_is_no_text(self, seed: int, size: int) -> None:
        data = random.Random(seed).randbytes(size)  # noqa: S311
        with pytest.raises(DocumentError):
            read_bytes(data, "方案.txt")

    @given(st.text(min_size=1, max_size=200))
    def test_any_utf8_is_read_or_refused(self, text: str) -> None:
        try:
            read = texts(codecs.BOM_UTF8 + text.encode())
        except DocumentError:
            return
        assert "".join("".join(read).split()) == "" or set("".join(read)) <= set(text) | {"\ufffd"}


class TestMarkdown:
    @pytest.mark.parametrize(
        ("line", "shown", "heading"),
        [
            ("# 整改方案", "整改方案", 1),
            ("### （一）学习方面", "（一）学习方面", 3),
            ("## 一、任务 ##", "一、任务", 2),
            ("## **一、任务**", "一、任务", 2),
            ("**整改措施：**每月学习。", "整改措施：每月学习。", None),
            ("__责任单位__：党政办", "责任单位：党政办", None),
            ("编号`XZ-3`的问题", "编号XZ-3的问题", None),
            ("- 每月学习", "每月学习", None),
            ("* 每月学习", "每月学习", None),
            ("    - **一是**每月学习", "一是每月学习", None),
            ("> 引用的话", "引用的话", None),
            ("> - 引用的话", "引用的话", None),
            ("1. 每月学习", "1. 每月学习", None),
            ("1\\. 每月学习", "1. 每月学习", None),
            ("-5℃以下停工", "-5℃以下停工", None),
            ("#3楼漏水", "#3楼漏水", None),
            ("3 * 5 = 15", "3 * 5 = 15", None),
            ("签字：______ 日期：______", "签字：______ 日期：______", None),
            ("张**、李某某", "张**、李某某", None),
            ("file__name__x", "file__name__x", None),
            ("　　全角缩进的段落", "　　全角缩进的段落", None),
        ],
    )
    def test_marks_are_taken_off_and_headings_kept(self, line: str, shown: str, heading: int | None) -> None:
        blocks = read_bytes(f"{line}\n".encode(), "方案.md").blocks
        assert [(block.text, block.heading) for block in blocks] == [(shown, heading)]

    @pytest.mark.parametrize("line", ["---", "***", "======", "```", "___"])
    def test_rulers_and_fences_are_no_text(self, line: str) -> None:
        assert texts(f"一、任务\n\n{line}\n\n二、措施\n", "方案.md") == ["一、任务", "二、措施"]

    @pytest.mark.parametrize(
        "text",
        [
            "# 方案\n- 学习\n",
            "**一、任务**\n\n- 学习\n\n**二、措施**\n",
            "- 学习\n\n| 序号 | 问题 |\n|---|---|\n| 1 | 无 |\n",
            "- 学习\n\n| 序号 | 问题 |\n|:--|:-:|\n| 1 | 无 |\n",
            "> - **时限**：6月\n> - **单位**：党政办\n- 学习\n",
        ],
        ids=["heading", "bold", "table", "aligned table", "bold in nested lists"],
    )
    def test_markdown_is_told_in_a_txt(self, text: str) -> None:
        assert "学习" in texts(text)

    @pytest.mark.parametrize(
        "line",
        [
            "- 每月学习",
            "* 每月学习",
            "涉及张**、李**等3人",
            "签字：__________",
            "金额*比例=应缴数",
            "#3号楼顶漏水",
            "——整改措施",
            "5 > 3",
        ],
    )
    def test_other_texts_keep_their_marks(self, line: str) -> None:
        assert texts(f"整改方案\n{line}\n{line}\n") == ["整改方案", line, line]

    def test_masked_names_do_not_make_a_text_markdown(self) -> None:
        line = "经查，赵**与钱**二人未按规定报告，孙**代签。"
        assert texts(f"{line}\n" * 5) == [line] * 5


class TestLinear:
    """Texts made to slow a reader down; each takes an instant, or the test run would hang."""

    @pytest.mark.parametrize(
        "text",
        [
            "**甲 " * 200_000,
            "__甲 " * 200_000,
            "`甲" * 200_000,
            "# 甲" + " " * 400_000 + "乙",
            "- " * 300_000 + "乙",
            "|" + " " * 400_000 + "乙",
            "（" * 400_000,
            "甲\t乙\n" * 15_000,
            "甲,乙,丙\n丁\n" * 8_000,
            '甲,乙,丙\n1,2,3\n4,5,6\n"未\n' * 5_000,
            "| 甲\n" * 15_000,
        ],
        ids=["stars", "lines", "ticks", "heading", "dashes", "pipe", "bracket", "tabs", "commas", "quotes", "pipes"],
    )
    def test_hostile_texts(self, text: str) -> None:
        assert read_bytes(text.encode(), "方案.md").blocks
