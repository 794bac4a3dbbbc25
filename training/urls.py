"""The register's addresses."""

from datetime import date

from django.urls import path, register_converter

from training.views import (
    access,
    attendance,
    contradictions,
    doors,
    downloads,
    duplicates,
    frozen,
    headcounts,
    imports,
    institutions,
    past_imports,
    people,
    personal_data,
    progress,
    records,
    reports,
    roster,
    session_steps,
    sessions,
    statistics,
    targets,
    trail,
)


class DayConverter:
    """A day in an address: 2026-05-13."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)

    def to_url(self, value: date | str) -> str:
        return str(value)


register_converter(DayConverter, "day")

urlpatterns = [
    path("sessions/", sessions.session_list, name="sessions"),
    path("sessions/new/", sessions.session_new, name="session_new"),
    path("sessions/<slug:key>/", sessions.session_page, name="session"),
    path("sessions/<slug:key>/edit/", sessions.session_edit, name="session_edit"),
    path("sessions/<slug:key>/copy/", sessions.session_copy, name="session_copy"),
    path("sessions/<slug:key>/status/", session_steps.session_status, name="session_status"),
    path("sessions/<slug:key>/roster/search/", roster.roster_search, name="roster_search"),
    path("sessions/<slug:key>/roster/add/", roster.roster_add, name="roster_add"),
    path("sessions/<slug:key>/roster/new/", roster.person_new, name="person_new"),
    path("sessions/<slug:key>/roster/<int:pk>/", roster.participation, name="participation"),
    path("sessions/<slug:key>/roster/<int:pk>/withdraw/", roster.participation_withdraw, name="participation_withdraw"),
    path("sessions/<slug:key>/import/", imports.roster_import, name="roster_import"),
    path("sessions/<slug:key>/import/<slug:token>/", imports.roster_import_preview, name="roster_import_preview"),
    path("sessions/<slug:key>/imports/<int:pk>/undo/", imports.roster_import_undo, name="roster_import_undo"),
    path("sessions/<slug:key>/days/<day:date>/", attendance.register, name="register"),
    path("sessions/<slug:key>/days/<day:date>/mark/", attendance.mark, name="mark"),
    path("sessions/<slug:key>/days/<day:date>/all/", attendance.mark_all, name="mark_all"),
    path("sessions/<slug:key>/days/<day:date>/undo/", attendance.mark_undo, name="mark_undo"),
    path("sessions/<slug:key>/days/<day:date>/history/", attendance.register_history, name="register_history"),
    path("past-sessions/", past_imports.past_import, name="past_import"),
    path("past-sessions/template/", past_imports.past_template, name="past_template"),
    path("past-sessions/<slug:token>/", past_imports.past_preview, name="past_preview"),
    path("past-sessions/imports/<int:pk>/undo/", past_imports.past_undo, name="past_undo"),
    path("progress/<slug:kind>/<slug:key>/", progress.progress_page, name="progress"),
    path("progress/<slug:kind>/<slug:key>/csv/", progress.progress_csv, name="progress_csv"),
    path("progress/<slug:kind>/<slug:key>/csv-metadata/", progress.progress_csv_metadata, name="progress_csv_metadata"),
    path("statistics/", statistics.dashboard, name="statistics"),
    path("statistics/table/", statistics.table, name="statistics_table"),
    path("statistics/records/", records.records, name="records"),
    path("statistics/records/learning/", records.of_learning, name="records_of_learning"),
    path("statistics/records/sessions/", records.of_sessions, name="records_of_sessions"),
    path("statistics/download/<str:format>/", downloads.statistics_download, name="statistics_download"),
    path("sessions/<slug:key>/headcounts/new/", headcounts.headcount_new, name="headcount_new"),
    path("sessions/<slug:key>/headcounts/check/", headcounts.headcount_check, name="headcount_check"),
    path("sessions/<slug:key>/headcounts/<int:pk>/edit/", headcounts.headcount_edit, name="headcount_edit"),
    path("sessions/<slug:key>/headcounts/<int:pk>/delete/", headcounts.headcount_delete, name="headcount_delete"),
    path("sessions/<slug:key>/headcounts/<int:pk>/counts/", headcounts.headcount_counts, name="headcount_counts"),
    path("sessions/<slug:key>/roster-replaces/", headcounts.roster_replaces, name="roster_replaces"),
    path("sessions/<slug:key>/invite/", access.roster_invite, name="roster_invite"),
    path("access/", access.access_page, name="access"),
    path("access/invite/", access.invite, name="invite"),
    path("access/invitations/<int:pk>/", access.invitation_change, name="invitation_change"),
    path("access/requests/<int:pk>/", access.access_request, name="access_request"),
    path("access/ask/", doors.access_ask, name="access_ask"),
    path("invitation/<str:token>/", doors.invitation, name="invitation"),
    path("people/", people.person_list, name="people"),
    path("people/duplicates/", duplicates.duplicate_list, name="duplicates"),
    path("people/merges/", duplicates.person_merges, name="person_merges"),
    path("people/merges/<int:pk>/undo/", duplicates.person_merge_undo, name="person_merge_undo"),
    path("people/<int:pk>/", people.person, name="person"),
    path("people/requests/", personal_data.data_requests, name="data_requests"),
    path("people/requests/<int:pk>/", personal_data.data_request, name="data_request"),
    path("people/<int:pk>/edit/", personal_data.person_edit, name="person_edit"),
    path("people/<int:pk>/data/", personal_data.person_data, name="person_data"),
    path("people/<int:pk>/data/<slug:kind>/", personal_data.person_data_file, name="person_data_file"),
    path("my-data/", personal_data.own_data, name="own_data"),
    path("my-data/<slug:kind>/", personal_data.own_data_file, name="own_data_file"),
    path("privacy/", personal_data.privacy, name="privacy"),
    path("people/<int:pk>/erase/", personal_data.person_erase, name="person_erase"),
    path("people/<int:pk>/merge/", duplicates.person_merge, name="person_merge"),
    path("people/<int:pk>/different/", duplicates.different, name="different_people"),
    path("trail/", trail.trail, name="trail"),
    path("targets/", targets.target_list, name="targets"),
    path("targets/new/", targets.target_new, name="target_new"),
    path("targets/<int:pk>/edit/", targets.target_edit, name="target_edit"),
    path("targets/<int:pk>/remove/", targets.target_remove, name="target_remove"),
    path("reports/", reports.report_list, name="reports"),
    path("reports/new/", reports.report_new, name="report_new"),
    path("reports/<int:pk>/", reports.report_page, name="report"),
    path("reports/<int:pk>/edit/", reports.report_edit, name="report_edit"),
    path("reports/<int:pk>/add/", reports.report_add, name="report_add"),
    path("reports/<int:pk>/remove/", reports.report_remove, name="report_remove"),
    path("reports/<int:pk>/freeze/", reports.report_freeze, name="report_freeze"),
    path("reports/<int:year>/<int:number>/", frozen.frozen_report, name="frozen_report"),
    path("reports/<int:year>/<int:number>/changes/", frozen.frozen_changes, name="frozen_changes"),
    path("reports/<int:year>/<int:number>/download/<str:format>/", frozen.frozen_download, name="frozen_download"),
    path("contradictions/", contradictions.contradictions_page, name="contradictions"),
    path("contradictions/decide/", contradictions.contradiction_decide, name="contradiction_decide"),
    path("contradictions/withdraw/", contradictions.contradiction_withdraw, name="contradiction_withdraw"),
    path("institutions/", institutions.institution_list, name="institutions"),
    path("institutions/<int:pk>/", institutions.institution, name="institution"),
    path("institutions/<int:pk>/merge/", institutions.institution_merge, name="institution_merge"),
    path("institutions/merges/", institutions.institution_merges, name="institution_merges"),
    path("institutions/merges/<int:pk>/undo/", institutions.institution_merge_undo, name="institution_merge_undo"),
]
