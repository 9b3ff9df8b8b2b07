"""The three-way comparison, as a table of everything that can be: no database, no site."""

from __future__ import annotations

from dataclasses import replace

import pytest

from zelfregie_tenants.domain.plan_compare import compare
from zelfregie_tenants.domain.plan_decisions import DecisionRefused, Decisions, refuse_useless
from zelfregie_tenants.domain.plan_items import Action, Current, PlanItem, State, Wanted, digest_of
from zelfregie_tenants.domain.plan_texts import three_way
from zelfregie_tenants.models import AppliedItem

THE_PAGE = ("page", "p")


class Pages:
    """A part that people change on the site too."""

    kind = "page"
    authoritative = False
    removes = False


class Domains:
    """A part that the folder alone decides about."""

    kind = "domain"
    authoritative = True
    removes = False


class DomainsThatGo(Domains):
    """The same, asked to take away what the folder has no longer."""

    removes = True


def _page(title, intro=None):
    return {name: value for name, value in {"title": title, "intro": intro}.items() if value is not None}


def _wanted(fields):
    return Wanted("p", digest_of(fields), "", fields=fields)


def _current(fields, **more):
    # A page that is off line or being changed has another digest, although its fields may be the same.
    return Current(digest_of([fields, more["guard"]] if more["guard"] else fields), "", fields=fields, **more)


def _applied(fields, *, old=False):
    return AppliedItem(kind="page", key="p", digest=digest_of(fields), content=None if old else fields)


def _compare(base, folder, site, *, part=Pages, guard="", old=False, untouched=False, **decided):
    """Compare one item of which each side is fields, or None where that side does not have it."""
    found = compare(
        part(),
        [] if folder is None else [_wanted(folder)],
        {} if site is None else {"p": _current(site, guard=guard, untouched=untouched)},
        {} if base is None else {"p": _applied(base, old=old)},
        Decisions(**{name: frozenset([(part.kind, "p")]) for name in decided}),
    )
    return found[0] if found else (None, None)


A, B, C = _page("a", "x"), _page("b", "x"), _page("c", "x")
OTHER_INTRO, BOTH = _page("a", "y"), _page("b", "y")

#: what is compared -> (base, folder, site), (action, state, fields that are written; None for all)
TABLE = {
    "nobody has it yet": ((None, A, None), (Action.CREATE, State.NEW, None)),
    "nothing changed": ((A, A, A), (Action.KEEP, State.SAME, None)),
    "only the folder changed": ((A, B, A), (Action.UPDATE, State.FOLDER, {"title"})),
    "only the folder took something away": ((A, _page("a"), A), (Action.UPDATE, State.FOLDER, {"intro"})),
    "only the site changed": ((A, A, B), (Action.DRIFT, State.SITE, None)),
    "both changed to the same": ((A, B, B), (Action.KEEP, State.AGREED, None)),
    "both changed, differently": ((A, B, C), (Action.CONFLICT, State.CONFLICT, None)),
    "each changed another field": ((A, OTHER_INTRO, B), (Action.UPDATE, State.MERGE, {"intro"})),
    "one field agreed, one by hand": ((A, _page("b", "x"), BOTH), (Action.DRIFT, State.SITE, None)),
    "one field in conflict, one in the folder": ((A, BOTH, C), (Action.CONFLICT, State.CONFLICT, None)),
    "the folder removed it": ((A, None, A), (Action.NOTE, State.REMOVED_IN_FOLDER, None)),
    "the folder removed it, the site changed it": ((A, None, B), (Action.NOTE, State.REMOVED_IN_FOLDER, None)),
    "removed by hand": ((A, A, None), (Action.DRIFT, State.REMOVED_BY_HAND, None)),
    "removed by hand, changed in the folder": ((A, B, None), (Action.CONFLICT, State.CONFLICT, None)),
    "removed on both sides": ((A, None, None), (None, None, None)),
    "made by hand, the same in the folder": ((None, A, A), (Action.KEEP, State.SAME, None)),
    "made by hand, different in the folder": ((None, A, B), (Action.CONFLICT, State.CONFLICT, None)),
    "made by hand, not in the folder": ((None, None, A), (None, None, None)),
}


@pytest.mark.parametrize(("sides", "outcome"), TABLE.values(), ids=TABLE)
def test_three_sides_lead_to_one_action(sides, outcome):
    item, wanted = _compare(*sides)

    action, state, only = outcome
    assert (item and item.action, item and item.state) == (action, state)
    assert (wanted.only if wanted else None) == only


DECIDED = {
    "take what is in conflict": (A, B, C, "take", Action.UPDATE, {"title"}),
    "take what only the site changed": (A, A, B, "take", Action.UPDATE, {"title"}),
    "take what was removed by hand": (A, A, None, "take", Action.CREATE, None),
    "take what was made by hand": (None, A, B, "take", Action.UPDATE, {"title"}),
    "keep what is in conflict": (A, B, C, "keep", Action.DRIFT, None),
    "keep one field, and take what only the folder changed": (A, BOTH, C, "keep", Action.UPDATE, {"intro"}),
    "keep what was removed by hand": (A, B, None, "keep", Action.DRIFT, None),
    "keep what the folder removed": (A, None, A, "keep", None, None),
}


