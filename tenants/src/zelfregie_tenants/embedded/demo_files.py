"""Where the demonstration keeps what, and what it remembers between two runs."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Login:
    """Somebody who can log in to one region of the demonstration."""

    role: str
    region: str
    domain: str
    email: str
    password: str
    path: str  # of the login page


@dataclass(frozen=True)
class Site:
    """A region of the demonstration."""

    name: str
    domain: str
    national: bool


@dataclass(frozen=True)
class Summary:
    """What the demonstration tells when it is ready."""

    sites: list[Site]
    logins: list[Login]

    def write(self, path: Path) -> None:
        """Store it, whole or not at all."""
        fresh = path.with_suffix(".new")
        fresh.write_text(json.dumps(asdict(self)))
        fresh.chmod(0o600)
        fresh.replace(path)

    @classmethod
    def read(cls, path: Path) -> "Summary | None":
        """What was stored; None when there is nothing readable."""
        try:
            stored = json.loads(path.read_text())
            return cls([Site(**site) for site in stored["sites"]], [Login(**login) for login in stored["logins"]])
        except (OSError, ValueError, KeyError, TypeError):
            return None


@dataclass(frozen=True)
class Ports:
    """Where the demonstration listens, or did last: commands in another terminal write these into addresses too."""

    web: int = 8000
    smtp: int = 8025

    def write(self, path: Path) -> None:
        """Store them, whole or not at all."""
        fresh = path.with_suffix(".new")
        fresh.write_text(json.dumps(asdict(self)))
        fresh.replace(path)

    @classmethod
    def read(cls, path: Path) -> "Ports":
        """What was stored; the usual ones when there is nothing readable."""
        try:
            stored = json.loads(path.read_text())
            return cls(int(stored["web"]), int(stored["smtp"]))
        except (OSError, ValueError, KeyError, TypeError):
            return cls()


@dataclass(frozen=True)
class DemoFiles:
    """The paths below the folder for runtime state."""

    var: Path

    @property
    def run(self) -> Path:
        """Locks, logs and the socket."""
        return self.var / "run"

    @property
    def data(self) -> Path:
        """The database."""
        return self.var / "postgres"

    @property
    def mail(self) -> Path:
        """Every e-mail the demonstration has sent."""
        return self.var / "mail"

    @property
    def lock(self) -> Path:
        """Held by the running demonstration; holds its process number."""
        return self.run / "demo.lock"

    @property
    def children(self) -> Path:
        """The child processes of the running, or killed, demonstration."""
        return self.run / "children.json"

    @property
    def ports(self) -> Path:
        """The ports of the running demonstration, or of the last."""
        return self.run / "ports.json"

    @property
    def summary(self) -> Path:
        """The addresses and logins of the last preparation."""
        return self.var / "demo.json"
