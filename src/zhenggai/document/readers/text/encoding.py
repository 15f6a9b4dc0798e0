"""The encoding of a text file, by its own bytes."""

from __future__ import annotations

import codecs
import re

from zhenggai.document.faults import DocumentError
from zhenggai.text import fold

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_COMMON = frozenset(
    "的一是在不了有和人这中大为上个国我以要时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反明看原又利比或但质气第向道变条只没结解问意建月公无系情者最立代想已通并提直题党程展五果员位入常文总次品式活设及管特件长求基资边流路级少统接知将组见计别手期根论运农指几区强放决被干做必先回则任取据处队给光门即保治规领口导压增争济思术交受联认六共权收证改清再更单风切教带安场身车例真务具万每目至达走积示议声报完类离名确才科信节整空元况今集传许步群广记需段研界究观越织算低持众书布复容须际商非验连断深难近周委素技备半办省列习响约支般感便团往历市何除消构府称太准精值号率维划选标写存效院查型按格易置派层片始专状育适属包住调满县局照参细引该价严整改措施责任落实督查巡察审计"
)
_PUNCTUATION = frozenset(",。、;:!?“”‘’《》()[]【】…—·，；：！？（）\u3000")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f\ufffe\uffff]")
_SAMPLE = 1 << 16
_LEAST_COMMON = 0.15
"""Real Chinese text has more common characters and punctuation than this; bytes read in a wrong encoding have fewer."""
_FEW = 8
"""A text of fewer characters, a name perhaps, need not have a common one."""
_STRAY = 300
"""One broken character among so many is damage to a text; more are no text in this encoding."""


def decode(data: bytes) -> str:
    """Return the text of `data`: by its byte order mark, else UTF-8, UTF-16 by its zeros, GB18030 or Big5 by their words.

    A few broken characters become U+FFFD; a stray control character is left out.

    Raises:
        DocumentError: the bytes are no text in any of these.
    """
    text = _decode(data)
    if text is None or not _is_plausible(text):
        raise DocumentError(
            "not_text",
            "文件不是文字文件，里面是无法识别的数据。请检查是否改错了后缀，或者用原软件另存为docx或txt再试。",
        )
    return _CONTROLS.sub("", text.removeprefix("\ufeff"))


def looks_like_text(data: bytes) -> bool:
    """Return whether the beginning of `data` is text."""
    text = _decode(data[:_SAMPLE], whole=len(data) <= _SAMPLE)
    return text is not None and _is_plausible(text)


def _is_plausible(text: str) -> bool:
    """Return whether `text` has no more control characters than a stray one in a long text."""
    return (len(_CONTROLS.findall(text[: 4 * _SAMPLE])) - 1) * 2000 <= len(text)


def _decode(data: bytes, *, whole: bool = True) -> str | None:
    """Return the text, or None; what is not the `whole` may end within a character."""
    for bom, name in _BOMS:
        if data.startswith(bom):
            return _nearly(data[len(bom) :], name, whole=whole)
    if b"\x00" in data[:_SAMPLE]:
        wide = _best([_nearly(data, name, whole=whole) for name in ("utf-16-le", "utf-16-be")])
        if wide is not None:
            return wide
    utf8 = _nearly(data, "utf-8", whole=whole)
    if utf8 is not None:
        return utf8
    return _best([_nearly(data, name, whole=whole) for name in ("gb18030", "big5hkscs")]) or _guess(data, whole=whole)


def _nearly(data: bytes, name: str, *, whole: bool) -> str | None:
    """Decode, allowing for a stray broken character or a cut end."""
    try:
        return codecs.getincrementaldecoder(name)().decode(data, final=whole)
    except UnicodeDecodeError:
        text = data.decode(name, "replace")
    return text if (text.count("\ufffd") - 1) * _STRAY <= len(text) and _is_chinese(text) else None


def _best(texts: list[str | None]) -> str | None:
    """Return the text with the most common characters: the same bytes may be legal in both encodings."""
    found = [text for text in texts if text is not None and _is_chinese(text)]
    return max(found, key=_share, default=None)


def _share(text: str) -> float:
    """The share of common Chinese characters among those beyond ASCII; a text of ASCII alone is common throughout."""
    beyond = [c for c in fold(text[:20_000]) if c > "\x7f"]
    if not beyond:
        return 1.0
    return sum(1 for c in beyond if c in _COMMON or c in _PUNCTUATION) / len(beyond)


def _is_chinese(text: str) -> bool:
    return _share(text) >= _LEAST_COMMON or sum(1 for c in text[:_FEW] if c > "\x7f") == len(text) < _FEW


def _guess(data: bytes, *, whole: bool) -> str | None:
    """Ask chardet for what is none of these."""
    import chardet  # noqa: PLC0415 — slow to load, and needed for few files

    guess = chardet.detect(data[:_SAMPLE])
    name = guess.get("encoding")
    if not name or (guess.get("confidence") or 0) < 0.5:
        return None
    try:
        return _nearly(data, name, whole=whole)
    except LookupError:
        return None
