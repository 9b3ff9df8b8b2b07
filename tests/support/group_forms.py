"""What a browser sends from the form of a group."""

from typing import Any

from django.forms import BaseForm

from zelfregie_groups.domain.editing import version_token
from zelfregie_groups.interfaces.group_views import TOKEN
from zelfregie_groups.interfaces.viewsets import group_viewset
from zelfregie_groups.models import Group

_EMPTY_FORMSETS = {
    f"{prefix}-{name}": value
    for prefix in ("schedules", "exceptions")
    for name, value in {"TOTAL_FORMS": "0", "INITIAL_FORMS": "0", "MIN_NUM_FORMS": "0", "MAX_NUM_FORMS": "1000"}.items()
}


def group_form(**change: Any) -> dict[str, Any]:
    """A new group that meets on Tuesdays; a change replaces values."""
    return {
        **_EMPTY_FORMSETS,
        "name": "Rouwcafé",
        "audience": ["self"],
        "gender": "all",
        "languages": ["nl"],
        "form": "in_person",
        "status": "active",
        "published": "on",
        "postal_code": "6411 AB",
        "city": "Heerlen",
        "host_email": "anna@voorbeeld.nl",
        "schedules-TOTAL_FORMS": "1",
        "schedules-0-frequency": "weekly",
        "schedules-0-interval": "1",
        "schedules-0-weekdays": ["2"],
        "schedules-0-start_time": "19:30",
        "schedules-0-end_time": "21:00",
        "schedules-0-id": "",
        "schedules-0-DELETE": "",
        **change,
    }


def form_of(group: Group, **change: Any) -> dict[str, Any]:
    """What the form of a group that exists would send now; a change replaces values."""
    saved = Group.objects.get(pk=group.pk)
    form = group_viewset._edit_handler.get_form_class()(instance=saved)
    data = {**_sent(form), TOKEN: version_token(saved.pk)}
    for name, formset in form.formsets.items():
        data |= {f"{name}-{field}": value for field, value in _sent(formset.management_form).items()}
        for child in formset.forms:
            data |= {f"{child.prefix}-{field}": value for field, value in _sent(child).items()}
    return {**data, **change}


def _sent(form: BaseForm) -> dict[str, Any]:
    """The fields of a form as a browser sends them."""
    sent: dict[str, Any] = {}
    for name, field in form.fields.items():
        value = form.get_initial_for_field(field, name)
        if isinstance(value, list):
            sent[name] = [str(getattr(item, "pk", item)) for item in value]
        elif isinstance(value, bool):
            if value or field.widget.input_type != "checkbox":
                sent[name] = "on" if value else "False"
        else:
            sent[name] = "" if value is None else str(getattr(value, "pk", value))
    return sent
