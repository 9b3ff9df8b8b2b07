"""The command `zelfregie`.

Modules are imported when their command runs, and Django is set up when a command needs it, so that `--help` is quick.
"""

from __future__ import annotations

from zelfregie_tenants.cli.root import Root

main = Root(
    name="zelfregie",
    help="Put self-help networks of regions online, and keep them there.",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    no_args_is_help=True,
)

__all__ = ["main"]
