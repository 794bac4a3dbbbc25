"""What was measured of Moodle 4.5 (attendance plugin, PHP 8.2 with OPcache, PostgreSQL) on this kind of machine."""

from tests.benchmarks.measuring import Figure

FIGURES = [
    Figure("moodle_import_1000_s", 24.3, "s", "1,000 people from a CSV"),
    Figure("moodle_progress_csv_s", 2.66, "s", "1,200 people over 9 activities, as a CSV"),
    Figure("moodle_attendance_60_cpu_ms", 81, "ms", "saving 60 marks"),
    Figure("moodle_attendance_form_kb", 236, "KB", "HTML alone, to open the form"),
    Figure("moodle_page_cpu_ms", 107, "ms", "processor time of a plain content page"),
    Figure("moodle_page_queries", 33, "queries", "of a plain content page"),
    Figure("moodle_page_cold_kb", 1248, "KB", "a plain content page, cold cache"),
    Figure("moodle_certificate_ms", 675, "ms", "processor time of one with a Unicode font and a QR code, unsigned"),
    Figure("moodle_memory_idle_mb", 275, "MB", "idle"),
    Figure("moodle_commands_to_first_page", 13, "commands", "and 3 configuration files; ours: 1 and 0"),
]
