"""The dashboard: filters in the address, tiles and charts whose every figure opens onto what stands behind it."""

import re
from datetime import date
from decimal import Decimal
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.factories import JurisdictionFactory, ParticipationFactory, PersonFactory, SessionFactory
from tests.training.figures import by_sex, headcount_of
from tests.training.test_statistics_page import texts
from training.choices import Outcome, SessionStatus, Sex


def took_part(session, sex, *, code="XK", **facts):
    person = PersonFactory(sex=sex, jurisdiction=JurisdictionFactory(code=code))
    facts = {"outcome": Outcome.ATTENDED, "days_attended": 1, **facts}
    return ParticipationFactory(session=session, person=person, **facts)


@pytest.fixture
def session(trainer):
    session = SessionFactory(
        jurisdictions=[JurisdictionFactory(code="XK")], created_by=trainer, status=SessionStatus.DELIVERED
    )
    for outcome in (Outcome.COMPLETED, Outcome.ATTENDED):
        took_part(session, Sex.WOMEN, outcome=outcome)
    for outcome in (Outcome.COMPLETED, Outcome.COMPLETED, Outcome.ATTENDED):
        took_part(session, Sex.MEN, outcome=outcome)
    return session


def dashboard(client, query=""):
    return client.get(reverse("statistics") + query)


def test_the_tiles_say_what_each_figure_rests_on(client_of, manager, session):
    headcount_of(SessionFactory(number_of_sessions=None), 30, by_sex(M=26, F=4))
    text = texts(dashboard(client_of(manager)))
    assert "35 participations 5 named, 30 as headcounts" in text
    assert "5 unique people among the named" in text
    assert "17.1 % women 6 of 35 with sex known" in text
    assert "1 sessions in 2 events; 1 of unknown number" in text
    assert "50.0 % of women completed 1 of 2 where it is known" in text
    assert "66.7 % of men completed 2 of 3 where it is known" in text


def test_unique_people_are_told_in_the_period_and_over_all_dates(client_of, manager, session):
    again = SessionFactory(start=date(2024, 5, 13), project=session.project)
    took_part(again, Sex.WOMEN)
    text = texts(dashboard(client_of(manager), "?start=2026-01-01"))
    assert "5 unique people in the period each once; 6 over all dates" in text


def test_what_is_planned_is_said_and_opens_onto_its_sessions(client_of, manager, session):
    planned = SessionFactory(status=SessionStatus.PLANNED, title="Detection ahead", capacity=20)
    client = client_of(manager)
    assert "1 planned sessions not counted yet; 20 places" in texts(dashboard(client))
    assert "0 planned sessions" in texts(dashboard(client, f"?project={session.project.key}"))
    behind = texts(client.get(reverse("records_of_sessions") + "?planned=1"))
    assert planned.title in behind
    assert session.title not in behind


def links(page):
    """The addresses of the records behind figures and marks, each with the number that is shown there."""
    shown = re.findall(r'<a href="([^"]*/records/\?[^"]*cell=[^"]*)"[^>]*>([\d,]+)</a>', page)
    marks = re.findall(r'<a href="([^"]*/records/\?[^"]*)" tabindex="-1"><title>[^<]*: ([\d,]+)</title>', page)
    return {(unescape(address), number) for address, number in [*shown, *marks]}, len(marks)


def test_every_mark_and_every_figure_opens_onto_exactly_as_many(client_of, manager, session):
    took_part(session, Sex.WOMEN, role="trainer")
    took_part(session, Sex.NOT_RECORDED, code="MK")
    headcount_of(SessionFactory(start=None, end=None), 30, by_sex(M=26, F=3))
    client = client_of(manager)
    found, marks = links(dashboard(client).content.decode())
    assert marks > 12
    for address, number in found:
        assert f"All {number} " in texts(client.get(address)), address


def test_completion_opens_onto_its_sessions_with_their_test_gain(client_of, manager, session):
    session.participations.filter(sex=Sex.WOMEN).update(pre_score=Decimal(40), post_score=Decimal(52))
    took_part(SessionFactory(title="Still running"), Sex.WOMEN, pre_score=Decimal(10))
    client = client_of(manager)
    text = texts(dashboard(client))
    assert "Women: 50.0 % 1 of 2 50.0 % 1 0 +12.0 n = 2" in text
    behind = texts(client.get(reverse("records_of_learning") + "?cell=sex:F"))
    assert f"{session.title} {session.project} 13 May 2026 1 2 +12.0 n = 2" in behind
    assert "Still running" not in behind


def test_completion_without_a_register_is_not_known(client_of, manager):
    session = SessionFactory(status=SessionStatus.DELIVERED)
    took_part(session, Sex.WOMEN, days_attended=None)
    text = texts(dashboard(client_of(manager)))
    assert "– of women completed not known" in text
    assert "Women – – 0 1 – n = 0" in text


def test_self_paced_learning_counts_before_its_session_is_over(client_of, manager):
    session = SessionFactory(modality="self_paced")
    took_part(session, Sex.WOMEN, outcome=Outcome.COMPLETED, days_attended=None, completed_on=date(2026, 5, 1))
    assert "100.0 % of women completed 1 of 1" in texts(dashboard(client_of(manager)))


