"""Moodle XML, the format in which question banks travel: reading what Moodle wrote, and writing what it can read."""
