"""Two records that are one person: what moves, what is refused, figures before and after, and taking it back."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories import (
    AccountFactory,
    InstitutionFactory,
    JurisdictionFactory,
    ParticipationFactory,
    PersonFactory,
    SessionFactory,
    signed_off,
)
from tests.training.rows import differing, every_row
from training.choices import Mark, Outcome, Role
from training.models import Account, Invitation, Participation, Person, PersonMerge, Session, TrailEntry
from training.models.invitations import token_hash
from training.permissions import RoleName
from training.services import attendance
from training.services.access import accept, invite
from training.services.duplicates import forget_different, remember_different
from training.services.institution_merging import merge_institutions
from training.services.marks import Change, Entry, write
from training.services.outcomes import recompute
from training.services.person_merging import merge_people, undo_person_merge
from training.services.references import references_to
from training.services.registering import Registration, change, register, withdraw
from training.statistics.engine import ask
from training.statistics.question import Question

pytestmark = pytest.mark.django_db
LONG_AGO = date(2025, 3, 3)


@pytest.fixture
def home(coordinator):
    home = JurisdictionFactory(code="MK")
    coordinator.jurisdictions.add(home)
    return home


@pytest.fixture
def pair(home):
    """One person, recorded by two lists in two scripts."""
    keep = PersonFactory(given_name="Gjorgji", family_name="Testovski", sex="U", institution=None, jurisdiction=home)
    away = PersonFactory(given_name="Ѓорѓи", family_name="Тестовски", sex="M", jurisdiction=home, position="Inspector")
    return keep, away


def mark(participation, by, mark=Mark.PRESENT):
    changes = [
        Change(participation.pk, day, "", mark) for day in participation.session.days.values_list("pk", flat=True)
    ]
    write(changes, Entry(by=by))
    recompute(participation.session)


def figures(*by):
    answer = ask(Question(by=by))
    return [[row[name] for name in ("participations", "people", "person_days")] for _i, row in answer.cells.iterrows()]


class TestWhatMoves:
    def test_participations_marks_invitations_and_the_account(self, pair, coordinator, trainer, officer):
        keep, away = pair
        Person.objects.filter(pk=away.pk).update(account=officer)
        participation = ParticipationFactory(person=away, session=SessionFactory(length=2))
        mark(participation, trainer)
        invitation = Invitation.objects.create(
            email="g@example.org", role="officer", person=away, token="t", invited_by=trainer
        )
        merge_people(keep=keep, away=away, by=coordinator)
        participation.refresh_from_db()
        invitation.refresh_from_db()
        officer.refresh_from_db()
        assert (participation.person, participation.outcome, participation.days_attended) == (keep, "completed", 2)
        assert (invitation.person, officer.person) == (keep, keep)
        assert list(Person.objects.all()) == [keep]
        assert Person.with_merged.get(pk=away.pk).merged_into == keep

    def test_what_the_record_leaves_open_is_filled_and_nothing_else_changes(self, pair, coordinator):
        keep, away = pair
        merge_people(keep=keep, away=away, by=coordinator)
        now = Person.objects.get()
        assert (now.sex, now.institution, now.position) == ("M", away.institution, "Inspector")
        assert (now.given_name, now.updated_at) == ("Gjorgji", keep.updated_at)

    def test_an_institution_of_another_jurisdiction_is_not_taken_over(self, pair, administrator):
        keep, away = pair
        away.institution = InstitutionFactory(jurisdiction=JurisdictionFactory(code="RS"))
        away.save()
        merge_people(keep=keep, away=away, by=administrator)
        assert Person.objects.get().institution is None

    def test_whatever_points_to_a_person_is_known_to_a_merge(self):
        pointing = {f"{field.model._meta.model_name}.{field.name}" for field in references_to(Person)}
        assert pointing >= {"participation.person", "invitation.person", "person.merged_into", "personmerge.keep"}

    def test_of_two_participations_in_one_session_the_withdrawn_one_makes_room(self, pair, coordinator, trainer):
        keep, away = pair
        for withdrawn, counting in ((keep, away), (away, keep)):
            session = SessionFactory(created_by=trainer)
            withdraw(participation=ParticipationFactory(session=session, person=withdrawn), by=trainer)
            ParticipationFactory(session=session, person=counting)
        merge_people(keep=keep, away=away, by=coordinator)
        assert {one.outcome for one in keep.participations.all()} == {Outcome.REGISTERED}
        assert {one.outcome for one in Participation.objects.filter(person=away)} == {Outcome.WITHDRAWN}
        for left in Participation.objects.filter(person=away):
            with pytest.raises(ValidationError, match="Recorded twice and merged since"), transaction.atomic():
                withdraw(participation=left, by=trainer, back=True)

    def test_the_trail_says_which_and_how_many_and_no_name(self, pair, coordinator):
        keep, away = pair
        participation = ParticipationFactory(person=away)
        merge_people(keep=keep, away=away, by=coordinator)
        entry = TrailEntry.objects.get(action="people merged")
        assert entry.records["person"] == [keep.pk, away.pk]
        assert entry.records["participation"] == [participation.pk]
        assert entry.detail["moved"] == {"training.participation.person": 1}
        assert "Testovski" not in str(entry.records) + str(entry.detail)


class TestAccounts:
    def test_a_closed_account_gives_way_to_an_open_one(self, pair, coordinator, officer):
        keep, away = pair
        closed = AccountFactory(is_active=False)
        Person.objects.filter(pk=keep.pk).update(account=closed)
        Person.objects.filter(pk=away.pk).update(account=officer)
        before = every_row()
        merge = merge_people(keep=keep, away=away, by=coordinator)
        assert Person.objects.get().account == officer
        undo_person_merge(merge=merge, by=coordinator)
        assert differing(before, every_row()) == []

    def test_two_open_accounts_are_refused(self, pair, coordinator, officer):
        for person, account in zip(pair, (officer, AccountFactory()), strict=True):
            Person.objects.filter(pk=person.pk).update(account=account)
        keep, away = Person.objects.order_by("pk")
        with pytest.raises(ValidationError, match="Both have an account"):
            merge_people(keep=keep, away=away, by=coordinator)

    def test_an_invitation_accepted_afterwards_belongs_to_the_record_that_stayed(self, pair, coordinator):
        keep, away = pair
        invite(by=coordinator, email="g@example.org", role=RoleName.OFFICER, person=away)
        merge = merge_people(keep=keep, away=away, by=coordinator)
        Invitation.objects.update(token=token_hash("link"))
        account = accept(token="link", name="G", password="correct-horse-battery-7")
        assert account.person == keep
        with pytest.raises(ValidationError, match="invitations"):
            undo_person_merge(merge=merge, by=coordinator)


class TestFigures:
    def test_unique_people_follow_at_once_and_nothing_else(self, pair, coordinator, trainer):
        for person in pair:
            taken = ParticipationFactory(person=person)
            mark(taken, trainer)
            signed_off(taken.session)
        by_sex, everything = figures("sex"), figures()
        assert everything == [[2, 2, 2]]
        merge = merge_people(keep=pair[0], away=pair[1], by=coordinator)
        assert figures() == [[2, 1, 2]]
        assert figures("sex") == by_sex  # as at training
        undo_person_merge(merge=merge, by=coordinator)
        assert figures() == everything

    def test_a_first_timer_is_so_once(self, pair, coordinator):
        for person, start in zip(pair, (date(2026, 5, 1), LONG_AGO), strict=True):
            ParticipationFactory(person=person, session=SessionFactory(start=start), outcome=Outcome.ATTENDED)
        assert ask(Question(first_time=True)).cells["participations"].sum() == 2
        merge_people(keep=pair[0], away=pair[1], by=coordinator)
        assert ask(Question(first_time=True)).cells["participations"].sum() == 1


class TestRefusals:
    @pytest.mark.parametrize("role", ["manager", "trainer", "editor", "auditor", "officer"])
    def test_nobody_else_merges(self, pair, role, request):
        with pytest.raises(PermissionDenied):
            merge_people(keep=pair[0], away=pair[1], by=request.getfixturevalue(role))

    def test_a_coordinator_merges_only_people_of_their_own_jurisdictions(self, pair, coordinator, administrator):
        stranger = PersonFactory(jurisdiction=JurisdictionFactory(code="RS"))
        for keep, away in ((stranger, pair[1]), (pair[0], stranger)):
            with pytest.raises(PermissionDenied):
                merge_people(keep=keep, away=away, by=coordinator)
        merge_people(keep=pair[0], away=stranger, by=administrator)

    def test_two_participations_in_one_session_until_one_is_withdrawn(self, pair, coordinator, trainer):
        session = SessionFactory(title="Postal shipments", created_by=trainer)
        one, _other = [ParticipationFactory(session=session, person=person) for person in pair]
        before = every_row()
        with pytest.raises(ValidationError, match="Postal shipments"), transaction.atomic():
            merge_people(keep=pair[0], away=pair[1], by=coordinator)
        assert differing(before, every_row()) == []
        withdraw(participation=one, by=trainer)
        merge_people(keep=pair[0], away=pair[1], by=coordinator)

    def test_one_is_not_merged_into_itself_and_nobody_twice(self, pair, coordinator):
        with pytest.raises(ValidationError):
            merge_people(keep=pair[0], away=pair[0], by=coordinator)
        merge_people(keep=pair[0], away=pair[1], by=coordinator)
        with pytest.raises(PermissionDenied):
            merge_people(keep=pair[0], away=pair[1], by=coordinator)

    def test_people_told_apart_until_that_is_taken_back(self, pair, coordinator):
        remember_different(one=pair[1], other=pair[0], by=coordinator)
        with pytest.raises(ValidationError, match="two people"):
            merge_people(keep=pair[0], away=pair[1], by=coordinator)
        forget_different(one=pair[0], other=pair[1], by=coordinator)
        merge_people(keep=pair[0], away=pair[1], by=coordinator)

    def test_demonstration_and_register_stay_apart(self, pair, administrator):
        Person.objects.filter(pk=pair[0].pk).update(is_demo=True)
        with pytest.raises(ValidationError, match="demonstration"):
            merge_people(keep=Person.objects.get(pk=pair[0].pk), away=pair[1], by=administrator)

    def test_a_merged_record_goes_on_no_roster(self, pair, coordinator, trainer):
        merge_people(keep=pair[0], away=pair[1], by=coordinator)
        session = SessionFactory(created_by=trainer)
        with pytest.raises(ValidationError, match="Recorded twice and merged since"):
            register(session=session, registration=Registration(person=pair[1]), by=trainer)
        assert not session.participations.exists()


def build(rosters, marked, filled, accounts, invited, closed):
    """Two records of a person and a third, in sessions together and apart, with marks and withdrawals; the first
    `closed` of the sessions are signed off."""
    mk = JurisdictionFactory(code="MK")
    by = Account.objects.system()
    people = [
        PersonFactory(
            jurisdiction=mk,
            sex=sex,
            position=position,
            email=email,
            institution=InstitutionFactory(jurisdiction=mk) if has_institution else None,
            account=AccountFactory(is_active=active) if active is not None else None,
        )
        for (sex, position, email, has_institution), active in zip(filled, accounts, strict=True)
    ]
    for place, states in enumerate(rosters):
        session = SessionFactory(length=2, created_by=by)
        for person, state in zip(people, states, strict=True):
            if state is None:
                continue
            one = ParticipationFactory(session=session, person=person, role=state[0])
            if (session.pk + person.pk) % 2 == marked:
                mark(one, by)
            if state[1]:
                withdraw(participation=one, by=by)
        if place < closed:
            signed_off(session)
    for number in range(invited):
        Invitation.objects.create(
            email=f"{number}@example.org", role="officer", person=people[1], token=str(number), invited_by=by
        )
    return people


states = st.one_of(st.none(), st.tuples(st.sampled_from([Role.TRAINEE, Role.TRAINER]), st.booleans()))
records = st.tuples(
    st.sampled_from("FMU"), st.sampled_from(["", "Inspector"]), st.sampled_from(["", "a@example.org"]), st.booleans()
)


class TestTakenBack:
    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        rosters=st.lists(st.tuples(states, states, states), max_size=4),
        marked=st.integers(0, 1),
        filled=st.tuples(records, records, records),
        accounts=st.tuples(*[st.sampled_from([None, True, False])] * 3),
        invited=st.integers(0, 2),
        closed=st.integers(0, 4),
    )
    def test_every_row_is_what_it_was(self, administrator, **drawn):
        """The property: merged and taken back, or refused, each table is the same, ids, values and timestamps."""
        with transaction.atomic():
            keep, away, _third = build(**drawn)
            before, people = every_row(), figures()
            try:
                with transaction.atomic():
                    merge = merge_people(keep=keep, away=away, by=administrator)
            except ValidationError:
                assert differing(before, every_row()) == []
            else:
                assert "training_person" in differing(before, every_row())
                undo_person_merge(merge=merge, by=administrator)
                assert differing(before, every_row()) == []
                assert figures() == people
            transaction.set_rollback(True)

    def test_twice_is_once(self, pair, coordinator):
        merge = merge_people(keep=pair[0], away=pair[1], by=coordinator)
        undo_person_merge(merge=merge, by=coordinator)
        undo_person_merge(merge=merge, by=coordinator)
        assert TrailEntry.objects.filter(action="person merge taken back").count() == 1

    def test_and_merged_again(self, pair, coordinator):
        undo_person_merge(merge=merge_people(keep=pair[0], away=pair[1], by=coordinator), by=coordinator)
        merge_people(keep=pair[1], away=pair[0], by=coordinator)
        assert list(Person.objects.all()) == [pair[1]]

    def test_what_has_come_since_stays_with_the_record_it_came_to(self, pair, coordinator):
        keep, away = pair
        merge = merge_people(keep=keep, away=away, by=coordinator)
        late = ParticipationFactory(person=keep)
        Person.objects.filter(pk=keep.pk).update(position="Chief")
        undo_person_merge(merge=merge, by=coordinator)
        assert list(keep.participations.all()) == [late]
        assert Person.objects.get(pk=keep.pk).position == "Chief"
        assert Person.objects.get(pk=keep.pk).sex == "U"

    @pytest.mark.parametrize("touched", ["marked", "changed", "withdrawn", "gone", "certified"])
    def test_later_changes_of_what_moved_stand_in_the_way(self, pair, coordinator, trainer, touched):
        keep, away = pair
        session = SessionFactory(created_by=trainer)
        participation = ParticipationFactory(person=away, session=session)
        merge = merge_people(keep=keep, away=away, by=coordinator)
        participation.refresh_from_db()
        if touched == "marked":
            attendance.mark_all(session=session, day=session.days.get(), mark=Mark.PRESENT, by=trainer)
        elif touched == "changed":
            change(participation=participation, by=trainer, role=Role.OBSERVER)
        elif touched == "withdrawn":
            withdraw(participation=participation, by=trainer)
        elif touched == "certified":
            Participation.objects.filter(pk=participation.pk).update(completed_on=LONG_AGO)
        else:
            participation.delete()
        before = every_row()
        with pytest.raises(ValidationError, match=r"1 record .* \(participations\)"), transaction.atomic():
            undo_person_merge(merge=merge, by=coordinator)
        assert differing(before, every_row()) == []

    def test_a_mark_set_and_taken_away_again_since_counts_as_a_change(self, pair, coordinator, trainer):
        session = SessionFactory(created_by=trainer)
        ParticipationFactory(person=pair[1], session=session)
        merge = merge_people(keep=pair[0], away=pair[1], by=coordinator)
        day = session.days.get()
        attendance.mark_all(session=session, day=day, mark=Mark.PRESENT, by=trainer)
        attendance.undo(session=session, day=day, by=trainer)
        with pytest.raises(ValidationError):
            undo_person_merge(merge=merge, by=coordinator)

    def test_an_institution_merged_in_the_meantime_does_not(self, pair, coordinator):
        keep, away = pair
        ParticipationFactory(person=away)
        merge = merge_people(keep=keep, away=away, by=coordinator)
        whole = InstitutionFactory(jurisdiction=keep.jurisdiction, type=away.institution.type)
        merge_institutions(keep=whole, away=away.institution, by=coordinator)
        undo_person_merge(merge=merge, by=coordinator)
        assert Participation.objects.get().institution == whole

    def test_merges_one_after_the_other_are_taken_back_the_last_one_first(self, pair, coordinator):
        keep, away = pair
        last = PersonFactory(jurisdiction=keep.jurisdiction)
        participation = ParticipationFactory(person=away)
        before = every_row()
        first = merge_people(keep=keep, away=away, by=coordinator)
        second = merge_people(keep=last, away=keep, by=coordinator)
        participation.refresh_from_db()
        assert participation.person == last
        with pytest.raises(ValidationError, match="Take that back first"):
            undo_person_merge(merge=first, by=coordinator)
        undo_person_merge(merge=second, by=coordinator)
        undo_person_merge(merge=first, by=coordinator)
        assert differing(before, every_row()) == []

    def test_only_whoever_keeps_these_people_takes_it_back(self, pair, coordinator, trainer):
        merge = merge_people(keep=pair[0], away=pair[1], by=coordinator)
        coordinator.jurisdictions.clear()
        stranger = Account.objects.get(pk=coordinator.pk)
        for account in (trainer, stranger):
            with pytest.raises(PermissionDenied):
                undo_person_merge(merge=merge, by=account)
        assert PersonMerge.objects.standing().exists()


def test_nothing_is_asked_once_for_each_participation(pair, coordinator):
    """One participation or twenty: merging and taking back take as many queries."""

    def queries():
        with CaptureQueriesContext(connection) as captured:
            undo_person_merge(merge=merge_people(keep=pair[0], away=pair[1], by=coordinator), by=coordinator)
        return len(captured)

    ParticipationFactory(person=pair[1])
    queries()  # who the account is
    one = queries()
    ParticipationFactory.create_batch(20, person=pair[1])
    assert queries() == one
    assert Session.objects.count() == 21