def test_filters_stand_in_the_address_and_go_away_one_by_one(client_of, manager, session):
    client = client_of(manager)
    JurisdictionFactory(code="MK")
    page = dashboard(client, "?jurisdiction=XK&jurisdiction=MK&start=2026-01-01&end=2026-12-31").content.decode()
    assert 'href="?jurisdiction=MK&amp;start=2026-01-01&amp;end=2026-12-31"' in page
    assert 'href="?jurisdiction=XK&amp;jurisdiction=MK"' in page
    assert page.count('value="XK" selected') == 1


def test_the_name_of_a_bar_narrows_the_page_to_it(client_of, manager, session):
    client = client_of(manager)
    took_part(session, Sex.WOMEN, code="MK")
    page = dashboard(client, "?jurisdiction=XK&jurisdiction=MK&start=2026-01-01").content.decode()
    address = re.search(r'<th[^>]*><a href="([^"]+)">North Macedonia</a>', page).group(1)
    assert unescape(address) == "?jurisdiction=MK&start=2026-01-01"
    assert "1 participations" in texts(dashboard(client, unescape(address)))


def test_a_usual_period_is_one_click(client_of, manager, session):
    client = client_of(manager)
    assert f'name="period" value="{timezone.localdate().year}"' in dashboard(client).content.decode()
    assert dashboard(client, "?start=&end=&period=2026-Q2&topic=").url == "/statistics/?start=2026-04-01&end=2026-06-30"
    text = texts(dashboard(client, "?start=2026-04-01&end=2026-06-30"))
    assert "Period 1 April – 30 June 2026" in text
    assert "5 participations" in text


def test_an_old_address_of_a_table_leads_to_the_table(client_of, manager, session):
    response = dashboard(client_of(manager), "?rows=topic&columns=sex&project=" + session.project.key)
    assert response.status_code == 302
    assert response.url == reverse("statistics_table") + f"?rows=topic&columns=sex&project={session.project.key}"


def test_a_filter_that_means_nothing_is_said_beside_its_field(client_of, manager, session):
    response = dashboard(client_of(manager), "?project=nowhere&start=2026-01-01")
    assert response.status_code == 400
    assert "Unknown: nowhere" in texts(response)
    assert 'value="2026-01-01"' in response.content.decode()


def test_nothing_to_count_is_said(client_of, manager):
    text = texts(dashboard(client_of(manager)))
    assert "Nothing to count" in text
    assert "0 participations 0 named, 0 as headcounts" in text


def test_people_without_names_are_unknown_and_never_none(client_of, manager):
    headcount_of(SessionFactory(), 30)
    text = texts(dashboard(client_of(manager)))
    assert "– unique people not known without names" in text
    assert "– person-days not known without a register" in text
    assert "– women 0 of 0 with sex known; 30 not known" in text


def test_a_reader_of_own_sessions_sees_no_others(client_of, other_trainer, session):
    SessionFactory(status=SessionStatus.PLANNED)
    text = texts(dashboard(client_of(other_trainer)))
    assert "Nothing to count" in text
    assert "0 planned sessions" in text


def test_the_share_of_women_over_time_shows_quarters_and_says_what_has_no_date(client_of, manager, session):
    took_part(SessionFactory(start=date(2025, 11, 3)), Sex.WOMEN)
    headcount_of(SessionFactory(start=None, end=None), 30, by_sex(M=26, F=4))
    text = texts(dashboard(client_of(manager)))
    assert "2025 Q4: 100.0 % (1 / 1)" in text
    assert "2026 Q2: 40.0 % (2 / 5)" in text
    assert "30 participations have no date" in text


def test_women_among_trainers_stand_beside_those_among_trainees(client_of, manager, session):
    client = client_of(manager)
    assert "No trainer, observer or organiser stands on a roster here" in texts(dashboard(client))
    took_part(session, Sex.WOMEN, role="trainer")
    assert "Trainer Trainer, Women: 1 1 0 1 100.0 %" in texts(dashboard(client))


def test_the_number_of_queries_does_not_grow_with_the_records(
    client_of, manager, session, django_assert_max_num_queries
):
    client = client_of(manager)
    headcount_of(SessionFactory(), 9)
    dashboard(client)
    with django_assert_max_num_queries(50) as one:
        dashboard(client)
    for number in range(3):
        extra = SessionFactory(start=date(2025, 1 + 3 * number, 1))
        took_part(extra, Sex.WOMEN, code="MK")
        headcount_of(SessionFactory(), 9)
    with django_assert_max_num_queries(50) as three:
        dashboard(client)
    assert len(three) <= len(one)


def test_a_filter_is_looked_up_once(client_of, manager, session, django_assert_max_num_queries):
    client = client_of(manager)
    narrowed = f"?jurisdiction=XK&project={session.project.key}&start=2026-01-01"
    dashboard(client, narrowed)
    with django_assert_max_num_queries(50) as queries:
        dashboard(client, narrowed)
    read = [query["sql"] for query in queries if 'FROM "training_jurisdiction" ORDER BY' in query["sql"]]
    assert len(read) == 1
