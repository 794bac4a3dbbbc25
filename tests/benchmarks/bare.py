"""The site's addresses and two more: the least a view can do to save a mark, and sixty."""

import json

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_POST

from project.urls import urlpatterns as site
from training.models import Attendance, AttendanceEvent


@require_POST
def update(request, pk):
    Attendance.objects.filter(pk=pk).update(mark=request.POST["mark"])
    return HttpResponse("saved")


@require_POST
def bulk_create(request, pk):
    told = json.loads(request.body)
    events = [
        AttendanceEvent(
            participation_id=tap["whose"],
            day_id=pk,
            before=tap["before"],
            after=tap["mark"],
            by=request.user,
            at=tap["at"],
            batch=tap["batch"],
            nonce=tap["nonce"],
            device=told["device"],
            received_at=timezone.now(),
        )
        for tap in told["taps"]
    ]
    AttendanceEvent.objects.bulk_create(events)
    return HttpResponse("saved")


def page(request):
    return render(request, "same_size.html", {"user": request.user})


urlpatterns = [
    path("bare/page/", page, name="bare_page"),
    path("bare/<int:pk>/", update, name="bare_update"),
    path("bare/days/<int:pk>/", bulk_create, name="bare_bulk_create"),
    *site,
]
