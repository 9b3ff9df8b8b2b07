"""Public URLs, mounted by core at ``/-/stories/``."""

from django.urls import path

from zelfregie_stories.interfaces import views

urlpatterns = [
    path("insturen/", views.submit, name="submit"),
    path("bedankt/<str:token>/", views.thanks, name="thanks"),
    path("intrekken/<str:token>/", views.withdraw, name="withdraw"),
]
