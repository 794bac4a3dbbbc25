"""A manual becomes drafts of a course; its next edition drafts of what it changes, and nobody loses anything."""

import io

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import default_storage
from docx import Document
from PIL import Image as Pillow
from PIL.PngImagePlugin import PngInfo
from wagtail.images.models import Image
from wagtail.models import Revision

from elearning.imports.applying import import_manual, raw_of
from elearning.imports.arranging import drop, join, rename, split
from elearning.imports.planning import NEW, Choices, plan_manual
from elearning.models import Course, CoursePage, ManualEdition, ModulePage, ModuleProgress
from elearning.rendering import rendered
from elearning.services.courses import open_edition
from elearning.services.enrolling import enrol
from elearning.services.reading import mark_read, note_place, open_module
from tests.elearning.making import block, learner, publish
from tests.elearning.manuals import (
    PARAGRAPHS,
    SAMPLE,
    mark,
    paragraph,
    picture,
    raw,
    run,
    saved,
    styled,
    with_footnotes,
)
from tests.factories import ProjectFactory, TopicFactory
from training.imports.refusal import RefusedError
from training.imports.workbook import Upload
from training.models import TrailEntry

EXTRA = "Access to the captures is limited to the team of the case and ends with it."
FIRST = [("Authority", [PARAGRAPHS[0], "## Approval", PARAGRAPHS[1]]), ("Evidence", [PARAGRAPHS[2], EXTRA])]
CHANGED = ("Authority", [PARAGRAPHS[0] + " Always.", "## Approval", PARAGRAPHS[1]])


@pytest.fixture
def bring_in(editor):
    def bring(data, by=editor, **choices):
        upload = Upload("A manual.docx", data)
        return import_manual(upload=upload, by=by, choices=Choices(language="en", **choices))

    return bring


def modules(course):
    return list(ModulePage.objects.child_of(course.pages.get()).order_by("path"))


def draft(page):
    return raw_of(ModulePage.objects.get(pk=page.pk).get_latest_revision_as_object())


def words(page):
    return [str(each["value"]) for each in draft(page)]


def texts(*lines):
    return [f"<p>{line}</p>" for line in lines]


def edit(page, change):
    """An editor's draft: `change` takes the blocks and gives others."""
    newest = page.get_latest_revision_as_object()
    newest.body = change(raw_of(newest))
    newest.save_revision()


# ---- the first edition


def test_the_sample_manual_is_three_drafts_with_its_table_lists_and_picture(editor):
    made = import_manual(upload=Upload(SAMPLE.name, SAMPLE.read_bytes()), by=editor)
    assert (made.course.title, made.page.live, made.page.locale.language_code) == (
        "Open-source research for firearms investigators", False, "en",
    )  # fmt: skip
    one, two, three = modules(made.course)
    assert [(page.title, page.slug, page.live) for page in (one, two, three)] == [
        ("1. Authority and necessity", "1-authority-and-necessity", False),
        ("2. Keeping evidence", "2-keeping-evidence", False),
        ("3. Indicators and reporting", "3-indicators-and-reporting", False),
    ]
    html = str(rendered(one, course_slug=made.course.slug))
    assert "<b>the legal basis, the purpose and the approval</b>" in html
    assert html.count('<th scope="col">') == 3
    assert html.count("<td") == 9
    assert "<ul><li>date, time and time zone</li>" in html
    html = str(rendered(two, course_slug=made.course.slug))
    assert "<ol><li>Capture the page and its source.</li><li>Compute" in html
    assert "<figcaption>Figure 1. From page to exhibit.</figcaption>" in html
    assert [block.id for page in (one, two, three) for block in page.body] == [
        each.id for module in made.plan.changes.modules for each in module.blocks
    ]
    assert TrailEntry.objects.filter(action="manual imported", by=editor).count() == 1


def test_everything_a_module_page_keeps_passes_its_own_checks(editor):
    """What is made can be published from Wagtail's editor as it is, once its pictures are told in words."""
    document = Document()
    document.add_picture(picture())
    document.inline_shapes[0]._inline.docPr.set("descr", "A page beside its hash")
    table = document.add_table(3, 2)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "Merged"
    table.cell(1, 0).merge(table.cell(2, 0)).text = "Down"
    document.add_table(1, 1).cell(0, 0).text = "Kept apart"
    for style, text in [("List Bullet", "one"), ("List Bullet 2", "inner"), ("List Number", "first")]:
        document.add_paragraph(text, style)
    raw(document, paragraph(run("A rule & <more>".replace("&", "&amp;").replace("<", "&lt;")) + mark(1)))
    made = import_manual(
        upload=Upload("m.docx", with_footnotes(saved(document), "Article 5.")),
        by=editor,
        choices=Choices(language="en"),
    )
    [page] = modules(made.course)
    page.body.stream_block.clean(page.body)
    html = str(rendered(page, course_slug=made.course.slug))
    for expected in (
        'colspan="2"', 'rowspan="2"', "A rule &amp; &lt;more&gt;<sup>1</sup>", "<li><p>Article 5.</p></li>",
        "<aside", "<ul><li>one<ul><li>inner</li></ul></li></ul>", "<ol><li>first</li></ol>",
    ):  # fmt: skip
        assert expected in html, expected


