"""A report as IATI results: valid by the official schema, the table's own figures, nothing withheld or made up."""

from collections import Counter
from datetime import date

import pytest
from lxml import etree

from tests import iati_schemas
from tests.factories import JurisdictionFactory, ParticipationFactory, PersonFactory, ProjectFactory, SessionFactory
from tests.training.filing import SHORT, answered, report_of, withheld
from training.choices import Outcome
from training.exports.iati import to_iati
from training.exports.iati_results import days_of
from training.statistics.report import Activity, Target

pytestmark = pytest.mark.django_db
CROSS_BORDER = Activity(
    project="cross-border",
    title="Cross-Border Integrated Institutional Approach Towards Combating Illicit Arms Trafficking",
    status="completed",
    start=date(2021, 4, 1),
    end=date(2023, 3, 31),
    agencies=("UNDP Kosovo*", "UNDP North Macedonia"),
    funders=("Germany",),
)


@pytest.fixture
def table(published):
    return answered("Women and men by jurisdiction", "jurisdiction", "sex")


def read(report):
    return etree.fromstring(to_iati(report))


def told(found):
    """Each actual or target: its dimensions as a set of pairs → its value."""
    return {
        frozenset((dimension.get("name"), dimension.get("value")) for dimension in one.findall("dimension")): int(
            one.get("value")
        )
        for one in found
    }


def actuals(root, measure="Participations"):
    return told(root.xpath(f".//indicator[title/narrative='{measure}']/period/actual"))


def of(**dimensions):
    return frozenset(dimensions.items())


@pytest.mark.iati
def test_it_is_valid_whatever_the_report_is_about(table):
    year = {"start": date(2021, 1, 1), "end": date(2021, 12, 31)}
    target = Target(project="cross-border", measure="people", value=90, women_share=33.3, **year)
    reports = [
        report_of(table, answered("By project", "project", "sex"), activities=(CROSS_BORDER,)),
        report_of(answered("By quarter", "project", "quarter", "sex"), activities=(CROSS_BORDER,), first_day=None),
        report_of(answered("Everything"), targets=(target,)),
        report_of(withheld(table, sex="F"), audience="donor", title="-- \x00 <&> --", introduction="Тема đ --"),
        report_of(),
    ]
    schema = iati_schemas.schema()
    for report in reports:
        assert schema.validate(read(report)), schema.error_log


def test_every_figure_has_its_dimensions_and_margins_are_those_known_best(table):
    found = actuals(read(report_of(table)))
    assert found[of(jurisdiction="Kosovo*", sex="female")] == 39
    assert found[of(jurisdiction="North Macedonia", sex="not broken down")] == 400
    assert found[of(jurisdiction="Kosovo*")] == 751
    assert (found[of(sex="female")], found[of(sex="male")], found[of()]) == (129, 1081, 1310)
    assert len(found) == 1 + 4 + 3 + len(table.cells)


def test_jurisdictions_are_locations_and_kosovo_has_its_footnote(table):
    root = read(report_of(table))
    assert root.xpath("//actual[dimension/@value='Kosovo*'][1]/location/@ref")[0] == "XK"
    assert root.xpath("//iati-activity/location[@ref='XK']/name/narrative/text()") == ["Kosovo*"]
    assert root.xpath("//iati-activity/description[@type='4']/narrative/text()") == [f"* {SHORT}"]
    assert SHORT in root.xpath("//result/description/narrative/text()")[0]


def test_unique_people_are_not_to_be_added_up(db):
    for person in (PersonFactory(sex="F"), PersonFactory(sex="M")):
        for _again in range(2):
            ParticipationFactory(person=person, outcome=Outcome.ATTENDED, days_attended=1)
    root = read(report_of(answered("By sex", "sex")))
    status = {
        indicator.findtext("title/narrative"): indicator.get("aggregation-status")
        for indicator in root.iter("indicator")
    }
    assert status == {"Participations": "1", "Unique people": "0", "Person-days": "1"}
    assert root.find(".//result").get("aggregation-status") == "0"
    assert actuals(root, "Unique people") == {of(): 2, of(sex="female"): 1, of(sex="male"): 1}


def test_what_nobody_knows_is_left_out_and_never_zero(table):
    root = read(report_of(table))
    assert [title.text for title in root.iterfind(".//indicator/title/narrative")] == ["Participations"]
    assert "0" not in root.xpath("//actual/@value")


def test_what_is_withheld_is_left_out_with_the_rule_as_a_comment(table):
    root = read(report_of(withheld(table, jurisdiction="XK"), audience="donor", threshold=7))
    assert not [pairs for pairs in actuals(root) if ("jurisdiction", "Kosovo*") in pairs]
    (comment,) = root.xpath("//indicator[title/narrative='Participations']/period/comment()")
    assert "4 figures are left out" in comment.text
    assert "fewer than 7 people" in comment.text


