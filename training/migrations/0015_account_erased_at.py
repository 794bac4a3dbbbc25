"""When an account was erased. SQLite may make the table of accounts anew for it, which the trail's triggers name."""

import importlib

from django.db import migrations, models
from django.db.models.functions import Now

trail = importlib.import_module("training.migrations.0004_trail")


def mark_erased(apps, schema_editor):
    """Until now an erased account was known by its address only."""
    accounts = apps.get_model("training", "Account").objects
    accounts.filter(email__regex=r"^erased-[0-9]+@evidenca\.invalid$").update(erased_at=Now())


class Migration(migrations.Migration):

    dependencies = [
        ('training', '0014_sign_offs'),
    ]

    operations = [
        migrations.RunPython(trail.unguard, trail.guard),
        migrations.AddField(
            model_name='account',
            name='erased_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.RunPython(mark_erased, migrations.RunPython.noop),
        migrations.RunPython(trail.guard, trail.unguard),
    ]
