"""More time in tests for one person of an edition, and what was decided before."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from elearning.models import Enrolment
from elearning.services.extra_time import MOST_PERCENT, MOST_REASON, give_extra_time
from training.models import Participation, Session
from training.permissions import Action, require


class ExtraTimeForm(forms.Form):
    percent = forms.IntegerField(
        label=gettext_lazy("Per cent more"),
        min_value=0,
        max_value=MOST_PERCENT,
        help_text=gettext_lazy("25 makes 75 minutes of 60. 0 takes it back for attempts to come."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Who decided it, and how"),
        max_length=MOST_REASON,
        help_text=gettext_lazy("In a sentence that says nothing about health."),
    )


def extra_time(request, key, pk):
    session = get_object_or_404(Session.objects.visible_to(request.user), key=key)
    require(request.user, Action.GIVE_EXTRA_TIME, session)
    seen = Participation.objects.of_session(session, request.user)
    enrolments = Enrolment.objects.filter(participation__in=seen, edition__session=session)
    enrolment = get_object_or_404(
        enrolments.select_related("participation__person", "participation__session", "edition__course"),
        participation=pk,
    )
    form = ExtraTimeForm(request.POST or None, initial={"percent": enrolment.extra_time_percent})
    if request.method == "POST" and form.is_valid():
        try:
            give_extra_time(enrolment=enrolment, by=request.user, **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
        else:
            said = {"name": enrolment.participation.person, "percent": form.cleaned_data["percent"]}
            messages.success(request, _("%(name)s has %(percent)s %% more time in tests.") % said)
            return redirect("cohort", key=key)
    context = {
        "session": session,
        "enrolment": enrolment,
        "form": form,
        "given": enrolment.extra_times.select_related("by"),
        "open": enrolment.attempts.open().filter(deadline__isnull=False).first(),
    }
    return render(request, "elearning/figures/extra_time.html", context)
