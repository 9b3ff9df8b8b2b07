"""How a hook of the API goes: it works on under its old name for two minor releases, and says what to do instead.

The whole path, with the one that shows it, is in docs/reference/hooks.md, "Deprecated hooks".
"""

from dataclasses import dataclass


class PluginDeprecationWarning(DeprecationWarning):
    """A plugin uses a part of the API that will go."""


@dataclass(frozen=True)
class DeprecatedHook:
    """A hook under its old name.

    :param replaced_by: the hook that took its place, with the same arguments and answer.
    :param since: the release of core in which it was renamed.
    :param removed_in: the release in which the old name is refused.
    """

    name: str
    replaced_by: str
    since: str
    removed_in: str

    def sentence(self, plugin: str = "") -> str:
        """What is deprecated, until when, and what to do."""
        whose = f"Plugin '{plugin}': " if plugin else ""
        return (
            f"{whose}the hook {self.name} is deprecated since zelfregie-core {self.since} and goes in "
            f"{self.removed_in}: rename it to {self.replaced_by}."
        )


#: Old name to what there is to say. A hook that is taken out goes from here and from ``hookspecs``.
DEPRECATED_HOOKS = {
    hook.name: hook for hook in (DeprecatedHook("finder_url", "finder_path", since="0.1.0", removed_in="0.3.0"),)
}
