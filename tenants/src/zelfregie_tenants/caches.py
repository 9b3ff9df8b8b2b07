"""A cache on a server of its own, Valkey or Redis, without which pages still answer."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache, RedisCacheClient

logger = logging.getLogger("zelfregie.platform")

#: So long is a server waited for that does not answer, and so long is it then left alone.
WAIT_SECONDS, ALONE_SECONDS = 0.5, 5.0
#: What is kept in this process meanwhile is kept no longer than this: other processes do not hear of changes.
MEANWHILE_SECONDS = 60


class PatientRedisCacheClient(RedisCacheClient):
    """Django's own client. While the server is away it works with the memory of this process instead.

    So brakes on guessing go on braking, each process for itself. What was changed or deleted meanwhile the server does
    not know: when it is back, it is emptied before it is believed again.
    """

    def __init__(self, servers: list[str], **options: Any) -> None:
        """Connect at the first question."""
        super().__init__(
            servers, **({"socket_connect_timeout": WAIT_SECONDS, "socket_timeout": WAIT_SECONDS} | options)
        )
        # Once more at once, for a connection that the server closed because nothing was asked for long.
        self._pool_options["retry"] = self._lib.retry.Retry(self._lib.backoff.NoBackoff(), 1)
        self._lock = threading.Lock()
        self._meanwhile = LocMemCache(f"meanwhile-{id(self)}", {"timeout": MEANWHILE_SECONDS})
        self._alone_until = 0.0
        self._missed_changes = False

    @property
    def is_away(self) -> bool:
        """Whether the server did not answer the last time."""
        return self._alone_until > 0

    def add(self, key: str, value: Any, timeout: float | None) -> bool:
        """As Django's."""
        return self._change(super().add, lambda cache: cache.add(key, value, _short(timeout)), key, value, timeout)

    def get(self, key: str, default: Any) -> Any:
        """As Django's."""
        return self._ask(super().get, lambda cache: cache.get(key, default), key, default)

    def set(self, key: str, value: Any, timeout: float | None) -> None:
        """As Django's."""
        self._change(super().set, lambda cache: cache.set(key, value, _short(timeout)), key, value, timeout)

    def touch(self, key: str, timeout: float | None) -> bool:
        """As Django's."""
        return self._change(super().touch, lambda cache: cache.touch(key, _short(timeout)), key, timeout)

    def delete(self, key: str) -> bool:
        """As Django's."""
        return self._change(super().delete, lambda cache: cache.delete(key), key)

    def get_many(self, keys: Iterable[str]) -> dict[str, Any]:
        """As Django's."""
        wanted = list(keys)
        return self._ask(super().get_many, lambda cache: cache.get_many(wanted), wanted)

    def has_key(self, key: str) -> bool:
        """As Django's."""
        return self._ask(super().has_key, lambda cache: cache.has_key(key), key)

    def incr(self, key: str, delta: int) -> int:
        """As Django's."""
        return self._change(super().incr, lambda cache: cache.incr(key, delta), key, delta)

    def set_many(self, data: Mapping[str, Any], timeout: float | None) -> None:
        """As Django's."""
        self._change(super().set_many, lambda cache: cache.set_many(data, _short(timeout)), data, timeout)

    def delete_many(self, keys: Iterable[str]) -> None:
        """As Django's."""
        unwanted = list(keys)
        self._change(super().delete_many, lambda cache: cache.delete_many(unwanted), unwanted)

    def clear(self) -> bool:
        """As Django's."""
        return self._change(super().clear, lambda cache: bool(cache.clear()))

    def _change(self, there: Callable[..., Any], here: Callable[[LocMemCache], Any], *arguments: Any) -> Any:
        return self._ask(there, here, *arguments, changes=True)

    def _ask(
        self, there: Callable[..., Any], here: Callable[[LocMemCache], Any], *arguments: Any, changes: bool = False
    ) -> Any:
        """Ask the server, or this process while the server is left alone."""
        if time.monotonic() >= self._alone_until:
            try:
                self._welcome_back()
                return there(*arguments)
            except (self._lib.ConnectionError, self._lib.TimeoutError, self._lib.ReadOnlyError) as error:
                self._leave_alone(error)
        self._missed_changes = self._missed_changes or changes
        return here(self._meanwhile)

    def _leave_alone(self, error: Exception) -> None:
        with self._lock:
            if not self.is_away:
                self._meanwhile.clear()
                logger.warning("The cache server does not answer (%s); working without it.", type(error).__name__)
            self._alone_until = time.monotonic() + ALONE_SECONDS

    def _welcome_back(self) -> None:
        if not self.is_away:
            return
        with self._lock:
            if self._missed_changes:
                super().clear()
            else:
                self.get_client(None, write=True).ping()
            self._alone_until, self._missed_changes = 0.0, False
        logger.warning("The cache server answers again.")


class PatientRedisCache(RedisCache):
    """Django's cache on Valkey or Redis, with a client that can do without the server for a while."""

    def __init__(self, server: str | list[str], params: dict[str, Any]) -> None:
        """Use our client."""
        super().__init__(server, params)
        self._class = PatientRedisCacheClient

    @property
    def is_away(self) -> bool:
        """Whether the server did not answer the last time."""
        return self._cache.is_away


def _short(timeout: float | None) -> float:
    return MEANWHILE_SECONDS if timeout is None else min(timeout, MEANWHILE_SECONDS)
