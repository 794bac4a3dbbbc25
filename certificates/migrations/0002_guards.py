"""The database itself refuses to change what a certificate says, or to remove one. Those of demo projects may go, and so
may the name and the file once the person was erased.
"""

from django.db import migrations

KEPT = "A certificate stays as it was issued"
FROZEN = (
    "serial", "participation_id", "kind", "content_sha256", "pdf_sha256", "issued_at", "issued_by_id",
    "expires_on", "override_reason", "supersedes_id", "supersede_reason",
)
# Each happens once: what stands there stays.
ONCE = ("superseded_at", "revoked_at")
WITH_REVOCATION = ("revoked_by_id", "revoked_reason")
DEMO = """EXISTS (
    SELECT 1 FROM training_participation AS taken
    JOIN training_session AS held ON held.id = taken.session_id
    JOIN training_project AS paid ON paid.id = held.project_id
    WHERE taken.id = OLD.participation_id AND paid.is_demo)"""

# The name and the file are gone, all else it says is there, and so it should be.
ERASED = """({without_name} AND NEW.pdf = '' AND EXISTS (
    SELECT 1 FROM training_participation AS taken
    JOIN training_person AS person ON person.id = taken.person_id
    WHERE taken.id = OLD.participation_id AND person.erased_at IS NOT NULL))"""
WITHOUT_NAME = {
    "sqlite": "json_extract(NEW.content, '$.name') = ''"
    " AND json_remove(NEW.content, '$.name') = json_remove(OLD.content, '$.name')",
    "postgresql": "NEW.content ->> 'name' = '' AND NEW.content - 'name' = OLD.content - 'name'",
}


def changed(frozen, differs, database):
    """What must not have happened, where `differs` is how the database says that two values are not the same."""
    frozen = [f"NEW.{name} {differs} OLD.{name}" for name in frozen]
    erased = ERASED.format(without_name=WITHOUT_NAME[database])
    personal = [f"((NEW.content {differs} OLD.content OR NEW.pdf {differs} OLD.pdf) AND NOT {erased})"]
    once = [f"(OLD.{name} IS NOT NULL AND NEW.{name} {differs} OLD.{name})" for name in ONCE]
    revoked = [f"(OLD.revoked_at IS NOT NULL AND NEW.{name} {differs} OLD.{name})" for name in WITH_REVOCATION]
    return " OR ".join([*frozen, *personal, *once, *revoked])


def guards(frozen):
    """The statements that guard the table, by database; `frozen` are the columns that never change."""
    sqlite = (
        f"""CREATE TRIGGER certificate_never_changed BEFORE UPDATE ON certificates_certificate
        WHEN {changed(frozen, "IS NOT", "sqlite")} BEGIN SELECT RAISE(ABORT, '{KEPT}'); END""",
        f"""CREATE TRIGGER certificate_never_removed BEFORE DELETE ON certificates_certificate WHEN NOT {DEMO}
        BEGIN SELECT RAISE(ABORT, '{KEPT}'); END""",
    )
    postgresql = (
        f"""CREATE FUNCTION certificate_stays() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'UPDATE' THEN
                IF NOT ({changed(frozen, "IS DISTINCT FROM", "postgresql")}) THEN
                    RETURN NEW;
                END IF;
            ELSIF TG_OP = 'DELETE' THEN
                IF {DEMO} THEN
                    RETURN OLD;
                END IF;
            END IF;
            RAISE EXCEPTION '{KEPT}' USING ERRCODE = 'integrity_constraint_violation';
        END $$""",
        """CREATE TRIGGER certificate_never_changed BEFORE UPDATE OR DELETE ON certificates_certificate
        FOR EACH ROW EXECUTE FUNCTION certificate_stays()""",
        """CREATE TRIGGER certificate_never_emptied BEFORE TRUNCATE ON certificates_certificate
        FOR EACH STATEMENT EXECUTE FUNCTION certificate_stays()""",
    )
    return {"sqlite": sqlite, "postgresql": postgresql}


UNGUARDED = {
    "sqlite": (
        "DROP TRIGGER IF EXISTS certificate_never_changed",
        "DROP TRIGGER IF EXISTS certificate_never_removed",
    ),
    "postgresql": ("DROP FUNCTION IF EXISTS certificate_stays CASCADE",),
}


def guard(apps, schema_editor, frozen=FROZEN):
    for statement in guards(frozen)[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def unguard(apps, schema_editor):
    for statement in UNGUARDED[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("certificates", "0001_initial")]

    operations = [migrations.RunPython(guard, unguard)]
