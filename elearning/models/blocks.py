"""What a module is made of. Every block has an id that all languages and editions share.

Facts of no language (which picture, how a table is merged, which question is asked) are kept with the text they stand
beside; wagtail-localize translates the texts and leaves the rest alone.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.contrib.table_block.blocks import TableBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock
from wagtail_localize.segments import StringSegmentValue

from elearning.choices import Callout, MediaKind

INLINE = ["bold", "italic", "link", "superscript"]
LISTED = [*INLINE, "ol", "ul"]


class HeadingBlock(blocks.StructBlock):
    text = blocks.CharBlock(label=_("Heading"), max_length=200)
    level = blocks.ChoiceBlock(
        label=_("Level"), choices=[("2", _("Main")), ("3", _("Below it")), ("4", _("Below that"))], default="2"
    )

    class Meta:
        icon = "title"
        label = _("Heading")
        template = "elearning/blocks/heading.html"


class PictureBlock(blocks.StructBlock):
    """A decorative picture needs no alternative text; any other one is told in words."""

    image = ImageChooserBlock(label=_("Picture"))
    alt = blocks.CharBlock(label=_("What it shows, in words"), max_length=300, required=False)
    caption = blocks.CharBlock(label=_("Caption"), max_length=300, required=False)
    decorative = blocks.BooleanBlock(label=_("Says nothing the text does not say"), required=False)

    class Meta:
        icon = "image"
        label = _("Picture")
        template = "elearning/blocks/image.html"

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if not cleaned["decorative"] and not cleaned["alt"]:
            raise blocks.StructBlockValidationError(
                {"alt": ValidationError(_("Say in words what it shows, or tick that it says nothing."))}
            )
        return cleaned


class CourseTableBlock(TableBlock):
    """Wagtail's table, with merged cells, and texts that can be translated: each cell by its place, and the caption."""

    class Meta:
        icon = "table"
        label = _("Table")
        template = "elearning/blocks/table.html"

    def get_translatable_segments(self, value: Any) -> list[StringSegmentValue]:
        table = value or {}
        found = [("caption", table.get("table_caption") or "")]
        for row, cells in enumerate(table.get("data") or []):
            found += [(f"{row}-{column}", cell or "") for column, cell in enumerate(cells)]
        return [StringSegmentValue(path, text) for path, text in found if text.strip()]

    def restore_translated_segments(self, value: Any, segments: list[Any]) -> Any:
        table = {**value, "data": [list(cells) for cells in value.get("data") or []]}
        for segment in segments:
            text = segment.render_text()
            if segment.path == "caption":
                table["table_caption"] = text
            else:
                row, column = map(int, segment.path.split("-"))
                table["data"][row][column] = text
        return table


class CalloutBlock(blocks.StructBlock):
    kind = blocks.ChoiceBlock(label=_("Kind"), choices=Callout.choices, default=Callout.NOTE)
    title = blocks.CharBlock(label=_("Title"), max_length=120, required=False)
    text = blocks.RichTextBlock(label=_("Text"), features=LISTED)

    class Meta:
        icon = "info-circle"
        label = _("Box that stands out")
        template = "elearning/blocks/callout.html"


class MediaBlock(blocks.StructBlock):
    """A film or a recording. Who cannot hear or load it reads the transcript."""

    kind = blocks.ChoiceBlock(label=_("Kind"), choices=MediaKind.choices, default=MediaKind.VIDEO)
    title = blocks.CharBlock(label=_("Title"), max_length=200)
    file = DocumentChooserBlock(label=_("File"))
    captions = DocumentChooserBlock(label=_("Captions (WebVTT)"), required=False)
    transcript = blocks.RichTextBlock(label=_("Transcript"), features=LISTED)

    class Meta:
        icon = "media"
        label = _("Film or recording")
        template = "elearning/blocks/media.html"


class FileBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"), max_length=200)
    document = DocumentChooserBlock(label=_("File"))

    class Meta:
        icon = "doc-full"
        label = _("File to download")
        template = "elearning/blocks/document.html"


class TermBlock(blocks.StructBlock):
    term = blocks.CharBlock(label=_("Term"), max_length=120)
    meaning = blocks.RichTextBlock(label=_("Meaning"), features=INLINE)

    class Meta:
        icon = "openquote"
        label = _("Term of the glossary")
        template = "elearning/blocks/glossary.html"


class CaseBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"), max_length=200)
    text = blocks.RichTextBlock(label=_("What happened"), features=LISTED)
    questions = blocks.RichTextBlock(label=_("What to think about"), features=LISTED, required=False)

    class Meta:
        icon = "help"
        label = _("Case to think about")
        template = "elearning/blocks/case.html"


class CheckBlock(blocks.StructBlock):
    """A question of the bank, asked where it belongs. Nothing is counted; feedback comes after the answer."""

    question = blocks.CharBlock(label=_("Question"), max_length=36)

    class Meta:
        icon = "tick-inverse"
        label = _("Knowledge check")
        template = "elearning/blocks/check.html"

    def get_translatable_segments(self, value: Any) -> list[StringSegmentValue]:
        return []  # a key is the same in every language


class NotesBlock(blocks.ListBlock):
    """The footnotes of a module. The text refers to them by number."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(blocks.RichTextBlock(features=INLINE), **kwargs)

    class Meta:
        icon = "list-ol"
        label = _("Footnotes")
        template = "elearning/blocks/notes.html"


class ModuleBody(blocks.StreamBlock):
    heading = HeadingBlock()
    text = blocks.RichTextBlock(label=_("Text"), features=LISTED, template="elearning/blocks/text.html", icon="pilcrow")
    list = blocks.RichTextBlock(label=_("List"), features=LISTED, template="elearning/blocks/text.html", icon="list-ul")
    image = PictureBlock()
    table = CourseTableBlock(table_options={"contextMenu": True, "mergeCells": True})
    callout = CalloutBlock()
    media = MediaBlock()
    document = FileBlock()
    glossary = TermBlock()
    case = CaseBlock()
    check = CheckBlock()
    notes = NotesBlock()
