"""One of everything, for `zelfregie plugin check stories`: each text has the mark of its region."""

from zelfregie_core.models import Theme
from zelfregie_stories.domain.links import thanks_path, withdraw_path
from zelfregie_stories.domain.moderation import publish_story
from zelfregie_stories.models import ErasedStory, Story


def make_samples(mark: str) -> list[str]:
    """Fill the current region; return the addresses that only a signed link tells."""
    theme = Theme.objects.get(slug="rouw")
    fields = {"author_name": f"Karin {mark}", "body": f"Ik viel stil, {mark}.\n\nEn toen kwam ik hier.", "theme": theme}
    story = publish_story(Story.objects.create(title=f"Na de klap {mark}", **fields))
    waiting = Story.objects.create(
        title=f"Wachten {mark}", contact_email=f"{mark.replace(' ', '.')}@voorbeeld.nl", **fields
    )
    ErasedStory.objects.create(source_id=f"oud-{mark}")
    return [thanks_path(waiting), withdraw_path(story)]
