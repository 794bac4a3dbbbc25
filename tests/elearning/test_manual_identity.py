"""A new edition keeps the identity of what did not change, and says what was added, changed, moved and removed."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from elearning.imports.arranging import arranged, suggested
from elearning.imports.identity import KnownModule, State, compare, known
from elearning.imports.manual import Block, Heading, Listing, Module, Paragraph, Span
from tests.elearning.manuals import PARAGRAPHS, read, styled

SENTENCES = [
    "The officer records the legal basis before the research starts.",
    "A prosecutor approves what goes beyond looking at public pages.",
    "Every capture carries the address, the time and a hash value.",
    "Access to the captures is limited to the team of the case.",
    "Indicators are reasons to ask questions, never proof by themselves.",
    "Reports go to the focal point through the channel of the unit.",
    "What was seen by chance is noted with the reason for looking.",
    "Contact with a seller is a special investigative measure.",
    "Accounts used for work belong to the authority, not to a person.",
    "The log is kept for as long as the file it belongs to.",
]


def words(text):
    return Block(Paragraph((Span(text),)))


def edition(*modules):
    return [Module(title, tuple(words(text) for text in lines)) for title, lines in modules]


def as_known(plan):
    """What the next edition is compared with."""
    return [KnownModule(str(n), m.title, known(m.blocks)) for n, m in enumerate(plan.modules)]


def first(*modules):
    return as_known(compare(edition(*modules), []))


def states(plan):
    return [[change.state.value for change in module.changes] for module in plan.modules]


def counts(plan):
    return {state.value: plan.count(state) for state in State if plan.count(state) and state is not State.UNCHANGED}


def ids(plan):
    return [block.id for module in plan.modules for block in module.blocks]


ONE, TWO = ("One", SENTENCES[:5]), ("Two", SENTENCES[5:])


def test_the_same_file_twice_changes_nothing():
    data = styled(("One", PARAGRAPHS), ("Two", ["## Below", *PARAGRAPHS]))
    made = [arranged(manual, suggested(manual)) for manual in (read(data), read(data))]
    plan = compare(made[0], [])
    again = compare(made[1], as_known(plan))
    assert ids(plan) == ids(again) == ids(compare(made[1], []))
    assert again.quiet
    assert not plan.quiet
    assert len(set(ids(plan))) == len(ids(plan))


def test_one_sentence_edited_changes_one_block():
    old = first(ONE, TWO)
    edited = [*SENTENCES[:2], SENTENCES[2].replace("a hash value", "two hash values"), *SENTENCES[3:5]]
    plan = compare(edition(("One", edited), TWO), old)
    assert counts(plan) == {"changed": 1}
    assert ids(plan) == [block.id for module in old for block in module.blocks]
    assert plan.modules[0].changes[2].old.text == SENTENCES[2]


def test_emphasis_alone_is_a_change():
    old = first(ONE)
    [module] = edition(ONE)
    bold = replace(module.blocks[0], content=Paragraph((Span(SENTENCES[0], bold=True),)))
    assert counts(compare([replace(module, blocks=(bold, *module.blocks[1:]))], old)) == {"changed": 1}


def test_what_is_put_in_and_taken_out_leaves_the_rest_alone():
    old = first(ONE, TWO)
    plan = compare(edition(("One", [SENTENCES[0], "Something that nobody wrote before.", *SENTENCES[2:5]]), TWO), old)
    assert states(plan)[0] == ["unchanged", "removed", "added", "unchanged", "unchanged", "unchanged"]
    assert counts(plan) == {"added": 1, "removed": 1}


def test_a_block_that_moved_is_the_same_block():
    old = first(ONE, TWO)
    plan = compare(edition(("One", SENTENCES[1:5]), ("Two", [*SENTENCES[5:], SENTENCES[0]])), old)
    assert counts(plan) == {"moved": 1}
    assert ids(plan)[-1] == old[0].blocks[0].id


def test_another_kind_of_block_is_another_block():
    old = first(("One", SENTENCES[:2]))
    heading = Block(Heading((Span(SENTENCES[0]),), 2))
    assert counts(compare([Module("One", (heading, words(SENTENCES[1])))], old)) == {"added": 1, "removed": 1}


def test_a_chapter_put_in_between_keeps_the_others_though_their_numbers_change():
    old = first(("1. Authority", SENTENCES[:3]), ("2. Evidence", SENTENCES[3:6]))
    plan = compare(
        edition(("1. Authority", SENTENCES[:3]), ("2. Purpose", SENTENCES[6:8]), ("3. Evidence", SENTENCES[3:6])), old
    )
    assert [module.before.title if module.before else None for module in plan.modules] == [
        "1. Authority", None, "2. Evidence",
    ]  # fmt: skip
    assert plan.modules[2].renamed
    assert counts(plan) == {"added": 2}


def test_a_module_under_another_title_is_told_by_what_stands_in_it():
    old = first(ONE, TWO)
    plan = compare(edition(("Something else", SENTENCES[5:]), ONE), old)
    assert [module.before.title for module in plan.modules] == ["Two", "One"]
    assert counts(plan) == {}
    assert not plan.quiet


def test_a_module_taken_out_is_gone_with_its_blocks():
    plan = compare(edition(ONE), first(ONE, TWO))
    assert [module.title for module in plan.gone] == ["Two"]
    assert counts(plan) == {"removed": 5}


def test_a_module_split_in_two_keeps_every_block():
    old = first(("Both", SENTENCES))
    plan = compare(edition(("Both", SENTENCES[:5]), ("More", SENTENCES[5:])), old)
    assert counts(plan) == {"moved": 5}
    assert ids(plan) == [block.id for block in old[0].blocks]


def test_a_sentence_edited_and_later_written_again_as_it_was_is_another_block():
    old = first(("One", SENTENCES[:2]))
    edited = SENTENCES[0].replace("legal basis", "legal basis and the purpose")
    second = compare(edition(("One", [edited, SENTENCES[1]])), old)
    third = compare(edition(("One", [edited, SENTENCES[1], SENTENCES[0]])), as_known(second))
    assert ids(third)[:2] == ids(second) == [block.id for block in old[0].blocks]
    assert len(set(ids(third))) == 3


LINE = st.sampled_from(SENTENCES).flatmap(lambda s: st.sampled_from([s, s + " Always.", s.replace("the ", "a ")]))
MODULES = st.lists(
    st.tuples(st.sampled_from(["One", "Two", "Summary", "1. Summary"]), st.lists(LINE, max_size=8)), max_size=4
)


@settings(max_examples=200, deadline=None)
@given(MODULES, MODULES)
def test_between_any_two_editions_every_block_is_accounted_for_once(before, after):
    old = first(*before)
    new = edition(*after)
    plan = compare(new, old)
    assert [[(b.kind, b.content) for b in m.blocks] for m in plan.modules] == [
        [(b.kind, b.content) for b in m.blocks] for m in new
    ]
    assert len(set(ids(plan))) == len(ids(plan))
    had = {block.id: block for module in old for block in module.blocks}
    for module in plan.modules:
        for change in module.changes:
            if change.state in {State.UNCHANGED, State.MOVED}:
                assert change.new.fingerprint == change.old.fingerprint
            if change.new is not None:
                assert (change.new.id in had) == (change.state is not State.ADDED)
    lived = sum(block_id in had for block_id in ids(plan))
    assert lived + plan.count(State.REMOVED) == len(had)
    assert lived + plan.count(State.ADDED) == len(ids(plan))
    again = compare(new, as_known(plan))
    assert ids(again) == ids(plan)
    assert all(state == "unchanged" for module in states(again) for state in module)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=9, unique=True), st.data())
def test_one_edit_anywhere_changes_that_block_only(lines, data):
    old = first(("One", lines))
    place = data.draw(st.integers(0, len(lines) - 1))
    edited = [*lines[:place], lines[place].replace(" ", " indeed ", 1), *lines[place + 1 :]]
    plan = compare(edition(("One", edited)), old)
    assert counts(plan) == {"changed": 1}
    assert ids(plan) == [block.id for block in old[0].blocks]


def test_long_modules_are_compared_within_a_moment():
    lines = [f"{SENTENCES[n % 10]} Paragraph {n}." for n in range(1200)]
    old = first(("Long", lines))
    plan = compare(edition(("Long", [line.replace("Paragraph", "Section") for line in lines])), old)
    assert plan.count(State.CHANGED) > 300
    listing = Block(Listing(()))
    assert compare([Module("Long", (listing,))], old).count(State.REMOVED) == 1200
