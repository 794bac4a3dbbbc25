"""The table builder: a question in the address, a table, its downloads, and the records behind each figure."""

import re

import pytest
from django.core.management import call_command
from django.urls import reverse

from tests.factories import JurisdictionFactory, ParticipationFactory, PersonFactory, SessionFactory
from tests.training.figures import by_sex, headcount_of
from training.choices import Outcome, Sex
from training.models import Headcount


@pytest.fixture
def session(trainer):
    session = SessionFactory(jurisdictions=[JurisdictionFactory(code="XK")], created_by=trainer)
    for sex in (Sex.WOMEN, Sex.MEN, Sex.MEN):
        person = PersonFactory(sex=sex, jurisdiction=JurisdictionFactory(code="XK"))
        ParticipationFactory(session=session, person=person, outcome=Outcome.ATTENDED, days_attended=1)
    return session


def texts(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_the_page_shows_women_and_men_by_jurisdiction_with_its_footnote(client_of, manager, session):
    response = client_of(manager).get(reverse("statistics_table"))
    assert "Kosovo* 1 2 3" in texts(response)
    assert "33.3 % of 3" in texts(response)
    assert "resolution 1244" in texts(response)


def test_each_figure_opens_onto_its_sessions(client_of, manager, session):
    client = client_of(manager)
    page = client.get(reverse("statistics_table")).content.decode()
    address = re.search(r'href="([^"]*cell=jurisdiction%3AXK&amp;cell=sex%3AM)"', page).group(1).replace("&amp;", "&")
    behind = client.get(address)
    assert session.title in texts(behind)
    assert "All 2" in texts(behind)


def test_a_filter_stands_in_the_address_and_can_be_taken_away(client_of, manager, session):
    address = reverse("statistics_table") + f"?project={session.project.key}&rows=topic&columns="
    response = client_of(manager).get(address)
    assert f"Project {session.project.title}" in texts(response)
    assert 'href="?rows=topic&amp;columns="' in response.content.decode()


def test_a_question_that_cannot_be_asked_says_why_and_keeps_what_was_chosen(client_of, manager, session):
    response = client_of(manager).get(reverse("statistics_table") + "?start=2026-05-02&end=2026-05-01&rows=topic")
    assert response.status_code == 400
    assert "ends before it starts" in texts(response)
    assert re.search(r'value="topic" selected', response.content.decode())


def test_rows_and_columns_have_to_differ(client_of, manager, session):
    response = client_of(manager).get(reverse("statistics_table") + "?rows=sex&columns=sex")
    assert "another dimension" in texts(response)


def test_nothing_to_count_is_said(client_of, manager):
    assert "Nothing to count" in texts(client_of(manager).get(reverse("statistics_table")))


@pytest.mark.parametrize("role", ["officer", "editor"])
@pytest.mark.parametrize("page", ["statistics", "statistics_table", "records", "records_of_sessions"])
def test_officers_and_editors_are_refused(client_of, role, page, request):
    assert client_of(request.getfixturevalue(role)).get(reverse(page)).status_code == 403


def test_two_dimensions_down_stand_under_each_other_with_a_line_for_both(client_of, manager, session):
    response = client_of(manager).get(reverse("statistics_table") + "?rows=jurisdiction&rows2=topic")
    assert "Jurisdiction / Topic" in texts(response)
    assert "Kosovo* Weapons categorization 1 2 3" in texts(response)
    assert "Together 1 2 3" in texts(response)


def test_several_figures_stand_side_by_side_and_only_those_that_add_up_have_shares(client_of, manager, session):
    text = texts(
        client_of(manager).get(reverse("statistics_table") + "?measure=participations&measure=people&share=row")
    )
    assert "Kosovo* 1 33.3 % 1 2 66.7 % 2 3 100.0 % 3" in text
    assert "Unique people have no shares" in text


def test_a_figure_behind_which_there_are_many_sessions_is_shown_page_by_page(client_of, manager, session):
    for _number in range(51):
        ParticipationFactory(session=SessionFactory(), outcome=Outcome.ATTENDED)
    client = client_of(manager)
    first, second = (texts(client.get(reverse("records") + f"?page={page}")) for page in (1, 2))
    assert "Page 1 of 2" in first
    assert "All 54" in first
    assert "All 54" in second


def test_the_often_asked_keep_what_narrows_the_question(client_of, manager, session):
    page = client_of(manager).get(reverse("statistics_table") + "?project=" + session.project.key).content.decode()
    assert f'href="?rows=topic&amp;rows2=year&amp;columns=sex&amp;project={session.project.key}"' in page


def test_a_download_holds_the_same_figures_and_its_number_stands_in_the_trail(client_of, manager, session):
    response = client_of(manager).get(reverse("statistics_download", args=["csv"]))
    assert "XK,Kosovo*,F,Women,1,1,1" in response.content.decode()
    entry = manager.trail.get(action="statistics downloaded")
    assert f"-{entry.pk}.csv" in response.headers["Content-Disposition"]


def test_an_unknown_dimension_in_a_cell_is_no_page(client_of, manager, session):
    assert client_of(manager).get(reverse("records") + "?cell=shoe:42").status_code == 404


def test_a_headcount_and_a_roster_can_be_told_apart(client_of, manager, session):
    other = SessionFactory(jurisdictions=[JurisdictionFactory(code="XK")])
    Headcount.objects.create(session=other, scope="whole", total=20)
    address = reverse("statistics_table")
    assert "Kosovo* 1 2 20 23" in texts(client_of(manager).get(address))
    told_apart = texts(client_of(manager).get(address + "?parts=on"))
    assert "23 ● 3 named ○ 20 headcount of a whole session" in told_apart


def test_the_number_of_queries_does_not_grow_with_the_records(
    client_of, manager, session, django_assert_max_num_queries
):
    client = client_of(manager)
    headcount_of(SessionFactory(), 9, by_sex(M=9))
    client.get(reverse("statistics_table"))
    with django_assert_max_num_queries(40) as one:
        client.get(reverse("statistics_table"))
    for _number in range(3):
        extra = SessionFactory()
        ParticipationFactory(session=extra, outcome=Outcome.ATTENDED, days_attended=1)
        headcount_of(SessionFactory(), 9, by_sex(M=9))
    with django_assert_max_num_queries(40) as three:
        client.get(reverse("statistics_table"))
    assert len(three) <= len(one)


def test_every_figure_of_the_table_opens_onto_exactly_as_many(client_of, manager, session):
    trainer_there = PersonFactory(sex=Sex.WOMEN, jurisdiction=JurisdictionFactory(code="XK"))
    ParticipationFactory(session=session, person=trainer_there, role="trainer", outcome=Outcome.ATTENDED)
    client = client_of(manager)
    for question in ("", "?rows=role&columns=outcome", "?rows=project&rows2=session&columns=sex"):
        page = client.get(reverse("statistics_table") + question).content.decode()
        links = re.findall(r'<td class="n">\s*<a href="([^"]+)">([\d,]+)</a>', page)
        assert links
        for address, figure in links:
            assert f"All {figure}" in texts(client.get(address.replace("&amp;", "&"))), address


def test_a_trainer_reads_the_figures_of_their_own_sessions_only(client_of, trainer, other_trainer, session):
    assert "All 1 2 3" in texts(client_of(trainer).get(reverse("statistics_table")))
    assert "Nothing to count" in texts(client_of(other_trainer).get(reverse("statistics_table")))
    assert session.title not in texts(client_of(other_trainer).get(reverse("records")))


def test_a_filter_on_trainers_counts_no_session_that_has_none(client_of, manager, session):
    Headcount.objects.create(session=SessionFactory(), scope="whole", total=9)
    assert "0 sessions in 0 events" in texts(client_of(manager).get(reverse("statistics") + "?role=trainer"))


def test_a_first_timer_is_new_to_what_is_counted(client_of, manager, session):
    someone = session.participations.first().person
    later = SessionFactory(start=session.end.replace(year=2027), jurisdictions=session.jurisdictions.all())
    ParticipationFactory(session=later, person=someone, outcome=Outcome.ATTENDED, days_attended=1)
    answer = texts(client_of(manager).get(reverse("statistics_table") + "?first_time=on&rows=session&columns="))
    assert session.title in answer
    assert later.title not in answer


def test_a_tidy_file_has_its_notes_and_footnote_in_a_companion(client_of, manager, session):
    client = client_of(manager)
    link = client.get(reverse("statistics_download", args=["csv"])).headers["Link"]
    companion = client.get(re.search(r"<([^>]+)>", link).group(1)).json()
    assert any("resolution 1244" in note for note in companion["notes"])


def test_the_command_writes_the_companion_beside_the_file(manager, session, tmp_path):
    call_command("statistics", "--by", "jurisdiction", "--format", "csv", "--output", str(tmp_path / "figures.csv"))
    assert (tmp_path / "figures.csv").read_text().startswith("jurisdiction,")
    assert "resolution 1244" in (tmp_path / "figures.csv-metadata.json").read_text()
