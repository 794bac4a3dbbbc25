import django.db.models.deletion
from django.db import migrations, models

# What a tally counts of a participation. Whose person, position or dates change, changes no tally.
COUNTED = (
    "session_id", "role", "outcome", "sex", "jurisdiction_id", "institution_id",
    "days_attended", "pre_score", "post_score",
)  # fmt: skip
OTHERWISE = " OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in COUNTED)
SQLITE = tuple(
    f"""CREATE TRIGGER tally_dropped_by_{event} AFTER {event.upper()} ON training_participation {condition}
    BEGIN DELETE FROM training_rostertally WHERE session_id IN ({sessions}); END"""
    for event, condition, sessions in (
        ("insert", "", "NEW.session_id"),
        ("update", f"WHEN {OTHERWISE}", "OLD.session_id, NEW.session_id"),
        ("delete", "", "OLD.session_id"),
    )
)
# Whoever tallies holds the session and every row of its roster, so that a change of a row waits for it, or it leaves the
# session alone. A row that comes to a session is held by nobody yet, so whoever brings it asks for the session itself.
BEFORE, AFTER = (f"({', '.join(f'{row}.{name}' for name in COUNTED)})" for row in ("o", "n"))
POSTGRESQL = (
    f"""CREATE FUNCTION tally_dropped() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        came bigint[] := '{{}}';
        changed bigint[];
    BEGIN
        IF TG_OP = 'INSERT' THEN
            came := ARRAY(SELECT DISTINCT session_id FROM new_rows);
            changed := came;
        ELSIF TG_OP = 'UPDATE' THEN
            came := ARRAY(SELECT DISTINCT n.session_id FROM new_rows n JOIN old_rows o USING (id)
                WHERE n.session_id <> o.session_id);
            changed := ARRAY(SELECT DISTINCT unnest(ARRAY[o.session_id, n.session_id])
                FROM new_rows n JOIN old_rows o USING (id) WHERE {AFTER} IS DISTINCT FROM {BEFORE});
        ELSE
            changed := ARRAY(SELECT DISTINCT session_id FROM old_rows);
        END IF;
        PERFORM FROM training_session WHERE id = ANY(came) ORDER BY id FOR KEY SHARE;
        DELETE FROM training_rostertally WHERE session_id = ANY(changed);
        RETURN NULL;
    END $$""",
    *(
        f"""CREATE TRIGGER tally_dropped_by_{event} AFTER {event.upper()} ON training_participation
        REFERENCING {rows} FOR EACH STATEMENT EXECUTE FUNCTION tally_dropped()"""
        for event, rows in (
            ("insert", "NEW TABLE AS new_rows"),
            ("update", "OLD TABLE AS old_rows NEW TABLE AS new_rows"),
            ("delete", "OLD TABLE AS old_rows"),
        )
    ),
)
UNGUARDED = {
    "sqlite": tuple(f"DROP TRIGGER IF EXISTS tally_dropped_by_{event}" for event in ("insert", "update", "delete")),
    "postgresql": ("DROP FUNCTION IF EXISTS tally_dropped CASCADE",),
}


def guard(apps, schema_editor):
    """Let the database itself drop the tally of a session in the transaction that changes its roster."""
    for statement in {"sqlite": SQLITE, "postgresql": POSTGRESQL}[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def unguard(apps, schema_editor):
    for statement in UNGUARDED[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("training", "0009_data_requests")]

    operations = [
        migrations.CreateModel(
            name="RosterTally",
            fields=[
                (
                    "session",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="tally",
                        serialize=False,
                        to="training.session",
                    ),
                ),
                ("cells", models.BinaryField()),
            ],
            options={"verbose_name": "tally of a roster", "verbose_name_plural": "tallies of rosters"},
        ),
        migrations.RunPython(guard, unguard),
    ]
