"""Public addresses, below ``/-/groups/``. Dutch, because people read and type them."""

from django.urls import URLPattern, URLResolver, path

from zelfregie_groups.interfaces import booklet, feeds, open_data_urls, places, suggestions

urlpatterns: list[URLPattern | URLResolver] = [
    path("agenda.ics", feeds.region_calendar, name="calendar"),
    path("agenda/<slug:slug>.ics", feeds.group_calendar, name="group_calendar"),
    path("agenda/thema/<slug:slug>.ics", feeds.theme_calendar, name="theme_calendar"),
    path("nieuw.rss", feeds.new_groups, name="new_groups"),
    path("waar-ben-ik/", places.where_am_i, name="where_am_i"),
    path("kaart/<int:z>/<int:x>/<int:y>.png", places.map_tile, name="map_tile"),
    path("plaatsen/", suggestions.places, name="places"),
    path("lijst/", booklet.print_list, name="print_list"),
    path("boekje.pdf", booklet.booklet, name="booklet"),
]
urlpatterns += open_data_urls.urlpatterns
