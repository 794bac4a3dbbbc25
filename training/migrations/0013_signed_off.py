"""The database itself refuses to change a session that is signed off, its roster, marks and figures, until it is reopened.

What may still change is listed as `free`: whose a participation is (merging people), a position that erasure empties, an
institution that was merged into another, and references to accounts that are gone. Demo sessions may be deleted.
"""

from dataclasses import dataclass

from django.db import migrations

KEPT = "This session is signed off"


@dataclass(frozen=True)
class Table:
    """`session` is the id of the session a row belongs to, as SQL; `fixed` are the columns that stay.

    `institution` is the column, if there is one, that may follow a merge of institutions; `doubles` says that a row may
    go, and come back, with the institution that was merged away.
    """

    name: str
    session: str
    fixed: tuple[str, ...]
    institution: str = ""
    doubles: bool = False
    also: str = ""  # what else must not have happened; {row} and {differs} are filled in


OF_PARTICIPATION = "(SELECT session_id FROM training_participation WHERE id = {row}.participation_id)"
OF_BREAKDOWN = (
    "(SELECT counted.session_id FROM training_breakdown AS divided"
    " JOIN training_headcount AS counted ON counted.id = divided.headcount_id WHERE divided.id = {row}.breakdown_id)"
)
TABLES = (
    Table(
        "training_participation",
        "{row}.session_id",
        (
            "session_id", "role", "jurisdiction_id", "sex", "outcome", "days_attended", "pre_score", "post_score",
            "completed_on", "last_activity_on", "withdrawn_at", "created_at",
        ),
        institution="institution_id",
        also="(NEW.position <> OLD.position AND NEW.position <> '')",
    ),
    Table("training_attendance", OF_PARTICIPATION, ("participation_id", "day_id", "mark", "way", "at")),
    Table(
        "training_attendanceevent",
        f"COALESCE({OF_PARTICIPATION}, (SELECT session_id FROM training_walkin WHERE id = {{row}}.walk_in_id))",
        (
            "participation_id", "day_id", "before", "after", "way", "at", "batch", "undoes", "nonce", "device", "walk_in_id",
            "claimed_at", "received_at",
        ),
    ),
    Table("training_walkin", "{row}.session_id", ("session_id", "participation_id", "sex", "at", "device", "received_at")),
    Table("training_sessionday", "{row}.session_id", ("session_id", "date")),
    Table("training_headcount", "{row}.session_id", ("session_id", "scope", "total", "reason", "source_id", "quote")),
    Table(
        "training_breakdown",
        "(SELECT session_id FROM training_headcount WHERE id = {row}.headcount_id)",
        ("headcount_id", "by_jurisdiction", "by_institution_type", "by_institution", "by_sex"),
    ),
    Table(
        "training_cell",
        OF_BREAKDOWN,
        ("breakdown_id", "jurisdiction_id", "institution_type_id", "sex", "number"),
        institution="institution_id",
    ),
    Table("training_session_jurisdictions", "{row}.session_id", ("session_id", "jurisdiction_id")),
    Table("training_session_audience", "{row}.session_id", ("session_id", "institutiontype_id")),
    Table(
        "training_session_institutions", "{row}.session_id", ("session_id",), institution="institution_id", doubles=True
    ),
)  # fmt: skip

# Of the session itself; all but who made it, and the time of the last change.
SESSION = (
    "key", "title", "training_id", "topic_id", "project_id", "project_inferred", "parent_id", "kind", "modality", "start",
    "as_of", "place", "language", "capacity", "number_of_sessions", "days_per_session", "modules", "audience_text",
    "source_id", "requested_by", "note", "created_at",
)  # fmt: skip
DIFFERS = {"sqlite": "IS NOT", "postgresql": "IS DISTINCT FROM"}


