"""Figures of courses: counted as a table of the statistics, and taken away as files."""
