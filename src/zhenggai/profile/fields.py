"""A profile as a list of single values, which a form can show, compare and change: one path, one label, one value.

The table of a profile is what its TOML says. A path names a place in it: `period_months`, `light.0.days_left`,
`closure.reasons.other`.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from zhenggai.profile.closing import EVIDENCE_KINDS
from zhenggai.profile.duty import SHIFTS
from zhenggai.profile.extension import DECIDERS
from zhenggai.profile.ladder import ADDRESSEES, GROUNDS, PAPER_KINDS, SIGNERS, TRANSFER, TRIGGERS
from zhenggai.profile.meeting import ATTENDERS, FREQUENCIES, MEETING_TYPES, NODES, SECTIONS, YES_NO
from zhenggai.profile.rates import RATE_CHOICES, RATE_LABELS
from zhenggai.profile.reporting import CYCLES, REPORTING_CHOICES, REPORTING_LABELS
from zhenggai.profile.wording import WORDING_CHOICES, WORDING_LABELS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

Kind = Literal["number", "words", "choice", "many", "list"]
LIST_SIGN = "、"
NEW = "+"
"""The last step of a path under which a new entry of a mapping is typed."""


@dataclass(frozen=True, slots=True)
class Field:
    """One value: `label` and `section` are what people call it and its group; `choices` go from code to words.

    The value of `many` is the chosen codes with `LIST_SIGN` between them, that of `list` words of one's own likewise.
    """

    path: str
    section: str
    label: str
    kind: Kind
    value: str
    choices: Mapping[str, str]
    removable: bool = False

    @property
    def words(self) -> str:
        """The value as people read it."""
        codes = self.value.split(LIST_SIGN) if self.kind in ("many", "list") else [self.value]
        return LIST_SIGN.join(self.choices.get(code, code) for code in codes)


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A value that differs between two profiles; an absent one is empty."""

    section: str
    label: str
    before: str
    after: str


