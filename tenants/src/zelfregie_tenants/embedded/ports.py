"""Ports of this machine."""

import errno
import socket
import time

from zelfregie_tenants.embedded.errors import EmbeddedError

ADDRESS = "127.0.0.1"


def is_free(port: int) -> bool:
    """True iff nobody listens on the port.

    Binding alone does not tell: the web server shares its port with a second one of the same user.

    Raises PermissionError for a port that only root may use.
    """
    with socket.socket() as client:
        client.settimeout(1)
        if client.connect_ex((ADDRESS, port)) == 0:
            return False
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            server.bind((ADDRESS, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return False
            raise
    return True


def require_free(port: int) -> None:
    """Raise EmbeddedError, naming a port that is free, when the web server cannot have this one."""
    try:
        if is_free(port):
            return
        why = f"Port {port} is in use by another program"
    except PermissionError:
        why = f"Port {port} is for the system's administrator only"
    other = next(number for number in range(max(port, 8000) + 1, 65536) if is_free(number))
    raise EmbeddedError(f"{why}: choose another one, as in `PORT={other} make demo`.")


def wait_until_free(port: int, seconds: float = 5) -> None:
    """Wait for a port of a process that was just killed; return in any case."""
    deadline = time.monotonic() + seconds
    while not is_free(port) and time.monotonic() < deadline:
        time.sleep(0.05)


def free_port(preferred: int | None = None) -> int:
    """The preferred port when it is free, else one that the system picks."""
    if preferred is not None and is_free(preferred):
        return preferred
    with socket.socket() as server:
        server.bind((ADDRESS, 0))
        return int(server.getsockname()[1])
