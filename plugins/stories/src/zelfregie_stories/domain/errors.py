"""What cannot be done with a story, in sentences for the person who tried."""


class StoryStateError(Exception):
    """The story is not in a state in which this can be done. The message is Dutch and may be shown."""
