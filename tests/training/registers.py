"""Random registers without a database, and tables of them counted by plain loops."""

import random
from dataclasses import dataclass, field
from itertools import combinations, product
from urllib.parse import urlencode

from training.statistics.headcounts import Count, Division, cells_of
from training.statistics.question import Question
from training.statistics.table import Cell, Table

CODES = {
    "jurisdiction": ["AL", "BA", "XK", "MK"],
    "institution_type": ["police", "customs", "post"],
    "sex": ["F", "M", "U"],
    "project": ["one", "two", "three"],
    "agency": ["undp", "seesac", "unodc"],
    "year": ["2024", "2025"],
}
OF_PEOPLE = ("jurisdiction", "institution_type", "sex")
MULTIPLE = ("agency",)
MEASURES = ("participations", "people", "person_days")


@dataclass
class Register:
    """rosters: (session, its facts, person, the person's codes, days). headcounts: (session, count)."""

    rosters: list = field(default_factory=list)
    headcounts: list = field(default_factory=list)


@dataclass
class Tally:
    named: int = 0
    unnamed: int = 0
    whole: int = 0
    published: int = 0
    people: set = field(default_factory=set)
    days: list = field(default_factory=list)

    def cell(self, codes, measures):
        counted = self.named + self.unnamed + self.whole
        values = {
            "participations": counted,
            "people": len(self.people) or None,
            "person_days": sum(self.days) if self.days else None,
        }
        parts = {name: getattr(self, name) for name in ("named", "unnamed", "whole", "published")}
        return Cell(codes=codes, values={name: values[name] for name in measures}, **parts)


def random_register(chance: random.Random) -> Register:
    """A few sessions: rosters with and without registers, people beside them, headcounts of the whole, some public."""
    places = chance.sample(CODES["jurisdiction"], chance.randint(2, 4))
    kinds = CODES["institution_type"][: chance.randint(1, 3)]
    women = chance.uniform(0.05, 0.5)
    people = [
        {
            "jurisdiction": chance.choice(places),
            "institution_type": chance.choice(kinds),
            "sex": "F" if chance.random() < women else chance.choice("MMMMMMU"),
        }
        for _person in range(chance.randint(10, 150))
    ]
    agencies = {project: chance.sample(CODES["agency"], chance.randint(1, 2)) for project in CODES["project"]}
    plain = chance.random() < 0.3
    register = Register()
    for session in range(chance.randint(2, 9)):
        project = chance.choice(CODES["project"])
        facts = {
            "project": (project,),
            "agency": tuple(agencies[project]),
            "year": (chance.choice(CODES["year"]),),
        }
        if plain or chance.random() < 0.75:
            days = 1 if plain else chance.choice([1, 1, 2, 3, None])
            for person in chance.sample(range(len(people)), chance.randint(3, min(60, len(people)))):
                own = None if days is None else chance.randint(1, days)
                register.rosters.append((session, facts, person, people[person], own))
            if not plain and chance.random() < 0.3:
                count = _headcount(chance, chance.randint(1, 12), facts, places, kinds, scope="unnamed")
                register.headcounts.append((session, count))
        else:
            count = _headcount(chance, chance.randint(1, 60), facts, places, kinds, scope="whole")
            register.headcounts.append((session, count))
    return register


def _headcount(chance, total, facts, places, kinds, *, scope) -> Count:
    """People without names, told by jurisdiction, kind and sex together, by some of them alone, or not at all."""
    told = [
        {"jurisdiction": chance.choice(places), "institution_type": chance.choice(kinds), "sex": chance.choice("FMMM")}
        for _one in range(total)
    ]
    shapes = chance.choice([[OF_PEOPLE], [("jurisdiction", "sex")], [("sex",)], [("jurisdiction",), ("sex",)], []])
    divisions = []
    for names in shapes:
        numbers = {}
        for codes in told:
            key = tuple(codes[name] for name in names)
            numbers[key] = numbers.get(key, 0) + 1
        cells = [(dict(zip(names, key, strict=True)), number) for key, number in sorted(numbers.items())]
        divisions.append(Division(dimensions=names, cells=cells))
    published = scope == "whole" and chance.random() < 0.6
    return Count(total=total, facts=facts, divisions=divisions, scope=scope, is_published=published)


def first_timers(register: Register) -> Register:
    """What is left if only everybody's first session counts. Headcounts tell of nobody whether they are new."""
    firsts = {}
    for row in sorted(register.rosters, key=lambda row: (row[1]["year"], row[0])):
        firsts.setdefault(row[2], row)
    return Register(rosters=list(firsts.values()))


