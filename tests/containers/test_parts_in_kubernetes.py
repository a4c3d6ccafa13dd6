"""What k8s/ tells the parts of Rayne, and asks of them, is what the code knows."""

from datetime import timedelta
from typing import Any

import pytest
import yaml

from adapters.health import PATIENCE_SECONDS
from adapters.settings import Settings, variable
from api.agent_app import create_agent_app
from api.app import create_app
from cli.services import BESIDE_DRAINING
from tests.containers.manifests import (
    OVERLAYS,
    SECRETS,
    containers,
    environment,
    kind_of,
    of_kind,
    parts,
    rendered,
    workloads,
)
from tests.e2e.stack import ROOT
from tests.unit.api.front import Front
from workers.serve import QUEUES

SECRET_VALUE = "s" * 32
PORTS = {"api": "api_port", "agent": "agent_port", "worker": "worker_port"}


@pytest.fixture(scope="module")
def secrets() -> dict[str, str]:
    """What the example asks to be filled in, filled in."""
    (found,) = (
        each["stringData"]
        for each in yaml.safe_load_all(SECRETS.read_text())
        if each["metadata"]["name"] == "rayne-secrets"
    )
    return dict.fromkeys(found, SECRET_VALUE)


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_part_starts_with_what_it_is_given(overlay: str, secrets: dict[str, str]) -> None:
    """Unknown variables, bad values and partners that are missing stop a start."""
    found = parts(rendered(overlay))
    assert set(found) == {
        *("api", "agent", "worker", "worker-model", "worker-compute", "migrate"),
    }

    for component, template in found.items():
        (container,) = template["spec"]["containers"]
        given = environment(rendered(overlay), container, secrets)
        settings = Settings.from_env({**given, "RAYNE_API_HOST": "0.0.0.0"})
        assert container["args"] == [kind_of(component)]
        assert settings.db_password, component
        assert settings.migrations == "wait", component


