"""A manual into a course: drafts of its pages, or of what a new edition changes. All of it or nothing.

Nothing that readers see changes before an editor publishes it, and nobody's progress is touched.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail.actions.move_page import MovePageAction
from wagtail.blocks import StreamValue

from elearning.imports.arranging import habit_of
from elearning.imports.editions import as_arrangement, as_modules, modules_by_key, source_page, traces
from elearning.imports.identity import ModulePlan
from elearning.imports.illustrations import Illustrations
from elearning.imports.merging import Merge
from elearning.imports.planning import Choices, ManualPlan, plan_manual, refused
from elearning.imports.values import Raw, raw_body
from elearning.models import Course, CoursePage, ManualEdition, ModulePage
from elearning.services.courses import make_course
from training.imports.workbook import Upload
from training.models import Account
from training.names import match_key
from training.permissions import Action, require
from training.services import trail

WORDS_A_MINUTE = 200


@dataclass
class Made:
    """What came of an import. `page`: the course's. `told`: what an editor should know before publishing."""

    plan: ManualPlan
    course: Course | None = None
    page: CoursePage | None = None
    told: list[str] = field(default_factory=list)
    stale: bool = False

    @property
    def applied(self) -> bool:
        return self.course is not None


def import_manual(*, upload: Upload, by: Account, choices: Choices | None = None) -> Made:
    """Read the file again and write it. Nothing is written if it would not do what `choices.basis` said it would.

    Raises RefusedError or ValidationError, with a sentence, for what cannot be made.
    """
    require(by, Action.KEEP_COURSES)
    drawn: list[Illustrations] = []
    try:
        with transaction.atomic():
            return _import(upload, by, choices or Choices(), drawn)
    except BaseException:
        for illustrations in drawn:
            illustrations.undo()
        raise


def _import(upload: Upload, by: Account, choices: Choices, drawn: list[Illustrations]) -> Made:
    plan = plan_manual(upload=upload, by=by, choices=choices)
    if plan.course:  # two people with the next edition of one course: the second compares with what the first made
        Course.objects.select_for_update().get(pk=plan.course.pk)
        plan = plan_manual(upload=upload, by=by, choices=choices)
    if choices.basis and choices.basis != plan.basis:
        return Made(plan, stale=True)
    if refusal := refused(plan):
        raise refusal
    course, page = _course(plan, by)
    illustrations = Illustrations(plan.manual.pictures, course.title, dict(plan.edition.images) if plan.edition else {})
    drawn.append(illustrations)
    made = Made(plan, course, page)
    if not plan.quiet:
        _write(made, illustrations, by)
    return made


def _course(plan: ManualPlan, by: Account) -> tuple[Course, CoursePage]:
    if plan.course is None:
        course = make_course(title=plan.title, topic=None, by=by, language=plan.language)
        return course, course.pages.get()
    page = source_page(plan.course)
    if page is None:
        raise ValidationError(_("The course has no page any more: make a new course of the manual."))
    return plan.course, page


def _write(made: Made, illustrations: Illustrations, by: Account) -> None:
    assert made.course is not None and made.page is not None  # noqa: S101, PT018
    writer = _Writer(made, illustrations, by)
    writer.rename_course()
    keys: list[str] = []
    for module in made.plan.changes.modules:
        keys.append(writer.write(module, behind=keys[-1] if keys else ""))
    made.told += list(_told(made, writer))
    plan = made.plan
    edition = ManualEdition.objects.create(
        course=made.course,
        number=plan.edition.number + 1 if plan.edition else 1,
        title=plan.manual.title[:255],
        file_name=plan.upload.name[-255:],
        digest=plan.digest,
        language=plan.language,
        modules=as_modules(plan.changes, keys, writer.written),
        arrangement=as_arrangement(habit_of(plan.manual, plan.parts)),
        images=illustrations.known,
    )
    trail.record(
        by=by,
        action="manual imported",
        records={"course": [made.course.pk], "edition of a manual": [edition.pk]},
        detail={state: plan.count(state) for state in ("added", "changed", "moved", "removed")},
    )


