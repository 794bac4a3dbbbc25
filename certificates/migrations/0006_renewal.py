"""A certificate may renew another; which one never changes. The guards take the new column in."""

import importlib

import django.db.models.deletion
from django.db import migrations, models

guards = importlib.import_module("certificates.migrations.0002_guards")
FROZEN = (*guards.FROZEN, "renews_id")


def guard(apps, schema_editor):
    guards.guard(apps, schema_editor, FROZEN)


unguard = guards.unguard


class Migration(migrations.Migration):
    dependencies = [("certificates", "0005_automatic_rules"), ("training", "0010_tallies")]

    operations = [
        migrations.RunPython(unguard, guards.guard),
        migrations.AddField(
            model_name="certificate",
            name="renews",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="renewals",
                to="certificates.certificate", verbose_name="renews",
            ),
        ),
        migrations.RunPython(guard, unguard),
        migrations.AddField(
            model_name="certificaterule",
            name="renewed_by",
            field=models.ManyToManyField(
                blank=True,
                help_text="Shorter courses: completing one issues a new certificate that points to the one it renews.",
                related_name="renews_certificates_of", to="training.training",
                verbose_name="renewed by completing one of",
            ),
        ),
        migrations.AlterField(
            model_name="certificaterule",
            name="automatic",
            field=models.BooleanField(
                default=False, help_text="As soon as a session is signed off, or a course is passed.",
                verbose_name="issued by themselves",
            ),
        ),
    ]
