"""The Compose file as Compose reads it, and its services' environments on one machine."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from tests.e2e.stack import ROOT

FILE = ROOT / "docker-compose.yaml"
_VARIABLE = re.compile(r"\$\{(?P<name>\w+)(?:(?P<how>:-|:\?)(?P<what>[^}]*))?\}")


class Refused(Exception):
    """A variable that must be set is not; the message is the file's own."""


class Compose:
    """Services with every variable filled in from `environ`."""

    def __init__(self, environ: Mapping[str, str], file: Path = FILE) -> None:
        self._environ = environ
        self.document: dict[str, Any] = self._filled(yaml.safe_load(file.read_text()))

    @property
    def services(self) -> dict[str, Any]:
        found: dict[str, Any] = self.document["services"]
        return found

    def environment(self, service: str) -> dict[str, str]:
        found: dict[str, str] = self.services[service].get("environment", {})
        return found

    def writable(self, service: str) -> list[str]:
        """Its folders that are not of the image."""
        asked = self.services[service]
        assert asked["read_only"], f"{service} may write everywhere"
        folders = [each.partition(":")[0] for each in asked.get("tmpfs", [])]
        return folders + [each.split(":")[1] for each in asked.get("volumes", [])]

    def _filled(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {name: self._filled(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [self._filled(inner) for inner in value]
        return _VARIABLE.sub(self._value, value) if isinstance(value, str) else value

    def _value(self, found: re.Match[str]) -> str:
        given = self._environ.get(found["name"], "")
        if found["how"] == ":?" and not given:
            raise Refused(f"{found['name']}: {found['what']}")
        return given or (found["what"] or "" if found["how"] == ":-" else "")


def required(file: Path = FILE) -> set[str]:
    """The variables without which Compose refuses to start."""
    return {name for name, how in _variables(file) if how == ":?"}


def _variables(file: Path) -> Iterator[tuple[str, str]]:
    for found in _VARIABLE.finditer(file.read_text()):
        yield found["name"], found["how"] or ""


def on_this_machine(environ: Mapping[str, str], ports: Mapping[str, int]) -> dict[str, str]:
    """The same settings where each service is a port of the loopback instead of a host."""
    moved = {}
    for name, value in environ.items():
        found = re.fullmatch(r"(?P<scheme>https?://)?(?P<host>[a-z-]+)(?P<port>:\d+)?", value)
        if found and found["host"] in ports and (found["port"] or name.endswith("_HOST")):
            port = f":{ports[found['host']]}" if found["port"] else ""
            moved[name] = f"{found['scheme'] or ''}127.0.0.1{port}"
            if name.endswith("_HOST"):
                moved[name.replace("_HOST", "_PORT")] = str(ports[found["host"]])
    return dict(environ) | moved
