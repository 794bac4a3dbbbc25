"""The grid of scores as it is posted: a cell for each trainee before and after, and what the page had shown in them."""

import json
import re

from django.core.exceptions import BadRequest

from training.services.scores import COLUMNS

CELL = re.compile(rf"({'|'.join(COLUMNS)})-(\d{{1,18}})")
LONGEST = 20


def typed(posted):
    """Cell → text, of the fields `pre-31`, `post-31`."""
    found = {name: CELL.fullmatch(name) for name in posted}
    return {(int(cell[2]), cell[1]): posted[name][:LONGEST] for name, cell in found.items() if cell}


def seen(posted):
    """Cell → text, of the field `seen`: {"31": ["72", ""], …}. Raises BadRequest for anything else."""
    try:
        rows = json.loads(posted.get("seen", ""))
        return {
            (int(pk), which): str(text)
            for pk, texts in rows.items()
            for which, text in zip(COLUMNS, texts, strict=True)
        }
    except (ValueError, TypeError, AttributeError) as broken:
        raise BadRequest("Not what the page of scores sends.") from broken
