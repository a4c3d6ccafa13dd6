"""The Compose file is one that Compose takes, and says nothing that the code does not know."""

import re
import subprocess
from datetime import timedelta
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import pytest

from adapters.settings import Settings, variable
from cli.services import BESIDE_DRAINING
from tests.containers.compose import FILE, Compose, Refused, on_this_machine, required
from tests.containers.manifests import rendered, tool, workloads
from tests.containers.stage import made_env

PARTS = ("api", "agent", "worker", "migrate", "sandbox")
LISTENING = {"api": "api_port", "agent": "agent_port", "sandbox": "sandbox_port"}
SERVERS = {"postgres": 5432, "temporal": 7233, "qdrant": 6333, "ollama": 11434, "sandbox": 8090}
PINNED = re.compile(r"[\w./-]+:v?\d+\.\d+(\.\d+)?(-\w+)?")


@pytest.fixture(scope="module")
def env(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """As the script makes it."""
    return made_env(tmp_path_factory.mktemp("checkout"))


@pytest.fixture(scope="module")
def compose(env: dict[str, str]) -> Compose:
    return Compose(env)


def settings_of(compose: Compose, part: str) -> Settings:
    """Raises Misconfigured where a variable is unknown or a value is bad."""
    return Settings.from_env(compose.environment(part))


def test_compose_would_take_the_file() -> None:
    words = [tool("check-jsonschema"), "--builtin-schema", "vendor.compose-spec", str(FILE)]

    told = subprocess.run(words, check=False, capture_output=True, text=True)

    assert told.returncode == 0, told.stdout


def test_the_script_makes_every_secret_that_compose_asks_for(env: dict[str, str]) -> None:
    assert required() <= {name for name, value in env.items() if value}


def test_no_two_secrets_are_alike(env: dict[str, str]) -> None:
    secrets = [env[name] for name in required() if not name.startswith("DD_")]

    assert len(set(secrets)) == len(secrets)
    assert min(map(len, secrets)) >= 32


@pytest.mark.parametrize("name", sorted(required()))
def test_compose_refuses_to_start_without_a_secret(env: dict[str, str], name: str) -> None:
    with pytest.raises(Refused, match=name):
        Compose(env | {name: ""})


@pytest.mark.parametrize("part", PARTS)
def test_a_part_is_given_only_what_rayne_knows(compose: Compose, part: str) -> None:
    settings_of(compose, part)


@pytest.mark.parametrize("part", ["api", "agent", "worker"])
def test_a_part_has_every_server_and_changes_no_tables(compose: Compose, part: str) -> None:
    settings = settings_of(compose, part)

    assert not settings.embeds_postgres
    assert not settings.embeds_temporal
    assert not settings.uses_sandbox
    assert settings.migrations == "wait"


def test_only_the_worker_is_given_memory_and_only_the_front_its_secrets(compose: Compose) -> None:
    worker, api = settings_of(compose, "worker"), settings_of(compose, "api")

    assert worker.qdrant_api_key
    assert not worker.secret_key
    assert api.secret_key
    assert not api.qdrant_api_key


@pytest.mark.parametrize("part", PARTS)
def test_a_part_runs_without_rights_on_a_root_that_it_cannot_write(
    compose: Compose, part: str
) -> None:
    service = compose.services[part]

    assert service["read_only"] is True
    assert service["user"] == "10001:10001"
    assert service["cap_drop"] == ["ALL"]
    assert service["command"] == [part]
    assert set(compose.writable(part)) <= {"/tmp", "/var/lib/rayne"}  # noqa: S108 -- a container's


def test_nothing_may_gain_rights(compose: Compose) -> None:
    for name, service in compose.services.items():
        assert service["security_opt"] == ["no-new-privileges:true"], name


def test_a_part_may_end_in_order(compose: Compose) -> None:
    settings = Settings()
    for part in PARTS:
        grace = timedelta(seconds=int(compose.services[part]["stop_grace_period"].rstrip("s")))
        assert grace > settings.drain + BESIDE_DRAINING, part


def test_every_image_is_pinned_by_a_version(compose: Compose) -> None:
    images = {service["image"] for service in compose.services.values()}

    assert [image for image in images if not PINNED.fullmatch(image)] == ["rayne:dev"]


def test_kubernetes_runs_the_same_images(compose: Compose) -> None:
    here = {service["image"] for service in compose.services.values()}
    there = {
        container["image"]
        for template in workloads(rendered("minikube")).values()
        for container in template["spec"]["containers"]
    }

    assert there <= here


def test_qdrant_is_of_the_release_of_its_client(compose: Compose) -> None:
    lock = (FILE.parent / "requirements.lock").read_text()
    client = re.search(r"^qdrant-client==(\d+\.\d+)\.", lock, re.MULTILINE)
    server = re.search(r":v(\d+\.\d+)\.", compose.services["qdrant"]["image"])

    assert client
    assert server
    assert client[1] == server[1]


def test_the_tools_of_temporal_are_of_its_release(compose: Compose) -> None:
    tags = {
        name: compose.services[name]["image"].rpartition(":")[2]
        for name in ("temporal", "temporal-schema", "temporal-namespace")
    }

    assert len(set(tags.values())) == 1, tags


@pytest.mark.parametrize("part", LISTENING)
def test_a_part_is_published_on_this_machine_only_at_its_own_port(
    compose: Compose, part: str
) -> None:
    port = Settings.model_fields[LISTENING[part]].default

    assert compose.services[part]["ports"] == [f"127.0.0.1:{port}:{port}"]


def test_nothing_is_published_to_other_machines(compose: Compose) -> None:
    ports = [port for each in compose.services.values() for port in each.get("ports", ())]

    assert [port for port in ports if not port.startswith("127.0.0.1:")] == []


def test_servers_that_ask_nobody_who_they_are_have_no_way_out(compose: Compose) -> None:
    assert compose.document["networks"]["inside"] == {"internal": True}
    for server in ("postgres", "qdrant", "temporal"):
        assert compose.services[server]["networks"] == ["inside"], server


def test_ollama_pulls_the_model_that_rayne_asks_for(compose: Compose) -> None:
    settings = settings_of(compose, "worker")

    assert compose.services["ollama-pull"]["command"] == ["pull", settings.ollama_model]
    assert settings.ollama_model == Settings().ollama_model


def test_every_host_that_is_named_is_a_service_at_its_port(compose: Compose) -> None:
    for part in PARTS:
        for name, value in compose.environment(part).items():
            found = re.fullmatch(r"(?:https?://)?([a-z][a-z-]*):(\d+)", value)
            if found:
                assert SERVERS[found[1]] == int(found[2]), name
                assert found[1] in compose.services, name


def test_on_this_machine_each_service_is_a_port_of_the_loopback(compose: Compose) -> None:
    ports = {name: port + 40_000 for name, port in SERVERS.items()}

    moved = on_this_machine(compose.environment("worker"), ports)

    assert (moved["DB_HOST"], moved["DB_PORT"]) == ("127.0.0.1", "45432")
    assert moved["TEMPORAL_ADDRESS"] == "127.0.0.1:47233"
    assert moved["QDRANT_URL"] == "http://127.0.0.1:46333"
    assert moved["OLLAMA_URL"] == "http://127.0.0.1:51434"
    assert moved["DD_API_URL"] == "http://127.0.0.1:48090"
    assert moved["DD_API_KEY"] == "sandbox"  # a service's name, and no address


def test_the_start_is_ordered_by_health_and_ends_somewhere(compose: Compose) -> None:
    graph: dict[str, set[str]] = {}
    for name, service in compose.services.items():
        graph[name] = set(service.get("depends_on", {}))
        for other, how in service.get("depends_on", {}).items():
            _check_condition(compose.services[other], how["condition"], f"{name} on {other}")

    order = list(TopologicalSorter(graph).static_order())

    assert order.index("postgres") < order.index("migrate") < order.index("worker")
    assert order.index("temporal-schema") < order.index("temporal") < order.index("worker")


def _check_condition(other: dict[str, Any], condition: str, what: str) -> None:
    if condition == "service_healthy":
        assert "healthcheck" in other, f"{what}: it says nothing of its health"
    else:
        assert condition == "service_completed_successfully", what
        assert other["restart"] == "on-failure", f"{what}: it never ends"


def test_the_stand_in_comes_only_where_it_is_asked_for(compose: Compose) -> None:
    profiles = {
        name: service["profiles"]
        for name, service in compose.services.items()
        if "profiles" in service
    }

    assert profiles == {"sandbox": ["sandbox"], "datadog-agent": ["observability"]}


def test_metrics_are_read_where_each_part_shows_them(compose: Compose) -> None:
    content = compose.document["configs"]["openmetrics"]["content"]
    usual = {
        part: Settings.model_fields[f"{part}_port"].default for part in ("api", "agent", "worker")
    }

    asked = dict(re.findall(r"http://(\w+):(\d+)/metrics", content))

    assert {part: int(port) for part, port in asked.items()} == usual
    assert content.count("raw_metric_prefix: rayne_") == len(usual)


@pytest.mark.parametrize("file", ["temporal-schema.sh", "temporal-namespace.sh"])
def test_a_script_that_runs_in_a_container_is_where_it_is_looked_for(
    compose: Compose, file: str
) -> None:
    service = compose.services[file.removesuffix(".sh")]

    assert service["entrypoint"] == ["/bin/sh", f"/scripts/{file}"]
    assert service["volumes"] == ["./scripts/compose:/scripts:ro"]
    assert (FILE.parent / "scripts" / "compose" / file).exists()


def test_mounted_files_exist(compose: Compose) -> None:
    mounted = [
        volume.partition(":")[0]
        for service in compose.services.values()
        for volume in service.get("volumes", ())
        if volume.startswith("./")
    ]

    assert mounted
    assert [path for path in mounted if not (FILE.parent / path).exists()] == []


def test_variables_of_the_file_are_spelled_as_settings(compose: Compose) -> None:
    known = {variable(field) for field in Settings.model_fields}
    for part in PARTS:
        assert set(compose.environment(part)) <= known, part


def test_making_secrets_a_second_time_is_refused(tmp_path: Path) -> None:
    made_env(tmp_path)
    before = (tmp_path / ".env").read_text()

    script = tmp_path / "scripts" / "compose" / "make-env.sh"
    told = subprocess.run(["/bin/sh", str(script)], check=False, capture_output=True)

    assert told.returncode == 1
    assert (tmp_path / ".env").read_text() == before
    assert (tmp_path / ".env").stat().st_mode & 0o077 == 0
