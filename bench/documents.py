"""Documents to measure with: plans of any size, the same for the same size."""

from __future__ import annotations

import random
import re
import zipfile
from typing import TYPE_CHECKING

import docx
from docx.shared import Pt

from zhenggai.text import chinese

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_UNITS = ("党委办公室", "组织部", "宣传部", "教务处", "总务处", "财务室", "信息中心", "纪检室", "安全办公室", "工会")
_NAMES = ("钱某某", "孙某某", "李某某", "周某某", "吴某某", "郑某某", "冯某某", "陈某某")
_SUBJECTS = (
    "理论学习",
    "课后服务",
    "食堂采购",
    "财务报销",
    "固定资产",
    "支部换届",
    "谈心谈话",
    "档案管理",
    "安全检查",
    "工程项目",
)
_FAULTS = (
    "不够扎实，存在以会代学的情况",
    "制度执行不严，有6次未按规定审批",
    "记录不完整，抽查发现12处缺漏",
    "监督检查流于形式，发现问题少",
)
_ACTS = (
    "制定{}管理办法，明确责任和流程",
    "对{}情况进行全面自查，建立问题清单",
    "每月开展1次{}专项检查并通报结果",
    "组织{}业务培训，提高工作水平",
)
_ITEMS_PER_AREA = 10
_LABELS = re.compile(r"(整改措施：|[一二]是|牵头领导：|责任领导：|责任部门：|配合部门：|完成时限：)")
_TABLE_STYLE = re.compile(rb'<w:style [^>]*w:type="table".*?</w:style>', re.DOTALL)
_FONTS = re.compile(r"[0-9]+|[^0-9]+")


def lines(findings: int, variant: int = 0) -> Iterator[str]:
    """Yield a plan of `findings` findings, two to an item, with two or three measures each, paragraph by paragraph."""
    chance = random.Random(findings + 10_000 * variant)  # noqa: S311 — nothing secret, only the same text each time
    yield "青桐市某中学关于巡察反馈意见的整改方案"
    yield "2025年4月15日，市委巡察组向我校反馈了巡察意见。为逐条整改到位，结合实际，制定本方案。"
    yield "一、总体要求"
    yield "把巡察整改作为重要任务，从实际出发，一条一条对照、一件一件落实。"
    yield "二、整改任务和措施"
    for item in range((findings + 1) // 2):
        area, place = divmod(item, _ITEMS_PER_AREA)
        if place == 0:
            yield f"（{chinese(area % 99 + 1)}）{chance.choice(_SUBJECTS)}方面"
        yield f"{place + 1}.{chance.choice(_SUBJECTS)}落实不到位。"
        for word in ("一是", "二是")[: findings - 2 * item]:
            yield f"{word}{chance.choice(_SUBJECTS)}{chance.choice(_FAULTS)}。"
            acts = chance.sample(_ACTS, chance.choice((2, 3)))
            yield "整改措施：" + "".join(
                f"{mark}{act.format(chance.choice(_SUBJECTS))}。" for mark, act in zip("①②③", acts, strict=False)
            )
            yield (
                f"（牵头领导：{chance.choice(_NAMES)}；责任领导：{chance.choice(_NAMES)}；责任部门：{chance.choice(_UNITS)}；"
                f"配合部门：{chance.choice(_UNITS)}；完成时限：2025年{chance.randint(5, 12)}月底前完成，并长期坚持。）"
            )
    yield "三、工作要求"
    yield "各部门要压实责任，按时报送整改进展。"


def write_plan(path: Path, findings: int, variant: int = 0) -> Path:
    """Write such a plan as Word saves it: labels in bold, a run with its own font wherever Chinese and figures meet."""
    document = docx.Document()
    for line in lines(findings, variant):
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.first_line_indent = Pt(32)
        paragraph.paragraph_format.line_spacing = Pt(28)
        for words in filter(None, _LABELS.split(line)):
            for same_font in _FONTS.findall(words):
                run = paragraph.add_run(same_font)
                run.bold = _LABELS.fullmatch(words) is not None
                run.font.name = "Times New Roman" if same_font.isdigit() else "仿宋_GB2312"
                run.font.size = Pt(16)
    document.save(str(path))
    return path


def with_one_run_each(plan: Path, path: Path) -> Path:
    """Write the text of `plan` with one run to each paragraph and nothing of its look, as programs write and Word does not."""
    document = docx.Document()
    for paragraph in docx.Document(str(plan)).paragraphs:
        document.add_paragraph(paragraph.text)
    document.save(str(path))
    return path


def without_table_styles(plan: Path, path: Path) -> Path:
    """Write `plan` without the hundred styles of tables that python-docx puts into every document: Word and WPS put few."""
    with zipfile.ZipFile(plan) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, _TABLE_STYLE.sub(b"", part) if name == "word/styles.xml" else part)
    return path


def write_of_size(path: Path, size: int) -> Path:
    """Write a Word document whose file has about `size` bytes, all of them text that compresses as badly as text can."""
    chance = random.Random(size)  # noqa: S311
    characters = [chr(code) for code in range(0x4E00, 0x4E00 + 3000)]
    document = docx.Document()
    written = 0
    while written < size / 1.92:  # such a character takes about that many bytes of the file
        document.add_paragraph("".join(chance.choices(characters, k=200)))
        written += 200
    document.save(str(path))
    return path
