"""What Wagtail's admin shows of the register, and what of its own it does not."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from training.viewsets import ProjectsGroup, RegisterGroup

# Wagtail's own places that have no work in them here.
NOT_USED = {"reports", "settings", "help"}


@hooks.register("register_admin_viewset")
def register_records():
    return [RegisterGroup(), ProjectsGroup()]


@hooks.register("register_admin_menu_item")
def register_way_back():
    return MenuItem(_("Back to Evidenca"), reverse("home"), name="back", icon_name="arrow-left", order=900)


@hooks.register("construct_main_menu")
def hide_what_is_not_used(request, menu_items):
    menu_items[:] = [item for item in menu_items if item.name not in NOT_USED]


@hooks.register("construct_homepage_summary_items")
def hide_summary(request, summary_items):
    summary_items.clear()


@hooks.register("construct_homepage_panels")
def hide_panels(request, panels):
    panels.clear()