def session_changed(vendor):
    """Anything but its reopening, and but that the account which signed it off is gone."""
    changed = [f'NEW.{name} {DIFFERS[vendor]} OLD.{name}' for name in SESSION]
    changed.append(f'NEW."end" {DIFFERS[vendor]} OLD."end"')
    signed = f"""NEW.status <> OLD.status OR NEW.closed_at {DIFFERS[vendor]} OLD.closed_at
        OR (NEW.closed_by_id {DIFFERS[vendor]} OLD.closed_by_id AND NEW.closed_by_id IS NOT NULL)"""
    reopened = "NEW.status = 'delivered' AND NEW.closed_at IS NULL AND NEW.closed_by_id IS NULL"
    return f"({' OR '.join(changed)}) OR (({signed}) AND NOT ({reopened}))"


def row_changed(table, vendor, old="OLD", new="NEW"):
    differs = DIFFERS[vendor]
    changed = [f"{new}.{name} {differs} {old}.{name}" for name in table.fixed]
    if table.institution:
        one, other = f"{old}.{table.institution}", f"{new}.{table.institution}"
        changed.append(f"({one} {differs} {other} AND NOT {merged(one, other)})")
    if table.also:
        changed.append(table.also.replace("OLD.", f"{old}.").replace("NEW.", f"{new}."))
    return " OR ".join(changed)


def merged(one, other):
    """Whether one of the two institutions was merged into the other, or taken out again."""
    return f"""EXISTS (SELECT 1 FROM training_institutionmerge AS made
        WHERE (made.gone_id = {one} AND made.into_id = {other}) OR (made.gone_id = {other} AND made.into_id = {one}))"""


def moving(table, row):
    """What lets a row come to a session that is signed off, or go from it."""
    if not table.doubles:
        return "1 = 0"
    return f"EXISTS (SELECT 1 FROM training_institutionmerge AS made WHERE made.gone_id = {row}.{table.institution})"


def closed(session):
    return f"EXISTS (SELECT 1 FROM training_session AS held WHERE held.id = {session} AND held.status = 'closed')"


def demo(session):
    return f"""EXISTS (SELECT 1 FROM training_session AS held JOIN training_project AS paid ON paid.id = held.project_id
        WHERE held.id = {session} AND paid.is_demo)"""


def on_sqlite(table):
    new, old = (table.session.format(row=row) for row in ("NEW", "OLD"))
    when = {
        "INSERT": f"{closed(new)} AND NOT {moving(table, 'NEW')}",
        "UPDATE": f"({row_changed(table, 'sqlite')}) AND ({closed(old)} OR {closed(new)})",
        "DELETE": f"{closed(old)} AND NOT {demo(old)} AND NOT {moving(table, 'OLD')}",
    }
    for event, condition in when.items():
        yield f"""CREATE TRIGGER signed_off_{event.lower()}_{table.name} BEFORE {event} ON {table.name} WHEN {condition}
        BEGIN SELECT RAISE(ABORT, '{KEPT}'); END"""


def on_postgresql(table):
    """One statement asks once, however many rows it changes. It holds their sessions, so that whoever signs one off at
    the same moment waits for it, or it for them."""
    new, old = (table.session.format(row=row) for row in ("n", "o"))
    yield f"""CREATE FUNCTION signed_off_{table.name}() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        touched bigint[];
    BEGIN
        IF TG_OP = 'INSERT' THEN
            touched := ARRAY(SELECT DISTINCT {new} FROM new_rows n WHERE NOT {moving(table, 'n')});
        ELSIF TG_OP = 'UPDATE' THEN
            touched := ARRAY(SELECT DISTINCT unnest(ARRAY[{old}, {new}]) FROM new_rows n JOIN old_rows o USING (id)
                WHERE {row_changed(table, 'postgresql', 'o', 'n')});
        ELSE
            touched := ARRAY(SELECT gone.session FROM (SELECT DISTINCT {old} AS session FROM old_rows o
                WHERE NOT {moving(table, 'o')}) AS gone WHERE NOT {demo('gone.session')});
        END IF;
        PERFORM FROM training_session WHERE id = ANY(touched) ORDER BY id FOR SHARE;
        IF EXISTS (SELECT FROM training_session WHERE id = ANY(touched) AND status = 'closed') THEN
            RAISE EXCEPTION '{KEPT}' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NULL;
    END $$"""
    for event, rows in {
        "INSERT": "NEW TABLE AS new_rows",
        "UPDATE": "OLD TABLE AS old_rows NEW TABLE AS new_rows",
        "DELETE": "OLD TABLE AS old_rows",
    }.items():
        yield f"""CREATE TRIGGER signed_off_{event.lower()} AFTER {event} ON {table.name} REFERENCING {rows}
        FOR EACH STATEMENT EXECUTE FUNCTION signed_off_{table.name}()"""
    yield f"""CREATE TRIGGER signed_off_truncate BEFORE TRUNCATE ON {table.name}
    FOR EACH STATEMENT EXECUTE FUNCTION signed_off_session()"""


