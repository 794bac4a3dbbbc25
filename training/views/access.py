"""Getting in, seen from inside: who waits, who was invited, and inviting."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from training.choices import RequestState
from training.forms.access import DecisionForm, InvitationForm, take
from training.models import AccessRequest, Invitation, Person, Session
from training.permissions import Action, RoleName, allows, require
from training.services import access

ON_A_PAGE = 50


@require_safe
def access_page(request):
    """Requests that wait for this account, and the invitations it may see."""
    require(request.user, Action.INVITE)
    requests = []
    if allows(request.user, Action.DECIDE_ACCESS):
        waiting = AccessRequest.objects.visible_to(request.user).filter(state=RequestState.OPEN)
        requests = list(waiting.select_related("jurisdiction"))
    invitations = Invitation.objects.visible_to(request.user).select_related("invited_by")
    page = Paginator(invitations, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "requests": requests,
        "page": page,
        "invitations": list(page.object_list),
        "may_keep_accounts": allows(request.user, Action.KEEP_ACCOUNTS),
    }
    return render(request, "training/access/page.html", context)


def invite(request):
    """Invite an address; `person` in the address ties the account to somebody's record."""
    require(request.user, Action.INVITE)
    person = _person_asked_for(request)
    initial = {"email": person.email, "name": person.full_name, "role": RoleName.OFFICER} if person else {}
    form = InvitationForm(request.POST or None, account=request.user, initial=initial)
    if request.method == "POST" and form.is_valid():
        chosen = {**form.cleaned_data, "role": RoleName(form.cleaned_data["role"])}
        try:
            invitation = access.invite(by=request.user, person=person, **chosen)
        except ValidationError as refused:
            take(form, refused)
        else:
            messages.success(
                request, _("Invited. The letter is on its way to %(email)s.") % {"email": invitation.email}
            )
            return redirect("access")
    return render(request, "training/access/invite.html", {"form": form, "person": person})


def _person_asked_for(request):
    asked = request.GET.get("person", "")
    if not asked:
        return None
    return get_object_or_404(Person.objects.visible_to(request.user), pk=int(asked) if asked.isdecimal() else 0)


@require_POST
def invitation_change(request, pk):
    """`do` is `again` or `withdraw`."""
    invitation = get_object_or_404(Invitation.objects.visible_to(request.user), pk=pk)
    services = {
        "again": (access.send_again, _("A new letter is on its way; the old link no longer works.")),
        "withdraw": (access.withdraw_invitation, _("Withdrawn. The link in the letter no longer works.")),
    }
    if request.POST.get("do") in services:
        service, done = services[request.POST["do"]]
        try:
            service(invitation=invitation, by=request.user)
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
        else:
            messages.success(request, done)
    return redirect("access")


def access_request(request, pk):
    """Decide on one request: tie it to a record and invite, or refuse."""
    require(request.user, Action.DECIDE_ACCESS)
    waiting = AccessRequest.objects.visible_to(request.user).filter(state=RequestState.OPEN)
    found = get_object_or_404(waiting.select_related("jurisdiction"), pk=pk)
    refusing = request.method == "POST" and request.POST.get("do") == "refuse"
    form = DecisionForm(
        request.POST if request.method == "POST" and not refusing else None,
        likely=access.likely_people(found),
        request_made=found,
    )
    try:
        if refusing:
            access.refuse(request=found, by=request.user)
            messages.success(request, _("Refused. Nobody is told."))
            return redirect("access")
        if request.method == "POST" and form.is_valid():
            access.approve(request=found, by=request.user, **form.chosen())
            messages.success(request, _("Approved. The invitation is on its way."))
            return redirect("access")
    except ValidationError as refused:
        take(form, refused)
    return render(request, "training/access/request.html", {"found": found, "form": form})


def roster_invite(request, key):
    """GET says what will happen; POST invites everyone on the roster who can be."""
    session = get_object_or_404(Session.objects.visible_to(request.user), key=key)
    require(request.user, Action.EDIT_ROSTER, session)
    require(request.user, Action.INVITE)
    if request.method == "POST":
        done = access.invite_roster(session=session, by=request.user)
        said = ngettext("%(count)d person invited.", "%(count)d people invited.", done.invited) % {
            "count": done.invited
        }
        rest = _("Invited before: %(waiting)d; with an account: %(account)d; without an e-mail: %(none)d.") % {
            "waiting": done.waiting, "account": done.have_account, "none": done.without_email,
        }  # fmt: skip
        messages.success(request, f"{said} {rest}")
        return redirect(session)
    return render(request, "training/access/roster.html", {"session": session})
