"""Words of an office's own: who hears of which light, the texts of its forms, and lists of words that rules look for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from zhenggai.profile.values import LONGEST, ProfileError, text

if TYPE_CHECKING:
    from collections.abc import Mapping

RECIPIENTS: Mapping[str, str] = {
    "handler": "经办人",
    "department_head": "部门负责人",
    "responsible_leader": "责任领导",
    "lead_leader": "牵头领导",
    "principal": "主要负责人",
    "office": "整改办",
    "supervision": "督查组",
}
"""The roles that a profile may let hear of a light."""
_FORMS: Mapping[str, str] = {
    "closure_heading": "销号申请表标题",
    "return_notice": "退回通知用语",
    "reminder": "催办提醒用语",
}
_LEXICONS: Mapping[str, str] = {
    "vague_verbs": "空泛用语（没有具体动作）",
    "vague_owners": "笼统的责任人",
    "vague_times": "笼统的时限",
    "hard_verbs": "具体动作",
}
WORDING_LABELS = {
    **{
        f"recipients.{colour}": f"{word}时通知"
        for colour, word in (("red", "逾期"), ("yellow", "临期"), ("green", "将到期"))
    },
    **{f"form_texts.{key}": label for key, label in _FORMS.items()},
    **{f"lexicon.{key}": label for key, label in _LEXICONS.items()},
}
WORDING_CHOICES: dict[str, Mapping[str, str]] = {"recipients.*": RECIPIENTS}


@dataclass(frozen=True, slots=True)
class FormTexts:
    """What an office words itself on its forms."""

    closure_heading: str
    return_notice: str
    reminder: str


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Lists of words that rules look for in measures: none of them is a fault by itself."""

    vague_verbs: tuple[str, ...]
    vague_owners: tuple[str, ...]
    vague_times: tuple[str, ...]
    hard_verbs: tuple[str, ...]


def parse_recipients(table: dict[str, Any], name: str, colours: tuple[str, ...]) -> dict[str, frozenset[str]]:
    """Read the part `[recipients]` of the profile `name`: for each colour of its lights the roles that hear of it.

    Raises:
        ProfileError: a colour is missing, or a role in it is none of `RECIPIENTS`.
    """
    part = table.get("recipients")
    if not isinstance(part, dict):
        raise ProfileError(name, "缺少预警的通知对象（[recipients]）。", "recipients")
    for colour in colours:
        roles = part.get(colour)
        if not isinstance(roles, list) or not all(role in RECIPIENTS for role in roles):
            raise ProfileError(
                name, f"的 {colour} 应当从{'、'.join(RECIPIENTS.values())}中选。", f"recipients.{colour}"
            )
    return {colour: frozenset(part[colour]) for colour in colours}


def parse_form_texts(table: dict[str, Any], name: str) -> FormTexts:
    """Read the part `[form_texts]` of the profile `name`.

    Raises:
        ProfileError: it is missing, or a text in it is empty or too long.
    """
    part = table.get("form_texts")
    if not isinstance(part, dict):
        raise ProfileError(name, "缺少表单用语（[form_texts]）。", "form_texts")
    return FormTexts(**{key: text(part, key, name, at="form_texts.") for key in _FORMS})


def parse_lexicon(table: dict[str, Any], name: str) -> Lexicon:
    """Read the part `[lexicon]` of the profile `name`.

    Raises:
        ProfileError: a list is missing, or something in it is no word.
    """
    part = table.get("lexicon")
    if not isinstance(part, dict):
        raise ProfileError(name, "缺少词表（[lexicon]）。", "lexicon")
    return Lexicon(**{key: _words(part, key, name) for key in _LEXICONS})


def _words(part: dict[str, Any], key: str, name: str) -> tuple[str, ...]:
    words = part.get(key)
    if not isinstance(words, list) or not all(isinstance(word, str) and word.strip() for word in words):
        raise ProfileError(name, f"的 {key} 应当是用“、”隔开的词语。", f"lexicon.{key}")
    if sum(map(len, words)) + len(words) > LONGEST:
        raise ProfileError(name, f"的 {key} 过长，请控制在{LONGEST}字以内。", f"lexicon.{key}")
    return tuple(words)
