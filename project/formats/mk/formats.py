"""Dates and numbers in Macedonian."""

DATE_FORMAT = "j F Y"
DATETIME_FORMAT = "j F Y, H:i"
