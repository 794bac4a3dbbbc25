"""Dates and numbers in Bosnian."""

DATE_FORMAT = "j. F Y."
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "j. F Y. H:i"
SHORT_DATE_FORMAT = "j.m.Y."
