"""The database engine that settings name: Django finds `DatabaseWrapper` here."""

from typing import Any

from django.db.backends.sqlite3.base import DatabaseWrapper as DjangosWrapper
from django.db.backends.sqlite3.schema import DatabaseSchemaEditor as DjangosEditor


class SchemaEditor(DjangosEditor):
    """For most changes of a table Django makes a new one, drops the old one and renames. That takes the triggers of the
    table with it, and fails where another one's trigger names the table. So all of them are put aside meanwhile: in the
    same transaction, so that the database is never without them.
    """

    def _remake_table(self, *args: Any, **kwargs: Any) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
        for name, _sql in triggers:
            self.execute(f"DROP TRIGGER {self.quote_name(name)}", params=None)
        super()._remake_table(*args, **kwargs)  # type: ignore[misc]  # its stubs leave it out
        for _name, sql in triggers:
            self.execute(sql, params=None)


class DatabaseWrapper(DjangosWrapper):
    SchemaEditorClass = SchemaEditor
