"""Every way in which a key of `region.toml` can be wrong, with its line and the remedy."""

import pytest

BAD_KEYS = {
    "unknown-key": (
        "tagline =",
        "tagllne =",
        [
            ("region.toml:3 region.tagline", "is missing.", "Add it."),
            ("region.toml:6 region.tagllne", "is not a known key.", 'Did you mean "tagline"?'),
        ],
    ),
    "unknown-table": (
        "[organisation]",
        "[organization]",
        [
            ("region.toml organisation", "is missing.", "Add it."),
        ],
    ),
    "number-for-text": (
        'name = "Zelfregie Heuvelland"',
        "name = 12",
        [("region.toml:5 region.name", "must be text, not a whole number.", 'Write name = "12".')],
    ),
    "text-for-list": (
        'domains = ["heuvelland.localhost", "heuvelland.example.nl"]',
        'domains = "heuvelland.localhost"',
        [
            (
                "region.toml:7 region.domains",
                "must be a list, not text.",
                'List at least one, such as ["heuvelland.localhost"].',
            )
        ],
    ),
    "numbers-in-list": (
        '["0917", "0928"]',
        '[917, "0928"]',
        [
            (
                "region.toml:10 area.municipalities",
                "has a whole number at position 1: 917.",
                'Put each item between quotes, as in ["0917"].',
            )
        ],
    ),
    "text-for-boolean": (
        "enabled = false",
        'enabled = "nee"',
        [
            (
                "region.toml:38 plugins.stories.enabled",
                "must be true or false, not text.",
                "Write true or false here.",
            )
        ],
    ),
    "blueprint-too-new": (
        "blueprint = 1",
        "blueprint = 9",
        [
            (
                "region.toml:1 blueprint",
                "is 9, newer than this Zelfregie understands (1).",
                "Upgrade Zelfregie.",
            )
        ],
    ),
    "no-colour": (
        '"#7a1f5c"',
        '"paars"',
        [
            (
                "region.toml:14 brand.primary",
                'is "paars", which is not a colour.',
                'Write # and six hex digits: "#7a1f5c".',
            )
        ],
    ),
    "low-contrast": (
        '"#7a1f5c"',
        '"#777777"',
        [
            (
                "region.toml:14 brand.primary",
                "#777777 has a contrast of 4.47 to #ffffff; white text on it, and it on white, needs 4.5.",
                'The nearest colour that passes is "#767676".',
            )
        ],
    ),
    "domain-underscore": (
        '"heuvelland.example.nl"',
        '"heuvel_land.example.nl"',
        [
            (
                "region.toml:7 region.domains",
                '"heuvel_land.example.nl" has an underscore, which host names cannot have.',
                "Use a hyphen instead.",
            )
        ],
    ),
    "domain-scheme": (
        '"heuvelland.example.nl"',
        '"https://heuvelland.example.nl:443/x"',
        [
            (
                "region.toml:7 region.domains",
                '"https://heuvelland.example.nl:443/x" starts with a scheme.',
                'Write only the name: "heuvelland.example.nl".',
            )
        ],
    ),
    "domain-port": (
        '"heuvelland.example.nl"',
        '"heuvelland.example.nl:8000"',
        [
            (
                "region.toml:7 region.domains",
                '"heuvelland.example.nl:8000" has a port.',
                'Write only the name: "heuvelland.example.nl".',
            )
        ],
    ),
    "domain-twice": (
        '"heuvelland.example.nl"',
        '"heuvelland.localhost"',
        [("region.toml:7 region.domains", 'lists "heuvelland.localhost" twice.', "Remove one.")],
    ),
    "unknown-plugin": (
        "[plugins.stories]",
        "[plugins.storys]",
        [
            (
                "region.toml:37 plugins.storys",
                "is not an installed plugin.",
                'Did you mean "stories"? Or install the distribution that brings it.',
            )
        ],
    ),
    "unknown-municipality": (
        '"0928"',
        '"Heerlenn"',
        [
            (
                "region.toml:10 area.municipalities",
                '"Heerlenn" is not a municipality code.',
                'Write "0917" (Heerlen).',
            )
        ],
    ),
    "municipality-without-zero": (
        '"0928"',
        '"928"',
        [
            (
                "region.toml:10 area.municipalities",
                '"928" is not a municipality code.',
                'Write "0928" (Kerkrade).',
            )
        ],
    ),
    "postcode-range": (
        '"6360"',
        '"6399-6360"',
        [("region.toml:11 area.postcodes", '"6399-6360" is not a range that exists.', 'Write "6360-6399".')],
    ),
    "postcode-letters": (
        '"6360"',
        '"6360 AB"',
        [
            (
                "region.toml:11 area.postcodes",
                '"6360 AB" is not a range of postcodes.',
                'Write four digits: "6400-6479".',
            )
        ],
    ),
    "postcode-overlap": (
        '"6360"',
        '"6470-6490"',
        [
            (
                "region.toml:11 area.postcodes",
                '"6470-6490" overlaps "6400-6479".',
                "Make it one range, or remove one.",
            )
        ],
    ),
    "slug-underscore": (
        'slug = "heuvelland"',
        'slug = "heuvel_land"',
        [("region.toml:4 region.slug", '"heuvel_land" has an underscore.', 'Use a hyphen: "heuvel-land".')],
    ),
    "email": (
        '"info@example.nl"',
        '"info@example"',
        [
            (
                "region.toml:20 organisation.email",
                '"info@example" is not an e-mail address.',
                'Write one such as "info@example.nl".',
            )
        ],
    ),
    "no-privacy-contact": (
        'privacy_name = "Anna Voorbeeld"\nprivacy_email = "privacy@example.nl"\n',
        "",
        [
            (
                "region.toml:18 organisation.privacy_name",
                "is missing.",
                "The law wants a contact for privacy questions: give a name and an address.",
            ),
            (
                "region.toml:18 organisation.privacy_email",
                "is missing.",
                "The law wants a contact for privacy questions: give a name and an address.",
            ),
        ],
    ),
    "editor-twice": (
        '"bram@example.nl"',
        '"ANNA@example.nl"',
        [
            (
                "region.toml:31 editors[1].email",
                '"anna@example.nl" is already an editor.',
                "Remove one of the two.",
            )
        ],
    ),
    "coordinator-in-a-region": (
        'role = "moderator"',
        'role = "coordinator"',
        [
            (
                "region.toml:33 editors[1].role",
                "is coordinator, a role of the national hub.",
                "Choose administrator.",
            )
        ],
    ),
    "no-administrator": (
        'role = "administrator"',
        'role = "editor"',
        [
            (
                "region.toml editors",
                "has no administrator, so nobody could manage the site.",
                'Give at least one [[editors]] with role = "administrator".',
            )
        ],
    ),
    "logo-outside": (
        '"brand/logo.svg"',
        '"../logo.svg"',
        [
            (
                "region.toml:16 brand.logo",
                '"../logo.svg" lies outside the instance folder.',
                "Copy the file into brand/.",
            )
        ],
    ),
    "logo-missing": (
        '"brand/logo.svg"',
        '"brand/logos.svg"',
        [
            (
                "region.toml:16 brand.logo",
                '"brand/logos.svg" is missing.',
                "Put the file there, or take the key out.",
            )
        ],
    ),
    "broken-toml": (
        'slug = "heuvelland"',
        'slug = "heuvelland',
        [
            (
                "region.toml:4",
                "is not TOML: illegal character '\\n'.",
                'Look at that line: text stands between quotes, a list between [ and ], a table is "[name]".',
            )
        ],
    ),
}


@pytest.mark.parametrize(("old", "new", "expected"), BAD_KEYS.values(), ids=BAD_KEYS)
def test_manifest_that_is_wrong_says_where_and_what_to_do(folder, old, new, expected, edit, problems):
    edit(old, new)

    found = problems(folder)

    assert found[: len(expected)] == expected
