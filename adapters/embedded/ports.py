"""Finding a port to listen on, or saying who has it."""

import socket

import psutil

from domain.errors import Conflict

_HOST = "127.0.0.1"
_TRIES = 100


def claim_port(wanted: int, *, variable: str, chosen: bool) -> int:
    """The wanted port, or the next free one unless the operator has chosen it.

    Nothing is bound: between this answer and its use somebody may still come first.
    """
    if is_free(wanted):
        return wanted
    if chosen:
        raise taken(wanted, variable)
    for port in range(wanted + 1, wanted + _TRIES):
        if is_free(port):
            return port
    raise taken(wanted, variable)


def taken(port: int, variable: str) -> Conflict:
    return Conflict(
        f"port {port} is taken by {_holder(port)}: stop it, or set {variable} to a free port"
    )


def is_free(port: int, host: str = _HOST) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # As servers do: a port whose last connection just closed is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _holder(port: int) -> str:
    """Name and pid; never the command line, which may hold a secret."""
    try:
        for connection in psutil.net_connections("tcp"):
            listens = connection.status == psutil.CONN_LISTEN
            if listens and connection.laddr and connection.laddr.port == port:
                return _named(connection.pid)
    except psutil.Error:
        pass  # macOS shows other users' connections to root only
    return "another process"


def _named(pid: int | None) -> str:
    if pid is None:
        return "another user's process"
    return f"{psutil.Process(pid).name()!r} (process {pid})"
