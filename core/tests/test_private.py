"""What a page with a secret address says to caches, search engines and the next site."""

import pytest
from django.http import HttpResponse

from zelfregie_core.interfaces.private import private_page


@pytest.mark.parametrize(("has_form", "policy"), [(True, "same-origin"), (False, "no-referrer")])
def test_private_page_keeps_its_address_to_itself(rf, has_form, policy):
    @private_page(has_form=has_form)
    def page(request, token):
        return HttpResponse(token, headers={"Cache-Control": "public", "Referrer-Policy": "unsafe-url"})

    answer = page(rf.get("/"), token="geheim")

    assert answer.content == b"geheim"
    assert {name: answer[name] for name in ("Cache-Control", "X-Robots-Tag", "Referrer-Policy")} == {
        "Cache-Control": "no-store",
        "X-Robots-Tag": "noindex, nofollow",
        "Referrer-Policy": policy,
    }