_HIDDEN = frozenset({"code", "version", "source", "light.*.colour", "meeting.*.type", "ladder.*.level"})
"""What identifies a profile or is no custom: never shown as a value to change."""
_SECTIONS = {
    "light": "预警",
    "duty": "周期任务",
    "extension": "延期",
    "reporting": "填报",
    "rounding": "百分比",
    "grade": "等次",
    "grading": "等次",
    "recipients": "预警通知对象",
    "form_texts": "表单用语",
    "lexicon": "词表",
    "supervision": "督办",
    "paper": "督办：文书",
    "closure": "销号",
    "closure.reasons": "销号：退回原因",
    "closure.methods": "销号：核查方式",
    "closure.criteria": "销号：销号条件",
}
_LABELS = {
    "name": "名称",
    "period_months": "集中整改期（月，以天计的填0）",
    "period_days": "集中整改期（天，以月计的填0）",
    "immediate_days": "立行立改的期限（天）",
    "cycle": "填报周期",
    "light.*.days_left": "剩余天数不超过（-1为已逾期）",
    "light.*.word": "提示用语",
    "duty.day_off": "到期日遇休息日",
    "duty.least_share": "首尾不满一个周期的，至少占百分之几才算一次",
    "duty.horizon_days": "提前多少天列出",
    "duty.milestone_days": "长期坚持的措施，今后多少天内应有节点",
    "extension.most": "同一措施最多延期几次",
    "extension.answer_workdays": "几个工作日内答复",
    "extension.decided_by": "由谁决定",
    "meeting.*.name": "会议名称",
    "meeting.*.freq": "多久召开一次",
    "meeting.*.interval": "每几个周期一次",
    "meeting.*.day": "周期中的哪一天（如“25日前”，没有的空着）",
    "meeting.*.nodes": "另在哪些节点召开",
    "meeting.*.chair": "由谁主持",
    "meeting.*.attends": "谁参加",
    "meeting.*.agenda": "固定议程",
    "meeting.*.resolution_days": "议定事项没有定期限的，会后多少天办结",
    "meeting.*.invite_days": "提前几天通知参会人员",
    "meeting.*.closes": "能否审定销号",
    "supervision.least_due": "部门按期完成率：到期措施满几项才计算",
    "ladder.*.name": "名称",
    "ladder.*.paper": "文书",
    "ladder.*.answer_workdays": "几个工作日内答复（0为不要求答复）",
    "ladder.*.recipients": "发给",
    "ladder.*.signed_by": "由谁签发",
    "ladder.*.by_hand": "可由人提出的情形",
    "closure.verifiers": "核查人员至少几人",
    "closure.resubmit_days": "退回后多少天内重新申请",
    "closure.long_term_periods": "长期坚持的措施，至少连续几个周期有进展才能销号",
    "closure.weak_evidence": "不能单独作为佐证的材料类别",
    "closure.evidence_megabytes": "一份佐证材料最多多少兆字节（MB）",
    "closure.always": "每个问题都必须满足的销号条件",
    "closure.reasons.*": "退回原因",
    "closure.methods.*": "核查方式",
    "closure.criteria.*": "销号条件",
    **REPORTING_LABELS,
    **RATE_LABELS,
    **WORDING_LABELS,
}
_LABELS |= {f"ladder.*.{key}": label for key, label in TRIGGERS.items()}
_LABELS |= {f"paper.{kind}.name": f"{words}的名称" for kind, words in PAPER_KINDS.items()}
_LABELS |= {f"paper.{kind}.number": f"{words}的字号（{{年}}、{{号}}自动填入）" for kind, words in PAPER_KINDS.items()}
_CHOICES: dict[str, Mapping[str, str]] = {
    "meeting.*.freq": FREQUENCIES,
    "meeting.*.nodes": NODES,
    "meeting.*.chair": ATTENDERS,
    "meeting.*.attends": ATTENDERS,
    "meeting.*.agenda": SECTIONS,
    "meeting.*.closes": YES_NO,
    "cycle": {code: word for code, word in CYCLES.items()},  # noqa: C416
    **REPORTING_CHOICES,
    **RATE_CHOICES,
}
_OPEN = ("closure.reasons", "closure.methods", "closure.criteria", "grading.veto")
"""Mappings to which entries can be added and from which they can be taken away."""


def fields_of(table: Mapping[str, Any]) -> tuple[Field, ...]:
    """Return the values of the profile's table in its order, those that are no custom left out."""
    choices = _CHOICES | {
        "extension.decided_by": DECIDERS,
        "duty.day_off": SHIFTS,
        "closure.weak_evidence": EVIDENCE_KINDS,
        "closure.always": table["closure"]["criteria"],
        **{f"recipients.{colour}": WORDING_CHOICES["recipients.*"] for colour in table["recipients"]},
        "ladder.*.paper": {**PAPER_KINDS, TRANSFER: "移送（只登记数量）"},
        "ladder.*.recipients": ADDRESSEES,
        "ladder.*.signed_by": SIGNERS,
        "ladder.*.by_hand": GROUNDS,
    }
    sections = _SECTIONS | {
        f"meeting.{place}": f"会议：{MEETING_TYPES[entry['type']]}" for place, entry in enumerate(table["meeting"])
    }
    sections |= {f"ladder.{place}": f"督办：第{place}级" for place in range(len(table["ladder"]))}
    leaves = ((path, value) for path, value in _leaves(table) if _pattern(path) not in _HIDDEN)
    return tuple(_field(path, value, choices, sections) for path, value in leaves)


def open_groups() -> dict[str, str]:
    """Return the groups to which an entry can be added, as path of the new entry and label."""
    return {f"{path}.{NEW}": _LABELS[f"{path}.*"] for path in _OPEN}


