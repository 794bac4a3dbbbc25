"""Pictures of a manual: taken from the file only, and only what a page can show."""

import hashlib
import io
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from elearning.imports.manual import Picture
from elearning.imports.package import Element, Package, R, Target, W

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
V = "{urn:schemas-microsoft-com:vml}"
CHART = "chart", "diagram"
BOXED = f"{W}txbxContent"
SHOWN = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF")
MAX_PIXELS = 60_000_000
WHOLE = 100_000  # crops are counted in thousandths of a per cent


@dataclass
class Album:
    """The pictures found so far, and why some were left out."""

    package: Package
    kept: dict[str, bytes] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)

    def take(self, drawing: Element, targets: dict[str, Target]) -> Iterator[Picture]:
        """The pictures of one drawing, of Word's kind or of its old one; what cannot be shown is said instead."""
        if any(f"/{kind}" in each.get("uri", "") for each in drawing.iter(f"{A}graphicData") for kind in CHART):
            self.left_out.append(_("A chart or diagram was left out: save it as a picture in the manual."))
        for blip in _own(drawing, f"{A}blip"):
            crop = _crop(blip.getparent())
            alt = _alt(drawing, f"{WP}docPr")
            if picture := self._picture(blip.get(f"{R}embed"), blip.get(f"{R}link"), targets, alt, crop):
                yield picture
        for old in _own(drawing, f"{V}imagedata"):
            alt = old.getparent().get("alt", "") or ""
            if picture := self._picture(old.get(f"{R}id"), old.get(f"{R}href"), targets, alt, (0, 0, 0, 0)):
                yield picture

    def _picture(
        self,
        inside: str | None,
        linked: str | None,
        targets: dict[str, Target],
        alt: str,
        crop: tuple[float, float, float, float],
    ) -> Picture | None:
        target = targets.get(inside or "") or targets.get(linked or "")
        if target is None:
            return None
        if target.elsewhere:
            self.left_out.append(
                _("A picture linked from elsewhere was left out; nothing is fetched. Insert it into the manual itself.")
            )
            return None
        data = self.package.bytes_of(target.address)
        problem = _("A picture is missing from the file.") if data is None else unfit(data)
        if data is None or problem:
            self.left_out.append(problem)
            return None
        key = hashlib.sha256(data).hexdigest()[:32]
        self.kept[key] = data
        return Picture(key=key, alt=" ".join(alt.split())[:500], crop=crop)


def unfit(data: bytes) -> str:
    """Why a page could not show these bytes; "" if it can. Reads the head of the picture only."""
    # Read by whoever imports a manual, not by every process that starts.
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=SHOWN) as image:
                width, height = image.size
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError):
        return _("A picture of a kind that no page shows (such as EMF) was left out: save it as PNG or JPEG.")
    if width * height > MAX_PIXELS:
        return _("A picture of %(width)s × %(height)s dots was left out: it is too large for a page.") % {
            "width": width,
            "height": height,
        }
    return ""


def _own(drawing: Element, tag: str) -> Iterator[Element]:
    """Those of the drawing itself: what stands in a text box inside of it is read with that box."""
    for each in drawing.iter(tag):
        above = each.getparent()
        while above is not None and above is not drawing and above.tag != BOXED:
            above = above.getparent()
        if above is drawing:
            yield each


def _alt(drawing: Element, tag: str) -> str:
    properties = next(drawing.iter(tag), None)
    return "" if properties is None else str(properties.get("descr") or properties.get("title") or "")


def _crop(fill: Element) -> tuple[float, float, float, float]:
    """What the author cut off each side is still in the file, and may be why it was cut off."""
    cut = fill.find(f"{A}srcRect")
    if cut is None:
        return (0, 0, 0, 0)
    left, top, right, bottom = (_share(cut.get(side, "0")) for side in "ltrb")
    return (left, top, right, bottom) if left + right < 1 and top + bottom < 1 else (0, 0, 0, 0)


def _share(text: str) -> float:
    return int(text) / WHOLE if text.isdecimal() and len(text) < 7 else 0
