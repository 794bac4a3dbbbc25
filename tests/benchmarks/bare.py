"""The site's addresses and one more: the least a view can do to save a mark."""

from django.http import HttpResponse
from django.urls import path
from django.views.decorators.http import require_POST

from project.urls import urlpatterns as site
from training.models import Attendance


@require_POST
def update(request, pk):
    Attendance.objects.filter(pk=pk).update(mark=request.POST["mark"])
    return HttpResponse("saved")


urlpatterns = [path("bare/<int:pk>/", update, name="bare_update"), *site]
