"""Tables as the database holds them, to see that nothing in them differs."""

from django.apps import apps
from django.db import connection

LEFT_OUT = {"training_trailentry", "training_institutionmerge", "training_personmerge"}


def every_row():
    """All rows of the register's tables, ids, values and timestamps, but for the trail and the records of merges."""
    models = apps.get_app_config("training").get_models(include_auto_created=True)
    tables = sorted({model._meta.db_table for model in models} - LEFT_OUT)
    with connection.cursor() as cursor:
        found = {}
        for table in tables:
            cursor.execute(f"SELECT * FROM {table} ORDER BY 1")  # noqa: S608  our own tables
            found[table] = cursor.fetchall()
    return found


def differing(before, after):
    """The tables whose rows are not the same."""
    return sorted(table for table in before if before[table] != after[table])
