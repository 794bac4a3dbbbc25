"""What a page of a course asks first gives what the permissions say, for each account by itself and at once."""

import pytest

from elearning.models import Course, Enrolment, ModuleProgress
from elearning.opening import course_at, enrolment_of, progress_in
from elearning.services.enrolling import enrol
from elearning.services.reading import mark_read, open_module
from tests.elearning.making import learner, make_course, modules_of
from tests.factories import AccountFactory, InstitutionFactory, InstitutionTypeFactory, PersonFactory
from training.choices import Outcome
from training.models import Participation

pytestmark = pytest.mark.django_db


def somebody(*roles):
    return AccountFactory(roles=list(roles))


def test_a_course_is_found_by_those_who_may_know_of_it_whoever_asked_before():
    police, post = InstitutionTypeFactory(), InstitutionTypeFactory(key="post")
    for slug, audience in (("all", ()), ("police", (police,)), ("both", (police, post))):
        make_course(slug=slug, modules=1, audience=audience)
    people = [
        learner(somebody("officer"), institution=InstitutionFactory(type=police)),
        learner(somebody("officer"), institution=InstitutionFactory(type=post)),
        PersonFactory(account=somebody("officer"), institution=None),
    ]
    accounts = [
        *(person.account for person in people),
        *(somebody(role) for role in ("officer", "trainer", "editor", "administrator", "auditor")),
        somebody("officer", "editor"),
        somebody(),
    ]
    seen = set()
    for account in [*accounts, *reversed(accounts)]:
        for slug in ("all", "police", "both", "nowhere"):
            expected = Course.objects.visible_to(account).filter(slug=slug).first()
            found = course_at(slug, account)
            assert found == expected, (account.email, slug)
            assert found is None or vars(found).keys() == vars(expected).keys()
            seen.add((slug, found is None))
    assert {("police", True), ("police", False), ("both", True), ("both", False), ("all", False)} <= seen


def test_what_changes_is_there_at_once(officer):
    course = make_course(modules=1)
    PersonFactory(account=officer, institution=None)
    assert course_at("evidence", officer) == course
    course.audience.add(InstitutionTypeFactory())
    assert course_at("evidence", officer) is None


def test_an_enrolment_is_ones_own_the_newest_and_none_once_withdrawn(officer, django_assert_num_queries):
    course, other = make_course(), make_course(slug="other")
    account, neighbour = learner(officer).account, learner(somebody("officer")).account
    assert enrolment_of(account, course) is None
    first = enrol(course=course, by=account, language="en")
    for module in modules_of(course)[:2]:
        open_module(enrolment=first, module_key=module.translation_key, language="en", by=account)
    mark_read(enrolment=first, module_key=modules_of(course)[0].translation_key, by=account)

    with django_assert_num_queries(1):
        found = enrolment_of(account, course)
    kept = Enrolment.objects.get(pk=first.pk)
    assert {name: value for name, value in vars(found).items() if name != "_state"} == {
        name: value for name, value in vars(kept).items() if name != "_state"
    }
    assert enrolment_of(account, other) is enrolment_of(neighbour, course) is None
    with django_assert_num_queries(1):
        progress = progress_in([found])
    rows = ModuleProgress.objects.filter(enrolment=first)
    assert progress == {(first.pk, row.module_key): row.read_at is not None for row in rows}
    assert sorted(progress.values()) == [False, True]

    gone = {"outcome": Outcome.WITHDRAWN, "withdrawn_at": kept.enrolled_at}
    Participation.objects.filter(pk=kept.participation_id).update(**gone)
    assert enrolment_of(account, course) is None
    assert progress_in([]) == {}