def tabulate(register: Register, *, by, filters=None, year="", measures=MEASURES, title="", first_time=False) -> Table:
    """What the engine would answer, as a table."""
    register = first_timers(register) if first_time else register
    filters = filters or {}
    codes = {**filters, **({"year": (year,)} if year else {})}
    layers = {s: _layer(register, s, codes) for n in range(len(by) + 1) for s in combinations(by, n)}
    cells = _ordered(layers[by], measures)
    totals, better = {}, {}
    for subset, tallies in layers.items():
        if subset == by:
            continue
        if any(name in MULTIPLE for name in by if name not in subset):
            totals[subset] = _ordered(tallies, measures)
            continue
        totals[subset] = _ordered(_summed(layers[by], tallies, by, subset), measures)
        if subset and _known(tallies) > _known(_collapsed(layers[by], by, subset)):
            better[subset] = _ordered(tallies, measures)
    shown = {name: {code for s, own in layers.items() if name in s for key in own for code in [key[s.index(name)]]}
             for name in by}  # fmt: skip
    address = [("rows", name) for name in by] + [(name, code) for name, own in filters.items() for code in own]
    address += [("start", f"{year}-01-01"), ("end", f"{year}-12-31")] if year else []
    address += [("first_time", "on")] if first_time else []
    sessions = _sessions(register, codes)
    return Table(
        title=title,
        by=by,
        measures=measures,
        names={name: name.title() for name in by},
        labels={name: {code: code.title() for code in sorted(shown[name])} for name in by},
        cells=cells,
        totals=dict(sorted(totals.items(), key=lambda item: -len(item[0]))),
        better=better,
        multiple=tuple(name for name in by if name in MULTIPLE),
        address=urlencode(address),
        notes=tuple(_notes(register, codes)),
        sessions={"number": sessions, "events": sessions, "unknown": 0, "without_figures": 0},
    )


def question_of(table: Table) -> Question:
    return Question(by=table.by, measures=table.measures)


def _layer(register, by, filters) -> dict:
    found = {}
    for _session, facts, person, own, days in register.rosters:
        codes = {**facts, **{name: (code,) for name, code in own.items()}}
        if all(set(codes[name]) & set(accepted) for name, accepted in filters.items()):
            for key in product(*(codes[name] for name in by)):
                tally = found.setdefault(key, Tally())
                tally.named += 1
                tally.people.add(person)
                if days is not None:
                    tally.days.append(days)
    about_people = [name for name in filters if name in OF_PEOPLE]
    for _session, count in register.headcounts:
        if not all(set(count.facts[n]) & set(own) for n, own in filters.items() if n not in OF_PEOPLE):
            continue
        for codes, number in cells_of(count, tuple(dict.fromkeys((*by, *about_people)))):
            if number and all(codes[name] in filters[name] for name in about_people):
                tally = found.setdefault(tuple(codes[name] for name in by), Tally())
                setattr(tally, count.scope, getattr(tally, count.scope) + number)
                tally.published += number if count.is_published else 0
    return found


def _collapsed(tallies, by, subset) -> dict:
    places = [by.index(name) for name in subset]
    found = {}
    for key, tally in tallies.items():
        own = found.setdefault(tuple(key[place] for place in places), Tally())
        for name in ("named", "unnamed", "whole", "published"):
            setattr(own, name, getattr(own, name) + getattr(tally, name))
    return found


def _summed(cells, exact, by, subset) -> dict:
    found = _collapsed(cells, by, subset)
    for key, tally in found.items():
        if key in exact:
            tally.people, tally.days = exact[key].people, exact[key].days
    return found


def _known(tallies) -> int:
    return sum(t.named + t.unnamed + t.whole for key, t in tallies.items() if "_X" not in key)


def _ordered(tallies, measures) -> tuple:
    return tuple(tally.cell(key, measures) for key, tally in sorted(tallies.items()))


def _sessions(register, filters) -> int:
    found = set()
    for session, facts, _person, own, _days in register.rosters:
        codes = {**facts, **{name: (code,) for name, code in own.items()}}
        if all(set(codes[name]) & set(accepted) for name, accepted in filters.items()):
            found.add(session)
    for session, count in register.headcounts:
        if all(set(count.facts[n]) & set(own) for n, own in filters.items() if n not in OF_PEOPLE):
            found.add(session)
    return len(found)


def _notes(register, filters):
    """Of the engine's notes those that somebody outside can reason with; numbers and all."""
    for whole in _layer(register, (), filters).values():
        if whole.unnamed or whole.whole:
            yield "not_named", f"{whole.named} of {whole.named + whole.unnamed + whole.whole} are backed by names."
        if whole.named > len(whole.days):
            yield "no_register", f"No register was kept for {whole.named - len(whole.days)} participations."