def test_nested_lists_are_nested_in_the_page(bring_in):
    document = Document()
    numbering = (
        '<w:pPr><w:pStyle w:val="ListBullet"/><w:numPr><w:ilvl w:val="{}"/><w:numId w:val="1"/></w:numPr></w:pPr>'
    )
    for depth, text in [(0, "a"), (1, "a1"), (1, "a2"), (0, "b")]:
        raw(document, paragraph(numbering.format(depth) + run(text)))
    [page] = modules(bring_in(saved(document)).course)
    assert words(page) == ["<ul><li>a<ul><li>a1</li><li>a2</li></ul></li><li>b</li></ul>"]


def test_pictures_are_drawn_anew_without_what_was_hidden_in_them(bring_in):
    secret = PngInfo()
    secret.add_text("Comment", "taken by somebody somewhere")
    stream = io.BytesIO()
    whole = Pillow.new("RGB", (100, 50), (255, 0, 0))
    whole.paste((0, 0, 255), (50, 0, 100, 50))
    whole.save(stream, "PNG", pnginfo=secret)
    stream.seek(0)
    document = Document()
    document.add_picture(stream)
    blip = document.inline_shapes[0]._inline.graphic.graphicData.pic.blipFill
    drawing = 'xmlns:w="w" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    blip.insert(1, raw(document, f'<a:srcRect {drawing} r="50000"/>'))
    bring_in(saved(document))
    image = Image.objects.get()
    data = image.file.read()
    assert b"somebody" not in data
    assert Pillow.open(io.BytesIO(data)).size == (50, 50)
    assert Pillow.open(io.BytesIO(data)).getcolors() == [(2500, (255, 0, 0))]


def test_a_manual_in_macedonian_lies_under_its_language(editor):
    data = styled(
        ("Глава", ["Службеникот ја запишува правната основа пред да започне со истражувањето на интернет."] * 3),
        ("Докази", ["Наодите се доставуваат до контакт точката преку вообичаениот канал на единицата."]),
        title="Чување докази",
    )
    made = import_manual(upload=Upload("m.docx", data), by=editor)
    assert made.page.locale.language_code == "mk"
    assert made.course.slug == "chuvanje-dokazi" or made.course.slug.isascii()


# ---- the next edition


def test_the_same_file_again_makes_no_draft_and_no_course(bring_in):
    course = bring_in(styled(*FIRST)).course
    before = Revision.objects.count()
    again = bring_in(styled(*FIRST))
    assert (again.course, again.plan.changes.quiet) == (course, True)
    assert Revision.objects.count() == before
    assert Course.objects.count() == ManualEdition.objects.count() == 1


def test_one_sentence_changed_is_a_draft_of_one_module_with_every_identity_kept(bring_in):
    course = bring_in(styled(*FIRST)).course
    one, two = modules(course)
    publish(course.pages.get())
    ids = [each["id"] for page in (one, two) for each in draft(page)]
    before = {page.pk: page.latest_revision_id for page in modules(course)}
    changed = PARAGRAPHS[2].replace("usual", "secure")
    made = bring_in(styled(FIRST[0], ("Evidence", [changed, EXTRA])))
    assert [made.plan.count(each) for each in ("added", "changed", "removed")] == [0, 1, 0]
    assert [each["id"] for page in (one, two) for each in draft(page)] == ids
    now = {page.pk: page.latest_revision_id for page in modules(course)}
    assert now[one.pk] == before[one.pk]
    assert words(two) == texts(changed, EXTRA)
    live = ModulePage.objects.get(pk=two.pk)
    assert (live.live, live.has_unpublished_changes) == (True, True)
    assert [str(each.value.source) for each in live.body] == texts(PARAGRAPHS[2], EXTRA)


