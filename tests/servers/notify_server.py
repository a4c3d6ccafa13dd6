"""scripts/notify-server.py as people start it, before a notify-send that writes down its words."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

SCRIPT = Path(__file__).parents[2] / "scripts" / "notify-server.py"

# Waits as long as there is a file "hold", fails where there is a file "fail".
_NOTIFY_SEND = """#!/bin/sh
cd "$(dirname "$0")/shown" || exit 9
printf '%s\\0' "$@" > "$$.writing" && mv "$$.writing" "$$.args"
while [ -e ../hold ]; do sleep 0.02; done
[ ! -e ../fail ] || { echo "no daemon" >&2; exit 1; }
"""


@dataclass(frozen=True)
class NotifyServer:
    url: str
    folder: Path

    def post(self, body: object, **headers: str) -> httpx.Response:
        return httpx.post(self.url, content=json.dumps(body), headers=headers, timeout=10)

    @property
    def shown(self) -> list[list[str]]:
        """The words of each call of notify-send, in the order in which they were made."""
        files = sorted((self.folder / "shown").glob("*.args"), key=lambda f: f.stat().st_mtime_ns)
        return [file.read_text().split("\0")[:-1] for file in files]

    def forget(self) -> None:
        for file in (self.folder / "shown").iterdir():
            file.unlink()


def environment(folder: Path, **variables: str) -> dict[str, str]:
    """With our notify-send in front of any other."""
    (folder / "shown").mkdir(parents=True)
    program = folder / "notify-send"
    program.write_text(_NOTIFY_SEND)
    program.chmod(0o755)
    return {"PATH": f"{folder}:{os.defpath}"} | variables


@contextmanager
def notify_server(folder: Path, *options: str, **variables: str) -> Iterator[NotifyServer]:
    """On a free port of loopback. Without site-packages: people have none of ours."""
    process = subprocess.Popen(
        [sys.executable, "-S", str(SCRIPT), "--port=0", *options],
        env=environment(folder, **variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    try:
        _, _, port = process.stdout.readline().strip().rpartition(":")
        yield NotifyServer(f"http://127.0.0.1:{port}/any/path", folder)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
