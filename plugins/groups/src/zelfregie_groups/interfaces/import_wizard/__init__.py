"""Bringing lists of groups in, in the Wagtail admin: lists, columns, preview, apply, undo."""
