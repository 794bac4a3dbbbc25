"""How a target stands, given what was counted: arithmetic, without a database."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.choices import Measure
from training.statistics.standing import (
    Counted,
    Promise,
    ShareStanding,
    Standing,
    share_of_women,
    standing_of,
)

START, END = date(2026, 1, 1), date(2026, 4, 10)  # a hundred days
HALFWAY = date(2026, 2, 20)  # fifty of them are over
BEFORE, AFTER = date(2025, 12, 31), date(2026, 4, 11)
NUMBERS = st.integers(0, 60)
SHARES = st.decimals(Decimal("0.01"), 100, places=2)


def promise(value=100, share=None, measure=Measure.PARTICIPATIONS):
    women_share = None if share is None else Decimal(share)
    return Promise(measure=measure, value=value, start=START, end=END, women_share=women_share)


def counted(women=0, men=0, unknown=0, open_=0):
    number = women + men + unknown
    return Counted(number=number, at_most=None if open_ is None else number + open_, women=women, men=men)


def women(share, *, today=HALFWAY, value=100, measure=Measure.PARTICIPATIONS, **numbers):
    return share_of_women(promise(value, share, measure), counted(**numbers), today)


class TestATarget:
    @pytest.mark.parametrize(
        ("men", "today", "standing"),
        [
            (100, HALFWAY, Standing.REACHED),
            (130, AFTER, Standing.REACHED),
            (50, HALFWAY, Standing.ON_COURSE),
            (49, HALFWAY, Standing.BEHIND),
            (0, START, Standing.ON_COURSE),
            (0, BEFORE, Standing.NOT_BEGUN),
            (99, END, Standing.ON_COURSE),
            (99, AFTER, Standing.MISSED),
        ],
    )
    def test_stands_by_what_is_reached_and_what_is_due_pro_rata(self, men, today, standing):
        assert standing_of(promise(), counted(men=men), today) == standing

    def test_is_due_bit_by_bit_and_in_full_at_the_end(self):
        due = [promise(value=7).due(day) for day in (BEFORE, START, date(2026, 1, 2), HALFWAY, END, AFTER)]
        assert due == [0, 0, 1, 4, 7, 7]

    @pytest.mark.parametrize(
        ("men", "open_", "standing"),
        [
            (100, 5, Standing.REACHED),
            (50, 5, Standing.ON_COURSE),
            (45, 5, Standing.NOT_KNOWN),
            (45, 4, Standing.BEHIND),
            (0, None, Standing.NOT_KNOWN),
        ],
    )
    def test_is_behind_only_if_it_is_whatever_the_unknown_ones_are(self, men, open_, standing):
        assert standing_of(promise(), counted(men=men, open_=open_), HALFWAY) == standing

    def test_of_which_nothing_is_known_is_not_known(self):
        nothing = Counted(number=None, at_most=70)
        assert standing_of(promise(), nothing, HALFWAY) == Standing.NOT_KNOWN
        assert standing_of(promise(), nothing, BEFORE) == Standing.NOT_BEGUN

    def test_says_its_standing_in_a_word_and_a_shape(self):
        said = {(standing.label, standing.shape) for standing in Standing}
        assert len(said) == len(Standing)
        assert len({shape for _label, shape in said}) == len(Standing)


class TestTheShareOfWomen:
    def test_says_how_many_of_the_next_places_have_to_go_to_women(self):
        said = women(30, women=18, men=42)
        assert (said.standing, said.needed, said.places) == (ShareStanding.ON_COURSE, 12, 40)
        assert said.sentence == "12 of the next 40 places have to go to women."

    def test_is_behind_where_fewer_came_than_were_promised(self):
        said = women(50, women=18, men=42)
        assert (said.standing, said.needed) == (ShareStanding.BEHIND, 32)

    def test_of_people_and_person_days_speaks_of_these(self):
        people = women(30, women=18, men=42, measure=Measure.PEOPLE)
        days = women(30, women=18, men=42, measure=Measure.PERSON_DAYS)
        assert people.sentence == "12 of the next 40 people have to be women."
        assert days.sentence == "12 of the next 40 person-days have to be women's."

    def test_of_a_single_place_is_said_as_one_says_it(self):
        assert women(50, women=49, men=50).sentence == "The next place has to go to a woman."

    def test_that_cannot_be_met_any_more_says_what_is_the_most_it_can_be(self):
        said = women(60, women=10, men=50)
        assert (said.standing, said.needed) == (ShareStanding.IMPOSSIBLE, None)
        assert said.sentence == "Even if all 40 still to come are women, it will be 50.0 %."

    def test_that_is_met_whatever_comes_says_so(self):
        said = women(30, women=30, men=30)
        assert (said.standing, said.needed) == (ShareStanding.SURE, 0)
        assert said.sentence == "It stays met even if all 40 still to come are men."

    def test_with_every_place_taken_is_met_or_cannot_be_any_more(self):
        assert women(30, women=30, men=70).standing == ShareStanding.MET
        said = women(30, women=29, men=71)
        assert (said.standing, said.needed) == (ShareStanding.IMPOSSIBLE, None)
        assert said.sentence == "Everything promised is reached, so no places are left."

    def test_of_a_period_that_is_over_is_met_or_not(self):
        assert women(30, women=3, men=7, today=AFTER).standing == ShareStanding.MET
        said = women(30, women=2, men=8, today=AFTER)
        assert (said.standing, said.needed, said.sentence) == (ShareStanding.MISSED, None, "")

    def test_leaves_out_those_whose_sex_is_not_known(self):
        said = women(30, women=18, men=42, unknown=20)
        assert (said.places, said.needed) == (20, 6)

    def test_is_not_known_where_no_sex_is(self):
        assert women(30, unknown=20).standing == ShareStanding.NOT_KNOWN
        assert women(30, unknown=100).standing == ShareStanding.NOT_KNOWN

    def test_is_not_known_while_nobody_knows_how_many_there_are(self):
        said = women(30, women=18, men=42, open_=9)
        assert (said.standing, said.needed, said.sentence) == (ShareStanding.NOT_KNOWN, None, "")

    @pytest.mark.parametrize("today", [BEFORE, HALFWAY])
    def test_before_anybody_came_says_what_it_will_take(self, today):
        said = women("33.33", today=today)
        assert (said.standing, said.needed, said.places) == (ShareStanding.NOBODY, 34, 100)

    def test_was_not_promised(self):
        assert share_of_women(promise(), counted(women=3), HALFWAY) is None

    @given(share=SHARES, came=st.tuples(NUMBERS, NUMBERS, NUMBERS), value=st.integers(1, 200))
    def test_needs_exactly_as_many_women_as_just_bring_it(self, share, came, value):
        f, m, unknown = came
        said = women(share, women=f, men=m, unknown=unknown, value=value)

        def is_met_with(more):
            return 100 * (f + more) >= Fraction(share) * (f + m + said.places)

        if said.standing == ShareStanding.IMPOSSIBLE:
            assert not is_met_with(said.places)
        elif said.needed is not None:
            assert said.needed <= said.places
            assert is_met_with(said.needed)
            assert said.needed == 0 or not is_met_with(said.needed - 1)
