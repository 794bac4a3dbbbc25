"""What was signed off stays on record: the database refuses to change or remove a sign-off and the registers it froze.

A reopening is added once. The name of an erased person goes from a register, which is printed again without it. What belongs
to demo sessions may go.
"""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


KEPT = "What was signed off stays on record"
SIGN_OFF = ("session_id", "at", "by_id", "rule", "stood", "missing", "reason")
REOPENING = ("reopened_at", "reopened_by_id", "reopen_reason")
REGISTER = ("sign_off_id", "day_id", "content", "frozen_sha256")
DIFFERS = {"sqlite": "IS NOT", "postgresql": "IS DISTINCT FROM"}
EACH = {"sqlite": "json_each", "postgresql": "jsonb_each_text"}


def sign_off_changed(vendor):
    fixed = [f"NEW.{name} {DIFFERS[vendor]} OLD.{name}" for name in SIGN_OFF]
    once = [f"(OLD.reopened_at IS NOT NULL AND NEW.{name} {DIFFERS[vendor]} OLD.{name})" for name in REOPENING]
    return " OR ".join(fixed + once)


def register_changed(vendor):
    """Anything, but that names go of people who were erased, and the print without them comes in its place."""
    differs, each = DIFFERS[vendor], EACH[vendor]
    fixed = [f"NEW.{name} {differs} OLD.{name}" for name in REGISTER]
    added = f"(SELECT COUNT(*) FROM {each}(NEW.names)) <> (SELECT COUNT(*) FROM {each}(OLD.names))"
    renamed = f"""EXISTS (SELECT 1 FROM {each}(OLD.names) AS was LEFT JOIN {each}(NEW.names) AS now ON now.key = was.key
        LEFT JOIN training_person AS person ON person.id = CAST(was.key AS bigint)
        WHERE now.value {differs} was.value AND person.erased_at IS NULL)"""
    printed = f"((NEW.pdf {differs} OLD.pdf OR NEW.sha256 {differs} OLD.sha256) AND NOT NEW.names {differs} OLD.names)"
    return " OR ".join([*fixed, added, renamed, printed])


def demo(sign_off):
    return f"""EXISTS (SELECT 1 FROM training_signoff AS signed JOIN training_session AS held ON held.id = signed.session_id
        JOIN training_project AS paid ON paid.id = held.project_id WHERE signed.id = {sign_off} AND paid.is_demo)"""


TABLES = {
    "training_signoff": (sign_off_changed, demo("OLD.id")),
    "training_dayregister": (register_changed, demo("OLD.sign_off_id")),
}


def on_sqlite(table, changed, may_go):
    yield f"""CREATE TRIGGER {table}_never_changed BEFORE UPDATE ON {table} WHEN {changed("sqlite")}
    BEGIN SELECT RAISE(ABORT, '{KEPT}'); END"""
    yield f"""CREATE TRIGGER {table}_never_removed BEFORE DELETE ON {table} WHEN NOT {may_go}
    BEGIN SELECT RAISE(ABORT, '{KEPT}'); END"""


def on_postgresql(table, changed, may_go):
    yield f"""CREATE FUNCTION {table}_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'UPDATE' THEN
            IF NOT ({changed("postgresql")}) THEN
                RETURN NEW;
            END IF;
        ELSIF TG_OP = 'DELETE' THEN
            IF {may_go} THEN
                RETURN OLD;
            END IF;
        END IF;
        RAISE EXCEPTION '{KEPT}' USING ERRCODE = 'integrity_constraint_violation';
    END $$"""
    yield f"""CREATE TRIGGER {table}_never_changed BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION {table}_stays()"""
    yield f"""CREATE TRIGGER {table}_never_emptied BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION {table}_stays()"""


def guard(apps, schema_editor):
    made = {"sqlite": on_sqlite, "postgresql": on_postgresql}[schema_editor.connection.vendor]
    for table, (changed, may_go) in TABLES.items():
        for statement in made(table, changed, may_go):
            schema_editor.execute(statement, params=None)


def unguard(apps, schema_editor):
    for table in TABLES:
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_never_changed", params=None)
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_never_removed", params=None)
        else:
            schema_editor.execute(f"DROP FUNCTION IF EXISTS {table}_stays CASCADE", params=None)


class Migration(migrations.Migration):

    dependencies = [
        ('training', '0013_signed_off'),
    ]

    operations = [
        migrations.CreateModel(
            name='SignOff',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='signed off')),
                ('rule', models.JSONField()),
                ('stood', models.JSONField()),
                ('missing', models.JSONField(default=list)),
                ('reason', models.TextField(blank=True, verbose_name='why although paper and register differ')),
                ('reopened_at', models.DateTimeField(null=True)),
                ('reopen_reason', models.TextField(blank=True, verbose_name='why it was reopened')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('reopened_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sign_offs', to='training.session')),
            ],
            options={
                'verbose_name': 'sign-off',
                'verbose_name_plural': 'sign-offs',
                'ordering': [models.OrderBy(models.F('at'), descending=True), '-pk'],
            },
        ),
        migrations.CreateModel(
            name='DayRegister',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('content', models.JSONField()),
                ('names', models.JSONField()),
                ('pdf', models.BinaryField()),
                ('sha256', models.CharField(max_length=64)),
                ('frozen_sha256', models.CharField(max_length=64)),
                ('day', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='frozen', to='training.sessionday')),
                ('sign_off', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='registers', to='training.signoff')),
            ],
            options={
                'verbose_name': 'register of a day',
                'verbose_name_plural': 'registers of days',
                'ordering': ['day__date', 'pk'],
            },
        ),
        migrations.AddConstraint(
            model_name='signoff',
            constraint=models.UniqueConstraint(condition=models.Q(('reopened_at', None)), fields=('session',), name='sign_off_stands_once'),
        ),
        migrations.AddConstraint(
            model_name='signoff',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('reopen_reason', ''), ('reopened_at', None), ('reopened_by', None)), models.Q(('reopened_at__isnull', False), ('reopened_by__isnull', False), models.Q(('reopen_reason', ''), _negated=True)), _connector='OR'), name='sign_off_reopened_with_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='dayregister',
            constraint=models.UniqueConstraint(fields=('sign_off', 'day'), name='day_register_frozen_once'),
        ),
        migrations.RunPython(guard, unguard),
    ]
