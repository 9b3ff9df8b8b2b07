"""Every night: what was kept long enough goes."""

import logging

from django.conf import settings
from django.db import Error as DatabaseError

from zelfregie_core.domain.privacy.declared import declarations
from zelfregie_core.plugins.calls import log_failure

logger = logging.getLogger("zelfregie.privacy")


def keep_terms() -> dict[str, int]:
    """Do what each declaration says about keeping, in the current region; also of plugins that are off.

    One that fails is logged and does not stop the others, unless errors of plugins surface.

    :return: key of the declaration to the number of rows that something was removed from; only those that enforce.
    """
    done = {}
    for declared in declarations():
        if declared.item.enforce is None:
            continue
        try:
            done[declared.item.key] = declared.item.enforce()
        except DatabaseError:
            raise
        except Exception as error:
            if settings.ZELFREGIE_RAISE_PLUGIN_ERRORS:
                raise
            log_failure(declared.plugin, f"keeping terms of {declared.item.key}", error)
    # Numbers and keys of declarations only: nothing of what was removed.
    logger.info("Terms kept: %s", ", ".join(f"{key} {number}" for key, number in done.items() if number) or "nothing")
    return done
