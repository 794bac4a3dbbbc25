"""Fictional people and sessions to look around in. Each record is marked, and one command takes them all away."""
