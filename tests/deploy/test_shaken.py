"""What is left of it after a restart and after the power failed."""

import pytest
from platforms import REGIONS, Platform


@pytest.mark.parametrize("shake", ["restart", "power cut"])
def test_everything_returns_by_itself(platform: Platform, shake: str):
    before = platform.zelfregie("region list")

    if shake == "restart":
        platform.host.reboot()
    else:
        platform.host.cut_power()
        platform.host.boot()
        platform.host.wait()

    answers = {slug: platform.visitor().get(f"https://{name}/groepen/").status for slug, name in REGIONS.items()}
    rules = platform.host.run("nft list ruleset").stdout
    timers = platform.host.run("systemctl list-timers --no-legend --plain 'zelfregie*'").stdout
    assert answers == dict.fromkeys(REGIONS, 200)
    assert platform.zelfregie("region list") == before
    assert "policy drop" in rules
    assert "zelfregie-tasks.timer" in timers
