"""Who answers for something: collective words, convenors, names and posts in the fields of a plan."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from zhenggai.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zhenggai.rules.facts import Answer, DocumentFacts
    from zhenggai.rules.wording.lexicon import Lexicon

_EACH = re.compile(r"各(?!自|界|民族)")
_UNIT = re.compile(r"^(?:[校院局镇乡县区市厂]|公司|机关|街道|集团|党委|党组)")
"""What may stand before a collective word: 局属有关部门 begins with the office itself."""
_BRACKET = re.compile(r"\([^()]*\)")
_POST = re.compile(
    r"^.*?(?:书记|局长|校长|院长|镇长|乡长|区长|县长|市长|厅长|处长|科长|股长|所长|站长|馆长|园长|社长|台长|行长|部长|队长|组长|会长|委员|主任|主席|经理|董事长|总监|总师|工程师|会计师|经济师|农艺师|师|秘书长|专员|巡视员|调研员|同志)(?=[\u4e00-\u9fff]{2,4}$)"
)
_DEPARTMENT = re.compile(
    r"(?:办公室|办|科|处|室|部|局|股|站|中心|委|队|所|院|会|组|公司|系|学院|厂|库|馆|支部|总支|党委|机关|街道|社区|村|镇|乡|园|车间|班|协会|医院|学校|联|工会|团委|银行|馆|校|集团)$"
)
_LED = re.compile(
    r"(?:由|,|;|^)(?P<who>[^,。;:由]{2,24}?)(?:同志)?(?:具体|总体|全面|统一)?(?:牵头|领办|包抓|包保|负总责|总负责|挂帅|督办)"
)
_CHARGED = re.compile(
    r"(?:由|,|;|:|^)(?P<who>[^,。;:由]{2,24}?)(?:同志)?(?:具体|共同)?(?:负责|承办|主办|具体落实|组织实施)"
)


def is_collective(name: str, lexicon: Lexicon) -> bool:
    """Return whether `name` is a collective word that names nobody: 各科室, 有关部门, 班子成员."""
    text = fold(name).strip()
    if lexicon.pattern("convenors").search(text):
        return False
    text = _BRACKET.sub("", text).strip()
    if text in lexicon.words("vague_owners"):
        return True
    if text.endswith(lexicon.words("collective_ends")):
        return True
    return any(_marks(text, mark) for mark in lexicon.words("collective_marks"))


def _marks(text: str, mark: str) -> bool:
    if mark not in text:
        return False
    if mark == "各":
        return _EACH.search(text) is not None
    return _UNIT.sub("", text).startswith(mark)


def person(token: str) -> str:
    """Return the name in a field's token: 副院长南宫策 → 南宫策, 申屠岳（党工委书记） → 申屠岳."""
    text = _BRACKET.sub("", fold(token)).strip().removesuffix("同志")
    found = _POST.match(text)
    return text[found.end() :] if found else text


def is_name(text: str) -> bool:
    """Return whether `text` may be a person's name: two to four Chinese characters, not a post."""
    return re.fullmatch(r"[\u4e00-\u9fff]{2,4}", text) is not None and not re.search(
        r"负责|领导|书记$|[局院校镇乡县市区处科部会队组]长$|主任$|经理$|同志", text
    )


def same_person(one: str, other: str) -> bool:
    """Return whether two tokens name one person."""
    first, second = person(one), person(other)
    return bool(first) and (first == second or (min(len(first), len(second)) >= 2 and _ends(first, second)))


def _ends(first: str, second: str) -> bool:
    longer, shorter = (first, second) if len(first) >= len(second) else (second, first)
    return longer.endswith(shorter) and len(longer) - len(shorter) != 1


def is_department(name: str) -> bool:
    """Return whether `name` looks like a department and not like a person or a post."""
    return _DEPARTMENT.search(_BRACKET.sub("", fold(name)).strip()) is not None


class Owners(NamedTuple):
    """Who leads, and which departments act."""

    leaders: tuple[str, ...]
    departments: tuple[str, ...]


def owners_in(texts: Iterable[str]) -> Owners:
    """Return whom sentences name: 由副局长甲牵头，乙科负责."""
    leaders: list[str] = []
    departments: list[str] = []
    for text in texts:
        folded = fold(text)
        for found in (*_LED.finditer(folded), *_CHARGED.finditer(folded)):
            (departments if is_department(found["who"]) else leaders).append(found["who"])
    return Owners(tuple(dict.fromkeys(leaders)), tuple(dict.fromkeys(departments)))


def fields_of(answer: Answer) -> dict[str, tuple[str, ...]]:
    """Return who answers for a finding, by the name of the field."""
    names = ("lead_leaders", "responsible_leaders", "responsible_persons", "responsible_departments")
    found = {name: tuple(n for r in answer.responses for n in getattr(r, name)) for name in names}
    return {name: tuple(dict.fromkeys(values)) for name, values in found.items() if values}


_HEADED = (
    re.compile(r"(?:组长|双组长)(?:由|为|是|:)\s*(?P<who>[^。;]{2,40}?)(?:同志)?(?:共同)?(?:担任|兼任|任|,|。|;|$)"),
    re.compile(
        r"(?:由|,|。|;|:|\)|^)(?P<who>[^。;,由]{2,40}?)(?:同志)?(?:共同)?(?:担任|兼任|任)(?:[^。;,、任]{0,14}领导小组)?(?:双)?组长"
    ),
)


def principals(document: DocumentFacts, lexicon: Lexicon) -> tuple[str, ...]:
    """Return who heads the leading group; where the document does not say, whoever bears the post of a principal in the fields."""
    main = [g for g in document.plan.groups if g.parent is None and g.leader and not re.search("督|检查|核查", g.name)]
    if main:
        return tuple(part for token in main[0].leader for part in _split(token))
    for block in document.own:
        if "组长" not in block.text or block.owner(0).findings or "领导小组" not in block.text:
            continue
        for pattern in _HEADED:
            found = pattern.search(block.text)
            if found is not None and "副" not in found["who"]:
                return _split(found["who"])
    tokens = dict.fromkeys(token for answer in document.answers for token in answer.leaders)
    return tuple(token for token in tokens if _is_principal(fold(token), lexicon))


def _split(tokens: str) -> tuple[str, ...]:
    return tuple(part for part in re.split(r"、|和|与", _BRACKET.sub("", fold(tokens))) if part)


def _is_principal(token: str, lexicon: Lexicon) -> bool:
    post = token.replace(person(token), "") if person(token) != token else token
    return (
        "副" not in post
        and "纪" not in post
        and any(post.rstrip("()、").endswith(one) for one in lexicon.words("principal_posts"))
    )
