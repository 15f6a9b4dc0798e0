"""Hard line breaks: taken out where the text is broken at a width, left alone everywhere else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhenggai.document import read_bytes
from zhenggai.document.lines import rejoin

PARAGRAPHS = [
    "青禾街道党工委关于巡察反馈意见的整改方案",
    "2023年3月5日至5月12日，区委第三巡察组对青禾街道党工委开展了常规巡察，6月27日反馈了3个方面12个问题。街道党工委高度重视，第一时间召开会议传达学习，研究制定整改方案如下：",
    "一、总体要求",
    "坚持实事求是、立行立改，做到问题不查清不放过，责任不落实不放过，整改不到位不放过，确保反馈的问题件件有着落、事事有回音。",
    "二、整改任务",
    "（一）政治建设方面",
    "1.理论学习中心组学习计划性不强，2022年全年集中学习仅4次，没有达到每季度不少于2次的要求，学习档案也不完整。",
    "整改措施：①修订学习制度，每季度组织集中学习不少于2次，学习情况由党政办每次会后3个工作日内归档；②将学习情况纳入年度考核，占比不低于5%，考核结果与评先评优挂钩。",
    "（责任领导：钮某某；责任部门：党政办、组织办；配合部门：宣传办、财政所、社会事务办；完成时限：2024年6月30日前完成，并长期坚持。）",
    "2.防汛物资储备不足，3个社区的应急仓库缺少编织袋、水泵等物资12种，台账登记与实际库存相差较大。",
    "整改措施：对3个仓库逐一盘点，补齐所缺的12种物资，投入资金15.6万元，每年汛前由应急办会同各社区联合检查一次，检查情况报街道主要领导审阅。",
    "（责任领导：解某某；责任部门：应急办；完成时限：2023年12月底前。）",
    "三、组织保障",
    "成立整改工作领导小组，每半月召开一次会议听取进展汇报，对推进不力的部门通报批评，对弄虚作假的严肃追究责任。",
]


def columns(text: str) -> int:
    return sum(1 if c < "\x80" else 2 for c in text)


def wrapped(paragraphs: list[str], width: int, *, indent: str = "", by_characters: bool = False) -> list[str]:
    """Break paragraphs as an editor does that knows neither words nor numbers; closing marks stay with their line."""
    measure = (lambda s: 2 * len(s)) if by_characters else columns
    lines = []
    for paragraph in paragraphs:
        line = indent
        for character in paragraph:
            if measure(line + character) > width and character not in "，。；：、）":
                lines.append(line)
                line = ""
            line += character
        lines.append(line)
    return lines


def bare(lines: list[str] | tuple[str, ...]) -> list[str]:
    return [line.strip() for line in lines if line.strip()]


class TestBroken:
    @pytest.mark.parametrize("width", [40, 52, 60, 72, 80])
    @pytest.mark.parametrize("by_characters", [False, True])
    def test_indented_text_comes_back_whole(self, width: int, by_characters: bool) -> None:
        for indent in ("　　", "    "):
            lines = wrapped(PARAGRAPHS, width, indent=indent, by_characters=by_characters)
            assert bare(rejoin(lines).lines) == PARAGRAPHS
            assert rejoin(lines).breaks == len(lines) - len(PARAGRAPHS)

    @pytest.mark.parametrize("width", [44, 56, 60, 72])
    def test_text_without_indents(self, width: int) -> None:
        """Some breaks after a closed sentence may stay; none is taken out between two paragraphs."""
        lines = wrapped(PARAGRAPHS, width)
        read = bare(rejoin(lines).lines)
        assert len(lines) > len(read) <= len(PARAGRAPHS) + 3
        assert "".join(read) == "".join(PARAGRAPHS)
        ends = {len("".join(PARAGRAPHS[: n + 1])) for n in range(len(PARAGRAPHS))}
        assert ends <= {len("".join(read[: n + 1])) for n in range(len(read))}

    def test_a_few_breaks_are_enough_where_paragraphs_are_indented(self) -> None:
        paragraphs = [f"（{n}）学习不够。" for n in "一二三四五六七八"] + [PARAGRAPHS[1], PARAGRAPHS[3]]
        assert bare(rejoin(wrapped(paragraphs, 60, indent="　　")).lines) == paragraphs

    @pytest.mark.parametrize("width", [44, 60, 76])
    def test_text_with_blank_lines_between_paragraphs(self, width: int) -> None:
        lines = [line for text in PARAGRAPHS for line in (*wrapped([text], width), "")]
        assert bare(rejoin(lines).lines) == PARAGRAPHS

    def test_a_page_number_within_a_paragraph_stands_aside(self) -> None:
        lines = wrapped(PARAGRAPHS, 60, indent="　　")
        at = next(n for n, line in enumerate(lines) if n > 10 and not lines[n + 1].startswith("　　"))
        for number in (["— 2 —"], ["", "- 2 -", ""]):
            read = rejoin([*lines[: at + 1], *number, *lines[at + 1 :]]).lines
            assert [line for line in bare(read) if line not in {"— 2 —", "- 2 -"}] == PARAGRAPHS
            assert number[len(number) // 2] in read

    def test_blank_lines_are_never_joined_across(self) -> None:
        lines = [line for text in PARAGRAPHS for line in (*wrapped([text], 60), "")]
        assert bare(rejoin(lines).lines)[1].startswith("2023年3月5日")
        half = wrapped(PARAGRAPHS, 60, indent="　　")
        at = next(n for n, line in enumerate(half) if n > 5 and not half[n + 1].startswith("　　"))
        assert len(bare(rejoin([*half[: at + 1], "", *half[at + 1 :]]).lines)) == len(PARAGRAPHS) + 1

    def test_a_field_bracket_is_put_together(self) -> None:
        bracket = "（责任领导：钮某某；责任部门：党政办；配合部门：财政所、社会事务办公室；完成时限：2024年6月底前。）"
        lines = wrapped([*PARAGRAPHS[:8], bracket, *PARAGRAPHS[9:]], 56)
        assert bracket in rejoin(lines).lines

    def test_a_document_says_so(self) -> None:
        text = "\n".join(wrapped(PARAGRAPHS, 60, indent="　　"))
        document = read_bytes(text.encode(), "方案.txt")
        assert [block.text.strip() for block in document.blocks] == PARAGRAPHS
        assert document.notes == (f"文件按固定宽度折行，已接上{len(text.splitlines()) - len(PARAGRAPHS)}处断行。",)

    @pytest.mark.parametrize(
        ("first", "second", "whole"),
        [
            ("完成率达到98.", "6%，较上年提高2个百分点。", "98.6%"),
            ("使用Power", "Point制作课件。", "PowerPoint"),
        ],
    )
    def test_numbers_and_words_are_not_pulled_apart(self, first: str, second: str, whole: str) -> None:
        full = "情" * ((60 - columns(first)) // 2)
        lines = wrapped(PARAGRAPHS, 60, indent="　　")
        read = rejoin([*lines, "　　" + full[2:] + first, second]).lines
        assert whole in read[-1]


class TestLeftAlone:
    @pytest.mark.parametrize(
        "lines",
        [
            PARAGRAPHS,
            [f"　　{text}" for text in PARAGRAPHS],
            [f"{n}.建立健全第{n}项制度，明确责任分工，抓好督促落实" for n in range(1, 30)],
            [f"青禾街道{name}社区居民委员会党支部委员会办公室" for name in "东南西北中上下左右前后里外"],
            ["加强组织领导压实工作责任确保整改任务落到实处见到成效"] * 12,
            ["强化理论学习，提高思想认识，落实主体责任，推动整改见效"] * 12,
            [f"整改措施：建立第{n}号台账，逐项登记，逐项核查，逐项销号" for n in range(10, 40)],
            [f"责任领导：钮某某；责任部门：党政办公室；完成时限：{n}月底前" for n in range(1, 13)],
            [f"一是完成第{n}项任务，明确责任，抓好落实，及时报告情况" for n in range(10, 30)],
            ["整改进展：已完成。", "党员干部参加学习，记录齐全，制度上墙，台账完整，检查到位。"] * 10,
            ["联系电话：0000-1234567"] * 20,
            [line for text in PARAGRAPHS for line in (text, "")],
            [
                "　　一、名单",
                *(f"青禾街道{name}社区居民委员会党支部委员会" for name in "东南西北中上下"),
                "　　二、其他",
            ]
            * 3,
            [],
            ["", "　　", ""],
        ],
        ids=[
            *("paragraphs", "indented", "numbered", "names", "catchwords", "clauses", "labels", "fields", "ordinals"),
            *("sentences", "telephones", "spaced", "flush names", "nothing", "blanks"),
        ],
    )
    def test_other_texts_stay_as_they_are(self, lines: list[str]) -> None:
        assert rejoin(lines).lines == tuple(lines)
        assert rejoin(lines).breaks == 0

    @pytest.mark.parametrize(
        "start",
        ["一、", "（一）", "1.", "（1）", "①", "一是", "问题1：", "整改措施：", "责任领导：", "【整改时限】", "附件"],
    )
    def test_no_paragraph_start_is_joined(self, start: str) -> None:
        lines = wrapped(PARAGRAPHS, 60)
        full = "各社区结合实际制定实施细则，报街道党政办备案，并抓好组织实"
        read = rejoin([*lines, full[: 60 // 2], f"{start}情况"]).lines
        assert read[-1] == f"{start}情况"

    @given(st.lists(st.text(alphabet="甲乙，。（）：1 　\t一、是#-", max_size=60), max_size=40))
    def test_no_character_is_lost(self, lines: list[str]) -> None:
        read = rejoin(lines)
        assert sorted("".join("".join(read.lines).split())) == sorted("".join("".join(lines).split()))
        assert len(read.lines) + read.breaks == len(lines)
