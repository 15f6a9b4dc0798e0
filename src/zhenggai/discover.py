"""Finds the plug-in objects of a folder: one file, one plug-in, no list to keep."""

from __future__ import annotations

import importlib
import pkgutil
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from types import ModuleType


class Keyed(Protocol):
    """Anything that is told from its like by a key."""

    @property
    def key(self) -> str:
        """The name under which the object is found."""


Plugin = TypeVar("Plugin", bound=Keyed)


class DuplicateKeyError(Exception):
    """Two plug-ins of one folder carry the same key."""


def collect(package: ModuleType, kind: type[Plugin]) -> dict[str, Plugin]:
    """Import every module below `package` and return its objects of `kind` by key, in the order of their keys.

    A module that fails to import fails the whole call: a plug-in may not vanish unnoticed.

    Raises:
        DuplicateKeyError: two different objects carry the same key.
    """
    found: dict[str, Plugin] = {}
    for module_info in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        module = importlib.import_module(module_info.name)
        for candidate in vars(module).values():
            for plugin in candidate if isinstance(candidate, tuple) else (candidate,):
                if not isinstance(plugin, kind):
                    continue
                if found.setdefault(plugin.key, plugin) is not plugin:
                    raise DuplicateKeyError(f"{package.__name__}: two plug-ins with the key {plugin.key!r}")
    return dict(sorted(found.items()))
