"""A tally has a version, by which whoever holds what belongs to it knows that it is still right: the database draws
another where other people come to stand in its roster, or the session says something else.

Cells stand in the order of their numbers now, so those that were kept are dropped, and tallied again by `keep_tallies`.
"""

from django.db import migrations, models

import training.models.tallies

# A version is drawn by lot, as in models/tallies.py.
SQLITE = (
    """CREATE TRIGGER tally_of_other_people AFTER UPDATE ON training_participation
    WHEN OLD.person_id IS NOT NEW.person_id
    BEGIN UPDATE training_rostertally SET version = random() WHERE session_id = NEW.session_id; END""",
    """CREATE TRIGGER tally_of_other_facts AFTER UPDATE ON training_session
    BEGIN UPDATE training_rostertally SET version = random() WHERE session_id = NEW.id; END""",
)
DRAWN = "UPDATE training_rostertally SET version = floor((random() - 0.5) * 2 ^ 63)::bigint WHERE session_id IN"
POSTGRESQL = (
    f"""CREATE FUNCTION tally_of_other_people() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        {DRAWN} (SELECT n.session_id FROM new_rows n JOIN old_rows o USING (id) WHERE n.person_id <> o.person_id);
        RETURN NULL;
    END $$""",
    f"""CREATE FUNCTION tally_of_other_facts() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        {DRAWN} (SELECT id FROM new_rows);
        RETURN NULL;
    END $$""",
    """CREATE TRIGGER tally_of_other_people AFTER UPDATE ON training_participation
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION tally_of_other_people()""",
    """CREATE TRIGGER tally_of_other_facts AFTER UPDATE ON training_session
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION tally_of_other_facts()""",
)
UNGUARDED = {
    "sqlite": ("DROP TRIGGER IF EXISTS tally_of_other_people", "DROP TRIGGER IF EXISTS tally_of_other_facts"),
    "postgresql": (
        "DROP FUNCTION IF EXISTS tally_of_other_people CASCADE",
        "DROP FUNCTION IF EXISTS tally_of_other_facts CASCADE",
    ),
}


def guard(apps, schema_editor):
    """Let the database itself draw another version in the transaction that changes what belongs to it."""
    for statement in {"sqlite": SQLITE, "postgresql": POSTGRESQL}[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def unguard(apps, schema_editor):
    for statement in UNGUARDED[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("training", "0019_smaller_tallies")]

    operations = [
        migrations.RunSQL("DELETE FROM training_rostertally", "DELETE FROM training_rostertally"),
        migrations.AddField(
            "rostertally", "version", models.BigIntegerField(default=training.models.tallies.drawn)
        ),
        migrations.RunPython(guard, unguard),
    ]
