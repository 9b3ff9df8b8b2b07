"""`zelfregie key`: a new key for personal text."""

from __future__ import annotations

import click
from cryptography.fernet import Fernet


@click.command()
def key() -> None:
    """Print a new key for ZELFREGIE_ENCRYPTION_KEYS.

    To rotate: put the new key first in the list, keep the old ones behind it, and run `zelfregie privacy rotate-keys`.
    """
    click.echo(Fernet.generate_key().decode("ascii"))
