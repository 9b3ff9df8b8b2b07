"""The screens with which editors add and change them."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.model import ModelViewSet

from [[ cookiecutter.__package ]].models import [[ cookiecutter.model ]]


class [[ cookiecutter.model ]]ViewSet(ModelViewSet):
    """A list, a form, and a page that asks before it deletes."""

    model = [[ cookiecutter.model ]]
    name = "[[ cookiecutter.slug ]]_items"
    icon = "calendar"
    menu_label = _("[[ cookiecutter.title ]]")
    menu_order = 230
    add_to_admin_menu = True
    add_to_reference_index = False  # nothing refers to one; without this every save would queue a task
    form_fields = ["title", "day", "place", "theme", "summary"]
    list_display = ["title", "day", "place"]
    search_fields = ["title", "place"]
    search_backend_name = None


viewset = [[ cookiecutter.model ]]ViewSet()