@dataclass
class _Writer:
    """Writes module after module. `pages` are those there were, `drafts` their newest drafts."""

    made: Made
    illustrations: Illustrations
    by: Account
    written: dict[str, Raw] = field(default_factory=dict)

    def __post_init__(self) -> None:
        assert self.made.page is not None  # noqa: S101
        self.pages = modules_by_key(self.made.page)
        self.drafts = {key: page.get_latest_revision_as_object() for key, page in self.pages.items()}
        for module in self.made.plan.changes.modules:
            raws = raw_body(module.blocks, self.illustrations.image_of)
            self.written |= {raw["id"]: raw for raw in raws}
        now = {raw["id"]: raw for draft in self.drafts.values() for raw in raw_of(draft)}
        edition = self.made.plan.edition
        self.merge = Merge(now, self.written, traces(edition) if edition else {})

    def rename_course(self) -> None:
        """A new title of the manual is the course's, unless somebody gave it another one."""
        page, edition = self.made.page, self.made.plan.edition
        assert page is not None  # noqa: S101
        draft = page.get_latest_revision_as_object()
        if edition and edition.title != self.made.plan.manual.title and draft.title == edition.title:
            draft.title = self.made.plan.title
            draft.save_revision(user=self.by)

    def write(self, module: ModulePlan, *, behind: str) -> str:
        """The module as a draft, a new one `behind` the module of that key; its own key."""
        draft = self.drafts.get(module.before.key) if module.before else None
        if draft is None or module.before is None:
            return self._add(module, behind)
        before = raw_of(draft)
        body = self.merge.body(before, module.changes)
        title = module.title if module.renamed and draft.title == module.before.title else draft.title
        if title != draft.title or body != before:
            page = ModulePage.objects.get(pk=draft.pk)  # a module put in before it has moved it
            self._refuse_locked(page)
            draft = page.get_latest_revision_as_object()
            draft.title, draft.body = title, _stream(draft, body)
            draft.save_revision(user=self.by)
        return module.before.key

    def _add(self, module: ModulePlan, behind: str) -> str:
        course_page = self.made.page
        assert course_page is not None  # noqa: S101
        page = ModulePage(
            title=module.title,
            slug=self._slug(module.title),
            live=False,
            locale=course_page.locale,
            minutes=_minutes(module),
        )
        page.body = _stream(page, self.merge.body([], module.changes))
        course_page.refresh_from_db(fields=["numchild", "path", "depth"])
        course_page.add_child(instance=page)
        page.save_revision(user=self.by)
        self._put(page, behind)
        key = str(page.translation_key)
        self.pages[key] = page
        return key

    def _put(self, page: ModulePage, behind: str) -> None:
        """Where it stands in the manual. Nobody sees a draft, so no reader finds the others in another place."""
        siblings = ModulePage.objects.sibling_of(page, inclusive=False).order_by("path")
        if behind:
            after = siblings.get(translation_key=behind)
            if page.get_prev_sibling().pk != after.pk:
                MovePageAction(page, after, pos="right", user=self.by).execute(skip_permission_checks=True)
        elif first := siblings.first():
            MovePageAction(page, first, pos="left", user=self.by).execute(skip_permission_checks=True)

    def _slug(self, title: str) -> str:
        taken = {page.slug for page in self.pages.values()}
        wanted = slugify(match_key(title))[:80].strip("-") or "module"
        slug, number = wanted, 2
        while slug in taken:
            slug, number = f"{wanted}-{number}", number + 1
        return slug

    def _refuse_locked(self, page: ModulePage) -> None:
        lock = page.get_lock()
        if lock is not None and lock.for_user(self.by):
            raise ValidationError(_("“%(module)s” is locked: unlock it first.") % {"module": page.title})


def raw_of(page: ModulePage) -> list[Raw]:
    return [dict(raw) for raw in page.body.raw_data]


def _stream(page: ModulePage, body: list[Raw]) -> StreamValue:
    return StreamValue(page.body.stream_block, body, is_lazy=True)


def _minutes(module: ModulePlan) -> int:
    return max(1, round(sum(len(block.plain.split()) for block in module.blocks) / WORDS_A_MINUTE))


def _told(made: Made, writer: _Writer) -> Iterator[str]:
    changes = made.plan.changes
    if writer.merge.overruled:
        count = len(writer.merge.overruled)
        yield _("%(count)s of the changed blocks had been edited here: the manual's words took their place.") % {
            "count": count
        }
    for module in changes.gone:
        yield _("“%(module)s” is not in this edition: unpublish it when you publish the rest.") % {
            "module": module.title
        }
    order = [module.before.key for module in changes.modules if module.before]
    if order != [key for key in writer.drafts if key in order]:
        yield _("Modules stand in another order in the manual: put them in order in the page explorer.")
