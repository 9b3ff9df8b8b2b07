"""Made-up groups as somebody would store and index them with Wagtail alone. Only loaded by `search_settings`."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from wagtail.search import index


class PlainGroup(index.Indexed, models.Model):
    title = models.CharField(max_length=200)
    description = models.TextField()
    theme_words = models.TextField()
    themes = ArrayField(models.CharField(max_length=80))
    city = models.CharField(max_length=80)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    form = models.CharField(max_length=10)
    status = models.CharField(max_length=15)

    search_fields = [
        index.SearchField("title", boost=5),
        index.SearchField("theme_words", boost=3),
        index.SearchField("city", boost=2),
        index.SearchField("description"),
        index.FilterField("themes"),
        index.FilterField("latitude"),
        index.FilterField("longitude"),
        index.FilterField("form"),
        index.FilterField("status"),
    ]

    class Meta:
        app_label = "plain"
        indexes = [models.Index(fields=["latitude", "longitude"], name="plain_group_point")]

    def __str__(self) -> str:
        return self.title
