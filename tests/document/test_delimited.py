"""Tables inside texts: what is one, its cells, and the paragraphs around it."""

from __future__ import annotations

from itertools import groupby

import pytest

from zhenggai.document import read_bytes

HEAD = ("序号", "存在问题", "整改措施", "完成时限")
ROW_1 = ("1", "学习少", "每月学习", "2024年6月底前")
ROW_2 = ("2", "记录缺", "补齐记录", "立行立改")
ROWS = [HEAD, ROW_1, ROW_2]


def shape(text: str, name: str = "台账.txt") -> list[object]:
    """Paragraphs as strings, tables as lists of rows of cells."""
    found: list[object] = []
    blocks = read_bytes(text.encode(), name).blocks
    for table, group in groupby(blocks, key=lambda b: None if b.cell is None else b.cell.table):
        members = list(group)
        if table is None:
            found += [block.text for block in members]
            continue
        cells = {(b.cell.row, b.cell.column): b.text for b in members if b.cell is not None}
        assert len(cells) == len(members), "two blocks in one cell"
        rows, columns = (1 + max(place[axis] for place in cells) for axis in (0, 1))
        found.append([tuple(cells.get((r, c), "") for c in range(columns)) for r in range(rows)])
    return found


def joined(delimiter: str, rows: list[tuple[str, ...]] = ROWS) -> str:
    return "\n".join(delimiter.join(row) for row in rows)


def pipes(rows: list[tuple[str, ...]] = ROWS) -> str:
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([lines[0], "|" + "---|" * len(rows[0]), *lines[1:]])


class TestKinds:
    @pytest.mark.parametrize("text", [joined("\t"), joined(","), pipes()], ids=["tabs", "commas", "pipes"])
    def test_a_table_between_paragraphs(self, text: str) -> None:
        assert shape(f"整改台账\n填报单位：青禾街道\n{text}\n\n说明：每月更新。") == [
            "整改台账",
            "填报单位：青禾街道",
            ROWS,
            "说明：每月更新。",
        ]

    def test_tables_are_numbered_and_do_not_run_together(self) -> None:
        assert shape(f"{pipes()}\n\n{pipes()}\n{joined(chr(9))}\n\n{joined(',')}") == [ROWS] * 4

    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("台账.csv", "问题,措施\n学习少,每月学习"),
            ("台账.tsv", "问题\t措施\n学习少\t每月学习"),
            ("台账.CSV", "问题,措施\n学习少,每月学习"),
        ],
    )
    def test_a_file_that_calls_itself_a_table_may_be_small(self, name: str, text: str) -> None:
        assert shape(text, name) == [[("问题", "措施"), ("学习少", "每月学习")]]

    @pytest.mark.parametrize(("name", "delimiter"), [("台账.csv", ","), ("台账.tsv", "\t")])
    def test_rows_that_end_twice(self, name: str, delimiter: str) -> None:
        assert shape(joined(delimiter).replace("\n", "\r\r\n"), name) == [ROWS]

    def test_empty_cells_keep_the_others_in_place(self) -> None:
        rows = [HEAD, ("", "", "每周抽查", "")]
        rows += [("2", "", "", "立行立改")]
        for text in (joined("\t", rows), joined(",", rows), pipes(rows)):
            assert shape(text) == [rows]


