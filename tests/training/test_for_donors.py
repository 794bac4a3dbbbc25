"""The table page for donors, and what a reader inside is shown of what donors would not see."""

import re

import pytest
from django.urls import reverse

from tests.factories import JurisdictionFactory, ParticipationFactory, SessionFactory
from tests.training.figures import by_jurisdiction, by_sex, headcount_of, roster_of, source_called
from training.models import TrailEntry
from training.services.decisions import decide
from training.statistics import disclosure
from training.statistics.composing import Asked, compose
from training.statistics.question import Question
from training.statistics.reconciliation import contradictions

pytestmark = pytest.mark.django_db
PLACES = "?rows=jurisdiction&columns=sex&measure=participations"


@pytest.fixture
def session():
    """Three women among many in Kosovo*; nobody too few in North Macedonia."""
    session = SessionFactory(jurisdictions=[JurisdictionFactory(code=code) for code in ("XK", "MK")])
    roster_of(session, XK_F=3, XK_M=9, MK_F=7, MK_M=8)
    return session


def page(client, address):
    response = client.get(reverse("statistics_table") + address)
    assert response.status_code == 200
    return response.content.decode()


def texts(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_for_donors_the_page_withholds_says_so_and_leads_to_no_record(client_of, manager, session):
    shown = page(client_of(manager), f"{PLACES}&audience=donor&share=row")
    text = texts(shown)
    assert "As donors and the public get it. Groups of fewer than 5 people are withheld" in text
    assert "Kosovo* c c 12 100.0 % c" in text, "the figures, and the share of women"
    assert "c withheld, and not zero: it rests on fewer than 5 people" in text
    assert reverse("records") not in shown
    assert "audience=donor" in re.search(r'href="([^"]*download/xlsx[^"]*)"', shown).group(1)


def test_the_threshold_says_how_small_a_group_is_shown(client_of, manager, session):
    client = client_of(manager)
    assert "Kosovo* 3 9 12 25.0 % of 12" in texts(page(client, f"{PLACES}&audience=donor&threshold=3"))
    for refused, reason in (("threshold=2", "a number from 3 to 20"), ("threshold=x", "a number from 3 to 20"),
                            ("audience=press", "Unknown readers: press. Possible: internal, donor.")):  # fmt: skip
        response = client.get(reverse("statistics_table") + f"{PLACES}&{refused}")
        assert response.status_code == 400
        assert reason in texts(response.content.decode())
        assert 'value="jurisdiction" selected' in response.content.decode(), "what was chosen stays"
        assert not re.search(rf'href="[^"]*{refused}', response.content.decode()), "no way on repeats it"


def test_what_donors_would_not_see_is_marked_beside_the_figures(client_of, manager, session):
    text = texts(page(client_of(manager), f"{PLACES}&marked=on"))
    assert "Kosovo* c , too small for donors: 3 c , would give away a small group: 9 12" in text
    assert "What donors would not see of this table, sent alone: c rests on fewer than 5 people" in text
    assert "too small for donors" not in texts(page(client_of(manager), PLACES))


def test_where_nothing_would_be_hidden_that_is_said(client_of, manager):
    roster_of(SessionFactory(jurisdictions=[JurisdictionFactory(code="XK")]), XK_F=6, XK_M=9)
    assert "Donors would see every figure of this table" in texts(page(client_of(manager), f"{PLACES}&marked=on"))


def test_what_is_known_better_is_marked_and_withheld_as_well(client_of, manager):
    session = SessionFactory(jurisdictions=[JurisdictionFactory(code=code) for code in ("XK", "MK")])
    headcount_of(session, 20, by_jurisdiction(XK=12, MK=8), by_sex(F=2, M=18))
    client = client_of(manager)
    assert "Women c , too small for donors: 2" in texts(page(client, f"{PLACES}&marked=on"))
    assert "Women c , Men c" in texts(page(client, f"{PLACES}&audience=donor"))


def test_the_often_asked_and_the_chip_keep_in_mind_who_reads(client_of, manager, session):
    shown = page(client_of(manager), f"{PLACES}&audience=donor&threshold=7")
    assert re.search(r'href="\?rows=project[^"]*audience=donor&amp;threshold=7"', shown)
    assert "For Donors and the public ✕" in texts(shown)


def test_the_dashboard_is_for_the_house_and_sends_an_address_for_donors_to_the_table(client_of, manager, session):
    response = client_of(manager).get(reverse("statistics") + "?audience=donor")
    assert response.url == reverse("statistics_table") + "?audience=donor"


def test_a_trainer_may_give_away_the_figures_of_their_own_sessions_and_officers_none(
    client_of, trainer, other_trainer, officer, session
):
    session.created_by = trainer
    session.save()
    assert "Kosovo* c c 12" in texts(page(client_of(trainer), f"{PLACES}&audience=donor"))
    assert "Nothing to count" in texts(page(client_of(other_trainer), f"{PLACES}&audience=donor"))
    assert client_of(officer).get(reverse("statistics_table") + "?audience=donor").status_code == 403


@pytest.mark.parametrize("readers", ["&audience=donor", "&marked=on"])
def test_the_number_of_queries_does_not_grow_with_the_records(
    client_of, manager, session, readers, django_assert_max_num_queries
):
    client = client_of(manager)
    page(client, PLACES + readers)
    with django_assert_max_num_queries(60) as one:
        page(client, PLACES + readers)
    for _number in range(3):
        ParticipationFactory(session=SessionFactory(), outcome="attended", days_attended=1)
    with django_assert_max_num_queries(60) as three:
        page(client, PLACES + readers)
    assert len(three) <= len(one)


# --- what is said beside the tables ----------------------------------------------------------------------------------


def remarks(audience):
    asked = Asked("All", Question(by=("sex",)), "rows=sex&columns=")
    return compose(questions=[asked], title="Report", audience=audience, threshold=5, author="").remarks


def test_donors_learn_of_contradictions_within_public_sources_and_of_no_others(manager):
    for title, is_public, scope in (("Open", True, "whole"), ("Closed", False, "whole"), ("Beside", True, "unnamed")):
        source = source_called(title.lower())
        source.is_public = is_public
        source.save()
        headcount_of(SessionFactory(title=title), 50, by_sex(F=20, M=20), scope=scope, source=source)
    counted = SessionFactory(title="Counted")
    roster_of(counted, XK_F=3)
    headcount_of(counted, 9, scope="published", source=source_called("open"))
    assert {one.session for one in remarks("internal")} == {"Open", "Closed", "Beside", "Counted"}
    (told,) = remarks("donor")
    assert (told.session, told.stated, told.found) == ("Open", 50, 40)


def test_what_an_editor_decided_is_for_the_house(manager):
    source = source_called("open")
    source.is_public = True
    source.save()
    session = SessionFactory()
    manager.projects.add(session.project)
    headcount_of(session, 50, by_sex(F=20, M=20), source=source)
    assert remarks("donor")[0].decision == ""
    decide(by=manager, fingerprint=contradictions()[0].fingerprint, reason="The roster has 3 women.")
    assert remarks("internal")[0].decision == "The roster has 3 women."
    assert remarks("donor")[0].decision == "Decided; the reason is kept in the house."


def test_a_refused_question_leaves_no_entry_in_the_trail(client_of, manager, session):
    client_of(manager).get(reverse("statistics_download", args=["csv"]) + "?audience=press")
    assert not TrailEntry.objects.filter(action="statistics downloaded").exists()


@pytest.mark.parametrize("readers", ["&audience=donor", "&marked=on"])
def test_more_figures_than_can_be_gone_through_are_refused_and_the_question_stays(
    client_of, manager, session, readers, monkeypatch
):
    monkeypatch.setattr(disclosure, "MOST_FIGURES", 5)
    response = client_of(manager).get(reverse("statistics_table") + PLACES + readers)
    assert response.status_code == 400
    text = texts(response.content.decode())
    assert "from at most 5 figures at once; these are 9. Ask for fewer rows" in text
    assert "Kosovo* 3" not in text
    assert 'value="jurisdiction" selected' in response.content.decode()
    assert "Kosovo* 3 9 12" in texts(page(client_of(manager), PLACES)), "inside there is no limit"