def test_no_learners_progress_is_touched(bring_in, officer):
    learner(officer)
    made = bring_in(styled(*FIRST))
    course, (one, _two) = made.course, modules(made.course)
    publish(made.page)
    Course.objects.filter(pk=course.pk).update(project=ProjectFactory(), topic=TopicFactory())
    course.refresh_from_db()
    open_edition(course=course, by=officer._meta.model.objects.system())
    enrolment = enrol(course=course, by=officer, language="en")
    open_module(enrolment=enrolment, module_key=one.key, language="en", by=officer)
    place = draft(one)[0]["id"]
    note_place(enrolment=enrolment, module_key=one.key, block_id=place, by=officer)
    mark_read(enrolment=enrolment, module_key=one.key, by=officer)
    before = list(ModuleProgress.objects.values())
    bring_in(
        styled(("New", [EXTRA]), ("Authority", [PARAGRAPHS[0] + " Always.", "## Approval", PARAGRAPHS[1]]), FIRST[1])
    )
    publish(course.pages.get())
    enrolment.refresh_from_db()
    assert list(ModuleProgress.objects.values()) == before
    assert (enrolment.last_module_key, enrolment.last_block_id) == (one.key, place)
    assert place in [each["id"] for each in draft(one)]
    assert [page.title for page in modules(course)] == ["New", "Authority", "Evidence"]


def test_what_editors_made_by_hand_stays_where_it_was(bring_in):
    course = bring_in(styled(*FIRST)).course
    one, two = modules(course)
    by_hand = block("case", {"title": "A parcel", "text": "<p>What now?</p>", "questions": ""})
    edit(one, lambda blocks: [blocks[0], by_hand, *blocks[1:]])
    edit(two, lambda blocks: [blocks[0] | {"value": "<p>Put better by an editor.</p>"}, blocks[1]])
    bring_in(
        styled(("Authority", [PARAGRAPHS[0] + " Always.", "## Approval", EXTRA]), ("Evidence", [PARAGRAPHS[2], EXTRA]))
    )
    assert [each["type"] for each in draft(one)] == ["text", "case", "heading", "text"]
    assert words(one)[0] == f"<p>{PARAGRAPHS[0]} Always.</p>"
    assert words(two)[0] == "<p>Put better by an editor.</p>"


def test_an_edit_that_the_manual_overrules_is_said(bring_in):
    course = bring_in(styled(*FIRST)).course
    _one, two = modules(course)
    edit(two, lambda blocks: [blocks[0] | {"value": "<p>Put better by an editor.</p>"}, blocks[1]])
    made = bring_in(styled(FIRST[0], ("Evidence", [PARAGRAPHS[2] + " Always.", EXTRA])))
    assert words(two)[0] == f"<p>{PARAGRAPHS[2]} Always.</p>"
    assert any("edited here" in line for line in made.told)


def test_opening_a_page_in_the_editor_is_no_edit(bring_in):
    """The editor marks paragraphs with keys of its own."""
    course = bring_in(styled(*FIRST)).course
    _one, two = modules(course)
    edit(
        two,
        lambda blocks: [
            {**each, "value": each["value"].replace("<p>", '<p data-block-key="a1b2c">')} for each in blocks
        ],
    )
    made = bring_in(styled(FIRST[0], ("Evidence", [PARAGRAPHS[2] + " Always.", EXTRA])))
    assert made.told == []


def test_a_block_an_editor_took_out_stays_out(bring_in):
    course = bring_in(styled(*FIRST)).course
    one, two = modules(course)
    edit(two, lambda blocks: blocks[:1])
    bring_in(styled(CHANGED, FIRST[1]))
    assert words(two) == texts(PARAGRAPHS[2])
    assert len(words(one)) == 3


def test_words_for_a_picture_survive_the_next_edition(bring_in):
    def manual(caption):
        document = Document()
        document.add_picture(picture())
        document.add_paragraph(caption, "Caption")
        document.add_paragraph(PARAGRAPHS[0])
        return saved(document)

    course = bring_in(manual("Figure 1. A page")).course
    [page] = modules(course)
    edit(page, lambda blocks: [{**blocks[0], "value": {**blocks[0]["value"], "alt": "A page and its hash"}}, blocks[1]])
    bring_in(manual("Figure 1. A page, kept"))
    [shown, _text] = draft(page)
    assert (shown["value"]["alt"], shown["value"]["caption"]) == ("A page and its hash", "Figure 1. A page, kept")
    assert Image.objects.count() == 1


def test_a_module_that_is_gone_stays_readable_until_an_editor_takes_it_away_and_can_come_back(bring_in):
    course = bring_in(styled(*FIRST)).course
    _one, two = modules(course)
    publish(course.pages.get())
    made = bring_in(styled(FIRST[0]))
    assert any("Evidence" in line and "unpublish" in line for line in made.told)
    assert made.plan.count("removed") == 2
    assert ModulePage.objects.get(pk=two.pk).live
    assert bring_in(styled(FIRST[0])).plan.changes.quiet
    back = bring_in(styled(*FIRST))
    assert [module.before.key for module in back.plan.changes.modules][1] == str(two.translation_key)
    assert len(modules(course)) == 2


