"""Merging two descendants of a text: what it must hold for any three texts, and what people see of a conflict."""

from __future__ import annotations

import random

from zelfregie_tenants.blueprint.merge import chunks, merge_texts


def _merge(base, ours, theirs):
    found = merge_texts(base, ours, theirs, our_name="here", their_name="there")
    return found.text, found.conflicts


def _random_text(chance: random.Random, start: str = "") -> str:
    """Return lines of few different words, so that equal lines meet; or such lines with some changed."""
    lines = start.splitlines(keepends=True) or [f"{chance.choice('abcde')}\n" for _ in range(chance.randrange(12))]
    for _ in range(chance.randrange(4)):
        at = chance.randrange(len(lines) + 1)
        lines[at : at + chance.randrange(3)] = [f"{chance.choice('abcdexyz')}\n" for _ in range(chance.randrange(3))]
    return "".join(lines)


def test_merging_keeps_its_promises_for_any_texts():
    for seed in range(300):
        chance = random.Random(seed)
        base = _random_text(chance)
        ours, theirs = _random_text(chance, base), _random_text(chance, base)

        text, conflicts = _merge(base, ours, theirs)

        case = f"seed {seed}: {base!r}, {ours!r}, {theirs!r}"
        assert _merge(base, base, theirs) == (theirs, 0), case
        assert _merge(base, ours, base) == (ours, 0), case
        assert _merge(base, ours, ours) == (ours, 0), case
        assert conflicts == _merge(base, theirs, ours)[1], case
        assert (text.count("<<<<<<< "), text.count(">>>>>>> ")) == (conflicts, conflicts), case
        found = list(chunks(*(side.splitlines(keepends=True) for side in (base, ours, theirs))))
        assert "".join("".join(chunk.base) for chunk in found) == base, case
        assert "".join("".join(chunk.ours) for chunk in found) == ours, case
        assert "".join("".join(chunk.theirs) for chunk in found) == theirs, case


def test_changes_in_different_places_go_together():
    assert _merge("een\ntwee\ndrie\n", "EEN\ntwee\ndrie\n", "een\ntwee\ndrie\nvier\n") == ("EEN\ntwee\ndrie\nvier\n", 0)


def test_neighbouring_settings_go_together_and_neighbouring_sentences_do_not():
    settings = _merge('title: "a"\nintro: "b"\n', 'title: "A"\nintro: "b"\n', 'title: "a"\nintro: "B"\n')
    sentences = _merge("een zin\ndie doorloopt\n", "EEN zin\ndie doorloopt\n", "een zin\ndie DOORLOOPT\n")

    assert settings == ('title: "A"\nintro: "B"\n', 0)
    assert sentences == (
        "<<<<<<< here\nEEN zin\ndie doorloopt\n=======\neen zin\ndie DOORLOOPT\n>>>>>>> there\n",
        1,
    )


def test_a_conflict_at_the_end_of_a_file_without_a_last_line_end_keeps_markers_on_their_own_lines():
    assert _merge("a\nb", "a\nc", "a\nd") == ("a\n<<<<<<< here\nc\n=======\nd\n>>>>>>> there\n", 1)
