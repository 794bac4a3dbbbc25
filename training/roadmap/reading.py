"""The facts file, entry by entry. Whatever cannot be held is refused with the entry's name and what it takes."""

import calendar
import datetime
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import yaml
from django.utils.translation import gettext as _

T = TypeVar("T")
NOT_STATED = "ns"
MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


class RoadmapError(ValueError):
    """The file cannot be loaded. The message names the entry and says what would be accepted."""


_FastLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _OnceLoader(_FastLoader):
    """YAML keeps the last of two equal keys and drops the first without a word; here that is an error."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key_node, _value in node.value:
            key = self.construct_object(key_node, deep=deep)
            if key in seen:
                raise yaml.MarkedYAMLError(None, None, f"'{key}' stands here twice", key_node.start_mark)
            seen.add(key)
        return dict(super().construct_mapping(node, deep=deep))


def read_file(path: Path) -> "Entry":
    """The whole file as one entry. Raises RoadmapError where it is no YAML mapping, OSError where there is no file."""
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=_OnceLoader)  # noqa: S506  it is a SafeLoader
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise RoadmapError(_("%(file)s is not a YAML file: %(why)s") % {"file": path.name, "why": error}) from error
    return Entry(path.name, data, top=True)


class Entry:
    """One mapping of the file, read field by field. `ns` and a field left out mean: not stated.

    Call `done()` at the end: a field nobody read is a fact that would be lost, or a name with a typing error.
    """

    def __init__(self, where: str, data: Any, *, top: bool = False) -> None:
        self.where = where
        self._top = top
        if not isinstance(data, Mapping):
            raise RoadmapError(
                _("%(where)s is %(value)r; it takes fields with values.") % {"where": where, "value": data}
            )
        self._data = {str(name): value for name, value in data.items()}
        self._read: set[str] = set()

    def done(self) -> None:
        for name in self._data:
            if name not in self._read:
                known = ", ".join(sorted(self._read))
                raise self.error(_("has a field '%(name)s'; it takes %(known)s") % {"name": name, "known": known})

    def error(self, what: str) -> RoadmapError:
        return RoadmapError(f"{self.where}: {what}.")

    def wrong(self, name: str, value: Any, takes: str) -> RoadmapError:
        return self.error(
            _("%(name)s is %(value)r; it takes %(takes)s") % {"name": name, "value": value, "takes": takes}
        )

    def has(self, name: str) -> bool:
        """Whether the field stands in the file, even as not stated."""
        return name in self._data

    def names(self) -> list[str]:
        """The names of all fields, for an entry that is a list by name."""
        self._read.update(self._data)
        return list(self._data)

    def take(self, name: str) -> Any:
        self._read.add(name)
        value = self._data.get(name)
        return None if value == NOT_STATED else value

    def required(self, name: str) -> None:
        """The field has to be written, if only as not stated."""
        if name not in self._data:
            raise self.error(_("%(name)s is missing; write ns where the source does not state it") % {"name": name})

    def text(self, name: str, *, most: int = 0, required: bool = False) -> str:
        value = self.take(name)
        if value is None and not required:
            return ""
        if not isinstance(value, str) or not value.strip() or (most and len(value) > most):
            takes = _("a text of at most %(most)s characters") % {"most": most} if most else _("a text")
            raise self.wrong(name, value, takes)
        return value

    def number(self, name: str, *, least: int = 0) -> int | None:
        value = self.take(name)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= 2_000_000_000:
            raise self.wrong(name, value, _("a whole number from %(least)s, or ns") % {"least": least})
        return value

    def flag(self, name: str) -> bool:
        value = self.take(name)
        if not isinstance(value, bool | None):
            raise self.wrong(name, value, _("true or false"))
        return bool(value)

    def date(self, name: str) -> datetime.date | None:
        value = self.take(name)
        if value is not None and type(value) is not datetime.date:
            raise self.wrong(name, value, _("a day such as 2021-07-26, or ns"))
        return value

    def month(self, name: str, *, last: bool = False) -> datetime.date | None:
        """The first day of a month, or its last."""
        value = self.take(name)
        if value is None:
            return None
        found = MONTH.fullmatch(value) if isinstance(value, str) else None
        if found is None:
            raise self.wrong(name, value, _("a month such as 2021-07, or ns"))
        year, month = int(found[1]), int(found[2])
        return datetime.date(year, month, calendar.monthrange(year, month)[1] if last else 1)

    def one_of(self, name: str, known: Mapping[str, T], *, required: bool = False) -> T | None:
        """What `known` holds under the value of this field."""
        value = self.take(name)
        if value is None and not required:
            return None
        if not isinstance(value, str) or value not in known:
            raise self.wrong(name, value, _("one of: %(known)s") % {"known": ", ".join(known)})
        return known[value]

    def items(self, name: str) -> list[Any]:
        value = self.take(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise self.wrong(name, value, _("a list, or ns"))
        return value

    def texts(self, name: str, *, most: int = 0) -> list[str]:
        value = self.items(name)
        if not all(isinstance(item, str) and item.strip() and not (most and len(item) > most) for item in value):
            takes = _("a list of texts of at most %(most)s characters") if most else _("a list of texts")
            raise self.wrong(name, value, takes % {"most": most})
        return value

    def all_of(self, name: str, known: Mapping[Any, T]) -> list[T]:
        """What `known` holds under each value of this list."""
        value = self.items(name)
        for item in value:
            if isinstance(item, dict | list) or item not in known:
                raise self.wrong(name, item, _("values out of: %(known)s") % {"known": ", ".join(map(str, known))})
        return [known[item] for item in value]

    def entry(self, name: str) -> "Entry":
        """A field that has fields of its own."""
        self.required(name)
        return Entry(name if self._top else f"{self.where}, {name}", self.take(name))

    def entries(self, name: str, *, called: Iterable[str] = ()) -> list["Entry"]:
        """A list of entries; `called` are the fields one of which names each of them in messages."""
        found = []
        for number, data in enumerate(self.items(name), start=1):
            label = next((data[n] for n in called if isinstance(data, Mapping) and n in data), number)
            found.append(Entry(f"{name}, {label}" if self._top else f"{self.where}, {name} {label}", data))
        return found
