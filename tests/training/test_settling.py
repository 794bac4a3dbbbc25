"""Which mark counts: the same whatever order the marks come in, however often."""

import random
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from training.services.settling import Event, settled

MORNING = datetime(2026, 11, 26, 8, tzinfo=UTC)


def event(minute, before, after, device="a", nonce="", **more):
    return Event(MORNING + timedelta(minutes=minute), nonce or f"{minute:04}{device}", before, after, device, **more)


def test_nobody_was_marked_where_there_is_no_event():
    assert settled([]) == ("", None, None, None)


def test_the_later_mark_counts_whichever_comes_first():
    first, second = event(1, "", "present"), event(2, "present", "late")
    assert settled([first, second]) == settled([second, first]) == ("late", second, None, None)


def test_equal_times_are_settled_by_the_nonce():
    one, other = event(1, "", "present", nonce="1"), event(1, "", "late", device="b", nonce="2")
    assert settled([one, other]).mark == settled([other, one]).mark == "late"


def test_two_devices_that_did_not_know_of_each_other_disagree():
    mine, yours = event(1, "", "present"), event(2, "", "absent", device="b")
    found = settled([yours, mine])
    assert (found.mark, found.under, found.over) == ("absent", mine, yours)


def test_a_change_made_knowingly_is_no_disagreement():
    mine, yours = event(1, "", "present"), event(2, "present", "absent", device="b")
    assert settled([mine, yours]).over is None


def test_two_devices_that_say_the_same_agree():
    assert settled([event(1, "", "present"), event(2, "", "present", device="b")]).over is None


def test_a_disagreement_stays_until_somebody_has_looked_at_it():
    mine, yours, again = event(1, "", "present"), event(2, "", "absent", device="b"), event(3, "absent", "late", "b")
    assert settled([mine, yours, again]).over == yours
    assert settled([mine, yours._replace(looked=True), again]).over is None


def test_what_comes_late_and_disagrees_is_shown_again():
    mine, yours = event(1, "", "present"), event(3, "", "absent", device="b", looked=True)
    late = event(2, "", "excused", device="c")
    found = settled([mine, yours, late])
    assert (found.mark, found.over) == ("absent", late)


marks = st.sampled_from(["", "present", "late", "excused", "absent"])
events = st.lists(
    st.builds(event, st.integers(0, 20), marks, marks, st.sampled_from("abc"), st.sampled_from("1234567")),
    max_size=12,
    unique_by=lambda one: one.nonce,
)


@given(events, st.randoms(use_true_random=False))
def test_any_order_and_any_repetition_settle_alike(given_events, chance: random.Random):
    again = [*given_events, *chance.choices(given_events, k=5)] if given_events else []
    chance.shuffle(again)
    assert settled(again) == settled(given_events)
