"""Sums and unique people over any margin, against plain Python: people do not add up, and nobody counts twice."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from training.statistics.keys import Key
from training.statistics.rows import Column, People, Rows

# Behind a value there may be one other, several, or the mark of none.
BEHIND = {"a": ("x",), "b": ("x", "y"), "c": (None,), None: (None,)}
KEYS = [(0, Key("first", None, lambda value: (value,))), (1, Key("second", None, lambda value: BEHIND[value]))]
people = st.lists(st.integers(1, 6), max_size=4)
rows = st.lists(st.tuples(people, st.integers(0, 3), st.sampled_from(list(BEHIND))), max_size=40)
some_keys = st.sampled_from([[], KEYS[:1], KEYS[1:], KEYS, KEYS[::-1]])


def rows_of(listed, at_once):
    """Rows of a number (the sum of their people's), of people, and of two values each, so many added at once."""
    columns = [Column(), Column()]
    for start in range(0, len(listed), at_once):
        for place, column in enumerate(columns, 1):
            column.extend(row[place] for row in listed[start : start + at_once])
    ids = np.array([one for row in listed for one in row[0]], dtype=np.int64)
    lengths = np.array([len(row[0]) for row in listed], dtype=np.int64)
    return Rows(columns, [np.array([sum(row[0]) for row in listed], dtype=np.int64)], People(ids, lengths))


def by_hand(listed, asked):
    """The people of each row under each combination."""
    found = {}
    for people, *values in listed:
        combinations = [()]
        for place, key in asked:
            combinations = [(*done, value) for done in combinations for value in key.values(values[place])]
        for combination in combinations:
            found.setdefault(combination, []).append(people)
    return found


@given(rows, some_keys, st.integers(1, 5))
def test_people_are_counted_once_wherever_they_stand(listed, asked, at_once):
    everybody = {combination: set().union(*people) for combination, people in by_hand(listed, asked).items()}
    expected = {combination: len(people) for combination, people in everybody.items() if people}
    assert rows_of(listed, at_once).people(asked) == expected


@given(rows, some_keys, st.integers(1, 5))
def test_numbers_are_added_up_under_each_value_behind(listed, asked, at_once):
    expected = {combination: (sum(map(sum, people)),) for combination, people in by_hand(listed, asked).items()}
    found = rows_of(listed, at_once)
    assert found.sums(asked) == expected
    assert found.added_up([place for place, _key in asked], 1).sums(asked) == expected


@given(rows, st.sets(st.sampled_from(list(BEHIND))))
def test_rows_are_picked_by_a_value(listed, accepted):
    found = rows_of(listed, 5)
    picked = found.picked(found.columns[1].has(accepted))
    those = rows_of([row for row in listed if row[2] in accepted], 5)
    assert picked.sums(KEYS) == those.sums(KEYS)
    assert picked.people(KEYS) == those.people(KEYS)
