"""The WSGI application: `granian --interface wsgi zelfregie_tenants.wsgi:application`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zelfregie_tenants.settings.production")
# A server keeps its connections; commands and tasks open one and close it.
os.environ.setdefault("ZELFREGIE_DB_POOL", "8")

application = get_wsgi_application()

# After set-up, because they ask the database. PgBouncer in transaction mode would hand out another region's data; a
# plugin that was uninstalled while pages hold its blocks would lose them, and one of an older version may not know what
# a newer one wrote.
from django.conf import settings  # noqa: E402 -- after set-up

from zelfregie_core.plugins.shadows import refuse_shadowed_addresses  # noqa: E402 -- apps must be loaded first
from zelfregie_tenants.domain.modules.versions import start_with_versions  # noqa: E402 -- apps must be loaded first
from zelfregie_tenants.domain.plugins import refuse_missing_plugins  # noqa: E402 -- apps must be loaded first
from zelfregie_tenants.domain.pooling import refuse_transaction_pooling  # noqa: E402 -- the same
from zelfregie_tenants.domain.rights import limit_this_process  # noqa: E402 -- the same
from zelfregie_tenants.monitoring import watchdog  # noqa: E402 -- the same

refuse_transaction_pooling()
refuse_missing_plugins()
start_with_versions()
refuse_shadowed_addresses()
limit_this_process(statement_seconds=settings.ZELFREGIE_ANSWER_SECONDS)
watchdog.start()