def test_a_footnote_put_in_before_numbers_the_others_anew_without_changing_them(bring_in):
    def manual(*texts):
        document = Document()
        for number, text in enumerate(texts, start=1):
            raw(document, paragraph(run(text) + mark(number)))
        return with_footnotes(saved(document), *(f"Note on “{text[:20]}”." for text in texts))

    course = bring_in(manual(PARAGRAPHS[0], PARAGRAPHS[1])).course
    made = bring_in(manual(PARAGRAPHS[0], PARAGRAPHS[2], PARAGRAPHS[1]))
    assert [made.plan.count(each) for each in ("added", "changed", "removed")] == [1, 1, 0]
    [page] = modules(course)
    assert [line[-16:] for line in words(page)[:3]] == [f"<sup>{n}</sup></p>" for n in (1, 2, 3)]


def test_how_the_first_edition_was_arranged_holds_for_the_next(bring_in, editor):
    data = styled(*FIRST, ("Annex", [EXTRA]), ("Forms", [PARAGRAPHS[0]]))
    plan = plan_manual(upload=Upload("m.docx", data), by=editor, choices=Choices(language="en"))
    parts = split(plan.manual, plan.parts, 2)
    parts = drop(join(rename(parts, {0: "First things"}), 4), 3, dropped=True)
    course = bring_in(data, parts=parts).course
    assert [page.title for page in modules(course)] == ["First things", "Approval", "Evidence"]
    again = bring_in(styled(*FIRST, ("Annex", [EXTRA + " Always."]), ("Forms", [PARAGRAPHS[0]])))
    assert again.plan.changes.quiet


def test_the_course_is_found_by_title_by_content_or_as_said(bring_in):
    course = bring_in(styled(*FIRST)).course
    assert bring_in(styled(*FIRST, title="Under another title")).course == course
    other = bring_in(styled(("Else", [EXTRA * 2])), course=str(course.pk))
    assert other.course == course
    assert bring_in(styled(*FIRST), course=NEW).course != course
    with pytest.raises(ValidationError, match="not made from a manual"):
        bring_in(styled(*FIRST), course="999999")


def test_a_title_the_manual_changes_is_a_draft_of_the_courses_page(bring_in):
    course = bring_in(styled(*FIRST)).course
    bring_in(styled(*FIRST, title="Keeping evidence, second edition"))
    assert course.pages.get().get_latest_revision_as_object().title == "Keeping evidence, second edition"


# ---- refusals


def test_only_who_keeps_courses_imports(bring_in, officer, trainer, manager, auditor):
    for account in (officer, trainer, manager, auditor):
        with pytest.raises(PermissionDenied):
            bring_in(styled(*FIRST), by=account)
    assert not Course.objects.exists()


def test_a_manual_in_another_language_than_its_course_is_refused(bring_in, editor):
    course = bring_in(styled(*FIRST)).course
    with pytest.raises(RefusedError, match="English"):
        import_manual(
            upload=Upload("m.docx", styled(*FIRST)), by=editor, choices=Choices(language="sq", course=str(course.pk))
        )


def test_what_changed_since_it_was_looked_at_is_not_written(bring_in, editor):
    data = styled(*FIRST)
    looked_at = plan_manual(upload=Upload("m.docx", data), by=editor, choices=Choices(language="en")).basis
    bring_in(styled(*FIRST, ("More", [EXTRA])))
    made = bring_in(data, basis=looked_at)
    assert (made.stale, made.applied) == (True, False)
    assert ManualEdition.objects.count() == 1


def test_a_locked_module_refuses_the_whole_edition(bring_in, editor, administrator):
    course = bring_in(styled(*FIRST)).course
    two = modules(course)[1]
    two.locked, two.locked_by = True, administrator
    two.save()
    with pytest.raises(ValidationError, match="locked"):
        bring_in(styled(("Authority", [EXTRA]), ("Evidence", [EXTRA])))
    assert words(modules(course)[0])[0] == f"<p>{PARAGRAPHS[0]}</p>"


def test_what_goes_wrong_half_way_leaves_nothing_not_even_a_file(administrator, monkeypatch):
    document = Document()
    document.add_picture(picture(colour=(1, 2, 3)))
    document.add_paragraph(PARAGRAPHS[0])
    there = set(default_storage.listdir("original_images")[1]) if default_storage.exists("original_images") else set()

    def fail(**_kwargs):
        raise RuntimeError

    monkeypatch.setattr(ManualEdition.objects, "create", fail)
    with pytest.raises(RuntimeError):
        import_manual(upload=Upload("m.docx", saved(document)), by=administrator, choices=Choices(language="en"))
    assert not Course.objects.exists()
    assert not CoursePage.objects.exists()
    assert not Image.objects.exists()
    assert set(default_storage.listdir("original_images")[1]) == there
