"""Backing up and restoring one region alone."""
