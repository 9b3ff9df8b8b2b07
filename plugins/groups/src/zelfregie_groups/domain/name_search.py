"""Looking a group up by its own words, for editors; visitors search the directory, see ``finder.py``."""

from django.db.models import Q

from zelfregie_groups.domain.text import fold_words
from zelfregie_groups.models.group import GroupQuerySet


def matching_words(groups: GroupQuerySet, text: str) -> GroupQuerySet:
    """Narrow groups to those in whose name, place, description or source id every word of a text occurs.

    Case, accents and punctuation do not matter. A text without letters or digits is looked for as it stands in a name.
    """
    words = fold_words(text).split()
    if not words:
        return groups.filter(name__icontains=text.strip()) if text.strip() else groups
    wanted = Q()
    for word in words[:8]:
        # A folded word holds no characters of a pattern.
        wanted &= Q(search_text__contains=word) | Q(themes__name__icontains=word) | Q(source_id__iexact=word)
    # A number such as "zl-1" falls apart into words that no group has.
    wanted |= Q(source_id__iexact=text.strip())
    return groups.filter(pk__in=groups.model.objects.filter(wanted).values("pk"))
