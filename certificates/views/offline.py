"""The page that checks certificates kept on the reader's device, so that it opens without a network too.

Its service worker stands under verify/ and reaches no further. What it keeps is the same for all and names nobody:
the page with the public keys and the list of revocations, its script and its styles.
"""

import json
from pathlib import Path

from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles import finders
from django.http import HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from certificates.telling import proof
from certificates.views.verify import limited

FILES = ("project/evidenca.css", "project/favicon.svg", "certificates/certificates.css", "certificates/verify.js")


@login_not_required
@require_safe
@never_cache
def offline(request):
    """The page as it opens without a network. The worker asks for it without a log-in, so that it holds no name."""
    return limited(request) or render(request, "certificates/verify/offline.html", {"proof": proof()})


@login_not_required
@require_safe
def worker(_request):
    """The worker, with the addresses of what it keeps: new files make a new worker."""
    code = Path(finders.find("certificates/verify-worker.js")).read_text(encoding="utf-8")
    keeps = {"page": reverse("verify_offline"), "files": [static(name) for name in FILES]}
    response = HttpResponse(f"const KEEPS = {json.dumps(keeps)};\n{code}", content_type="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    return response
