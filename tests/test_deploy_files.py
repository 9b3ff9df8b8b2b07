"""The roles of deploy/, as far as they can be judged without a host: tests/deploy runs them on booted ones."""

import re
from pathlib import Path

import pytest
import yaml

DEPLOY = Path(__file__).resolve().parent.parent / "deploy"
ROLES = sorted(path for path in (DEPLOY / "roles").iterdir() if path.is_dir())
FILES = sorted(path for path in DEPLOY.rglob("*.yml") if "private" not in path.parts)


def load(path: Path) -> object:
    """A file of YAML."""
    return yaml.safe_load(path.read_text())


@pytest.fixture(params=ROLES, ids=lambda path: path.name)
def role(request: pytest.FixtureRequest) -> Path:
    """Each role in turn."""
    return request.param


def test_every_file_is_yaml() -> None:
    empty = [str(path.relative_to(DEPLOY)) for path in FILES if load(path) is None]

    assert empty == []


def test_every_default_is_specified_and_explained(role: Path) -> None:
    text = (role / "defaults" / "main.yml").read_text()
    defaults = set(load(role / "defaults" / "main.yml"))
    specified = load(role / "meta" / "argument_specs.yml")["argument_specs"]["main"]["options"]

    # A comment in the block of lines in which a variable stands.
    blocks = text.split("\n\n")
    explained = {
        name for block in blocks if "#" in block for name in re.findall(r"^(zelfregie_\w+):", block, re.MULTILINE)
    }

    assert defaults == set(specified)
    assert [name for name, option in specified.items() if not option.get("description")] == []
    assert defaults - explained == set()


def test_variables_are_the_roles_own(role: Path) -> None:
    inner = load(role / "vars" / "main.yml") if (role / "vars" / "main.yml").exists() else {}

    assert [name for name in load(role / "defaults" / "main.yml") if not name.startswith(f"{role.name}_")] == []
    assert [name for name in inner if not name.startswith(f"__{role.name}_")] == []


def test_a_role_looks_before_it_changes_anything(role: Path) -> None:
    first = load(role / "tasks" / "main.yml")[0]
    preflight = load(role / "tasks" / "preflight.yml")
    looking = {"assert", "stat", "command", "wait_for"}

    kinds = {key.removeprefix("ansible.builtin.") for task in preflight for key in task if key.startswith("ansible.")}

    assert first["ansible.builtin.import_tasks"] == "preflight.yml"
    assert kinds <= looking
    assert [task["name"] for task in preflight if "ansible.builtin.command" in task and task["changed_when"]] == []
    assert "assert" in kinds


def test_no_secret_has_a_default() -> None:
    secret = re.compile(r"_(?:password|secret_key|encryption_keys|secrets|database_url)$")
    known = {
        name: value
        for role in ROLES
        for name, value in load(role / "defaults" / "main.yml").items()
        if secret.search(name)
    }

    assert {name: value for name, value in known.items() if value} == {}
    assert len(known) == 5


def test_secrets_are_not_shown() -> None:
    # What reads or writes the contents of a secret says so to Ansible, which would print it with --diff.
    shown = []
    for path in DEPLOY.glob("roles/*/tasks/*.yml"):
        for task in _tasks(load(path)):
            module = task.get("ansible.builtin.copy") or task.get("ansible.builtin.slurp") or {}
            place = f"{module.get('dest', '')}{module.get('src', '')}"
            if ("secrets" in place or "password_file" in place) and not task.get("no_log"):
                shown.append(f"{path.name}: {task['name']}")

    assert shown == []


def test_the_manual_names_every_playbook_and_role() -> None:
    manual = (DEPLOY / "README.md").read_text()
    wanted = [path.name for path in DEPLOY.glob("playbooks/*.yml")] + [role.name for role in ROLES]

    assert [name for name in wanted if f"`{name}`" not in manual] == []


def test_the_examples_say_the_same_in_the_same_words() -> None:
    one, *others = (path.read_text() for path in sorted(DEPLOY.glob("inventories/example/*/group_vars/all/main.yml")))
    (machine,) = [text for text in (one, *others) if text == min((one, *others), key=len)][:1]

    assert [text for text in (one, *others) if not text.startswith(machine)] == []


def test_every_group_of_the_examples_is_one_that_a_playbook_knows() -> None:
    plays = "".join(path.read_text() for path in DEPLOY.glob("playbooks/*.yml"))
    groups = {name for path in DEPLOY.glob("inventories/example/*/hosts.yml") for name in load(path)["all"]["children"]}

    assert {name for name in groups if f"hosts: {name}\n" not in plays} == set()
    assert len(groups) >= 5


def _tasks(tasks: list[dict]) -> list[dict]:
    """The tasks of a file, with those inside blocks."""
    found = []
    for task in tasks:
        found += [task, *_tasks([inner for part in ("block", "rescue", "always") for inner in task.get(part, [])])]
    return found
