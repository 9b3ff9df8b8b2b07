"""What goes wrong with a plugin, in sentences that name it."""


class PluginError(Exception):
    """A plugin cannot be used. The message names the plugin, what is wrong and what to do.

    :param plugin: the plugin's entry-point name, such as ``stories``.
    :param problem: what is wrong, as a sentence.
    """

    def __init__(self, plugin: str, problem: str) -> None:
        self.plugin = plugin
        self.problem = problem
        super().__init__(f"Plugin '{plugin}': {problem}")
