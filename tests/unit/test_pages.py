"""What README and the handbook name is there: commands, variables, routes, metrics, files."""

import re
from pathlib import Path

import pytest
from fastapi.routing import iter_route_contexts
from typer.main import get_command

from adapters.settings import Settings, variable
from api.agent_app import create_agent_app
from api.app import create_app
from cli.main import app
from tests.documented_metrics import documented
from tests.pages import PAGES, ROOT, code_in, commands, links
from tests.unit.api.front import Front

VARIABLES = {variable(field) for field in Settings.model_fields}
# Read by others than Rayne: its Agent, uvicorn, OpenTelemetry, Compose and the scripts.
OF_OTHERS = re.compile(
    r"DD_(OTLP|HOSTNAME|APM)_\w+|OTEL_EXPORTER_OTLP_\w+|OTEL_RESOURCE_ATTRIBUTES|TEMPORAL_DB_PASSWORD"
)
NAMED = re.compile(r"\b(?:RAYNE|DD|DB|TEMPORAL|QDRANT|OLLAMA|ANTHROPIC|OTEL|NOTIFY)_[A-Z][A-Z_]*\b")
ROUTE = re.compile(r"\b(GET|POST|PUT|DELETE) (?:localhost:\d+)?(/[\w/{}.-]*)")

every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


@every_page
def test_links_lead_to_files(page: Path) -> None:
    assert [link for link in links(page) if not (page.parent / link).exists()] == []


@every_page
def test_commands_are_rayne_s(page: Path) -> None:
    assert [words for words in commands(page, "rayne") if not is_a_command(words)] == []


@every_page
def test_variables_are_read_by_somebody(page: Path) -> None:
    named = {name for line in code_in(page) for name in NAMED.findall(line)}
    unknown = {name for name in named - VARIABLES if not OF_OTHERS.fullmatch(name)}

    # `RAYNE_KEEP_...` and `_MAX_TOKENS` stand for several.
    assert {n for n in unknown if not any(v.startswith(n) for v in VARIABLES)} == set()


@every_page
def test_routes_are_answered(page: Path) -> None:
    named = {
        (method, re.sub(r"\{\w+\}|(?<=/)\d+(?=/|$)", "{}", path))
        for line in code_in(page)
        for method, path in ROUTE.findall(line)
        if path.startswith(("/v1/", "/health", "/metrics"))
    }

    assert named - ROUTES == set()


@every_page
def test_metrics_are_documented_ones(page: Path) -> None:
    told = documented()
    named = {
        name
        for line in code_in(page)
        for name in re.findall(r"\b(?:rayne|temporal)_\w+(?:_total|_seconds|_bytes)\b", line)
    }

    assert named - told.keys() == set()


def test_every_variable_is_in_the_readme() -> None:
    lines = (ROOT / "README.md").read_text().split("## Variables")[1].split("\n## ")[0]
    named: set[str] = set()
    for line in lines.splitlines():
        whole, beginning = NAMED.findall(line.split("|")[1]) if "|" in line else [], ""
        for name in re.findall(r"`(_?[A-Z][A-Z_]+)(?:\.\.\.)?`", line):
            # `RAYNE_CLAUDE_MAX_TURNS`, `_MAX_TOKENS`: what begins with _ begins as the one before.
            beginning = beginning if name.startswith("_") else name
            named.add(_joined(beginning, name) if name.startswith("_") else name)
        named |= set(whole)

    missing = {name for name in VARIABLES if not any(name.startswith(n) for n in named)}
    assert missing == set()


def test_what_the_log_is_said_to_say_it_says() -> None:
    page = ROOT / "docs" / "troubleshooting.md"
    named = {code for code in code_in(page) if re.fullmatch(r"[a-z]+\.[a-z_]+", code)}
    source = "".join(
        file.read_text()
        for folder in ("adapters", "api", "cli", "workers")
        for file in (ROOT / folder).rglob("*.py")
    )

    assert named, "a page that names no log line is another page"
    assert {event for event in named if f'"{event}"' not in source} == set()


def is_a_command(words: list[str]) -> bool:
    command = get_command(app)
    options: set[str] = set()
    for word in words:
        options |= {option for parameter in command.params for option in parameter.opts}
        options |= {option for parameter in command.params for option in parameter.secondary_opts}
        found = getattr(command, "commands", {}).get(word)
        if found is None:
            break
        command = found
    options |= {option for parameter in command.params for option in parameter.opts} | {"--help"}
    asked = {word.split("=")[0] for word in words if word.startswith("--")}
    return bool(words) and words[0] in ALL_COMMANDS and asked <= options


def _joined(beginning: str, ending: str) -> str:
    """RAYNE_CLAUDE_MAX_TURNS and _MAX_TOKENS: RAYNE_CLAUDE_MAX_TOKENS."""
    first = ending.strip("_").split("_")[0]
    head, found, _ = beginning.partition(f"_{first}")
    return f"{head}{ending}" if found else beginning.rpartition("_")[0] + ending


def _routes() -> set[tuple[str, str]]:
    front = Front()
    return {
        (method, re.sub(r"\{\w+(?::path)?\}", "{}", route.path or ""))
        for one in (create_app(front.resources), create_agent_app(front.resources))
        for route in iter_route_contexts(one.routes)
        for method in route.methods or ()
    }


ALL_COMMANDS = set(getattr(get_command(app), "commands", {}))
ROUTES = _routes()
