"""Which documents are taken into Wagtail: by their content, never by what they are called."""

import io
import zipfile

from django.core.exceptions import ValidationError
from django.core.files import File
from django.utils.translation import gettext as _
from wagtail.documents.forms import BaseDocumentForm

from training.imports.refusal import RefusedError
from training.imports.safety import BROKEN, ZIP, check_size

# What each kind has inside that no other has. Kinds that carry macros are not among them.
PARTS = {
    "docx": "word/document.xml",
    "xlsx": "xl/workbook.xml",
    "pptx": "ppt/presentation.xml",
    "odt": "content.xml",
    "ods": "content.xml",
    "odp": "content.xml",
}
KINDS = ["pdf", *PARTS]


class DocumentForm(BaseDocumentForm):
    """For every way a document gets into Wagtail: its form, several at once, and the one of a chooser."""

    def clean_file(self):
        given = self.cleaned_data["file"]
        if given and "file" in self.changed_data:
            _refuse_another_kind(given)
        return given


def _refuse_another_kind(given: File) -> None:
    try:
        check_size(given.size)
    except RefusedError as refused:
        raise ValidationError(str(refused)) from refused
    kind = str(given.name).rpartition(".")[2].lower()
    given.seek(0)
    if not (_is_pdf(given) if kind == "pdf" else _is_packed(given, kind)):
        message = _("What is in this file is not what its name says (.%(kind)s). It takes: %(kinds)s.")
        raise ValidationError(message % {"kind": kind, "kinds": ", ".join(KINDS)})
    given.seek(0)


def _is_pdf(given: File) -> bool:
    return given.read(5) == b"%PDF-"


def _is_packed(given: File, kind: str) -> bool:
    data = given.read()
    if not data.startswith(ZIP):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except BROKEN:
        return False
    return PARTS.get(kind) in names and not any(
        name.endswith(("vbaProject.bin", "Basic/script-lc.xml")) for name in names
    )
