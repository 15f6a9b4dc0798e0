"""argparse that speaks Chinese."""

from __future__ import annotations

import argparse
import re
import sys
import unicodedata
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterable

_MESSAGES = (
    (r"the following arguments are required: (.+)", r"缺少参数：\1"),
    (r"unrecognized arguments: (.+)", r"不认识的参数：\1"),
    (r"argument (.+?): invalid choice: (.+?) \(choose from (.+)\)", r"\1 不能是 \2，可以是：\3"),
    (r"argument (.+?): expected one argument", r"\1 后面要写一个值"),
    (r"argument (.+?): expected at least one argument", r"\1 后面至少要写一个值"),
    (r"argument (.+?): ignored explicit argument (.+)", r"\1 后面不能写 \2"),
    (r"argument (.+?): not allowed with argument (.+)", r"\1 不能与 \2 同时使用"),
    (r"argument (.+?): invalid .+? value: (.+)", r"\1 的值 \2 写法不对"),
    (r"argument (.+?): (.+)", r"\1：\2"),
)


class Parser(argparse.ArgumentParser):
    """An argument parser whose titles, usage and errors are Chinese. Options may not be shortened."""

    def __init__(self, **settings: Any) -> None:
        """Take argparse's own settings."""
        super().__init__(add_help=False, allow_abbrev=False, formatter_class=_Formatter, **settings)
        self._positionals.title = "参数"
        self._optionals.title = "选项"
        self.add_argument("-h", "--help", action="help", help="显示用法并退出")

    def error(self, message: str) -> NoReturn:
        """Say what is wrong in Chinese and leave with status 2."""
        sys.stderr.write(f"{self.prog}：{in_chinese(message)}。用法见 {self.prog} --help\n")
        raise SystemExit(2)


def in_chinese(message: str) -> str:
    """Return an argparse error in Chinese; one that is not known stays as it is."""
    for pattern, chinese in _MESSAGES:
        if re.fullmatch(pattern, message, re.DOTALL):
            return re.sub(pattern, chinese, message, flags=re.DOTALL)
    return message


def width(text: str) -> int:
    """Return the number of terminal columns that `text` takes: two for a Chinese character."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


class _Formatter(argparse.HelpFormatter):
    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[Any],
        prefix: str | None = None,
    ) -> None:
        super().add_usage(usage, actions, groups, "用法：" if prefix is None else prefix)

    def _split_lines(self, text: str, width: int) -> list[str]:
        return _wrap(text, width)

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return "\n".join(indent + line for line in _wrap(text, width - len(indent)))

    def add_argument(self, action: argparse.Action) -> None:
        super().add_argument(action)
        if action.help is not argparse.SUPPRESS:
            needed = width(self._format_action_invocation(action)) + self._current_indent
            self._action_max_length = max(self._action_max_length, needed)

    def _format_action_invocation(self, action: argparse.Action) -> str:
        """Write -o, --output 输出 in every version of Python; older ones would say 输出 twice."""
        if not action.option_strings or action.nargs == 0:
            return super()._format_action_invocation(action)
        value = self._format_args(action, self._get_default_metavar_for_optional(action))
        return f"{', '.join(action.option_strings)} {value}"

    def _format_action(self, action: argparse.Action) -> str:
        """Line help up by columns; argparse itself counts characters."""
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001 — the title above already says 命令
            return "".join(self._format_action(command) for command in action._get_subactions())  # noqa: SLF001
        text = super()._format_action(action)
        head = re.match(rf" *{re.escape(self._format_action_invocation(action))}(?= +\S)", text)
        if head is None:  # argparse has put the help on lines of its own
            return text
        column = min(self._action_max_length + 2, self._max_help_position)
        room = column - width(head[0])
        gap = " " * room if room >= 2 else "\n" + " " * column
        return head[0] + gap + text[head.end() :].lstrip(" ")


def _wrap(text: str, columns: int) -> list[str]:
    lines, used = [""], 0
    for word in re.findall(r"[!-~]+|[^!-~]", text):  # Chinese breaks anywhere, a word or a date nowhere
        if word == "\n" or (used + width(word) > columns and word not in "，。；：、）"):
            lines.append("")
            used = 0
        if word != "\n":
            lines[-1] += word
            used += width(word)
    return lines
