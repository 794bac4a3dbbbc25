"""Choosing the language one reads in. It belongs to the account, so that it holds on every device."""

from django.http import HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from elearning.languages import LANGUAGES, SOURCE
from training.models import Account
from training.permissions import Action, require


@require_POST
def choose_language(request):
    """Back to where one was, at the same block: ids of blocks are the same in all languages."""
    require(request.user, Action.READ_COURSES)
    wanted = request.POST.get("language", "")
    if wanted in LANGUAGES:
        Account.objects.filter(pk=request.user.pk).update(language=wanted if wanted != SOURCE else "")
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = "/courses/"
    block = request.POST.get("block", "")
    return HttpResponseRedirect(f"{back}#b-{block}" if block.replace("-", "").isalnum() else back)
