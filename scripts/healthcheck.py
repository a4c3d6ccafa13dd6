"""Does the part of Rayne in this container answer? For the image's HEALTHCHECK.

Which part it is, the first process's command line says. Needs nothing but Python, and asks without
the proxies that a container may be told to use.
"""

import http.client
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

# Part -> the variable of its port, the port without it, and the path that says it lives.
PROBES = {
    "api": ("RAYNE_API_PORT", 8080, "/health/live"),
    "agent": ("RAYNE_AGENT_PORT", 9000, "/health"),
    "worker": ("RAYNE_WORKER_PORT", 9464, "/health/live"),
    "sandbox": ("RAYNE_SANDBOX_PORT", 8090, "/sandbox/state"),
}
TIMEOUT = 4  # seconds
OK = 200


def main(command: Sequence[str], environ: Mapping[str, str]) -> str:
    """What is wrong, or "". Other commands, such as `rayne migrate`, have nothing to ask."""
    part = next((word for word in command if word in PROBES), None)
    if part is None:
        return ""
    name, usual, path = PROBES[part]
    port = int(environ.get(name) or usual)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
    try:
        connection.request("GET", path)
        status = connection.getresponse().status
    except OSError as error:
        return f"{part} on port {port}: {error}"
    finally:
        connection.close()
    return "" if status == OK else f"{part} on port {port}: {path} says {status}"


if __name__ == "__main__":
    first = Path("/proc/1/cmdline").read_bytes().decode(errors="replace").split("\0")
    sys.exit(main(first, os.environ) or 0)  # noqa: TID251 -- no settings: it must cost nothing
