"""The demonstration: everything it needs, started in order, watched, and stopped without a trace.

This process stays small. Django lives in its children: one that prepares the database (only when something changed),
the web server and the task worker.
"""

import json
import os
import sys
import time
import urllib.error
import urllib.request
from contextlib import ExitStack
from pathlib import Path

from zelfregie_tenants.embedded import postgres
from zelfregie_tenants.embedded.alone import only_demonstration
from zelfregie_tenants.embedded.demo_files import DemoFiles, Ports, Summary
from zelfregie_tenants.embedded.errors import EmbeddedError
from zelfregie_tenants.embedded.fingerprint import demo_digest, read_digest, write_digest
from zelfregie_tenants.embedded.mail_sink import start_mail_sink
from zelfregie_tenants.embedded.ports import ADDRESS, free_port, require_free, wait_until_free
from zelfregie_tenants.embedded.processes import PATIENCE, Child, tail
from zelfregie_tenants.embedded.progress import say, step
from zelfregie_tenants.embedded.signals import Stopped, StopSignals

READY_SECONDS = 90
MAIL_HOST = "mail.localhost"


class Supervisor:
    """One run of the demonstration."""

    def __init__(self, files: DemoFiles, examples: Path, port: int) -> None:
        """`examples` holds one folder per region; `port` is the web server's."""
        self.files = files
        self.examples = examples
        self.port = port
        self.children: list[Child] = []
        self.signals = StopSignals()
        self.ready = False

    def run(self) -> None:
        """Start everything, say where it is, and stay until asked to stop.

        Raises EmbeddedError with the remedy when something is in the way or a part of it dies.
        """
        started = time.monotonic()
        require_examples(self.examples)
        with self.signals, ExitStack() as stack:
            try:
                if stack.enter_context(only_demonstration(self.files, self.port)):
                    wait_until_free(self.port)
                require_free(self.port)
                # From here on, whatever happens ends with: children first, then mail, then the database.
                environment = self._start_services(stack)
                stack.callback(self._stop_children)
                self._prepare(environment)
                self._serve(environment)
                self.ready = True
                self._tell(time.monotonic() - started)
                self._watch()
            except Stopped:
                say("\nStopping ...")
            finally:
                self.signals.ignore()
        say("Stopped. Everything is kept; `make demo` goes on where you were.")

    def _start_services(self, stack: ExitStack) -> dict[str, str]:
        """Start the database and the mail sink; return the environment of the children."""
        with step("Database"), self.signals.hold():
            url = os.environ.get("DATABASE_URL")
            if not url:
                url = stack.enter_context(postgres.start(self.files.data, self.files.run)).dsn
        (self.files.var / "static").mkdir(exist_ok=True)  # whitenoise warns when there is none
        smtp_port = free_port(Ports().smtp)
        stack.callback(start_mail_sink(self.files.mail, smtp_port).stop)
        Ports(self.port, smtp_port).write(self.files.ports)
        # Without bytecode each child would compile thousands of files anew, at every start.
        inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        return inherited | {
            "PYTHONUNBUFFERED": "1",
            "ZELFREGIE_VAR": str(self.files.var),
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "zelfregie_tenants.settings.development",
            "ZELFREGIE_URL_PORT": str(self.port),
            "ZELFREGIE_EMAIL_HOST": ADDRESS,
            "ZELFREGIE_EMAIL_PORT": str(smtp_port),
        }

    def _prepare(self, environment: dict[str, str]) -> None:
        """Make the database what the code and the examples ask for; one query when it is already."""
        digest = f"{demo_digest(self.examples)} at port {self.port}"  # addresses are stored with their port
        url = environment["DATABASE_URL"]
        if read_digest(url) == digest and Summary.read(self.files.summary) is not None:
            return
        # In a process of its own: its memory is given back, and Ctrl-C can end it at any moment.
        command = [sys.executable, "-m", "zelfregie_tenants.embedded.preparation"]
        command += [str(self.examples), str(self.files.summary)]
        child = self._start("preparation", command, environment, log=False)
        code = child.process.wait()
        self.children.remove(child)
        if code:
            raise EmbeddedError("The regions could not be prepared; the reason is above. Nothing half-made is shown.")
        write_digest(url, digest)

    def _serve(self, environment: dict[str, str]) -> None:
        """Start the web server and the worker, and wait until pages come."""
        with step("Web server"):
            web = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", ADDRESS, "--port", str(self.port)]
            web += ["--workers", "1", "--blocking-threads", "4", "--no-ws", "--log-level", "warning"]
            self._start("web", [*web, "zelfregie_tenants.embedded.web:application"], environment)
            deadline = time.monotonic() + READY_SECONDS
            while not self._answers():
                self._raise_when_one_died()
                if time.monotonic() > deadline:
                    log = self.files.run / "web.log"
                    raise EmbeddedError(f"The web server does not answer after {READY_SECONDS} s; see {log}.")
                time.sleep(0.1)
        # Only now, so that on a small machine it does not slow down what somebody waits for.
        self._start("worker", [sys.executable, "-m", "zelfregie_tenants.cli", "worker", "--schedule"], environment)

    def _start(self, name: str, command: list[str], environment: dict[str, str], *, log: bool = True) -> Child:
        """Start a child and write down which, so that even after kill -9 the next run can find it."""
        with self.signals.hold():
            child = Child.start(name, command, self.files.run / f"{name}.log" if log else None, environment)
            self.children.append(child)
            known = [{"pid": each.process.pid, "started": each.started} for each in self.children]
            self.files.children.write_text(json.dumps(known))
        return child

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://{ADDRESS}:{self.port}/healthz", timeout=5) as answer:
                return answer.status == 200
        except urllib.error.HTTPError as error:
            error.close()
            return False
        except OSError:
            return False

    def _watch(self) -> None:
        """Stay until a signal comes or a part dies."""
        while True:
            for _ in range(20):
                self._raise_when_one_died()
                time.sleep(0.25)
            if not os.environ.get("DATABASE_URL") and not postgres.is_running(self.files.data):
                log = self.files.run / "postgres.log"
                raise EmbeddedError(f"The database stopped by itself. Its last lines, from {log}:\n\n{tail(log)}\n")

    def _raise_when_one_died(self) -> None:
        for child in self.children:
            if child.ended:
                raise EmbeddedError(
                    f"The {child.name} process stopped by itself (exit code {child.process.returncode}). "
                    f"Its last lines, from {child.log}:\n\n{child.last_lines()}\n"
                )

    def _stop_children(self) -> None:
        for child in reversed(self.children):
            child.ask_to_stop()
        # A child that is still loading has nothing to finish, and cannot hear us yet.
        patience = PATIENCE if self.ready else 1.0
        for child in reversed(self.children):
            child.wait_until_stopped(patience)
        self.files.children.unlink(missing_ok=True)

    def _tell(self, seconds: float) -> None:
        summary = Summary.read(self.files.summary)
        if summary is None:
            raise EmbeddedError(f"{self.files.summary} is gone: run `make demo` again.")
        say(f"\nReady in {seconds:.1f} s.\n")
        for site in sorted(summary.sites, key=lambda site: (site.national, site.name)):
            say(f"  {site.name:<28} http://{site.domain}:{self.port}/")
        say(f"  {'All e-mail it sends':<28} http://{MAIL_HOST}:{self.port}/")
        say("\nLog in (these passwords are for the demonstration only):\n")
        widest = max(len(login.email) for login in summary.logins)
        for login in summary.logins:
            address = f"http://{login.domain}:{self.port}{login.path}"
            say(f"  {login.role:<15}{login.email:<{widest + 2}}{login.password:<18}{address}")
        say("\nStop with Ctrl-C.")


def require_examples(examples: Path) -> None:
    """Raise EmbeddedError when this is not the project's folder."""
    if not any(examples.glob("*/region.toml")):
        raise EmbeddedError(f"There are no example regions in {examples}: run this in the project's folder.")
