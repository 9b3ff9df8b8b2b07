"""What goes wrong before anything was changed: the bare machine stays bare, and it is said why."""

import pytest
from bed.commands import run
from platforms import Platform
from playbooks import BIN


@pytest.fixture
def untouched(bare: Platform):
    """A machine on which nothing of ours is, before and after."""
    if bare.authority.exists():
        pytest.skip("the host was kept from a run before")
    before = traces(bare)
    yield bare
    assert traces(bare) == before


def test_wrong_password_of_the_vault_changes_nothing(untouched: Platform):
    right, wrong = untouched.bed.folder / "right", untouched.bed.folder / "wrong"
    right.write_text("de-juiste\n")
    wrong.write_text("een-andere\n")
    vault = untouched.inventory / "group_vars" / "all" / "vault.yml"
    vault.write_text('{"zelfregie_app_secret_key": "%s"}\n' % ("k" * 60))
    run([BIN / "ansible-vault", "encrypt", "--vault-password-file", right, vault], timeout=120)

    done = untouched.play("site", options=("--vault-password-file", str(wrong)), check=False)
    vault.unlink()

    assert done.code != 0
    assert "Decryption failed" in done.output
    assert "k" * 60 not in done.output


def test_package_source_that_is_away_changes_nothing(untouched: Platform):
    untouched.bed.network.close_the_way_out()

    done = untouched.play("site", options=("--forks", "1"), check=False)
    untouched.bed.network.open_the_way_out()

    assert done.code != 0
    assert "Failed to update apt cache" in done.output
    assert set(done.changed.values()) <= {0}


def traces(platform: Platform) -> str:
    """The packages that are installed, and the settings of the machine."""
    # What Ansible's own module of packages is made of, it brings itself; the bed has it in its folder of packages.
    return platform.host.run("dpkg-query -W | grep -v python; find /opt /srv /var/lib -maxdepth 1 | sort").stdout
