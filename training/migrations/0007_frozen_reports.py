from django.db import migrations

KEPT = "A frozen report stays as it was kept"
SQLITE = (
    f"""CREATE TRIGGER frozen_report_never_changed BEFORE UPDATE ON training_frozenreport
    BEGIN SELECT RAISE(ABORT, '{KEPT}'); END""",
    f"""CREATE TRIGGER frozen_report_never_removed BEFORE DELETE ON training_frozenreport
    BEGIN SELECT RAISE(ABORT, '{KEPT}'); END""",
)
POSTGRESQL = (
    f"""CREATE FUNCTION frozen_report_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '{KEPT}' USING ERRCODE = 'integrity_constraint_violation';
    END $$""",
    """CREATE TRIGGER frozen_report_never_changed BEFORE UPDATE OR DELETE ON training_frozenreport
    FOR EACH ROW EXECUTE FUNCTION frozen_report_stays()""",
    """CREATE TRIGGER frozen_report_never_emptied BEFORE TRUNCATE ON training_frozenreport
    FOR EACH STATEMENT EXECUTE FUNCTION frozen_report_stays()""",
)
UNGUARDED = {
    "sqlite": ("DROP TRIGGER IF EXISTS frozen_report_never_changed", "DROP TRIGGER IF EXISTS frozen_report_never_removed"),
    "postgresql": ("DROP FUNCTION IF EXISTS frozen_report_stays CASCADE",),
}


def guard(apps, schema_editor):
    """Let the database itself refuse to change or remove a frozen report."""
    for statement in {"sqlite": SQLITE, "postgresql": POSTGRESQL}[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def unguard(apps, schema_editor):
    for statement in UNGUARDED[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("training", "0006_merging")]

    operations = [migrations.RunPython(guard, unguard)]
