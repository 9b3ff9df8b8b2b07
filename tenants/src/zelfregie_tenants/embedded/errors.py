"""Errors a newcomer can act on."""


class EmbeddedError(Exception):
    """Something on this machine stands in the way.

    The message is one sentence with the remedy, fit to print as it is.
    """
