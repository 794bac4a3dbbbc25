"""Past sessions out of a project's own spreadsheet: one row a session, with its totals and their breakdowns."""
