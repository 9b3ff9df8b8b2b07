"""The sections of bench/README.md about what a region, its role and its plugins cost."""


def rights_section(rights: dict) -> str:
    """A role of the database for each region."""
    many = rights["many regions"]["many"]
    statements = rights["statements"]
    return f"""\
The first region is asked with the role that the database knows it by (docs/adr/0017) and without one, in turn:
milliseconds of CPU of our process and the database together, medians; the ratio is that of the rounds.

| | without | with | ratio |
|---|---|---|---|
{_right_rows(rights)}

Statements of a home page: {statements["without"]["home"]} without, {statements["with"]["home"]} with; of the finder:
{statements["without"]["finder"]} and {statements["with"]["finder"]}. Making a role takes {rights["make_role"]:.1f} ms,
giving a region of before its rights {rights["mend"]:.1f} ms. With {many} regions the server notes
{rights["dependencies"]} things that depend on the role of one.

Goal: a request with a role costs at most 1.05 times one without, also with {many} regions."""


def tenancy_section(tenancy: dict) -> str:
    """What regions and plugins cost a request."""
    each = tenancy["microseconds_each"]
    return f"""\
The same pages, with the same rows in the same tables: as one site in one schema, with Wagtail, core and nothing else;
and in a region of the platform with plugins installed and on. The three are groups, stories and referrals with the
lists of the example, which the home page shows. The twenty are made for the measurement (`bench/tiny_plugins.py`): each
has a page, a block, a viewset and a menu item, and answers every hook of a request that there is nothing to show. Bare
is a plain Wagtail page with a heading and a menu. Caches are emptied before each answer. Each site is a process of its
own; they are asked in turn, {tenancy["answers"]} times. Queries are all statements, also those that enter a region;
the milliseconds are computed by Django and PostgreSQL together, and taken by the clock (medians).

| page | site | queries | computes, ms | takes, ms | computes, against one site |
|---|---|---|---|---|---|
{_tenancy_rows(tenancy["pages"])}

Each of the twenty plugins costs a text page {each["text page"]:.0f} microseconds, the home page
{each["home page"]:.0f}, the home page of the admin {each["home page of the admin"]:.0f}.

A region takes three statements: one finds it, with its modules, and two set where the connection looks and what it may
(before it is known, and after). Its administrators see on the dashboard what is not in order yet, which is one more.

Goals: those and no more; at most 1.2 times the computing of one site; a plugin that shows nothing costs no query and
at most 200 microseconds."""


def _right_rows(rights: dict) -> str:
    """The rows of the table about roles of the database."""
    names = {"home": "home page", "finder": "finder", "enter": "entering a region and asking `SELECT 1`"}
    many = rights["many regions"]
    found = [(f"{label}, 1 region", rights["one region"][name]) for name, label in names.items()]
    found += [(f"{label}, {many['many']} regions", many[name]) for name, label in names.items()]
    found.append(("making the schema of a launch", rights["schema"]))
    return "\n".join(f"| {name} | {of['without']:.1f} | {of['with']:.1f} | {of['ratio']:.2f} |" for name, of in found)


def _tenancy_rows(pages: dict) -> str:
    """The rows of the table about what regions and plugins cost."""
    names = {"one": "one site, no regions, no plugins", "bare": "bare"}
    return "\n".join(
        f"| {page} | {names.get(site, f'a region, {site}')} | {found['queries']} | {found['computed']:.1f} | "
        f"{found['took']:.1f} | {found['ratio']:.2f} |"
        for page, sites in pages.items()
        for site, found in sites.items()
    )
