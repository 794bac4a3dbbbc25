"""The footnote that goes wherever the name Kosovo* does, in the wording of whoever the figures are for."""

from collections.abc import Iterable

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from training.models import FootnoteSet, Project

MARK = "Kosovo*"
# The wording of the set "short". A constant, because it stands on every page: no query for it.
SHORT = _("References to Kosovo shall be understood to be in the context of Security Council resolution 1244 (1999).")


def footnotes_for(labels: Iterable[str], projects: Iterable[str] = (), funders: Iterable[str] = ()) -> list[str]:
    """The footnotes that texts containing these labels need: the own wording of these projects, or of whatever these
    funders pay for, else the short one.
    """
    if not any(MARK in label for label in labels):
        return []
    chosen = Project.objects.filter(Q(key__in=list(projects)) | Q(funders__key__in=list(funders)))
    own = FootnoteSet.objects.filter(projects__in=chosen.values("pk")).distinct()
    texts = list(own.values_list("text", flat=True))
    return texts or [FootnoteSet.objects.filter(key="short").values_list("text", flat=True).first() or str(SHORT)]
