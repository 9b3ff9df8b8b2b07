"""What keeps an import from going on, said to the editor."""


class ImportProblem(Exception):
    """An import that cannot be done, or undone; the message is Dutch and says why and what to do."""
