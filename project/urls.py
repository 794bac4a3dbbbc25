"""Where everything is. `training/urls.py` has the register's own addresses."""

from allauth.account import views as account
from allauth.socialaccount import views as agency
from django.urls import include, path, re_path
from django.views.generic import RedirectView
from wagtail.admin import urls as wagtailadmin_urls

from project import accounts, files, views

# What of allauth we use: accounts are made for people, so there is no sign-up; its address leads to the log-in.
account_urls = [
    path("", accounts.own_account, name="own_account"),
    path("second-factor/", accounts.second_factor, name="second_factor"),
    path("log-ins/<int:pk>/end/", accounts.log_in_end, name="log_in_end"),
    path("close/", accounts.close_own, name="close_own_account"),
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("signup/", RedirectView.as_view(pattern_name="account_login"), name="account_signup"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("password/set/", account.password_set, name="account_set_password"),
    path("password/reset/", account.password_reset, name="account_reset_password"),
    path("password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    path("password/reset/key/done/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("2fa/", include("allauth.mfa.urls")),
    path("agency/cancelled/", agency.login_cancelled, name="socialaccount_login_cancelled"),
    path("agency/error/", agency.login_error, name="socialaccount_login_error"),
    path("agency/signup/", RedirectView.as_view(pattern_name="account_login"), name="socialaccount_signup"),
    path("agency/", RedirectView.as_view(pattern_name="own_account"), name="socialaccount_connections"),
    path("from/", include("allauth.socialaccount.providers.openid_connect.urls")),
]

urlpatterns = [
    path("", views.home, name="home"),
    path("health/", views.health, name="health"),
    path("account/", include(account_urls)),
    path("admin/login/", views.admin_door, name="admin_door"),
    path("admin/", include(wagtailadmin_urls)),
    # Wagtail knows these: the address of a document by the name, that of a picture by MEDIA_URL.
    path("files/documents/<int:pk>/<str:name>", files.document, name="wagtaildocs_serve"),
    path("files/<path:name>", files.picture, name="picture"),
    path("", include("certificates.urls")),
    path("", include("elearning.urls")),
    path("", include("training.urls")),
]