def changed(table: Mapping[str, Any], typed: Mapping[str, str]) -> dict[str, Any]:
    """Return a copy of `table` with the values `typed` by path.

    A number stays words where it is none, so that whoever reads the table can refuse it by its name. An entry of an open
    group that is emptied is taken away, one typed under `+` is added with a code of its own.
    """
    after = copy.deepcopy(dict(table))
    for field in fields_of(table):
        if field.path not in typed:
            continue
        holder, key = _holder(after, field.path)
        words = typed[field.path].strip()
        if field.removable and not words:
            del holder[key]
        else:
            holder[key] = _value(field.kind, words)
    for path in open_groups():
        for words in typed.get(path, "").splitlines():
            if words.strip():
                holder, _ = _holder(after, path)
                holder[_new_code(holder)] = words.strip()
    return after


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[FieldChange, ...]:
    """Return the values that differ, in the order of `after`, those that are gone at the end."""
    old = {field.path: field for field in fields_of(before)}
    new = {field.path: field for field in fields_of(after)}
    found = []
    for path in (*new, *(path for path in old if path not in new)):
        field = new.get(path) or old[path]
        pair = tuple(fields[path].words if path in fields else "" for fields in (old, new))
        if pair[0] != pair[1]:
            found.append(FieldChange(field.section, field.label, *pair))
    return tuple(found)


def completed(table: Mapping[str, Any], base: Mapping[str, Any], *, at: str = "") -> dict[str, Any]:
    """Return `table` with the values that only `base` has: those that a later version of the program knows and an earlier did not.

    `at` is the path of the two, with a point at its end.
    """
    after = dict(table)
    for key, value in base.items():
        if key not in after:
            after[key] = copy.deepcopy(value)
        elif isinstance(value, dict) and isinstance(after[key], dict) and f"{at}{key}" not in _OPEN:
            after[key] = completed(after[key], value, at=f"{at}{key}.")
    return after


def label_of_path(path: str) -> str:
    """Return what people call the value at `path`, or the path itself where it has no name."""
    return _LABELS.get(_pattern(path), path)


def _field(path: str, value: object, choices: Mapping[str, Mapping[str, str]], sections: Mapping[str, str]) -> Field:
    pattern = _pattern(path)
    kind: Kind = "words"
    if isinstance(value, list):
        kind = "many" if pattern in choices else "list"
    elif pattern in choices:
        kind = "choice"
    elif isinstance(value, int):
        kind = "number"
    words = LIST_SIGN.join(map(str, value)) if isinstance(value, list) else str(value)
    group = path.rpartition(".")[0]
    section = sections.get(group) or sections.get(path.partition(".")[0], "基本")
    label = _LABELS.get(pattern, path)
    return Field(path, section, label, kind, words, choices.get(pattern, {}), removable=group in _OPEN)


def _value(kind: Kind, words: str) -> object:
    if kind in ("many", "list"):
        return [piece.strip() for piece in words.split(LIST_SIGN) if piece.strip()]
    if kind == "number" and words.removeprefix("-").isdecimal() and words.isascii() and len(words) < 10:
        return int(words)
    return words


def _leaves(table: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, object]]:
    for key, value in table.items():
        yield from _leaf(f"{before}{key}", value)


def _leaf(path: str, value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, dict):
        yield from _leaves(value, f"{path}.")
    elif isinstance(value, list) and value and all(isinstance(entry, dict) for entry in value):
        for number, entry in enumerate(value):
            yield from _leaf(f"{path}.{number}", entry)
    else:
        yield path, value


def _holder(table: dict[str, Any], path: str) -> tuple[Any, Any]:
    """Return what holds the value at `path`, and the key or number under which it does."""
    steps: Sequence[str] = path.split(".")
    holder: Any = table
    for step in steps[:-1]:
        holder = holder[int(step)] if isinstance(holder, list) else holder[step]
    return holder, steps[-1]


def _new_code(holder: Mapping[str, Any]) -> str:
    return next(code for number in range(1, len(holder) + 2) if (code := f"own{number}") not in holder)


def _pattern(path: str) -> str:
    """Return the path with `*` for what is a number or an entry of an open group."""
    group, _, last = path.rpartition(".")
    steps = ["*" if step.isdigit() else step for step in path.split(".")]
    return f"{group}.*" if group in _OPEN and last else ".".join(steps)
