"""Writes the reference pages that follow from the program itself: wordings, formats, doubts, labels, rules, commands.

`python docs/generate.py` writes them, `--check` only says which are out of date and exits with 1. A page is a function that
returns its text; to add one, write it and name it in `PAGES`.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import sys
import tempfile
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING
from unittest import mock

from zhenggai import cli
from zhenggai.deadline import Context, forms, kinds, read, show
from zhenggai.document import known_formats
from zhenggai.plan.doubts import DOUBTS
from zhenggai.plan.labels import LABELS
from zhenggai.rules import FAMILIES, rules
from zhenggai.rules.manual import read_manual
from zhenggai.web.store import VARIABLES
from zhenggai.workflow import ACTS, ROLES, TRANSITIONS, Reach
from zhenggai.workflow.closures import GUARDS, STAGES
from zhenggai.workflow.papers import PAPER_GUARDS, PAPER_STATES, PAPER_STEPS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from zhenggai.deadline.form import Form
    from zhenggai.rules import Rule

REFERENCE = Path(__file__).parent / "reference"
NOTE = "<!-- 本页由 docs/generate.py 生成，请勿手改；修改程序后执行 make docs。 -->"
CONTEXT = Context(plan_date=dt.date(2024, 1, 15), feedback_date=dt.date(2024, 1, 2), document_date=dt.date(2024, 1, 15))
KINDS = {
    "by": "日期",
    "window": "起止",
    "within": "期限",
    "every": "周期",
    "phase": "阶段",
    "event": "事件",
    "at_once": "立即",
    "ongoing": "长期",
    "placeholder": "待填",
    "guard": "不是时限的写法",
}
MODES = {"field": "时限栏", "prose": "措施正文", "duty": "周期性工作"}


def wordings() -> str:
    """Return the page of all wordings of time."""
    return page(
        "时限写法",
        "程序认得的时限写法。同一段文字有几种写法都对得上时，取最长的；都对不上的，原文保留并列为存疑。",
        f"示例按成文日期 {CONTEXT.plan_date}、反馈日期 {CONTEXT.feedback_date} 推算。",
        *(section(kind, list(group)) for kind, group in groupby(forms(), key=lambda form: form.key.partition(".")[0])),
    )


def section(kind: str, group: Sequence[Form]) -> str:
    """Return the wordings of one kind, each with what its examples mean."""
    parts = [f"## {KINDS.get(kind, kind)}（{kind}）"]
    for form in group:
        modes = "、".join(MODES[mode] for mode in form.modes)
        rows = [(f"`{example}`", *means(example, form)) for example in form.examples]
        parts.append(
            f"### {form.title} `{form.key}`\n\n{form.about}用于：{modes}。\n\n{table(('写法', '理解为', '方案格式'), rows)}"
        )
    return "\n\n".join(parts)


def means(example: str, form: Form) -> tuple[str, str]:
    """Return what `example` is read as: in standard words, and as the parts of the plan format."""
    mode = "field" if "field" in form.modes else form.modes[0]
    parts = read(example, context=CONTEXT, mode=mode).parts
    return show(parts) if parts else "不是时限", "；".join(map(describe, parts))


def describe(part: kinds.TimePart) -> str:
    """Return one part as its kind and the fields that are set."""
    values = {key: value for key, value in kinds.to_dict(part).items() if value is not None and key != "kind"}
    return " ".join([f"`{part.kind}`", *(f"{key}={value}" for key, value in values.items())])


def formats() -> str:
    """Return the page of the file formats that can be read."""
    rows = [
        (known.title, " ".join(f"`{suffix}`" for suffix in known.suffixes), f"`{known.media_type}`")
        for known in known_formats()
    ]
    return page(
        "文件格式",
        "能读的文件。以内容为准。同类文件互换后缀的（如 WPS 把 docx 存成 .doc）按实际内容读取并提示；"
        "后缀属于另一类文件的（如把 pdf 改成 .docx）不读，报错说明；没有后缀或后缀不在表中的，只看内容。",
        table(("格式", "后缀", "媒体类型"), rows),
    )


def doubts() -> str:
    """Return the page of all doubts and what to do about them."""
    rows = [(kind.title, kind.advice, f"`{code}`") for code, kind in sorted(DOUBTS.items())]
    return page(
        "存疑",
        "程序读不准的地方不猜，逐条列为存疑，附原文位置。下表说明每一类怎么处理；代码供其他程序使用。",
        table(("存疑", "怎么处理", "代码"), rows),
    )


def labels() -> str:
    """Return the page of the labels that are known and the field that each leads to."""
    rows = [(label.title, "、".join(label.words), f"`{label.role}`") for label in LABELS]
    return page(
        "栏目名称",
        "正文标签和表头的常见写法，及其对应的栏目。这里是举例，相近的写法同样认得；标签和内容的原文始终保留。",
        table(("栏目", "写法", "字段"), rows),
    )


def commands() -> str:
    """Return the page of the command line: what `--help` prints."""
    parser = cli.build_parser()
    subs = next(action for action in parser._actions if isinstance(action, argparse._SubParsersAction))  # noqa: SLF001
    with mock.patch.dict(os.environ, COLUMNS="80"):  # the page must not depend on who writes it
        helps = [parser.format_help(), *(subs.choices[name].format_help() for name in sorted(subs.choices))]
    return page("命令", *(f"```text\n{text.strip()}\n```" for text in helps))


def acts() -> str:
    """Return the page that says which role may do what, and how far."""
    words = {Reach.OWN: "本人或本部门承担的", Reach.FILED: "下级单位已报送的", Reach.UNIT: "全单位"}
    rows = []
    for act in ACTS.values():
        by_reach = [
            f"{word}：{'、'.join(ROLES[role].name for role, reach in act.reach.items() if reach is known)}"
            for known, word in words.items()
            if known in act.reach.values()
        ]
        rows.append((act.name, "；".join(by_reach), f"`{act.code}`"))
    roles = [(role.name, role.duty, f"`{role.code}`") for role in ROLES.values()]
    return page(
        "权限",
        "哪个角色能办哪件事、能办到哪一步。页面、接口和权限测试都以这张表为准。",
        table(("事项", "可由谁办理（范围）", "代码"), rows),
        table(("角色", "职责", "代码"), roles),
    )


DEMANDS = {
    "application": "申请表逐项填写，每项措施有佐证",
    "verification": "核查方式、人员、日期和情况",
    "meeting": "会议名称和日期",
    "document": "认定文件的文号",
    "reason": "退回原因、需补充内容、重新申请期限",
    "note": "理由",
    "rebound": "触发情形、具体情况、新的整改时限",
}


def closures() -> str:
    """Return the page of the close-out: its stages, who takes which step under which conditions, and a diagram of them."""
    rows = []
    for step in TRANSITIONS.values():
        roles = "、".join(ROLES[role].name for role in ACTS[step.act].reach)
        froms = "、".join(STAGES[stage] for stage in step.froms)
        demands = "；".join(DEMANDS[demand] for demand in step.demands)
        guards = " ".join(f"`{guard}`" for guard in step.guards)
        told = "、".join(ROLES[role].name for role in step.tells)
        to = STAGES[step.to] if step.to else "不变"
        rows.append((step.label, froms, to, roles, guards, demands, told, f"`{step.code}`"))
    arrows = [
        f"    {start} --> {step.to}: {step.label}" for step in TRANSITIONS.values() if step.to for start in step.froms
    ]
    names = [f'    state "{name}" as {stage}' for stage, name in STAGES.items()]
    diagram = "\n".join(["```mermaid", "stateDiagram-v2", *names, "    [*] --> none", *arrows, "```"])
    return page(
        "对账销号",
        "一个问题从申请到认定的每一步：什么状态下、由谁、具备什么条件、填写什么。页面、接口和权限测试都以这张表为准。",
        table(("办理", "原状态", "新状态", "可由谁办理", "条件", "须填写", "告知", "代码"), rows),
        "## 条件\n\n" + table(("代码", "不具备时的提示"), [(f"`{code}`", one.refusal) for code, one in GUARDS.items()]),
        f"## 流程图\n\n{diagram}",
    )


PAPER_DEMANDS = {
    "body": "文书各栏",
    "skip": "越级的，写明理由",
    "answer": "答复内容",
    "note": "不予认可的理由",
    "reason": "原因",
    "closing": "审结意见",
}


def papers() -> str:
    """Return the page of the supervision papers: their states, who takes which step under which conditions, and a diagram."""
    rows = []
    for step in PAPER_STEPS.values():
        roles = "、".join(ROLES[role].name for role in ACTS[step.act].reach) if step.act else "系统自动"
        froms = "、".join(PAPER_STATES[state] for state in step.froms)
        demands = "；".join(PAPER_DEMANDS[demand] for demand in step.demands)
        guards = " ".join(f"`{guard}`" for guard in step.guards)
        rows.append((step.label, froms, PAPER_STATES[step.to], roles, guards, demands, f"`{step.code}`"))
    arrows = [f"    {start} --> {step.to}: {step.label}" for step in PAPER_STEPS.values() for start in step.froms]
    names = [f'    state "{name}" as {state}' for state, name in PAPER_STATES.items()]
    diagram = "\n".join(["```mermaid", "stateDiagram-v2", *names, "    [*] --> draft", *arrows, "```"])
    return page(
        "督办文书",
        "一份督办文书从起草到办结的每一步：什么状态下、由谁、具备什么条件、填写什么。页面、接口和权限测试都以这张表为准。",
        table(("办理", "原状态", "新状态", "可由谁办理", "条件", "须填写", "代码"), rows),
        "## 条件\n\n"
        + table(("代码", "不具备时的提示"), [(f"`{code}`", one.refusal) for code, one in PAPER_GUARDS.items()]),
        f"## 流程图\n\n{diagram}",
    )


def checking() -> str:
    """Return the page of the rules that a plan is checked by: each with its manual."""
    sections = []
    for letter, family in FAMILIES.items():
        own = [rule for code, rule in rules().items() if code[0] == letter]
        if own:
            rows = [(f"[{r.code}](#{r.code.lower()})", r.name, r.severity.word, _needs(r)) for r in own]
            sections.append(f"## {family}（{letter}）\n\n{table(('编号', '名称', '轻重', '需要'), rows)}")
            sections += [_manual(rule) for rule in own]
    return page(
        "检查规则",
        "`zhenggai check` 检查整改方案用的规则。结果分三种：须处理（改正或者说明后才能报送）、请核实、供参考。"
        "措辞是提示，是不是问题由人判断。",
        "规则配置的 `[rules.编号]` 可以设 `enabled`（是否检查）、`severity`（block、warn、info）和各条的选项；"
        "`[lexicon]` 增加共用的词，`[rules.lexicon]` 整个换掉同名的词表。",
        *sections,
    )


def _needs(rule: Rule) -> str:
    return "、".join(need.word for need in sorted(rule.needs))


def _manual(rule: Rule) -> str:
    manual = read_manual(rule)
    parts = [
        f'### {rule.code} {rule.name} <a id="{rule.code.lower()}"></a>',
        manual.summary,
        f"**判定**　{manual.definition}",
    ]
    parts += [f"**例外**　{manual.exceptions}"] if manual.exceptions else []
    parts.append(f"**为什么**　{manual.why}")
    for name, examples in (("反例", manual.bad), ("正例", manual.good)):
        parts += [f"{name}\n\n```text\n{example}\n```" for example in examples]
    parts += [f"**依据**　{manual.source}"] if manual.source else []
    if rule.options:
        parts.append(
            table(("选项", "作用", "默认"), [(f"`{o.key}`", o.about, _default(o.default)) for o in rule.options])
        )
    return "\n\n".join(parts)


def _default(value: object) -> str:
    return "、".join(value) if isinstance(value, tuple) else str(value)


def settings() -> str:
    """Return the page of the settings that the environment gives."""
    rows = [(f"`{variable.name}`", variable.meaning, variable.default) for variable in VARIABLES]
    return page("运行设置", "通过环境变量设置，不设时用默认值。", table(("变量", "作用", "默认"), rows))


def openapi() -> str:
    """Return the OpenAPI document of the API."""
    with tempfile.TemporaryDirectory() as folder, mock.patch.dict(os.environ, ZHENGGAI_DATA=folder):
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhenggai.web.settings")
        import django  # noqa: PLC0415 — only this page needs the web framework

        django.setup()
        from zhenggai.web.api.urls import openapi as document  # noqa: PLC0415

        return json.dumps(document(), ensure_ascii=False, indent=1, sort_keys=True, default=str) + "\n"


PAGES: dict[str, Callable[[], str]] = {
    "wordings.md": wordings,
    "formats.md": formats,
    "doubts.md": doubts,
    "labels.md": labels,
    "commands.md": commands,
    "acts.md": acts,
    "closures.md": closures,
    "papers.md": papers,
    "rules.md": checking,
    "settings.md": settings,
    "openapi.json": openapi,
}


def page(title: str, *paragraphs: str) -> str:
    """Return a Markdown page."""
    return "\n\n".join([f"# {title}", NOTE, *paragraphs]) + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [
        head,
        ["---"] * len(head),
        *([cell.replace("|", "\\|").replace("\n", " ") for cell in row] for row in rows),
    ]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def stale() -> dict[Path, str]:
    """Return the pages whose file differs from what the program says, with the text that they should have."""
    fresh = {REFERENCE / name: write() for name, write in PAGES.items()}
    return {path: text for path, text in fresh.items() if not path.exists() or path.read_text(encoding="utf-8") != text}


def main(arguments: Sequence[str]) -> int:
    """Write the pages that are out of date, or with `--check` name them."""
    outdated = stale()
    for path, text in outdated.items():
        if "--check" in arguments:
            print(f"docs/reference/{path.name} 已过期，请执行 make docs")
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    return 1 if outdated and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
