"""Unique people over any margin, against sets of plain Python: they do not add up, and nobody counts twice."""

from hypothesis import given
from hypothesis import strategies as st

from training.statistics.keys import Key
from training.statistics.people import PeopleRows

# Behind a value there may be one other, several, or the mark of none.
BEHIND = {"a": ("x",), "b": ("x", "y"), "c": (None,), None: (None,)}
KEYS = [(0, Key("first", None, lambda value: (value,))), (1, Key("second", None, lambda value: BEHIND[value]))]
rows = st.lists(st.tuples(st.integers(1, 6), st.integers(0, 3), st.sampled_from(list(BEHIND))), max_size=40)


@given(rows, st.sampled_from([[], KEYS[:1], KEYS[1:], KEYS, KEYS[::-1]]), st.integers(1, 5))
def test_people_are_counted_once_wherever_they_stand(rows, asked, at_once):
    found = PeopleRows(2)
    for start in range(0, len(rows), at_once):
        who, *columns = zip(*rows[start : start + at_once], strict=True)
        found.extend(who, columns)

    expected = {}
    for who, *values in rows:
        combinations = [()]
        for place, key in asked:
            combinations = [(*done, value) for done in combinations for value in key.values(values[place])]
        for combination in combinations:
            expected.setdefault(combination, set()).add(who)
    assert found.counts(asked) == {combination: len(people) for combination, people in expected.items()}


@given(rows)
def test_rows_are_counted_for_each_combination_there_is(rows):
    found = PeopleRows(2)
    if rows:
        who, *columns = zip(*rows, strict=True)
        found.extend(who, columns)
    values = [tuple(row[1:]) for row in rows]
    assert found.rows_of_each() == {one: values.count(one) for one in set(values)}
