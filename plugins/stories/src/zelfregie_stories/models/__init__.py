"""The models of the stories plugin; everything public is imported here."""

from zelfregie_stories.models.erased_story import ErasedStory
from zelfregie_stories.models.pages import StoryIndexPage
from zelfregie_stories.models.story import Story

__all__ = ["ErasedStory", "Story", "StoryIndexPage"]
