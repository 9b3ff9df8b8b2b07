"""Running the playbooks of deploy/ on the hosts of a bed."""

import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bed.errors import BedError, say
from bed.places import ROOT

DEPLOY = ROOT / "deploy"
BIN = Path(sys.executable).parent
_ROLE = re.compile(r"TASK \[(?:(?P<role>\S+) : )?(?P<name>.*)\]")
_RECAP = re.compile(r"^(\S+)\s+: ok=(\d+)\s+changed=(\d+)\s+unreachable=(\d+)\s+failed=(\d+)", re.MULTILINE)


@dataclass(frozen=True)
class Play:
    """What a run of a playbook came to."""

    code: int
    seconds: float
    output: str
    log: Path

    @property
    def changed(self) -> dict[str, int]:
        """How many tasks changed something, by host."""
        return {host: int(changed) for host, _, changed, _, _ in _RECAP.findall(self.output)}

    @property
    def changes(self) -> list[str]:
        """The tasks that changed something."""
        tasks, found = "", []
        for line in self.output.splitlines():
            if line.startswith(("TASK [", "RUNNING HANDLER [")):
                tasks = line.split("[", 1)[1].rsplit("]", 1)[0]
            elif line.startswith("changed:"):
                found.append(tasks)
        return found


def play(
    playbook: str,
    inventory: Path,
    *,
    deploy: Path = DEPLOY,
    log: Path,
    variables: dict[str, object] | None = None,
    options: tuple[str, ...] = (),
    timeout: float = 1500,
    check: bool = True,
    at: dict[str, Callable[[], object]] | None = None,
) -> Play:
    """Run a playbook of `deploy`, telling at which role it is; raise BedError when it fails and `check` is true.

    `at` are things to do when a task begins, by the name of the task.
    """
    command = [str(BIN / "ansible-playbook"), "-i", str(inventory), f"playbooks/{playbook}.yml", *options]
    for name, value in (variables or {}).items():
        command += ["-e", json.dumps({name: value})]
    environment = {**os.environ, "ANSIBLE_FORCE_COLOR": "0", "ANSIBLE_NOCOLOR": "1", "PYTHONUNBUFFERED": "1"}
    environment["PATH"] = f"{BIN}{os.pathsep}{environment.get('PATH', '')}"
    started, shown, lines = time.monotonic(), "", []
    log.parent.mkdir(parents=True, exist_ok=True)
    say(f"{playbook}.yml {' '.join(options)} (log: {log})")
    with (
        log.open("w") as file,
        subprocess.Popen(
            command,
            cwd=deploy,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        ) as process,
    ):
        clock = threading.Timer(timeout, process.kill)
        clock.daemon = True
        clock.start()
        try:
            for line in process.stdout or ():
                file.write(line)
                file.flush()
                lines.append(line)
                found = _ROLE.match(line)
                if found and at and (act := at.get(found["name"])):
                    act()
                if found and (role := found["role"] or playbook) != shown:
                    shown = role
                    say(f"  {role}")
        except BaseException:
            process.kill()  # or its end would be waited for
            raise
        finally:
            clock.cancel()
    done = Play(process.returncode, time.monotonic() - started, "".join(lines), log)
    if done.code < 0:
        raise BedError(f"{playbook}.yml was not ready after {timeout:.0f} s; see {log}:\n{''.join(lines[-20:])}")
    if check and done.code:
        raise BedError(f"{playbook}.yml failed with {done.code}; see {log}:\n{''.join(lines[-40:])}")
    say(f"{playbook}.yml: {done.seconds:.0f} s, changed {done.changed}")
    return done
