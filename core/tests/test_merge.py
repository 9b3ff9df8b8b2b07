"""Three sides of one field: the file, the site, and the file as it was."""

import pytest

from zelfregie_core.domain.merge import Merge, merge


@pytest.mark.parametrize(
    ("given", "current", "imported", "expected"),
    [
        ("a", "a", {}, Merge({}, (), {"city": "a"})),
        ("a", "", {}, Merge({"city": "a"}, (), {"city": "a"})),
        ("a", "b", {}, Merge({}, ("city",), {})),
        ("b", "a", {"city": "a"}, Merge({"city": "b"}, (), {"city": "b"})),
        ("a", "b", {"city": "a"}, Merge({}, (), {"city": "a"})),
        ("c", "b", {"city": "a"}, Merge({}, ("city",), {"city": "a"})),
        ("b", "b", {"city": "a"}, Merge({}, (), {"city": "b"})),
        ("", "a", {"city": "a"}, Merge({"city": ""}, (), {"city": ""})),
        ("a", "", {"city": "a"}, Merge({}, (), {"city": "a"})),
    ],
    ids=[
        "the same", "never filled in", "made by hand", "only the file", "only by hand", "both", "both alike",
        "the file empties it", "emptied by hand",
    ],
)  # fmt: skip
def test_merge_never_undoes_a_change_by_hand(given, current, imported, expected):
    assert merge({"city": given}, {"city": current}, imported) == expected


def test_merge_leaves_fields_alone_that_the_file_does_not_have():
    merged = merge({"name": "b"}, {"name": "a", "city": "x"}, {"name": "a", "city": "y"})

    assert merged == Merge({"name": "b"}, (), {"name": "b", "city": "y"})


def test_merge_fills_what_nobody_filled_in_whatever_that_looks_like():
    outcome = [
        merge({"themes": ["rouw"]}, {"themes": []}, {}, {"themes": []}).changes,
        merge({"themes": ["rouw"]}, {"themes": ["werk"]}, {}, {"themes": []}).changes,
    ]

    assert outcome == [{"themes": ["rouw"]}, {}]
