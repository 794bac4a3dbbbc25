"""Checking in by code. From the sign-off on the database takes no change of it, as of the rest of the session."""

import importlib
import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

signed_off = importlib.import_module("training.migrations.0013_signed_off")
TABLES = (
    signed_off.Table("training_checkin", signed_off.OF_PARTICIPATION, ("participation_id", "day_id", "at", "way", "device")),
    signed_off.Table(
        "training_checkinnumber", signed_off.OF_PARTICIPATION, ("participation_id", "seed", "made_at", "sent_at")
    ),
)


def guard(apps, schema_editor):
    signed_off.guard_tables(TABLES, schema_editor)


def unguard(apps, schema_editor):
    signed_off.unguard_tables(TABLES, schema_editor)


class Migration(migrations.Migration):

    dependencies = [
        ('training', '0015_account_erased_at'),
    ]

    operations = [
        migrations.CreateModel(
            name='CheckInNumber',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seed', models.UUIDField(default=uuid.uuid4, unique=True)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('sent_at', models.DateTimeField(null=True)),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('participation', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='check_in_number', to='training.participation')),
            ],
            options={
                'verbose_name': 'number to check in with',
                'verbose_name_plural': 'numbers to check in with',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='CheckIn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='checked in')),
                ('way', models.CharField(choices=[('log_in', 'Log-in'), ('number', 'Number')], max_length=8)),
                ('device', models.CharField(blank=True, max_length=32)),
                ('day', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='check_ins', to='training.sessionday')),
                ('participation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='check_ins', to='training.participation')),
            ],
            options={
                'verbose_name': 'check-in',
                'verbose_name_plural': 'check-ins',
                'ordering': ['at', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('participation', 'day'), name='check_in_once_a_day'), models.UniqueConstraint(condition=models.Q(('device', ''), _negated=True), fields=('day', 'device'), name='check_in_one_a_device'), models.CheckConstraint(condition=models.Q(('way__in', ['log_in', 'number'])), name='check_in_known_way')],
            },
        ),
        migrations.RunPython(guard, unguard),
    ]
