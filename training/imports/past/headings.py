"""Where a list of sessions begins and what each of its columns holds, headings over two rows included."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from training.choices import Sex
from training.imports.headings import IN_BRACKETS, PARTS
from training.imports.layout import Layout as LayoutOf
from training.imports.layout import best, heading_rows
from training.imports.past import vocabulary
from training.imports.past.vocabulary import Field
from training.imports.workbook import Row, Sheet, text_of
from training.names import match_key

LONGEST_PHRASE = 5  # words, of the name of a jurisdiction
LEAST_KNOWN = 3  # headings; a title block has fewer


@dataclass(frozen=True)
class Figure:
    """Of whom a column's numbers are: women, men, those of a jurisdiction, both; empty is everybody."""

    sex: str = ""
    code: str = ""


@dataclass(frozen=True)
class Column:
    index: int
    heading: str
    field: Field
    figure: Figure | None = None

    @property
    def choice(self) -> str:
        """What `remapped` takes for this column as it is."""
        return f"{self.field}:{self.figure.sex}:{self.figure.code}" if self.figure else self.field.value

    @property
    def meaning(self) -> object:
        """Two columns of one meaning would say the same thing twice."""
        return self.figure or self.field


Layout = LayoutOf[Column]


def find_layout(sheet: Sheet, places: Mapping[str, str]) -> Layout | None:
    """The list of a sheet: the row among the first thirty with most headings we know, one of them title or topic.

    `places` maps the keys of jurisdictions' names and codes to codes. Two rows that stand one above the other may be
    the headings together: jurisdictions above, women and men below.
    """
    rows = list(heading_rows(sheet))
    found = [Layout(sheet, row.number, read_headings(row.cells, places)) for row in rows]
    found += [
        Layout(sheet, below.number, read_headings(_joined(above, below, places), places))
        for above, below in pairwise(rows)
        if below.number == above.number + 1
    ]
    return best(layout for layout in found if _is_list(layout))


def _is_list(layout: Layout) -> bool:
    return len(layout.used) >= LEAST_KNOWN and any(c.field in {Field.TITLE, Field.TOPIC} for c in layout.columns)


def _joined(above: Row, below: Row, places: Mapping[str, str]) -> list[str]:
    """The headings of two rows as one: what stands above a group of figures is said of each."""
    texts, group = [], ""
    for index in range(max(len(above.cells), len(below.cells))):
        upper, lower = text_of(above.cell(index)), text_of(below.cell(index))
        group = upper or group
        figure = read_figure(lower, places) if lower else None
        over = read_figure(group, places)
        joins = figure and over and over.code and not figure.code
        texts.append(f"{group}: {lower}" if joins else lower or upper)
    return texts


def read_headings(cells: Sequence[object], places: Mapping[str, str]) -> tuple[Column, ...]:
    """What each filled cell says its column holds; of two columns that say the same the first."""
    columns: list[Column] = []
    taken: set[object] = set()
    for index, cell in enumerate(cells):
        text = text_of(cell)
        if not text:
            continue
        column = Column(index, text, *recognise(text, places))
        if column.meaning in taken:
            column = replace(column, field=Field.IGNORED, figure=None)
        taken.add(column.meaning)
        columns.append(column)
    return _one_way_to_date(columns)


def _one_way_to_date(columns: Sequence[Column]) -> tuple[Column, ...]:
    """First and last day where a list has both. A first day alone may be a period; a date beside a last day begins."""
    fields = {column.field for column in columns}
    change: dict[Field, Field] = {}
    if Field.START in fields:
        change = {Field.DATES: Field.IGNORED} if Field.END in fields else {Field.START: Field.DATES}
        if Field.END not in fields and Field.DATES in fields:
            change = {Field.START: Field.IGNORED}
    elif Field.END in fields:
        change = {Field.DATES: Field.START}
    return tuple(replace(column, field=change.get(column.field, column.field)) for column in columns)


def remapped(layout: Layout, chosen: Mapping[int, str]) -> Layout:
    """`layout` with the columns a person has decided on, each as `Column.choice` writes it."""
    return replace(layout, columns=tuple(_rechosen(column, chosen.get(column.index)) for column in layout.columns))


def _rechosen(column: Column, choice: str | None) -> Column:
    if choice is None:
        return column
    name, *figure = choice.split(":")
    return replace(column, field=Field(name), figure=Figure(*figure) if figure else None)


def recognise(text: str, places: Mapping[str, str]) -> tuple[Field, Figure | None]:
    """The field a heading names, and of whom where it is a figure. A share is no figure."""
    bare = IN_BRACKETS.sub(" ", text)
    for part in (text, bare, *PARTS.split(bare)):
        field = vocabulary.headings().get(match_key(part))
        if field:
            return Field(field), None
    figure = read_figure(text, places)
    return (Field.FIGURE, figure) if figure else (Field.IGNORED, None)


def read_figure(text: str, places: Mapping[str, str]) -> Figure | None:
    """Of whom a heading counts: “Women XK”, “Kosovo* – M”, “Број на жени”, “Gra nga Kosova”, “Total”; None: of nobody.

    Every word has to be understood: women who are trainers, or certified, are other figures.
    """
    words = match_key(text).split()
    if "%" in text or vocabulary.no_figure() & set(words):
        return None
    found: dict[str, set[str]] = {"sex": set(), "place": set(), "total": set()}
    for kind, meaning in _meanings(words, places):
        if kind:
            found[kind].add(meaning)
        elif meaning not in vocabulary.figure_fillers():
            return None
    sexes, codes, totals = found["sex"], found["place"], found["total"]
    if totals and sexes == {Sex.WOMEN, Sex.MEN}:
        sexes = set()
    if len(sexes) > 1 or len(codes) > 1 or not (sexes or codes or totals):
        return None
    return Figure("".join(sexes), "".join(codes))


def _meanings(words: Sequence[str], places: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What each word means, or several together: a sex, a place, a total; a word that means none of these as it is."""
    start = 0
    while start < len(words):
        for stop in range(min(len(words), start + LONGEST_PHRASE), start, -1):
            phrase = " ".join(words[start:stop])
            kind, meaning = _meaning(phrase, places, alone=len(words) == 1)
            if kind or stop == start + 1:
                yield kind, meaning
                start = stop
                break


def _meaning(phrase: str, places: Mapping[str, str], *, alone: bool) -> tuple[str, str]:
    sex = vocabulary.sexes().get(phrase)
    if sex and (alone or phrase not in vocabulary.figure_fillers()):  # “u” is a code, and a preposition
        return "sex", sex
    if phrase in places:
        return "place", places[phrase]
    return ("total", "") if phrase in vocabulary.figure_totals() else ("", phrase)
