"""Results of reckonings, kept for as long as they are among the last asked for."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar

T = TypeVar("T")


class Results:
    """The last so many results of reckonings, each by all that it follows from."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._found: OrderedDict[Hashable, Any] = OrderedDict()
        self._changing = Lock()

    def of(self, key: Hashable, reckoned: Callable[[], T]) -> T:
        with self._changing:
            if key in self._found:
                self._found.move_to_end(key)
                known: T = self._found[key]
                return known
        result = reckoned()
        with self._changing:
            self._found[key] = result
            while len(self._found) > self.most:
                self._found.popitem(last=False)
        return result

    def forget(self) -> None:
        with self._changing:
            self._found.clear()
