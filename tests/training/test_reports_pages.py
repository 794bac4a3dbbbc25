"""The pages of reports: the list, keeping questions, what a report says now, freezing it, what was kept, changes."""

import io
import json
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from tests.factories import JurisdictionFactory, ProjectFactory, SessionFactory
from tests.training.figures import by_sex, headcount_of, roster_of, source_called
from training.models import FrozenReport, SavedReport, TrailEntry
from training.services.reports import freeze_report, save_report

pytestmark = pytest.mark.django_db
BY_SEX = {"title": "Women and men", "address": "rows=jurisdiction&columns=sex&measure=participations"}
BY_TOPIC = {"title": "By topic", "address": "rows=topic&columns=&measure=participations&measure=people"}
LIST, NEW = reverse("reports"), reverse("report_new")


@pytest.fixture
def session():
    session = SessionFactory(jurisdictions=[JurisdictionFactory(code=code) for code in ("XK", "MK")])
    roster_of(session, XK_F=2, XK_M=6, MK_M=1)
    return session


@pytest.fixture
def saved(manager, session):
    return save_report(
        by=manager, title="Half-year report", introduction="As agreed.", audience="internal", threshold=5,
        questions=[BY_SEX, BY_TOPIC],
    )  # fmt: skip


@pytest.fixture
def frozen(manager, saved):
    return freeze_report(by=manager, report=saved, note="Sent in July.")