def test_each_project_is_an_activity_with_what_is_stated_of_it(published):
    root = read(report_of(answered("By project", "project", "sex"), activities=(CROSS_BORDER,)))
    ours = root.xpath("//iati-activity[iati-identifier='evidenca-cross-border']")[0]
    assert ours.findtext("title/narrative") == CROSS_BORDER.title
    assert ours.xpath("participating-org[@role='4']/narrative/text()") == list(CROSS_BORDER.agencies)
    assert ours.xpath("participating-org[@role='1']/narrative/text()") == ["Germany"]
    assert ours.find("activity-status").get("code") == "3"
    assert [(d.get("type"), d.get("iso-date")) for d in ours.findall("activity-date")] == [
        ("2", "2021-04-01"), ("4", "2023-03-31"),
    ]  # fmt: skip
    assert actuals(ours)[of()] == 939
    assert root.xpath("count(//iati-activity)") == 4
    assert not root.xpath("//dimension[@name='project']")


def test_of_a_project_without_stated_dates_none_are_made_up(published):
    root = read(report_of(answered("By project", "project"), first_day=date(2021, 5, 1)))
    date_of_start = root.xpath("//iati-activity[iati-identifier='evidenca-halt']/activity-date")[0]
    assert date_of_start.get("iso-date") == "2021-05-01"
    assert "not stated" in date_of_start.findtext("narrative")


def test_times_become_periods(db):
    for day in (date(2025, 3, 3), date(2025, 8, 8), date(2026, 1, 1)):
        ParticipationFactory(session=SessionFactory(start=day, end=day), outcome=Outcome.ATTENDED)
    address = "rows=quarter&columns=&start=2025-02-01"
    report = report_of(answered("By quarter", "quarter", address=address, start=date(2025, 2, 1)))
    found = {
        tuple(day.get("iso-date") for day in period[:2]): told(period.findall("actual"))
        for period in read(report).xpath("//indicator[1]/period")
    }
    assert found == {
        ("2025-02-01", "2026-05-01"): {of(): 3},
        ("2025-02-01", "2025-03-31"): {of(): 1},
        ("2025-07-01", "2025-09-30"): {of(): 1},
        ("2026-01-01", "2026-03-31"): {of(): 1},
    }
    assert days_of("2024-02") == (date(2024, 2, 1), date(2024, 2, 29))


def test_targets_stand_beside_the_actuals_of_their_period_with_the_share_of_women(db):
    project = ProjectFactory(key="ours")
    ParticipationFactory(session=SessionFactory(project=project), outcome=Outcome.ATTENDED)
    period = {"start": date(2026, 1, 1), "end": date(2026, 6, 30)}
    target = Target(project="ours", measure="participations", value=100, women_share=33.3, **period)
    address = "rows=sex&columns=&project=ours&start=2026-01-01&end=2026-06-30"
    filters = {"filters": {"project": ("ours",)}, "said": (("Project", "Ours"),)}
    table = answered("Ours", "sex", address=address, **filters)
    (found,) = read(report_of(table, targets=(target,))).xpath("//indicator[1]/period")
    assert told(found.findall("target")) == {of(): 100, of(sex="female"): 34}
    assert found.xpath("target/comment/narrative/text()") == ["33.3 % of 100"]
    assert told(found.findall("actual"))[of()] == 1


def test_a_target_that_no_table_counts_by_itself_has_a_result_of_its_own(db):
    ParticipationFactory(outcome=Outcome.ATTENDED)
    table = answered("First-timers", "sex", address="rows=sex&first_time=on", first_time=True)
    target = Target(project="x", measure="people", value=9, start=date(2026, 1, 1), end=date(2026, 6, 30))
    root = read(report_of(table, targets=(target,)))
    assert root.xpath("//result/title/narrative/text()")[-1] == "Targets"
    assert root.xpath("//result[last()]//target/@value") == ["9"]
    assert not root.xpath("//result[1]//target")


def test_two_members_of_one_name_can_be_told_apart(db):
    for key in ("one", "two"):
        ParticipationFactory(
            session=SessionFactory(project=ProjectFactory(key=key, title="Same"), title="Same", key=key),
            outcome=Outcome.ATTENDED,
        )
    found = actuals(read(report_of(answered("Sessions", "session", measures=("participations",)))))
    assert Counter(found.values())[1] == 2
    assert {value for pairs in found for _name, value in pairs} >= {"Same (one)", "Same (two)"}


def test_who_reports_comes_from_the_settings(table, settings):
    settings.IATI_REPORTING_ORG, settings.IATI_REPORTING_ORG_NAME = "XM-DAC-41114", "UNDP"
    root = read(report_of(table))
    assert root.find(".//reporting-org").get("ref") == "XM-DAC-41114"
    assert root.findtext(".//iati-identifier") == "XM-DAC-41114-register"
    assert root.findtext(".//participating-org/narrative") == "UNDP"


def test_it_says_number_moment_audience_and_filters(db):
    JurisdictionFactory()
    root = read(report_of(answered("All", "sex", said=(("Topic", "Darknet"),))))
    (said,) = root.xpath("//iati-activity/description[@type='1']/narrative/text()")
    assert "Number: 2026-007. As of: 1 May 2026, 14:00." in said
    assert "For: Internal." in said
    assert root.get("generated-datetime") == "2026-05-01T12:00:00+00:00"
