"""For `zelfregie plugin check`: its pages come with the starter content, its figures are the platform's."""


def make_samples(mark: str) -> list[str]:
    """Add nothing: the plugin keeps nothing of its own."""
    return []
