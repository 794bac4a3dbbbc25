"""The paper of a day: signed sheets, and how many signatures are on them. Once the session is signed off both stay as they
are (as everything in 0013_signed_off.py); but the file of a sheet goes when its period has run out.
"""

from importlib import import_module

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import training.models.paper
from django.conf import settings
from django.db import migrations, models

signed_off = import_module("training.migrations.0013_signed_off")
OF_DAY = "(SELECT session_id FROM training_sessionday WHERE id = {row}.day_id)"
TABLES = (
    signed_off.Table("training_papercount", OF_DAY, ("day_id", "signatures", "by_id", "at")),
    signed_off.Table(
        "training_signedsheet",
        OF_DAY,
        ("day_id", "kind", "pages", "size", "sha256", "by_id", "at"),
        also="(NEW.file <> OLD.file AND NEW.file <> '')",
    ),
)


def guard(apps, schema_editor):
    signed_off.guard_tables(TABLES, schema_editor)


def unguard(apps, schema_editor):
    signed_off.unguard_tables(TABLES, schema_editor)


class Migration(migrations.Migration):

    dependencies = [
        ('training', '0016_check_in'),
    ]

    operations = [
        migrations.CreateModel(
            name='PaperCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('signatures', models.PositiveSmallIntegerField(validators=[django.core.validators.MaxValueValidator(5000)], verbose_name='signatures')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('day', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='paper_count', to='training.sessionday')),
            ],
            options={
                'verbose_name': 'signatures on paper',
                'verbose_name_plural': 'signatures on paper',
            },
        ),
        migrations.CreateModel(
            name='SignedSheet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('pdf', 'PDF'), ('jpeg', 'Picture')], max_length=4)),
                ('pages', models.PositiveSmallIntegerField(default=1)),
                ('file', models.FileField(blank=True, max_length=120, storage=training.models.paper.sheet_storage, upload_to=training.models.paper.under_a_random_name)),
                ('size', models.PositiveIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('removed_at', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('day', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='signed_sheets', to='training.sessionday')),
            ],
            options={
                'verbose_name': 'signed sheet',
                'verbose_name_plural': 'signed sheets',
                'ordering': ['at', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('day', 'sha256'), name='signed_sheet_once_a_day'), models.CheckConstraint(condition=models.Q(models.Q(('file', ''), ('removed_at__isnull', False)), models.Q(models.Q(('file', ''), _negated=True), ('removed_at', None)), _connector='OR'), name='signed_sheet_there_or_removed')],
            },
        ),
        migrations.RunPython(guard, unguard),
    ]
