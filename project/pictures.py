"""What a camera writes into its photographs (where it stood, when, whose it is) is taken out before one is kept.

A photograph from a crime laboratory or a border crossing says no more than what is to be seen on it, in whatever way it
comes in. What is made of it for pages, Wagtail would hand all of that on to.
"""

import io
from pathlib import PurePath
from typing import Any

from django.core.files.base import ContentFile
from django.db.models.signals import pre_save
from django.dispatch import receiver
from PIL import Image, ImageOps
from wagtail.images import get_image_model

QUALITY = 95
ADDED = {"exif", "xmp", "XML:com.adobe.xmp", "photoshop", "comment"}


@receiver(pre_save, sender=get_image_model())
def keep_what_is_to_be_seen(instance: Any, **_kwargs: Any) -> None:
    """Draws a new file anew where it carries more than the picture; a file that is kept already is left alone."""
    given = instance.file
    if not given or given._committed:
        return
    given.open()
    drawn = without_what_a_camera_adds(given.read())
    given.seek(0)
    if drawn is not None:
        instance.file = ContentFile(drawn, PurePath(given.name).name)
        if instance.file_hash:  # Wagtail's forms have worked it out already
            instance._set_image_file_metadata()


def without_what_a_camera_adds(data: bytes) -> bytes | None:
    """The same picture the right way up, without Exif, XMP and comments; None where there are none, or no picture."""
    try:
        with Image.open(io.BytesIO(data)) as picture:
            # Some phones write two pictures into one file (MPO); what moves is no photograph.
            kind = "JPEG" if picture.format == "MPO" else picture.format
            moves = kind != "JPEG" and getattr(picture, "is_animated", False)
            if moves or not (picture.getexif() or ADDED & picture.info.keys()):
                return None
            profile, upright = picture.info.get("icc_profile"), ImageOps.exif_transpose(picture)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None  # what it is, Wagtail judges
    bare = Image.new(upright.mode, upright.size)
    bare.paste(upright)
    if upright.mode == "P":
        bare.putpalette(upright.getpalette() or [])
    out = io.BytesIO()
    bare.save(out, kind, quality=QUALITY, **({"icc_profile": profile} if profile else {}))
    return out.getvalue()
