"""The language an account reads in. SQLite makes the table of accounts anew for it, which the trail's triggers name."""

import importlib

from django.db import migrations, models

trail = importlib.import_module("training.migrations.0004_trail")


class Migration(migrations.Migration):

    dependencies = [
        ('training', '0010_tallies'),
    ]

    operations = [
        migrations.RunPython(trail.unguard, trail.guard),
        migrations.AddField(
            model_name='account',
            name='language',
            field=models.CharField(blank=True, max_length=7, verbose_name='language'),
        ),
        migrations.RunPython(trail.guard, trail.unguard),
    ]
