"""What makes answers fast and changes none: run after much was loaded, after an update, and from time to time."""

from django.db import connection

from training.services.tallies import keep_missing_tallies

ROWS_LOOKED_AT = 1000


def keep_up() -> int:
    """Tally the rosters that wait for it, and let the database see how much there is of everything. Returns how many
    were tallied.

    PostgreSQL looks by itself within a minute. SQLite never does: it then takes every condition to be as choosy as any
    other, and looks for the people of one jurisdiction in each session, where it could look for their sessions.
    """
    tallied = keep_missing_tallies()
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"PRAGMA analysis_limit = {ROWS_LOOKED_AT}")
        cursor.execute("ANALYZE")
    return tallied
