"""Public addresses, below ``/-/referrals/``. Dutch, because people read and type them."""

from django.urls import URLPattern, path

from zelfregie_referrals.interfaces import practice_views, visitor_views

urlpatterns: list[URLPattern] = [
    path("kaart/", visitor_views.enter_code, name="enter_code"),
    path("k/<str:code>/", visitor_views.show_card, name="card"),
    path("k/<str:code>/gebruiken/", visitor_views.use_card, name="use_card"),
    path("k/<str:code>/gelukt/", visitor_views.card_used, name="card_used"),
    path("praktijk/", practice_views.request_link, name="request_link"),
    path("praktijk/verstuurd/", practice_views.link_requested, name="link_requested"),
    path("praktijk/<str:token>/", practice_views.practice_home, name="practice"),
    path("praktijk/<str:token>/kaart/", practice_views.make_card, name="make_card"),
    path("praktijk/<str:token>/aantallen/", practice_views.practice_overview, name="practice_overview"),
    path("praktijk/<str:token>/kaart/<str:code>/", practice_views.practice_card, name="practice_card"),
    path("praktijk/<str:token>/kaart/<str:code>/<str:size>/", practice_views.print_card, name="print_card"),
]
