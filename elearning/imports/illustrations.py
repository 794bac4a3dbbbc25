"""Pictures of a manual as records of Wagtail: drawn anew, so that nothing hidden in a file comes along."""

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.files.images import ImageFile
from wagtail.images import get_image_model

from elearning.imports.manual import Picture, plain

WIDEST = 2000  # dots; readers get at most 1,440
QUALITY = 85
LONGEST_TITLE = 200


@dataclass
class Illustrations:
    """Makes a record for each picture that has none yet. `known` are those of earlier editions by their `name_of`."""

    pictures: Mapping[str, bytes]
    title: str
    known: dict[str, int] = field(default_factory=dict)
    made: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        there = set(get_image_model().objects.filter(pk__in=self.known.values()).values_list("pk", flat=True))
        self.known = {name: pk for name, pk in self.known.items() if pk in there}

    def image_of(self, picture: Picture) -> int:
        """The id of the record for this picture."""
        name = name_of(picture)
        if name not in self.known:
            data, kind = drawn_anew(self.pictures[picture.key], picture.crop)
            title = (plain(picture.caption) or picture.alt or self.title)[:LONGEST_TITLE]
            image = get_image_model()(title=title, file=ImageFile(io.BytesIO(data), f"{picture.key[:12]}.{kind}"))
            image._set_image_file_metadata()  # as Wagtail's own forms do
            self.made.append(image)
            image.save()
            self.known[name] = image.pk
        return self.known[name]

    def undo(self) -> None:
        """Delete the files made, for a transaction that was rolled back: the records are gone already."""
        for image in self.made:
            if image.file._committed:  # else its name may be another file's
                image.file.delete(save=False)


def name_of(picture: Picture) -> str:
    """What two uses of one picture share: its bytes and what is cut off."""
    return f"{picture.key} {' '.join(f'{side:.5f}' for side in picture.crop)}"


def drawn_anew(data: bytes, crop: tuple[float, float, float, float] = (0, 0, 0, 0)) -> tuple[bytes, str]:
    """The picture as PNG or JPEG, no wider than a page needs: without position, device or what the author cut off."""
    # Drawn by whoever imports a manual, not by every process that starts.
    from PIL import Image, ImageOps

    with Image.open(io.BytesIO(data)) as opened:
        image = ImageOps.exif_transpose(opened)
    image = _cropped(image, crop)
    flat = image.mode in {"1", "L", "RGB", "CMYK", "YCbCr"} and opened.format in {"JPEG", "TIFF"}
    image = image.convert("RGB" if flat else "RGBA" if _transparent(image) else "RGB")
    image.thumbnail((WIDEST, WIDEST))
    clean = Image.new(image.mode, image.size)  # an image that was opened carries comments and more along
    clean.paste(image)
    stream = io.BytesIO()
    if flat:
        clean.save(stream, "JPEG", quality=QUALITY, optimize=True)
        return stream.getvalue(), "jpg"
    clean.save(stream, "PNG", optimize=True)
    return stream.getvalue(), "png"


def _cropped(image: Any, crop: tuple[float, float, float, float]) -> Any:
    if not any(crop):
        return image
    left, top, right, bottom = crop
    width, height = image.size
    box = (round(left * width), round(top * height), round((1 - right) * width), round((1 - bottom) * height))
    return image.crop(box) if box[0] < box[2] and box[1] < box[3] else image


def _transparent(image: Any) -> bool:
    return "A" in image.getbands() or "transparency" in image.info
