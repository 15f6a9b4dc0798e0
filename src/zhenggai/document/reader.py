"""What a format reader is: the contract that every file of `document.readers` fulfils."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from zhenggai.document.blocks import Block


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a reader takes on before it refuses with a `DocumentError`. Sizes in bytes, times in seconds."""

    file_size: int = 200 * 2**20
    unpacked_size: int = 400 * 2**20
    part_size: int = 200 * 2**20
    compression_ratio: int = 200
    blocks: int = 200_000
    characters: int = 20_000_000
    pages: int = 2_000
    converter_seconds: float = 120.0


@dataclass(frozen=True, slots=True)
class Source:
    """A file's name (for messages and for its suffix) and its bytes."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader gives back: blocks numbered from 0, and notes to a person in Chinese."""

    blocks: tuple[Block, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reader:
    """One file format. `recognises` looks at the content; the suffix only decides between readers that both may be right."""

    key: str
    title: str
    suffixes: tuple[str, ...]
    media_type: str
    recognises: Callable[[Source], bool]
    read: Callable[[Source, Limits], Reading]