SESSION_ON_SQLITE = (
    f"""CREATE TRIGGER signed_off_update_training_session BEFORE UPDATE ON training_session
    WHEN OLD.status = 'closed' AND ({session_changed('sqlite')}) BEGIN SELECT RAISE(ABORT, '{KEPT}'); END""",
    f"""CREATE TRIGGER signed_off_delete_training_session BEFORE DELETE ON training_session
    WHEN OLD.status = 'closed' AND NOT {demo('OLD.id')} BEGIN SELECT RAISE(ABORT, '{KEPT}'); END""",
)
SESSION_ON_POSTGRESQL = (
    f"""CREATE FUNCTION signed_off_session() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'UPDATE' THEN
            IF OLD.status <> 'closed' OR NOT ({session_changed('postgresql')}) THEN
                RETURN NEW;
            END IF;
        ELSIF TG_OP = 'DELETE' THEN
            IF OLD.status <> 'closed' OR {demo('OLD.id')} THEN
                RETURN OLD;
            END IF;
        END IF;
        RAISE EXCEPTION '{KEPT}' USING ERRCODE = 'integrity_constraint_violation';
    END $$""",
    """CREATE TRIGGER signed_off_change BEFORE UPDATE OR DELETE ON training_session
    FOR EACH ROW EXECUTE FUNCTION signed_off_session()""",
    """CREATE TRIGGER signed_off_truncate BEFORE TRUNCATE ON training_session
    FOR EACH STATEMENT EXECUTE FUNCTION signed_off_session()""",
)


def guard_tables(tables, schema_editor):
    """Has the database refuse changes of these tables' rows; also for migrations that bring further ones along."""
    made = {"sqlite": on_sqlite, "postgresql": on_postgresql}[schema_editor.connection.vendor]
    for statement in (one for table in tables for one in made(table)):
        schema_editor.execute(statement, params=None)


def unguard_tables(tables, schema_editor):
    for table in tables:
        if schema_editor.connection.vendor == "sqlite":
            drop_on_sqlite(table.name, schema_editor)
        else:
            schema_editor.execute(f"DROP FUNCTION IF EXISTS signed_off_{table.name} CASCADE", params=None)


def drop_on_sqlite(name, schema_editor):
    for event in ("insert", "update", "delete"):
        schema_editor.execute(f"DROP TRIGGER IF EXISTS signed_off_{event}_{name}", params=None)


def guard(apps, schema_editor):
    own = {"sqlite": SESSION_ON_SQLITE, "postgresql": SESSION_ON_POSTGRESQL}[schema_editor.connection.vendor]
    for statement in own:
        schema_editor.execute(statement, params=None)
    guard_tables(TABLES, schema_editor)


def unguard(apps, schema_editor):
    unguard_tables(TABLES, schema_editor)
    if schema_editor.connection.vendor == "sqlite":
        drop_on_sqlite("training_session", schema_editor)
    else:
        schema_editor.execute("DROP FUNCTION IF EXISTS signed_off_session CASCADE", params=None)


class Migration(migrations.Migration):
    dependencies = [("training", "0012_offline_marks")]

    operations = [migrations.RunPython(guard, unguard)]
