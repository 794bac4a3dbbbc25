"""The addresses of certificates. What is under verify/ is open to all."""

from django.urls import path

from certificates.views import figures, offline, own, register, sessions, verify

urlpatterns = [
    path("sessions/<slug:key>/certificates/", sessions.session_certificates, name="session_certificates"),
    path("sessions/<slug:key>/certificates/progress/", sessions.progress, name="session_certificates_progress"),
    path("sessions/<slug:key>/certificates/zip/", sessions.session_zip, name="session_certificates_zip"),
    path("sessions/<slug:key>/certificates/<int:pk>/", sessions.one, name="session_certificate"),
    path("certificates/", own.own_certificates, name="own_certificates"),
    path("certificates/transcript/", own.own_transcript, name="own_transcript"),
    path("people/<int:pk>/transcript/", own.transcript, name="transcript"),
    path("certificates/<str:serial>/pdf/", own.certificate_file, name="certificate_pdf"),
    path("certificate-register/", register.register, name="certificate_register"),
    path("certificate-register/download/<str:format>/", register.download, name="certificate_register_file"),
    path("certificate-register/<str:serial>/", register.entry, name="certificate_entry"),
    path("statistics/certificates/", figures.overview, name="certificate_figures"),
    path("statistics/certificates/table/", figures.table, name="certificate_table"),
    path("statistics/certificates/records/", figures.records, name="certificate_records"),
    path("statistics/certificates/download/<str:format>/", figures.download, name="certificate_download"),
    path("verify/", verify.verify, name="verify"),
    path("verify/offline/", offline.offline, name="verify_offline"),
    path("verify/worker.js", offline.worker, name="verify_worker"),
    path("verify/keys.json", verify.keys, name="verify_keys"),
    path("verify/revoked.json", verify.revoked, name="verify_revoked"),
    path("verify/<str:serial>", verify.verify_serial, name="verify_serial"),
]
