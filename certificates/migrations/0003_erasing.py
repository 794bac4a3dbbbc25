"""The guards of 0002 once more, for databases that have them from before they let an erasure through."""

import importlib

from django.db import migrations

guards = importlib.import_module("certificates.migrations.0002_guards")


def renew(apps, schema_editor):
    guards.unguard(apps, schema_editor)
    guards.guard(apps, schema_editor)


class Migration(migrations.Migration):
    dependencies = [("certificates", "0002_guards"), ("training", "0009_data_requests")]

    operations = [migrations.RunPython(renew, migrations.RunPython.noop)]