class TestCommas:
    def test_quoted_cells_hold_commas_quotation_marks_and_line_breaks(self) -> None:
        text = '序号,问题,措施\n1,"一是学习少,记录缺","建立""双台账""\n每月检查"\n2,无,"（责任单位：办公室,\n完成时限：6月底前）"\n'
        assert shape(text) == [
            [
                ("序号", "问题", "措施"),
                ("1", "一是学习少,记录缺", '建立"双台账"\n每月检查'),
                ("2", "无", "（责任单位：办公室,\n完成时限：6月底前）"),
            ]
        ]

    def test_lines_of_another_shape_before_the_head(self) -> None:
        text = f"整改台账,\n单位：青禾街道,日期：2024年3月,共2项\n{joined(',')}"
        assert shape(text)[-1] == ROWS
        assert shape(text)[0] == "整改台账,"

    def test_a_title_row_padded_to_the_width(self) -> None:
        padded = ("整改台账", "", "", "")
        assert shape(joined(",", [padded, *ROWS]))[0] == [padded, *ROWS]

    def test_a_row_with_one_cell_too_few_stays_in_the_table(self) -> None:
        text = joined(",", [*ROWS, ("3", "无", "无")])
        assert shape(text) == [[*ROWS, ("3", "无", "无", "")]]

    def test_a_stray_quotation_mark_swallows_nothing(self) -> None:
        text = '序号,规格,数量\n1,5" 管,3\n2,8" 管,4\n3,无,0\n'
        assert shape(text) == [[("序号", "规格", "数量"), ("1", '5" 管', "3"), ("2", '8" 管', "4"), ("3", "无", "0")]]

    def test_a_quotation_that_never_closes(self) -> None:
        text = joined(",") + '\n3,"未完,无,无\n' + "第三段文字。\n" * 80
        assert shape(text)[0] == [*ROWS, ("3", '"未完', "无", "无")]
        assert shape(text)[1] == "第三段文字。"

    @pytest.mark.parametrize(
        "text",
        [
            "会议听取了情况,研究了方案,明确了责任。\n一是建立台账,二是落实责任,三是定期通报。\n要求各科室认真落实,按时完成,不留死角。",
            "加强学习,提高认识,落实责任,抓好整改工作各项任务不折不扣地完成好\n加强学习,提高认识,落实责任,抓好\n无",
            "责任领导:张某某,责任部门:办公室,完成时限:6月底前\n责任领导:李某某,责任部门:财务科",
            "会议听取情况,研究方案,明确责任,要求各科室结合实际认真抓好贯彻落实并及时报告进展情况。\n" * 6,
        ],
        ids=["sentences", "catchwords", "labels", "repeated"],
    )
    def test_prose_is_no_table(self, text: str) -> None:
        assert shape(text) == text.splitlines()


class TestTabs:
    def test_merged_cells_are_empty(self) -> None:
        rows = [HEAD, ROW_1, ("", "", "每周抽查", ""), ROW_2]
        assert shape(joined("\t", rows)) == [rows]

    def test_line_breaks_in_quoted_cells(self) -> None:
        assert shape('序号\t问题\t措施\n1\t学习少\t"①学习\n②检查"\n2\t无\t无') == [
            [("序号", "问题", "措施"), ("1", "学习少", "①学习\n②检查"), ("2", "无", "无")]
        ]

    def test_two_columns(self) -> None:
        rows = [("存在问题", "学习少"), ("整改措施", "每月学习"), ("完成时限", "立行立改")]
        assert shape(joined("\t", rows)) == [rows]

    @pytest.mark.parametrize(
        "text",
        [
            "一、\t整改任务\n（一）\t学习方面\n1.\t学习少",
            "\t整改措施：每月学习。\n\t责任单位：办公室。",
            "单位（盖章）：\t\t日期：",
            "整改\t方案",
        ],
        ids=["numbers", "indents", "form", "one"],
    )
    def test_other_tabs_make_no_table(self, text: str) -> None:
        assert shape(text) == text.splitlines()


class TestPipes:
    def test_a_line_of_dashes_is_no_row(self) -> None:
        text = "| 序号 | 问题 |\n| :-- | :-: |\n| 1 | 无 |"
        assert shape(text) == [[("序号", "问题"), ("1", "无")]]

    def test_breaks_and_escaped_pipes_stay_in_the_cell(self) -> None:
        text = "| 序号 | 措施 |\n|---|---|\n| 1 | ①学习；<br>②检查。 |\n| 2 | 甲\\|乙 |"
        assert shape(text) == [[("序号", "措施"), ("1", "①学习；<br>②检查。"), ("2", "甲|乙")]]

    def test_bold_in_a_cell(self) -> None:
        assert shape("| **序号** | **问题** |\n|---|---|\n| 1 | 无 |") == [[("序号", "问题"), ("1", "无")]]

    def test_without_pipes_at_the_edges(self) -> None:
        assert shape("序号 | 问题\n--- | ---\n1 | 无\n\n完") == [[("序号", "问题"), ("1", "无")], "完"]

    def test_rows_of_dashes_in_cells_stay(self) -> None:
        text = "| 序号 | 备注 |\n|---|---|\n| 1 | - |\n| - | - |"
        assert shape(text) == [[("序号", "备注"), ("1", "-"), ("-", "-")]]

    @pytest.mark.parametrize("text", ["甲|乙", "| 甲", "|甲|", "大 | 中 | 小\n打印 | 关闭"])
    def test_other_pipes_make_no_table(self, text: str) -> None:
        assert shape(text) == text.splitlines()
