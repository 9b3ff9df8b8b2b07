"""The task queue: every task knows its region, runs there, and is tried again when it fails."""
