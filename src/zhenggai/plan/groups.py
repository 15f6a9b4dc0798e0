"""Leading groups, their offices and supervision groups, with their people and duties."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from zhenggai.plan.marks import leading_mark
from zhenggai.plan.model import Group
from zhenggai.plan.parties import split_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from zhenggai.plan.lines import Line
    from zhenggai.plan.model import Span

_NAME = re.compile(
    r"(?:领导小组|工作小组|督查组|督导组|工作专班|专班|专项组|专项小组|办公室|工作组|小组|综合组|协调组|[\u4e00-\u9fff]组)"
)
_ROLE = re.compile(
    r"^(?P<role>(?:第一)?组\s*长|常务副组长|副\s*组\s*长|成\s*员(?:单位)?|(?:办公室)?主\s*任|(?:办公室)?副\s*主\s*任|召集人|总召集人|职\s*责|工作职责|主要职责|联络员)\s*:\s*(?P<value>.*)$"
)
_ROLES = re.compile(
    r"(?:^|[;,。 ])(?P<role>(?:第一)?组\s*长|(?:常务)?副\s*组\s*长|成\s*员(?:单位)?|(?:副\s*)?主\s*任|职\s*责|联络员)\s*:"
)
_PEOPLE = re.compile(r"组\s*长|主\s*任|成\s*员|职\s*责|召集人|联络员")
_UNDER = re.compile(r"下设(?P<name>[^,。;:]{0,14}?(?:办公室|专班|组))")
_PROSE = re.compile(
    r"(?P<name>[\u4e00-\u9fff“”]{2,24}?(?:领导小组|工作专班|整改专班|专班|督查组|督导组|工作组))[,，]?(?:由)?(?P<leader>[^。;]{2,40}?)(?:担?任|为|兼任)(?:组长|召集人)"
)
_PROSE_ROLE_FIRST = re.compile(
    r"(?P<name>[\u4e00-\u9fff“”]{2,24}?(?:领导小组|工作专班|专班|督查组|督导组|工作组))[,，]?(?<!副)组长(?:由)?(?P<leader>[\u4e00-\u9fff]{2,10}(?:\([^()]{2,20}\))?)[,;]"
)
_PROSE_DEPUTIES_AFTER = re.compile(r"副组长(?:由)?(?P<deputies>[^,。;:]{2,60}?)(?:担任)?[,。;]")
_BEHIND_LEADER = r"(?:(?<=组长)|(?<=召集人))[,、]?"
_PROSE_DEPUTIES = re.compile(
    _BEHIND_LEADER + r"(?P<deputies>(?:(?!组长)[^。;]){2,60}?)(?:担?任|为|兼任)(?:常务|第一|执行)?副组长"
)
_PROSE_MEMBERS = re.compile(_BEHIND_LEADER + r"(?P<members>(?:(?!组长)[^。;]){2,80}?)(?:为|任|作为)(?:小组)?成员")
_PROSE_LEADER_FIRST = re.compile(
    r"(?:成立|设立|组建|建立)了?由(?P<leader>[^,。;]{2,20}?)(?:担?任|为|兼任)(?:组长|召集人)(?P<others>[^。;]{0,80}?)的(?P<name>[\u4e00-\u9fff“”]{2,24}?(?:领导小组|工作专班|专班|督查组|督导组|工作组))"
)
_PROSE_OFFICE = re.compile(
    r"(?P<parent>[\u4e00-\u9fff“”]{0,20}?(?:领导小组|工作小组|专班))?(?:下设)?办公室(?:设在|设于)(?P<place>[^,。;]{2,24})"
)
_DIRECTOR = re.compile(
    r"主任由(?P<after>[^,。;]{2,20}?)(?:担任|兼任)|由?(?P<before>[^,。;由副]{2,20}?)(?:担任|兼任|任|为)(?:办公室)?主任(?!委员)"
)


@dataclass(slots=True)
class _Building:
    name: str
    parent: str | None
    spans: list[Span]
    people: dict[str, list[str]] = field(default_factory=dict)
    duties: list[str] = field(default_factory=list)
    open_list: bool = False
    """Whether the last list of names ended with 、."""

    def build(self) -> Group:
        return Group(
            self.name,
            self.parent,
            tuple(self.people.get("leader", ())),
            tuple(self.people.get("deputies", ())),
            tuple(self.people.get("director", ())),
            tuple(self.people.get("members", ())),
            "\n".join(self.duties) or None,
            tuple(self.spans),
        )


def read_groups(listed: Sequence[Line], prose: Iterable[Line]) -> tuple[Group, ...]:
    """Read the groups that lines such as 组长：… list, else those that a sentence of `prose` names."""
    found = _listed(listed)
    return found or _in_prose(prose)


def _listed(lines: Sequence[Line]) -> tuple[Group, ...]:
    built: list[_Building] = []
    current: _Building | None = None
    named: tuple[str, Line] | None = None
    last_role = ""
    if not any(":" in line.text and _PEOPLE.search(line.text) for line in lines):
        return ()
    for line in (part for whole in lines for part in _role_lines(whole)):
        match = _ROLE.match(line.text)
        if match is None:
            name = _name_of(line)
            if name is not None:
                named, current, last_role = (name, line), None, ""
            elif current is not None and _goes_on(current, last_role) and leading_mark(line.text) is None:
                _put(current, last_role, line.raw, line)
            continue
        if current is None:
            if named is None:
                continue
            parent = built[0].name if built and _UNDER.search(named[1].text) else None
            current = _Building(named[0], parent, [named[1].span()])
            built.append(current)
        last_role = re.sub(r"\s", "", match["role"])
        _put(current, last_role, line.raw[match.start("value") :], line)
    return tuple(b.build() for b in built if b.people)


def _role_lines(line: Line) -> Iterator[Line]:
    """Yield a line divided at the roles that it names: 组长：某某；副组长：某某、某某; the name of a group may stand before them."""
    if ":" not in line.text or not _PEOPLE.search(line.text):
        yield line
        return
    starts = [m.start("role") for m in _ROLES.finditer(line.text)]
    named = bool(starts) and starts[0] > 0 and _NAME.search(line.text, 0, starts[0]) is not None
    if not starts or (starts[0] > 0 and not named):
        yield line
        return
    for start, end in itertools.pairwise([*([0] if named else []), *starts, len(line.text)]):
        yield line.part(start, end)


def _name_of(line: Line) -> str | None:
    mark = leading_mark(line.text)
    start = mark.end if mark else 0
    text = line.text[start:]
    under = _UNDER.search(text)
    if under is not None:
        return line.raw[start + under.start("name") : start + under.end("name")]
    if len(text) > 40 or not _NAME.search(text) or re.search(r"[。;,]", text.rstrip("。;,:")):
        return None
    raw = line.raw[start:].rstrip("。；：: ")
    raw = re.sub(r"^.{0,12}?(?:成立|设立|组建|建立)(?:了)?", "", raw)
    return re.sub(r"(?:组成人员|成员|人员)?(?:名单)?$", "", raw) or None


def _goes_on(group: _Building, role: str) -> bool:
    """Whether the next line may go on with the last role: duties, or a list of names that ends with 、."""
    if role.endswith("职责"):
        return bool(group.duties) and not group.duties[-1].endswith("。")
    return role.startswith("成员") and group.open_list


def _put(group: _Building, role: str, value: str, line: Line) -> None:
    group.spans.append(line.span())
    if role.endswith("职责"):
        group.duties.append(value)
        return
    value, _, rest = value.partition("。")
    if rest.strip():
        group.duties.append(rest.strip())
    key = (
        "deputies"
        if "副" in role
        else "members"
        if role.startswith(("成员", "联络"))
        else "director"
        if role.endswith("主任")
        else "leader"
    )
    group.open_list = value.rstrip().endswith(("、", "，", ","))
    group.people.setdefault(key, []).extend(split_names(value))


def _in_prose(lines: Iterable[Line]) -> tuple[Group, ...]:
    found: list[Group] = []
    for line in lines:
        led = "组长" in line.text or "召集人" in line.text
        group = _led_group(line) if led else None
        if group is not None:
            found.append(group)
        office = _office(line, found[-1].name if found else None) if "办公室设" in line.text else None
        if office is not None and office.name not in {g.name for g in found if g.parent == office.parent}:
            found.append(office)
    return tuple(found)


def _led_group(line: Line) -> Group | None:
    """Return the group whose leader a sentence names."""
    text = line.text
    match = _PROSE_LEADER_FIRST.search(text) or _PROSE.search(text) or _PROSE_ROLE_FIRST.search(text)
    if match is None:
        return None
    leader = re.sub(r"^(?:由|以)|(?:担任|兼任|任)$", "", line.raw[match.start("leader") : match.end("leader")])
    pattern = _PROSE_DEPUTIES_AFTER if match.re is _PROSE_ROLE_FIRST else _PROSE_DEPUTIES
    behind = match.end("leader") if match.re is _PROSE_LEADER_FIRST else match.end() - 2
    end = match.end() if match.re is _PROSE_LEADER_FIRST else len(text)
    return Group(
        _founded_name(line.raw[match.start("name") : match.end("name")]),
        None,
        (leader,),
        _people(line, pattern, "deputies", behind, end),
        (),
        _people(line, _PROSE_MEMBERS, "members", behind, end),
        None,
        (line.span(),),
    )


def _founded_name(words: str) -> str:
    return re.sub(r"^.*?(?:成立|设立|组建|建立)(?:了|由)?", "", words)


def _people(line: Line, pattern: re.Pattern[str], role: str, start: int, end: int) -> tuple[str, ...]:
    matches = pattern.finditer(line.text, start, end)
    return tuple(name for match in matches for name in split_names(line.raw[match.start(role) : match.end(role)]))


def _office(line: Line, group: str | None) -> Group | None:
    """Return the office of a group, with its director: 领导小组办公室设在机关党委，乙某兼任办公室主任."""
    match = _PROSE_OFFICE.search(line.text)
    named = match is not None and match["parent"] is not None
    if match is None or not (named or group):
        return None
    parent = group or _founded_name(line.raw[match.start("parent") : match.end("parent")])
    stop = line.text.find("。", match.end())
    director = _DIRECTOR.search(line.text, match.end(), stop if stop >= 0 else len(line.text))
    role = "after" if director is not None and director["after"] else "before"
    people = split_names(line.raw[director.start(role) : director.end(role)]) if director is not None else ()
    return Group("办公室", parent, director=people, spans=(line.span(),))
