"""The addresses of certificates. What is under verify/ is open to all."""

from django.urls import path

from certificates.views import own, sessions, verify

urlpatterns = [
    path("sessions/<slug:key>/certificates/", sessions.session_certificates, name="session_certificates"),
    path("sessions/<slug:key>/certificates/progress/", sessions.progress, name="session_certificates_progress"),
    path("sessions/<slug:key>/certificates/zip/", sessions.session_zip, name="session_certificates_zip"),
    path("sessions/<slug:key>/certificates/<int:pk>/", sessions.one, name="session_certificate"),
    path("certificates/", own.own_certificates, name="own_certificates"),
    path("certificates/<str:serial>/pdf/", own.certificate_file, name="certificate_pdf"),
    path("verify/", verify.verify, name="verify"),
    path("verify/keys.json", verify.keys, name="verify_keys"),
    path("verify/revoked.json", verify.revoked, name="verify_revoked"),
    path("verify/<str:serial>", verify.verify_serial, name="verify_serial"),
]
