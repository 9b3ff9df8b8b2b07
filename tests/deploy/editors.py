"""People who work on a region's site: they log in, set up their second factor, and send forms of the admin."""

import re

from platforms import ADMINISTRATORS, PASSWORD, REGIONS, Platform
from visitor import Answer, Visitor, one_time_code, words_of


def administrator(platform: Platform, slug: str) -> tuple[Visitor, str]:
    """The administrator of a region, inside with a second factor, and the key that the app got."""
    # On a host that was kept it is there from before.
    platform.host.run(f"zelfregie user reset-second-factor {ADMINISTRATORS[slug]} --region {slug}", check=False)
    editor, site = platform.visitor(), f"https://{REGIONS[slug]}"
    log_in(editor, site, ADMINISTRATORS[slug])
    return editor, set_up_second_factor(editor, site)


def log_in(visitor: Visitor, site: str, email: str) -> str:
    """Fill in the login form; return the address of the page that follows."""
    visitor.get(f"{site}/admin/login/")
    return visitor.submit("username", username=email, password=PASSWORD).url


def set_up_second_factor(visitor: Visitor, site: str) -> str:
    """Set it up as the page tells; return the key that the app got."""
    page = visitor.get(f"{site}/admin/account/tweede-stap/")
    key = re.search(r'class="zr-key">([A-Z2-7 ]+)<', page.text)[1].replace(" ", "")
    done = visitor.submit("code", code=one_time_code(key))
    assert "reservecode" in words_of(done.text).lower()
    return key


def upload_document(editor: Visitor, site: str, name: str, content: bytes, **fields: str) -> Answer:
    """Send a document in the form for one; return what came back."""
    editor.get(f"{site}/admin/documents/add/")
    return editor.submit("/documents/add/", title=name, file=("file", name, content), **fields)
