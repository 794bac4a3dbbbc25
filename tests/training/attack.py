"""Somebody outside with a solver: what can be computed of a report's withheld figures from the report as it is sent.

Written from the rules of counting (design §3) and knows nothing of how figures are withheld. It reads the kept document
of the report, which holds everything that page and files are made of, and knows besides: what public sources state;
that a zero is never withheld; that something withheld is small, or else nothing had to go with it.
"""

from functools import partial
from itertools import combinations
from urllib.parse import parse_qs

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse.csgraph import connected_components

from training.statistics.dimensions import DIMENSIONS

P, Q, D = MEASURES = ("participations", "people", "person_days")
OF_PEOPLE = {"jurisdiction", "institution_type", "sex"}
MOST_DAYS = 3


class Attack:
    """public: for each table a function from kind, dimensions and codes to how many public sources state there."""

    def __init__(self, document, public, threshold):
        self.threshold, self.public = threshold, public
        self.tables = [self._table(number, table) for number, table in enumerate(document["tables"])]
        self.names, self.index, self.rows, self.links = [], {}, [], []
        for table in self.tables:
            self._take(table)
        for table in self.tables:
            self._within(table)
        for one, other in combinations(self.tables, 2):
            self._between(one, other)
            self._between(other, one)
        self._disjoint()
        self.matrix, self.low, self.high = self._system()
        shown = [abs(bound) for row in self.rows for bound in row[1:] if np.isfinite(bound)]
        self.many = 2.0 * max(shown, default=0) + 1_000

    # --- reading ---

    def _table(self, number, kept):
        layers = {("cells", tuple(kept["by"])): kept["cells"]}
        for kind in ("totals", "better"):
            layers |= {(kind, tuple(margin["by"])): margin["cells"] for margin in kept[kind]}
        words = parse_qs(kept["address"])
        filters = {name: frozenset(own) for name, own in words.items() if name in DIMENSIONS}
        if "start" in words:
            filters["year"] = frozenset({words["start"][0][:4]})
        if "first_time" in words:
            filters["first_time"] = frozenset({"on"})
        return {
            "number": number,
            "by": tuple(kept["by"]),
            "measures": kept["measures"],
            "multiple": set(kept["multiple"]),
            "layers": {key: {tuple(cell["codes"]): cell for cell in cells} for key, cells in layers.items()},
            "filters": filters,
            "notes": {code for code, _text in kept["notes"]},
            "events": kept["sessions"]["events"],
            "precise": self._is_precise(kept, filters),
        }

    def _is_precise(self, kept, filters):
        """Whether no headcount leaves open where its people stand, so that every figure counts in full."""
        all_named = "not_named" not in {code for code, _text in kept["notes"]}
        told = not any("_X" in dict(labels) for labels in kept["labels"].values())
        return all_named or (told and not OF_PEOPLE & set(filters))

    def _take(self, table):
        """A variable for each withheld figure, with what binds the figures of one cell."""
        all_named = "not_named" not in table["notes"]
        for (kind, by), cells in table["layers"].items():
            for codes, cell in cells.items():
                if not cell["hidden"]:
                    continue
                place = (table["number"], kind, by, codes)
                for measure in dict.fromkeys((P, *table["measures"])):
                    self.index[(*place, measure)] = len(self.names)
                    self.names.append((*place, measure))
                p, q, d = ({self.index[(*place, m)]: 1} if (*place, m) in self.index else None for m in MEASURES)
                self._row([(p, -1)], -np.inf, -1)
                if q:
                    self._row([(q, 1), (p, -1)], -np.inf, 0)
                    if all_named:
                        self._row([(p, 1), (q, -table["events"])], -np.inf, 0)
                if d:
                    self._row([(d, 1), (p, -MOST_DAYS)], -np.inf, 0)
                    if all_named and "no_register" not in table["notes"]:
                        self._row([(p, 1), (d, -1)], -np.inf, 0)

    def _row(self, terms, low, high):
        """low <= the sum of the terms <= high; a term is coefficients by variable, and what to multiply them with."""
        self.links.append({number for coefficients, _by in terms for number in coefficients} - {None})
        row = {}
        for coefficients, by in terms:
            for number, own in coefficients.items():
                row[number] = row.get(number, 0) + own * by
        constant = row.pop(None, 0)
        if any(row.values()) and np.isfinite([low, high]).any():
            self.rows.append((row, low - constant, high - constant))

    def _term(self, table, kind, by, codes, measure):
        """A figure as coefficients; what is shown is a constant, under None. None where nobody knows it."""
        cell = table["layers"].get((kind, by), {}).get(codes)
        if cell is None:
            return {}
        if cell["hidden"]:
            number = self.index.get((table["number"], kind, by, codes, measure))
            return None if number is None else {number: 1}
        if measure == P:
            shown = sum(cell[name] for name in ("named", "unnamed", "whole", "untold"))
            return {None: shown - self.public[table["number"]](kind, by, codes)}
        return {None: cell["values"][measure] or 0} if measure in cell["values"] else None

    # --- what binds them ---

    def _within(self, table):
        by, layers = table["by"], table["layers"]
        for (kind, subset), cells in layers.items():
            if kind == "totals":
                for codes in cells:
                    self._margin(table, ("cells", by), subset, codes)
                    for name in by:
                        if name not in subset and len(subset) < len(by) - 1:
                            fuller = ("totals", tuple(one for one in by if one in subset or one == name))
                            if fuller in layers:  # a sheet leaves some out
                                self._margin(table, fuller, subset, codes)
            if kind == "better":
                self._better(table, subset, cells)

    def _margin(self, table, source, subset, codes):
        """A total and what it is the total of."""
        kind, fuller = source
        places = [fuller.index(name) for name in subset]
        parts = [own for own in table["layers"][source] if tuple(own[place] for place in places) == codes]
        gone = {name for name in fuller if name not in subset}
        for measure in MEASURES:
            whole = self._term(table, "totals", subset, codes, measure)
            terms = [self._term(table, kind, fuller, own, measure) for own in parts]
            if whole is None or None in terms:
                continue
            self._row([*((term, 1) for term in terms), (whole, -1)], -np.inf, np.inf)  # may add up, or not
            adds = (measure != Q or gone <= OF_PEOPLE) and not gone & table["multiple"]
            if measure == P and table["multiple"] - set(subset) and not table["precise"]:
                continue
            together = [(term, 1) for term in terms]
            if adds:
                self._row([*together, (whole, -1)], 0, 0)
            else:
                self._row([*together, (whole, -1)], 0, np.inf)
                for term in terms:
                    self._row([(term, 1), (whole, -1)], -np.inf, 0)

    def _better(self, table, subset, cells):
        """What is known better adds up to everything too, and is no less than what is known worse."""
        own = {codes: self._term(table, "better", subset, codes, P) for codes in cells}
        if not set(subset) & table["multiple"]:
            whole = self._term(table, "totals", (), (), P)
            self._row([*((term, 1) for term in own.values()), (whole, -1)], 0, 0)
        for codes, term in own.items():
            high = np.inf if "_X" in codes else 0
            self._row([(self._term(table, "totals", subset, codes, P), 1), (term, -1)], -np.inf, high)
            for measure in (Q, D):
                pair = [self._term(table, kind, subset, codes, measure) for kind in ("better", "totals")]
                if None not in pair and codes in table["layers"][("totals", subset)]:
                    self._row([(pair[0], 1), (pair[1], -1)], 0, 0)

    def _between(self, one, other):
        """Figures of two tables about the same people, or about some of them."""
        for (kind, by), cells in one["layers"].items():
            for codes in cells:
                about = self._about(one, by, codes)
                for found_kind, found_by, found in self._places(other, about):
                    there = self._about(other, found_by, found)
                    same = there == about
                    for measure in MEASURES:
                        pair = (
                            self._term(one, kind, by, codes, measure),
                            self._term(other, found_kind, found_by, found, measure),
                        )
                        if None not in pair:
                            sure = measure != P or (one["precise"] and other["precise"])
                            low, high = (0 if same else -np.inf, 0) if sure else (-np.inf, np.inf)
                            self._row([(pair[0], 1), (pair[1], -1)], low, high)
                    if about.keys() - there.keys() >= {"first_time"}:
                        self._newcomers(one, (kind, by, codes), other, (found_kind, found_by, found))

    def _newcomers(self, one, new, other, all_of_them):
        """Whoever is there for the first time is one of the people; and each of the people was there a first time."""
        first, people = self._term(one, *new, P), self._term(other, *all_of_them, Q)
        if None not in (first, people):
            about, there = self._about(one, *new[1:]), self._about(other, *all_of_them[1:])
            all_there_is = there.keys() <= OF_PEOPLE and about.items() - there.items() == {
                ("first_time", frozenset({"on"}))
            }
            self._row([(first, 1), (people, -1)], 0 if all_there_is else -np.inf, 0)

    def _about(self, table, by, codes):
        """Everything that is asked of a participation that counts here: names and codes that pass."""
        about = dict(table["filters"])
        for name, code in zip(by, codes, strict=True):
            if name in about and code not in about[name]:
                about[f"{name} too"] = frozenset({code})
            else:
                about[name] = frozenset({code})
        return about

    def _places(self, other, about):
        """The figures of another table that count everybody who is counted in `about`."""
        for (kind, by), cells in other["layers"].items():
            if all(name in about and len(about[name]) == 1 for name in by):
                codes = tuple(next(iter(about[name])) for name in by)
                there = self._about(other, by, codes)
                if codes in cells and all(name in about and about[name] <= own for name, own in there.items()):
                    yield kind, by, codes

    def _disjoint(self):
        """Tables of one project each, beside one of all of them."""
        for wide in self.tables:
            for one, other in combinations(self.tables, 2):
                differ = [n for n in one["filters"] if not one["filters"][n] & other["filters"].get(n, frozenset("?"))]
                rest = [{n: own for n, own in t["filters"].items() if n not in differ} for t in (one, other)]
                if len(differ) != 1 or set(differ) & {"agency"} or rest != [wide["filters"]] * 2:
                    continue
                if differ[0] not in other["filters"] or not all(t["precise"] for t in (wide, one, other)):
                    continue
                for (kind, by), cells in wide["layers"].items():
                    for codes in cells:
                        own = [
                            self._term(t, k, by, codes, P)
                            for t in (one, other)
                            for k in ("cells", "totals")
                            if codes in t["layers"].get((k, by), {})
                        ]
                        if len(own) == 2:
                            whole = self._term(wide, kind, by, codes, P)
                            self._row([(own[0], 1), (own[1], 1), (whole, -1)], -np.inf, 0)

    # --- solving ---

    def _system(self):
        flat = [(r, n, v) for r, (row, _low, _high) in enumerate(self.rows) for n, v in row.items()]
        r, n, v = zip(*flat, strict=True) if flat else ((), (), ())
        matrix = sparse.csr_array((v, (r, n)), shape=(len(self.rows), len(self.names)), dtype=float)
        low, high = (np.array([row[place] for row in self.rows], dtype=float) for place in (1, 2))
        return matrix, low, high

    def breaks(self, original):
        """The rows that the true figures break: none, if the attack reasons rightly."""
        truth = np.array([self.true_value(original, name) or 0 for name in self.names], dtype=float)
        sums = self.matrix @ truth
        return [self.rows[row] for row in np.flatnonzero((sums < self.low - 1e-6) | (sums > self.high + 1e-6))]

    def true_value(self, original, name):
        """What a withheld figure really is, without its public part; None where nobody knows."""
        number, kind, by, codes, measure = name
        cells = original[number].cells if kind == "cells" else getattr(original[number], kind)[by]
        (cell,) = (cell for cell in cells if cell.codes == codes)
        return cell.private if measure == P else cell.values[measure]

    def narrowed(self, original):
        """The withheld figures of which fewer values are possible than the threshold: name, least, most.

        Only what fits everything shown is possible, and what has something small in it wherever figures hang together:
        else nobody would have withheld them.
        """
        truth = np.array([self.true_value(original, name) or 0 for name in self.names])
        labels = self._hanging_together()
        excused = np.bincount(labels, self._small(truth)) == 0  # the difference of two tables was small, not a figure
        seen = {
            n: [np.inf, -np.inf] for n, name in enumerate(self.names) if self.true_value(original, name) is not None
        }
        look = partial(self._look, seen, labels, excused)
        for spread in range(4):
            tilt = np.cos(np.arange(len(self.names)) * (spread + 1) + spread)
            for sign in (1, -1):
                look(sign * tilt, gap=0.5)
        for n in seen:
            self._look_closer(n, seen, look, np.flatnonzero(labels == labels[n]))
        return [(self.names[n], *ends) for n, ends in seen.items() if not self._is_wide(ends)]

    def _small(self, values):
        return (values > 0.5) & (values < self.threshold - 0.5)

    def _is_wide(self, ends):
        return ends[1] - ends[0] + 1 >= self.threshold

    def _look_closer(self, n, seen, look, around):
        """The least and the most that this figure can be, and what it can be if another one is small."""
        for most in ({}, *({m: self.threshold - 1} for m in around)):
            for sign in (1, -1):
                if not self._is_wide(seen[n]):
                    look(sign * np.eye(1, len(self.names), n)[0], most=most)

    def _hanging_together(self):
        """Which figures may have been withheld for each other's sake: those of one cell, and those that may add up."""
        cells = {}
        for n, name in enumerate(self.names):
            cells.setdefault(name[:4], set()).add(n)
        flat = [(row, n) for row, own in enumerate([*cells.values(), *self.links]) for n in own]
        rows, columns = zip(*flat, strict=True)
        links = sparse.csr_array((np.ones(len(flat)), (rows, columns)), shape=(max(rows) + 1, len(self.names)))
        return connected_components(links.T @ links, directed=False)[1]

    def _look(self, seen, labels, excused, costs, most=None, gap=0.0):
        """Solve once, and note which values the figures had. Most answers are whole numbers without being asked to."""
        least, limit = np.zeros(len(self.names)), np.full(len(self.names), self.many)
        for n, value in (most or {}).items():
            limit[n], least[n] = value, 1
        system = LinearConstraint(self.matrix, self.low, self.high)
        for integrality in (0, 1):
            bounds, options = Bounds(least, limit), {"mip_rel_gap": gap}
            result = milp(costs, constraints=[system], bounds=bounds, integrality=integrality, options=options)
            if result.x is None:
                assert most, f"the report contradicts itself: {result.message}"
                return
            if np.abs(result.x - np.rint(result.x)).max() < 1e-6:
                break
        likely = excused | (np.bincount(labels, self._small(result.x)) > 0)
        for n, ends in seen.items():
            if likely[labels[n]]:
                value = round(result.x[n])
                ends[0], ends[1] = min(ends[0], value), max(ends[1], value)