@pytest.mark.parametrize(("base", "folder", "site", "choice", "action", "only"), DECIDED.values(), ids=DECIDED)
def test_a_decision_settles_a_difference(base, folder, site, choice, action, only):
    item, wanted = _compare(base, folder, site, **{choice: True})

    assert (item and item.action, wanted.only if wanted else None) == (action, only)


GUARDED = {
    "the folder did not change": (A, A, A, Action.DRIFT),
    "the folder changed": (A, B, A, Action.CONFLICT),
    "the folder and the site changed other fields": (A, OTHER_INTRO, B, Action.CONFLICT),
}


@pytest.mark.parametrize(("base", "folder", "site", "action"), GUARDED.values(), ids=GUARDED)
def test_a_page_that_somebody_works_on_is_never_written(base, folder, site, action):
    item, _wanted = _compare(base, folder, site, guard="an editor is changing it")

    assert item.action is action
    assert item.note.startswith("an editor is changing it")


OLD = {
    "only the folder changed": (A, B, A, Action.UPDATE),
    "only the site changed": (A, A, B, Action.DRIFT),
    "both changed to the same": (A, B, B, Action.KEEP),
    "both changed, each another field: nobody can tell": (A, OTHER_INTRO, B, Action.CONFLICT),
}


@pytest.mark.parametrize(("base", "folder", "site", "action"), OLD.values(), ids=OLD)
def test_a_row_that_has_only_a_digest_is_compared_as_far_as_it_goes(base, folder, site, action):
    item, _wanted = _compare(base, folder, site, old=True)

    assert item.action is action


def test_what_has_no_fields_is_compared_as_a_whole():
    def sides(base, folder, site):
        last = AppliedItem(kind="page", key="p", digest=base)
        line, wanted = compare(Pages(), [Wanted("p", folder, "")], {"p": Current(site, "")}, {"p": last})[0]
        return line.action, wanted.only, line.fields

    assert sides("1", "2", "1") == (Action.UPDATE, None, ())
    assert sides("1", "1", "2") == (Action.DRIFT, None, ())
    assert sides("1", "2", "3") == (Action.CONFLICT, None, ())


def test_a_default_that_nobody_chose_is_filled_in():
    item, _wanted = _compare(None, A, B, untouched=True)

    assert (item.action, item.state) == (Action.UPDATE, State.FOLDER)


def test_what_the_folder_alone_decides_never_drifts_and_goes_only_when_asked():
    assert _compare(A, A, B, part=Domains)[0].action is Action.UPDATE
    assert _compare(A, A, None, part=Domains)[0].action is Action.CREATE
    assert _compare(A, None, A, part=Domains)[0].action is Action.NOTE
    assert _compare(None, None, A, part=Domains)[0].action is Action.NOTE
    assert _compare(A, None, A, part=DomainsThatGo)[0].action is Action.REMOVE


def test_decisions_about_nothing_are_refused():
    conflict, _wanted = _compare(A, B, C)
    same, _wanted = _compare(A, A, A)
    gone, _wanted = _compare(A, None, A)
    other_type, _wanted = _compare({"type": "1"}, {"type": "1"}, {"type": "2"})
    elsewhere = replace(conflict, key="q")

    def refusal(*items: PlanItem, take=(), keep=()):
        with pytest.raises(DecisionRefused) as refused:
            refuse_useless(Decisions.of(take, keep), items)
        return str(refused.value)

    assert refusal(elsewhere, same, take=[THE_PAGE]) == "There is nothing to decide about page p. In conflict: page q."
    assert refusal(take=[("pagina", "p")]) == "There is nothing to decide about pagina p. In conflict: nothing."
    assert refusal(gone, take=[THE_PAGE]).startswith("page p is no longer in the folder, and a launch removes nothing")
    assert refusal(other_type, take=[THE_PAGE]).startswith("page p is a page of another type on the site")
    assert refusal(take=[THE_PAGE], keep=[THE_PAGE]).startswith("page p is both taken and kept")
    refuse_useless(Decisions.of(keep=[THE_PAGE]), [gone])


def test_texts_are_shown_on_three_sides():
    def body(*paragraphs):
        return {"body": [{"type": "paragraph", "value": "".join(f"<p>{text}</p>" for text in paragraphs)}]}

    lines = [str(number) for number in range(8)]
    item, _wanted = _compare(body(*lines), body(*lines[:7], "seven"), body("nul", *lines[1:]))

    assert list(three_way(item.fields[0])) == [
        (" ", "[paragraph]"),
        ("-", "<p>0</p>"),
        ("s", "<p>nul</p>"),
        (" ", "<p>1</p>"),
        (" ", "<p>2</p>"),
        ("…", "2 lines that are the same"),
        (" ", "<p>5</p>"),
        (" ", "<p>6</p>"),
        ("-", "<p>7</p>"),
        ("f", "<p>seven</p>"),
    ]
