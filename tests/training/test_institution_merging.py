"""Two institutions that are one: what moves, what stays as it was, who may, and taking it back."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories import (
    InstitutionFactory,
    InstitutionTypeFactory,
    JurisdictionFactory,
    ParticipationFactory,
    PersonFactory,
    SessionFactory,
    signed_off,
)
from tests.training.rosters import apply, people
from tests.training.rows import differing, every_row
from training.choices import Outcome, SessionStatus
from training.imports.undo import undo_import
from training.models import (
    Breakdown,
    Cell,
    Headcount,
    Institution,
    InstitutionAlias,
    InstitutionMerge,
    LoadedRecord,
    Participation,
    Person,
    TrailEntry,
)
from training.services.institution_merging import KindsDifferError, merge_institutions, undo_institution_merge
from training.services.people import correct_person
from training.services.references import references_to
from training.services.registering import change
from training.statistics.engine import ask
from training.statistics.question import Question

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(coordinator):
    home = JurisdictionFactory(code="MK")
    coordinator.jurisdictions.add(home)
    return home


@pytest.fixture
def pair(home):
    """The ministry that is known, and the one a list brought."""
    keep = InstitutionFactory(name="Ministry of Interior", jurisdiction=home)
    return keep, InstitutionFactory(name="МВР", jurisdiction=home, type=keep.type, confirmed=False)


def build(workplaces, sessions, names, unit_of, numbers):
    """Three institutions of one kind and what points to them: people, sessions, headcounts, names, a unit."""
    known = [InstitutionFactory(jurisdiction=JurisdictionFactory(code="MK")) for _n in range(3)]
    for where, name in names:
        InstitutionAlias.objects.create(institution=known[where], name=name)
    if unit_of is not None:
        InstitutionFactory(jurisdiction=known[0].jurisdiction, parent=known[unit_of])
    for where, status in sessions:
        session = SessionFactory(status=SessionStatus.OPEN if status == SessionStatus.CLOSED else status)
        session.institutions.set([known[index] for index in where])
        for index in workplaces:
            ParticipationFactory(session=session, person=PersonFactory(institution=known[index]))
        headcount = Headcount.objects.create(session=session, total=9)
        breakdown = Breakdown.objects.create(headcount=headcount, by_institution=True)
        for index, number in numbers.items():
            Cell.objects.create(breakdown=breakdown, institution=known[index], number=number)
        if status == SessionStatus.CLOSED:
            signed_off(session)
    return known


def figures(*by, measures=("participations", "people", "person_days")):
    answer = ask(Question(by=by))
    return {tuple(row[name] for name in by): [row[m] for m in measures] for _i, row in answer.cells.iterrows()}


class TestWhatMoves:
    def test_people_participations_sessions_headcounts_units_and_names(self, pair, coordinator):
        keep, away = pair
        session = SessionFactory()
        session.institutions.add(away)
        participation = ParticipationFactory(session=session, person=PersonFactory(institution=away))
        headcount = Headcount.objects.create(session=session, total=3)
        cell = Cell.objects.create(
            breakdown=Breakdown.objects.create(headcount=headcount, by_institution=True), institution=away, number=3
        )
        unit = InstitutionFactory(parent=away, jurisdiction=away.jurisdiction)
        InstitutionAlias.objects.create(institution=away, name="Министерство за внатрешни работи")
        merge_institutions(keep=keep, away=away, by=coordinator)
        for record in (participation, participation.person, cell):
            record.refresh_from_db()
            assert record.institution == keep
        unit.refresh_from_db()
        assert unit.parent == keep
        assert list(session.institutions.all()) == [keep]
        assert set(keep.aliases.values_list("name", flat=True)) == {"МВР", "Министерство за внатрешни работи"}
        assert not Institution.objects.filter(pk=away.pk).exists()

    def test_whatever_points_to_an_institution_is_known_to_a_merge(self):
        pointing = {f"{field.model._meta.model_name}.{field.name}" for field in references_to(Institution)}
        assert pointing >= {
            "person.institution", "participation.institution", "cell.institution", "institution.parent",
            "institutionalias.institution", "session_institutions.institution", "institutionmerge.keep",
        }  # fmt: skip

    def test_a_session_and_a_name_that_both_have_are_there_once(self, pair, coordinator):
        keep, away = pair
        session = SessionFactory()
        session.institutions.set(pair)
        for institution in pair:
            InstitutionAlias.objects.create(institution=institution, name="MVR Skopje")
        merge_institutions(keep=keep, away=away, by=coordinator)
        assert list(session.institutions.all()) == [keep]
        assert keep.aliases.filter(name="MVR Skopje").count() == 1

    def test_the_trail_says_which_and_how_many_and_no_name(self, pair, coordinator):
        keep, away = pair
        person = PersonFactory(institution=away)
        merge_institutions(keep=keep, away=away, by=coordinator)
        entry = TrailEntry.objects.get(action="institutions merged")
        assert entry.records["institution"] == [keep.pk, away.pk]
        assert entry.detail["moved"] == {"training.person.institution": 1}
        assert person.family_name not in str(entry.records) + str(entry.detail)


class TestFigures:
    def test_by_institution_follow_in_signed_off_sessions_too(self, pair, coordinator):
        keep, away = pair
        session = SessionFactory()
        for institution in pair:
            ParticipationFactory(
                session=session,
                person=PersonFactory(institution=institution),
                outcome=Outcome.ATTENDED,
                days_attended=1,
            )
        signed_off(session)
        other_figures = figures("jurisdiction", "sex", "outcome")
        merge_institutions(keep=keep, away=away, by=coordinator)
        assert figures("institution") == {("MK-ministry-of-interior",): [2, 2, 2]}
        assert figures("jurisdiction", "sex", "outcome") == other_figures

    def test_by_kind_change_only_when_somebody_says_so(self, pair, coordinator):
        keep, away = pair
        Institution.objects.filter(pk=away.pk).update(type=InstitutionTypeFactory(key="customs"))
        ParticipationFactory(person=PersonFactory(institution=away), outcome=Outcome.ATTENDED)
        with pytest.raises(KindsDifferError):
            merge_institutions(keep=keep, away=away, by=coordinator)
        assert figures("institution_type", measures=["participations"]) == {("customs",): [1]}
        merge_institutions(keep=keep, away=away, by=coordinator, change_kind=True)
        assert figures("institution_type", measures=["participations"]) == {("police_border",): [1]}

    def test_one_without_participations_has_no_figures_by_kind_to_change(self, pair, coordinator):
        keep, away = pair
        Institution.objects.filter(pk=away.pk).update(type=None)
        merge_institutions(keep=keep, away=away, by=coordinator)
        assert InstitutionMerge.objects.exists()


def test_three_names_on_a_list_are_one_ministry_on_the_next(home, coordinator, trainer):
    """МВР, MoI and Ministry of Interior: three records after the first list, one for the second."""
    session = SessionFactory(created_by=trainer, jurisdictions=[home])
    names = ["МВР", "MoI", "Ministry of Interior"]

    def rows(*given):
        return people(*([one, "Nova", "F", "MK", name, "", ""] for one, name in zip(given, names, strict=True)))

    apply(session, rows("Ana", "Mira", "Jana"), trainer)
    assert Institution.objects.to_confirm().count() == 3
    ministry = Institution.objects.get(name="Ministry of Interior")
    for name in names[:2]:
        merge_institutions(keep=ministry, away=Institution.objects.get(name=name), by=coordinator)
    apply(session, rows("Vera", "Lena", "Dora"), trainer)
    assert list(Institution.objects.all()) == [ministry]
    assert ministry.people.count() == 6
    assert set(Participation.objects.values_list("institution", flat=True)) == {ministry.pk}


class TestRefusals:
    @pytest.mark.parametrize("role", ["manager", "trainer", "editor", "auditor", "officer"])
    def test_nobody_else_merges(self, pair, role, request):
        with pytest.raises(PermissionDenied):
            merge_institutions(keep=pair[0], away=pair[1], by=request.getfixturevalue(role))

    def test_a_coordinator_merges_only_in_their_own_jurisdictions(self, pair, coordinator):
        coordinator.jurisdictions.set([JurisdictionFactory(code="RS")])
        coordinator = type(coordinator).objects.get(pk=coordinator.pk)
        with pytest.raises(PermissionDenied):
            merge_institutions(keep=pair[0], away=pair[1], by=coordinator)

    def test_two_jurisdictions_have_two_ministries(self, pair, administrator):
        other = InstitutionFactory(name="MUP", jurisdiction=JurisdictionFactory(code="RS"))
        with pytest.raises(ValidationError, match="different jurisdictions"):
            merge_institutions(keep=other, away=pair[1], by=administrator)

    def test_an_administrator_finds_that_one_is_an_international_organisation(self, pair, administrator, coordinator):
        agency = InstitutionFactory(name="Agency", jurisdiction=None, type=pair[1].type)
        with pytest.raises(PermissionDenied):
            merge_institutions(keep=agency, away=pair[1], by=coordinator)
        merge_institutions(keep=agency, away=pair[1], by=administrator)
        assert agency.aliases.get().name == "МВР"

    def test_one_is_not_merged_into_itself(self, pair, coordinator):
        with pytest.raises(ValidationError):
            merge_institutions(keep=pair[0], away=pair[0], by=coordinator)

    def test_one_of_the_published_facts_stays(self, pair, coordinator):
        LoadedRecord.objects.create(origin="roadmap", model="institution", key="x", object_id=pair[1].pk)
        with pytest.raises(ValidationError, match="published facts"):
            merge_institutions(keep=pair[0], away=pair[1], by=coordinator)

    def test_a_whole_does_not_go_into_its_own_part(self, pair, coordinator):
        keep, away = pair
        between = InstitutionFactory(parent=away, jurisdiction=away.jurisdiction)
        Institution.objects.filter(pk=keep.pk).update(parent=between)
        with pytest.raises(ValidationError, match="is a part of"):
            merge_institutions(keep=keep, away=away, by=coordinator)

    def test_two_numbers_of_one_headcount_are_not_added_up(self, pair, coordinator):
        session = SessionFactory(title="Postal shipments")
        breakdown = Breakdown.objects.create(
            headcount=Headcount.objects.create(session=session, total=5), by_institution=True
        )
        for institution, number in zip(pair, (2, 3), strict=True):
            Cell.objects.create(breakdown=breakdown, institution=institution, number=number)
        with pytest.raises(ValidationError, match="Postal shipments"):
            merge_institutions(keep=pair[0], away=pair[1], by=coordinator)


class TestTakenBack:
    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        workplaces=st.lists(st.integers(0, 2), max_size=4),
        sessions=st.lists(st.tuples(st.sets(st.integers(0, 2)), st.sampled_from(SessionStatus.values)), max_size=3),
        names=st.sets(st.tuples(st.integers(0, 2), st.sampled_from(["MVR", "MoI", "Mup"]))),
        unit_of=st.sampled_from([None, 0, 1, 2]),
        numbers=st.dictionaries(st.sampled_from([1, 2]), st.integers(0, 9)),
    )
    def test_every_row_is_what_it_was(self, administrator, **drawn):
        with transaction.atomic():
            known = build(**drawn)
            before = every_row()
            merge = merge_institutions(keep=known[0], away=known[1], by=administrator)
            assert differing(before, every_row())
            undo_institution_merge(merge=merge, by=administrator)
            assert differing(before, every_row()) == []
            transaction.set_rollback(True)

    def test_twice_is_once(self, pair, coordinator):
        merge = merge_institutions(keep=pair[0], away=pair[1], by=coordinator)
        undo_institution_merge(merge=merge, by=coordinator)
        undo_institution_merge(merge=merge, by=coordinator)
        assert TrailEntry.objects.filter(action="institution merge taken back").count() == 1

    def test_what_has_come_since_stays_with_the_one_it_was_said_of(self, pair, coordinator, trainer):
        keep, away = pair
        merge = merge_institutions(keep=keep, away=away, by=coordinator)
        late = PersonFactory(institution=keep)
        undo_institution_merge(merge=merge, by=coordinator)
        late.refresh_from_db()
        assert late.institution == keep

    def test_somebody_who_changed_their_institution_since_stands_in_the_way(self, pair, coordinator, trainer):
        keep, away = pair
        session = SessionFactory(created_by=trainer)
        participation = ParticipationFactory(session=session, person=PersonFactory(institution=away))
        merge = merge_institutions(keep=keep, away=away, by=coordinator)
        elsewhere = InstitutionFactory(jurisdiction=keep.jurisdiction)
        correct_person(participation=participation, by=trainer, institution=elsewhere)
        with pytest.raises(ValidationError, match=r"1 record .* \(people\)"):
            undo_institution_merge(merge=merge, by=coordinator)
        change(participation=participation, by=trainer, institution_name=elsewhere.name)
        with pytest.raises(ValidationError) as refused:
            undo_institution_merge(merge=merge, by=coordinator)
        assert len(refused.value.messages) == 2
        assert not Institution.objects.filter(pk=away.pk).exists()

    def test_a_new_institution_of_that_name_stands_in_the_way(self, pair, coordinator):
        merge = merge_institutions(keep=pair[0], away=pair[1], by=coordinator)
        InstitutionFactory(name="MVR", jurisdiction=pair[0].jurisdiction)
        with pytest.raises(ValidationError, match="another institution called"):
            undo_institution_merge(merge=merge, by=coordinator)

    def test_merges_one_after_the_other_are_taken_back_the_last_one_first(self, pair, coordinator):
        keep, away = pair
        last = InstitutionFactory(jurisdiction=keep.jurisdiction)
        person = PersonFactory(institution=away)
        before = every_row()
        first = merge_institutions(keep=keep, away=away, by=coordinator)
        second = merge_institutions(keep=last, away=keep, by=coordinator)
        person.refresh_from_db()
        assert person.institution == last
        with pytest.raises(ValidationError, match="Take that back first"):
            undo_institution_merge(merge=first, by=coordinator)
        undo_institution_merge(merge=second, by=coordinator)
        undo_institution_merge(merge=first, by=coordinator)
        assert differing(before, every_row()) == []

    def test_only_whoever_keeps_the_institution_takes_it_back(self, pair, coordinator, trainer):
        merge = merge_institutions(keep=pair[0], away=pair[1], by=coordinator)
        coordinator.jurisdictions.clear()
        stranger = type(coordinator).objects.get(pk=coordinator.pk)
        for account in (trainer, stranger):
            with pytest.raises(PermissionDenied):
                undo_institution_merge(merge=merge, by=account)


def test_an_import_taken_back_after_a_merge_knows_where_the_institution_went(home, coordinator, trainer):
    """A corrected list moved somebody from МВР to customs; МВР was merged since: they go back to what it is now."""
    session = SessionFactory(created_by=trainer, jurisdictions=[home])
    police = InstitutionFactory(name="МВР", jurisdiction=home)
    ministry = InstitutionFactory(name="Ministry of Interior", jurisdiction=home, type=police.type)
    person = PersonFactory(given_name="Ana", family_name="Nova", institution=police, email="ana@mvr.example")
    participation = ParticipationFactory(session=session, person=person)
    listed = people(["Ana", "Nova", "F", "MK", "Carina", "", "ana@mvr.example"])
    record = apply(session, listed, trainer).roster_import
    merge_institutions(keep=ministry, away=police, by=coordinator)
    undo_import(roster_import=record, by=trainer)
    participation.refresh_from_db()
    assert participation.institution == ministry
    assert Person.objects.get().institution == ministry
