"""The line of HTML with which another website shows our finder."""

from django.utils.html import format_html


def line_of_html(address: str, script: str, label: str) -> str:
    """Return one line: a link that works by itself, and a script that makes a small finder of it.

    :param address: absolute address of the finder, with the search to begin with.
    :param script: absolute address of the script.
    :param label: text of the link.
    """
    return format_html(
        '<a href="{}" data-zelfregie-widget>{}</a><script src="{}" async></script>', address, label, script
    )