def test_without_the_optional_secrets_everything_starts_too(secrets: dict[str, str]) -> None:
    optional = {"ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "TEMPORAL_API_KEY"}
    fewer = {name: value for name, value in secrets.items() if name not in optional}

    for template in parts(rendered("minikube")).values():
        (container,) = template["spec"]["containers"]
        Settings.from_env(environment(rendered("minikube"), container, fewer))


def test_only_whom_it_concerns_is_given_a_secret(secrets: dict[str, str]) -> None:
    owners: dict[str, set[str]] = {name: set() for name in secrets}
    for name, template in workloads(rendered("minikube")).items():
        for container in containers(template):
            for each in container.get("env", ()):
                if "valueFrom" in each:
                    owners[each["valueFrom"]["secretKeyRef"]["key"]].add(name)

    front = {"rayne-api", "rayne-agent"}
    assert owners["RAYNE_SECRET_KEY"] == owners["RAYNE_API_TOKEN"] == front
    assert owners["QDRANT_API_KEY"] == {"rayne-worker", "qdrant"}
    assert owners["POSTGRES_PASSWORD"] == {"postgres"}
    assert owners["TEMPORAL_DB_PASSWORD"] == {"postgres"}
    assert all(owners.values()), "the example asks for a secret that nobody reads"


def test_the_workers_together_serve_every_queue_once() -> None:
    served: list[str] = []
    for component, template in parts(rendered("minikube")).items():
        if kind_of(component) == "worker":
            (container,) = template["spec"]["containers"]
            served += [each["value"] for each in container["env"] if each["name"] == "RAYNE_QUEUES"]

    assert sorted(served) == sorted(QUEUES)


def test_probes_ask_paths_that_the_parts_have_at_the_ports_they_listen_on() -> None:
    front = Front()
    worker = ("/health", "/health/live", "/health/ready")
    paths = {
        "api": create_app(front.resources).openapi()["paths"],
        "agent": create_agent_app(front.resources).openapi()["paths"],
        "worker": worker,  # tests/unit/workers/test_app.py asks them
    }
    for component, template in parts(rendered("minikube")).items():
        if component == "migrate":
            continue
        (container,) = template["spec"]["containers"]
        kind = kind_of(component)
        (port,) = container["ports"]
        assert port["containerPort"] == Settings.model_fields[PORTS[kind]].default
        for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
            asked = container[probe]["httpGet"]
            assert asked["path"] in paths[kind], f"{component}: {asked['path']}"
            assert asked["port"] == port["name"], component


def test_readiness_is_waited_for_as_long_as_it_may_take() -> None:
    for component, template in parts(rendered("minikube")).items():
        if component != "migrate":
            (container,) = template["spec"]["containers"]
            assert container["readinessProbe"]["timeoutSeconds"] > PATIENCE_SECONDS, component


def test_every_server_is_asked_whether_it_lives_and_is_ready() -> None:
    for name, template in workloads(rendered("minikube")).items():
        if name != "rayne-migrate":
            for container in template["spec"]["containers"]:
                assert {"startupProbe", "livenessProbe", "readinessProbe"} <= set(container), name


def test_a_part_may_end_in_order() -> None:
    least = Settings().drain + BESIDE_DRAINING
    for component, template in parts(rendered("minikube")).items():
        if component != "migrate":
            grace = timedelta(seconds=template["spec"]["terminationGracePeriodSeconds"])
            assert grace > least, component


def test_metrics_are_read_where_the_parts_show_them() -> None:
    for component, template in parts(rendered("minikube")).items():
        if component == "migrate":
            continue
        asked = yaml.safe_load(template["metadata"]["annotations"]["ad.datadoghq.com/rayne.checks"])
        (instance,) = asked["openmetrics"]["instances"]
        (port,) = template["spec"]["containers"][0]["ports"]
        where = f"http://%%host%%:{port['containerPort']}/metrics"
        assert instance["openmetrics_endpoint"] == where, component
        assert instance["headers"]["Authorization"] == "Bearer %%env_RAYNE_API_TOKEN%%"
        # Without it the shipped dashboard would find none of its names.
        assert (instance["namespace"], instance["raw_metric_prefix"]) == ("rayne", "rayne_")


def test_the_parts_are_told_services_that_there_are(secrets: dict[str, str]) -> None:
    manifests = rendered("minikube")
    services = {
        one["metadata"]["name"]: one["spec"]["ports"][0]["port"]
        for one in of_kind(manifests, "Service")
    }
    (container,) = parts(manifests)["worker"]["spec"]["containers"]
    given = environment(manifests, container, secrets)

    assert services[given["DB_HOST"]] == int(given["DB_PORT"])
    for name in ("QDRANT_URL", "OLLAMA_URL"):
        host, port = given[name].removeprefix("http://").split(":")
        assert services[host] == int(port), name


def test_each_worker_is_scaled_by_the_queue_that_it_serves(secrets: dict[str, str]) -> None:
    manifests = rendered("production")
    config = environment(manifests, parts(manifests)["worker"]["spec"]["containers"][0], secrets)
    scaled = {one["metadata"]["name"]: one["spec"] for one in of_kind(manifests, "ScaledObject")}
    found = {one["metadata"]["name"]: one for one in of_kind(manifests, "Deployment")}

    assert set(scaled) == {name for name in found if name.startswith("rayne-worker")}
    for name, spec in scaled.items():
        (trigger,) = spec["triggers"]
        asked: dict[str, Any] = trigger["metadata"]
        (container,) = found[name]["spec"]["template"]["spec"]["containers"]
        queue = next(e["value"] for e in container["env"] if e["name"] == "RAYNE_QUEUES")
        assert trigger["type"] == "temporal"
        assert spec["scaleTargetRef"] == {"name": name}
        assert asked["taskQueue"] == QUEUES[queue]
        assert asked["endpoint"] == config["TEMPORAL_ADDRESS"]
        assert asked["namespace"] == config["TEMPORAL_NAMESPACE"]
        assert set(asked["queueTypes"].split(",")) == _types(queue)
        assert all(isinstance(value, str) for value in asked.values())
        assert 1 <= spec["minReplicaCount"] < spec["maxReplicaCount"]
        assert "replicas" not in found[name]["spec"], "each apply would set it back"


def _types(queue: str) -> set[str]:
    """Only the main queue has workflows."""
    return {"workflow", "activity"} if queue == "main" else {"activity"}


def test_ollama_pulls_the_model_that_rayne_asks_for() -> None:
    (pull,) = workloads(rendered("minikube"))["ollama"]["spec"]["initContainers"]

    model = next(each["value"] for each in pull["env"] if each["name"] == "MODEL")

    assert model == Settings().ollama_model


def test_settings_are_spelled_as_the_code_spells_them() -> None:
    lines = (ROOT / "k8s" / "base" / "rayne" / "rayne.env").read_text().splitlines()
    names = {line.partition("=")[0] for line in lines if line and not line.startswith("#")}

    assert names <= {variable(field) for field in Settings.model_fields}
