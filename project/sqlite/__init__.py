"""SQLite as we use it: Django's own, but that changing a table leaves the triggers standing."""