def texts(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def queries(client, address):
    with CaptureQueriesContext(connection) as made:
        assert client.get(address).status_code == 200
    return len(made)


def posted(*questions, **values):
    said = {"title": "Year", "introduction": "", "audience": "internal", "threshold": 5, "version": "", **values}
    return said | {
        "question_title": [one["title"] for one in questions],
        "question_address": [one["address"] for one in questions],
    }


def test_an_empty_list_says_how_to_begin(client_of, manager, auditor):
    assert "No reports yet" in texts(client_of(manager).get(LIST))
    assert NEW not in client_of(auditor).get(LIST).content.decode()


def test_the_list_has_saved_and_frozen_ones(client_of, coordinator, frozen):
    page = client_of(coordinator).get(LIST)
    assert "Half-year report 2 tables · Manager" in texts(page)
    assert "frozen once" in texts(page)
    assert f"{frozen.label} Half-year report" in texts(page)


def test_the_list_takes_as_many_queries_for_three_as_for_one(client_of, manager, saved, frozen):
    client = client_of(manager)
    queries(client, LIST)
    one = queries(client, LIST)
    for _again in range(2):
        save_report(by=manager, title="Another", audience="internal", threshold=5, questions=[BY_SEX])
        freeze_report(by=manager, report=saved)
    assert queries(client, LIST) == one


def test_a_report_shows_tables_chart_method_contradictions_and_footnote(client_of, auditor, saved):
    headcount_of(SessionFactory(title="Converted"), 119, by_sex(M=75, F=24), quote="75 men", source=source_called("s"))
    page = client_of(auditor).get(saved.get_absolute_url())
    text = texts(page)
    assert "As agreed." in text
    assert "Kosovo* 2 6 0 8 25.0 % of 8" in text
    assert 'class="women"' in page.content.decode()
    assert "Person-days" not in text
    assert "Unique people Persons, each counted once" in text
    assert "75 men" in text
    assert "resolution 1244" in text


def test_its_figures_are_those_of_the_moment_and_open_onto_their_records(client_of, manager, saved, session):
    client = client_of(manager)
    roster_of(session, XK_F=1)
    page = client.get(saved.get_absolute_url()).content.decode()
    assert "Kosovo* 3 6 9" in re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
    links = re.findall(r'<td class="n">\s*<a href="([^"]+)">([\d,]+)</a>', page)
    assert len(links) > 8
    for address, figure in links[:8]:
        assert f"All {figure}" in texts(client.get(address.replace("&amp;", "&"))), address


def test_a_question_that_no_longer_fits_has_a_sentence_in_place_of_its_table(client_of, manager, saved):
    project = ProjectFactory(key="passing")
    lost = {"title": "Lost", "address": "rows=sex&columns=&project=passing"}
    save_report(by=manager, report=saved, title="R", audience="internal", threshold=5, questions=[lost, BY_SEX])
    project.delete()
    client = client_of(manager)
    text = texts(client.get(saved.get_absolute_url()))
    assert "1 Lost This question can no longer be asked, so it has no table." in text
    assert "Kosovo* 2 6" in text
    assert "cannot be asked" in texts(client.get(reverse("report_freeze", args=[saved.pk])))
    assert "can no longer be asked" in texts(client.get(reverse("report_edit", args=[saved.pk])))


def test_a_report_without_questions_says_where_they_come_from(client_of, manager):
    empty = save_report(by=manager, title="Empty", audience="internal", threshold=5, questions=[])
    assert "No questions yet" in texts(client_of(manager).get(empty.get_absolute_url()))


def test_each_question_of_a_report_costs_the_same_and_records_cost_nothing(client_of, manager, session):
    def report(*questions):
        return save_report(by=manager, title="R", audience="internal", threshold=5, questions=questions)

    one, two, three = (report(*[BY_SEX] * number).get_absolute_url() for number in (1, 2, 3))
    client = client_of(manager)
    queries(client, one)
    base, second, third = queries(client, one), queries(client, two), queries(client, three)
    assert third - second == second - base, "a constant for each question"
    assert second - base < base < 60
    for _more in range(3):
        headcount_of(SessionFactory(), 10, by_sex(F=3), source=source_called("s"))
        roster_of(SessionFactory(), RS_F=1)
    # The register has headcounts, contradictions and sources now: what is read of them is read once.
    with_more = queries(client, one)
    headcount_of(SessionFactory(), 10, by_sex(F=3), source=source_called("s"))
    assert queries(client, one) == with_more <= base + 10


def test_a_new_report_is_saved_with_the_question_that_arrived(client_of, manager):
    client = client_of(manager)
    page = client.get(NEW, {"question": "?rows=topic&columns=sex"})
    assert "Participations of women and men, by topic" in page.content.decode()
    response = client.post(NEW, posted({"title": "Topics", "address": "rows=topic&columns=sex"}))
    report = SavedReport.objects.get()
    assert response.url == report.get_absolute_url()
    assert report.questions == [{"title": "Topics", "address": "rows=topic&columns=sex&measure=participations"}]


def test_a_question_that_arrives_can_go_into_a_report_there_is(client_of, manager, saved):
    client = client_of(manager)
    assert "Half-year report" in texts(client.get(NEW, {"question": "rows=year"}))
    added = {"question_title": "Years", "question_address": "rows=year"}
    assert client.post(reverse("report_add", args=[saved.pk]), added).url == saved.get_absolute_url()
    saved.refresh_from_db()
    assert saved.questions[-1] == {"title": "Years", "address": "rows=year&columns=sex&measure=participations"}
    refused = client.post(
        reverse("report_add", args=[saved.pk]), {**added, "question_address": "rows=shoe"}, follow=True
    )
    assert "shoe" in texts(refused)


def test_questions_are_put_in_order_and_taken_out_before_anything_is_saved(client_of, manager, saved):
    client, address = client_of(manager), reverse("report_edit", args=[saved.pk])

    def order(move):
        page = client.post(address, {**posted(BY_SEX, BY_TOPIC, title=""), "move": move}).content.decode()
        assert "errorlist" not in page
        return re.findall(r'name="question_title" value="([^"]*)"', page)

    assert order("down:0") == order("up:1") == ["By topic", "Women and men"]
    assert order("up:0") == order("nonsense:7") == ["Women and men", "By topic"]
    assert order("remove:0") == ["By topic"]
    saved.refresh_from_db()
    assert saved.questions == [BY_SEX, BY_TOPIC]
    assert client.post(address, posted(BY_TOPIC, BY_SEX, title="Year", version=saved.updated_at.isoformat())).url
    saved.refresh_from_db()
    assert (saved.title, saved.questions) == ("Year", [BY_TOPIC, BY_SEX])


def test_a_form_with_faults_keeps_what_was_typed_and_says_what_is_wrong(client_of, manager):
    page = client_of(manager).post(NEW, posted({**BY_SEX, "address": "rows=shoe"}, title="Typed", threshold=2))
    assert page.status_code == 200
    assert 'value="Typed"' in page.content.decode()
    assert "greater than or equal to 3" in texts(page) or "threshold" in texts(page)
    page = client_of(manager).post(NEW, posted({**BY_SEX, "address": "rows=shoe"}))
    assert "Women and men: Unknown: shoe" in texts(page)
    assert not SavedReport.objects.exists()


def test_two_who_change_a_report_at_once_do_not_overwrite_each_other_unseen(client_of, manager, saved):
    address, seen = reverse("report_edit", args=[saved.pk]), saved.updated_at.isoformat()
    save_report(by=manager, report=saved, title="Theirs", audience="internal", threshold=5, questions=[])
    client = client_of(manager)
    page = client.post(address, posted(BY_SEX, title="Mine", version=seen))
    assert "Somebody changed this report" in texts(page)
    saved.refresh_from_db()
    assert saved.title == "Theirs"
    version = re.search(r'name="version" value="([^"]+)"', page.content.decode()).group(1)
    client.post(address, posted(BY_SEX, title="Mine", version=version))
    saved.refresh_from_db()
    assert saved.title == "Mine"


def test_a_report_is_removed_after_a_question_and_stays_once_frozen(client_of, manager, saved):
    client, address = client_of(manager), reverse("report_remove", args=[saved.pk])
    assert "is removed with its questions" in texts(client.get(address))
    frozen = freeze_report(by=manager, report=saved)
    assert f"{frozen.label}: Half-year report" in texts(client.get(address))
    assert "It stays" in texts(client.post(address, follow=True))
    other = save_report(by=manager, title="Other", audience="internal", threshold=5, questions=[])
    assert client.post(reverse("report_remove", args=[other.pk])).url == LIST
    assert list(SavedReport.objects.all()) == [saved]


def test_freezing_says_what_will_be_kept_and_leads_to_it(client_of, manager, saved):
    client, address = client_of(manager), reverse("report_freeze", args=[saved.pk])
    page = client.get(address)
    assert "its 2 tables" in texts(page)
    assert "Nobody can change or remove it afterwards" in texts(page)
    response = client.post(address, {"note": "To the funder", "seen": "0"})
    frozen = FrozenReport.objects.get()
    assert response.url == frozen.get_absolute_url()
    assert frozen.note == "To the funder"
    assert "frozen meanwhile" in texts(client.post(address, {"note": "", "seen": "0"}))
    assert FrozenReport.objects.count() == 1


def test_a_frozen_report_shows_what_was_kept_and_asks_the_register_for_nothing(client_of, auditor, frozen, session):
    roster_of(session, XK_F=5)
    client = client_of(auditor)
    with CaptureQueriesContext(connection) as made:
        text = texts(client.get(frozen.get_absolute_url()))
    assert frozen.label in text
    assert "Kosovo* 2 6 8 25.0 % of 8" in text
    assert "Sent in July." in text
    assert "resolution 1244" in text
    tables = {table for query in made for table in re.findall(r'FROM "(\w+)"', query["sql"])}
    assert tables <= {"training_frozenreport", "django_session", "training_account", "auth_group"}


def test_a_frozen_report_takes_as_many_queries_with_three_tables_as_with_one(client_of, manager, session):
    client = client_of(manager)

    def page(*questions):
        report = save_report(by=manager, title="R", audience="internal", threshold=5, questions=questions)
        return freeze_report(by=manager, report=report).get_absolute_url()

    one, three = page(BY_SEX), page(BY_SEX, BY_TOPIC, BY_SEX)
    queries(client, one)
    assert queries(client, one) == queries(client, three)


def test_what_changed_since_lists_then_now_and_the_difference(client_of, manager, frozen, session):
    client = client_of(manager)
    address = reverse("frozen_changes", args=[frozen.year, frozen.number])
    assert "Nothing changed" in texts(client.get(address))
    roster_of(session, XK_F=5)
    session.participations.filter(jurisdiction__code="MK").delete()
    headcount_of(SessionFactory(title="Converted"), 119, by_sex(M=75, F=24), source=source_called("s"))
    text = texts(client.get(address))
    assert "Kosovo*, Women Participations 2 7 +5" in text
    assert "North Macedonia, Men Participations 1 not in the table –" in text
    assert "Contradictions that are new Converted" in text


def test_a_frozen_question_that_no_longer_fits_says_so_beside_the_others(client_of, manager, session):
    project = ProjectFactory(key="passing")
    lost = {"title": "Lost", "address": "rows=sex&columns=&project=passing"}
    report = save_report(by=manager, title="R", audience="internal", threshold=5, questions=[lost, BY_SEX])
    frozen = freeze_report(by=manager, report=report)
    project.delete()
    client = client_of(manager)
    assert "Project: Passing" in texts(client.get(frozen.get_absolute_url()))
    text = texts(client.get(reverse("frozen_changes", args=[frozen.year, frozen.number])))
    assert "Lost This question can no longer be asked, so there is nothing to compare with" in text
    assert "Women and men Every figure is the same." in text


def test_the_kept_document_can_be_taken_as_files_and_the_trail_says_who_took_it(client_of, auditor, frozen):
    response = client_of(auditor).get(reverse("frozen_download", args=[frozen.year, frozen.number, "json"]))
    assert json.loads(response.content) == FrozenReport.objects.get().document
    assert f"evidenca-{frozen.label}.json" in response.headers["Content-Disposition"]
    entry = TrailEntry.objects.get(action="report downloaded")
    assert (entry.by, entry.detail) == (auditor, {"number": frozen.label, "format": "json"})
    sheet = client_of(auditor).get(reverse("frozen_download", args=[frozen.year, frozen.number, "xlsx"]))
    book = load_workbook(io.BytesIO(sheet.content))
    assert book.properties.title == "Half-year report"
    unknown = reverse("frozen_download", args=[frozen.year, frozen.number, "doc"])
    assert client_of(auditor).get(unknown).status_code == 404


def pages(saved, frozen):
    reading = [LIST, saved.get_absolute_url(), frozen.get_absolute_url()]
    reading += [reverse("frozen_changes", args=[frozen.year, frozen.number])]
    reading += [reverse("frozen_download", args=[frozen.year, frozen.number, "json"])]
    keeping = [NEW, *(reverse(f"report_{word}", args=[saved.pk]) for word in ("edit", "remove", "freeze"))]
    return reading, keeping


@pytest.mark.parametrize("role", ["auditor", "coordinator"])
def test_auditors_and_coordinators_read_everything_and_change_nothing(client_of, role, request, saved, frozen):
    client = client_of(request.getfixturevalue(role))
    reading, keeping = pages(saved, frozen)
    assert {client.get(page).status_code for page in reading} == {200}
    assert {client.get(page).status_code for page in keeping} == {403}
    sent = posted(BY_SEX)
    adding = reverse("report_add", args=[saved.pk])
    assert {client.post(page, sent).status_code for page in [*keeping, adding]} == {403}
    shown = client.get(saved.get_absolute_url()).content.decode()
    assert not any(page in shown for page in keeping)
    assert (SavedReport.objects.get().questions, FrozenReport.objects.count()) == ([BY_SEX, BY_TOPIC], 1)


@pytest.mark.parametrize("role", ["trainer", "editor", "officer"])
def test_others_do_not_see_reports_at_all(client_of, role, request, saved, frozen):
    client = client_of(request.getfixturevalue(role))
    reading, keeping = pages(saved, frozen)
    assert {client.get(page).status_code for page in [*reading, *keeping]} == {403}


def test_what_is_not_there_is_not_found(client_of, manager, frozen):
    client = client_of(manager)
    for page in (
        "/reports/999/",
        "/reports/999/edit/",
        f"/reports/{frozen.year}/999/",
        f"/reports/1999/{frozen.number}/",
    ):
        assert client.get(page).status_code == 404


def test_nothing_in_wagtails_admin_reaches_a_frozen_report(client_of, administrator, frozen):
    client = client_of(administrator)
    for page in (
        f"/admin/frozenreport/edit/{frozen.pk}/",
        f"/admin/frozenreport/delete/{frozen.pk}/",
        "/admin/reports/",
    ):
        assert client.get(page).status_code == 404
    assert client.post(frozen.get_absolute_url(), {"title": "Other"}).status_code in {200, 405}
    assert FrozenReport.objects.get().title == "Half-year report"
