"""What k8s/ describes is what Kubernetes takes, and says nothing that the code does not know."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import kubernetes_validate  # type: ignore[import-untyped]
import pytest
import yaml

from adapters.health import PATIENCE_SECONDS
from adapters.settings import Settings, variable
from api.agent_app import create_agent_app
from api.app import create_app
from cli.services import BESIDE_DRAINING
from tests.containers.manifests import (
    COMPONENT,
    NAME,
    OVERLAYS,
    SECRETS,
    WITH_HPA,
    Manifest,
    containers,
    environment,
    of_kind,
    rendered,
    with_hpa,
    workloads,
)
from tests.e2e.stack import ROOT
from tests.unit.api.front import Front
from workers.serve import QUEUES

VERSIONS = ("1.33", "1.37")  # the oldest that we mean to run on, and the newest
SECRET_VALUE = "s" * 32
PORTS = {"api": "api_port", "agent": "agent_port", "worker": "worker_port"}
DOCUMENT = (ROOT / "docs" / "kubernetes.md").read_text()
# The first Rayne's table: memory and processor, requested and at most.
API = ("64Mi", "256Mi", "100m", "500m")
AGENT = ("512Mi", "2Gi", "250m", "1000m")
RESOURCES = {
    "rayne-api": API,
    "rayne-migrate": API,
    "rayne-agent": AGENT,
    "rayne-worker": AGENT,
    "rayne-worker-model": AGENT,
    "rayne-worker-compute": AGENT,
    "postgres": ("128Mi", "512Mi", "100m", "500m"),
    "qdrant": ("256Mi", "1Gi", "100m", "500m"),
    "ollama": ("2Gi", "8Gi", "500m", "2000m"),
}
PINNED = re.compile(r"[\w./-]+:v?\d+\.\d+(\.\d+)?(-\w+)?")


@pytest.fixture(scope="module")
def fallback(tmp_path_factory: pytest.TempPathFactory) -> tuple[Manifest, ...]:
    return with_hpa(tmp_path_factory.mktemp(WITH_HPA))


@pytest.fixture(scope="module")
def secrets() -> dict[str, str]:
    """What the example asks to be filled in, filled in."""
    (found,) = (
        each["stringData"]
        for each in yaml.safe_load_all(SECRETS.read_text())
        if each["metadata"]["name"] == "rayne-secrets"
    )
    return dict.fromkeys(found, SECRET_VALUE)


def parts(manifests: tuple[Manifest, ...]) -> dict[str, Manifest]:
    """Rayne's own pods by their component."""
    return {
        template["metadata"]["labels"][COMPONENT]: template
        for template in workloads(manifests).values()
        if template["metadata"]["labels"][NAME] == "rayne"
    }


def kind_of(component: str) -> str:
    return component.partition("-")[0]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("overlay", OVERLAYS)
def test_kubernetes_would_take_every_manifest(overlay: str, version: str) -> None:
    for manifest in rendered(overlay):
        if not manifest["apiVersion"].startswith("keda.sh/"):
            kubernetes_validate.validate(manifest, version, strict=True)


@pytest.mark.parametrize("version", VERSIONS)
def test_kubernetes_would_take_the_fallback(fallback: tuple[Manifest, ...], version: str) -> None:
    scaled = {one["metadata"]["name"] for one in of_kind(fallback, "HorizontalPodAutoscaler")}
    assert scaled == {"rayne-worker", "rayne-worker-compute"}

    for manifest in fallback:
        kubernetes_validate.validate(manifest, version, strict=True)


def test_a_field_that_kubernetes_does_not_know_is_noticed() -> None:
    (service, *_) = of_kind(rendered("minikube"), "Service")
    misspelled = {**service, "spec": {**service["spec"], "selektor": {}}}

    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(misspelled, VERSIONS[-1], strict=True)


def test_the_example_of_secrets_is_one_that_kubernetes_takes() -> None:
    for manifest in yaml.safe_load_all(SECRETS.read_text()):
        kubernetes_validate.validate(manifest, VERSIONS[0], strict=True)
        assert not any(manifest["stringData"].values()), "the example holds a value"


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_everything_is_in_the_namespace_that_is_made(overlay: str) -> None:
    (namespace,) = of_kind(rendered(overlay), "Namespace")

    others = [one for one in rendered(overlay) if one["kind"] != "Namespace"]

    assert namespace["metadata"]["name"] == "rayne"
    assert {one["metadata"]["namespace"] for one in others} == {"rayne"}


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_pod_keeps_to_the_restricted_profile_on_a_root_that_it_cannot_write(
    overlay: str,
) -> None:
    (namespace,) = of_kind(rendered(overlay), "Namespace")
    assert namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"

    for name, template in workloads(rendered(overlay)).items():
        spec = template["spec"]
        assert spec["securityContext"]["runAsNonRoot"] is True, name
        assert spec["securityContext"]["runAsUser"] > 0, name
        assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}, name
        assert spec["automountServiceAccountToken"] is False, name
        assert not {"hostNetwork", "hostPID", "hostIPC"} & set(spec), name
        assert not any("hostPath" in volume for volume in spec["volumes"]), name
        for container in containers(template):
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }, name


@pytest.mark.parametrize("name", RESOURCES)
def test_resources_are_those_of_the_first_rayne(name: str) -> None:
    template = workloads(rendered("minikube"))[name]

    for container in containers(template):
        asked, most = container["resources"]["requests"], container["resources"]["limits"]
        assert (asked["memory"], most["memory"], asked["cpu"], most["cpu"]) == RESOURCES[name]


def test_every_workload_has_a_place_in_that_table() -> None:
    assert set(workloads(rendered("minikube"))) == set(RESOURCES)


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_image_is_pinned_by_a_version(overlay: str) -> None:
    images = {
        container["image"]
        for template in workloads(rendered(overlay)).values()
        for container in containers(template)
    }

    assert {image for image in images if not PINNED.fullmatch(image)} <= {"rayne:dev"}


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


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_service_finds_pods_at_a_port_that_they_have(overlay: str) -> None:
    for service in of_kind(rendered(overlay), "Service"):
        chosen = _selected(rendered(overlay), service["spec"]["selector"])
        assert len(chosen) == 1, service["metadata"]["name"]
        names = {port["name"] for c in chosen[0]["spec"]["containers"] for port in c["ports"]}
        assert {port["targetPort"] for port in service["spec"]["ports"]} <= names


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


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_deployment_of_rayne_may_lose_one_pod_at_a_time(overlay: str) -> None:
    budgets = list(of_kind(rendered(overlay), "PodDisruptionBudget"))

    covered = [
        template["metadata"]["labels"][COMPONENT]
        for budget in budgets
        for template in _selected(rendered(overlay), budget["spec"]["selector"]["matchLabels"])
    ]

    assert sorted(covered) == sorted(set(parts(rendered(overlay))) - {"migrate"})
    assert {budget["spec"]["maxUnavailable"] for budget in budgets} == {1}


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


def test_the_assets_are_those_of_the_image() -> None:
    (assets,) = (
        one["data"]
        for one in of_kind(rendered("minikube"), "ConfigMap")
        if one["metadata"]["name"].startswith("rayne-assets-")
    )
    folder = ROOT / "assets"
    wanted = {path.name for path in folder.iterdir() if path.suffix in {".md", ".json"}}

    assert assets == {name: (folder / name).read_text() for name in wanted}


def test_settings_are_spelled_as_the_code_spells_them() -> None:
    lines = (ROOT / "k8s" / "base" / "rayne" / "rayne.env").read_text().splitlines()
    names = {line.partition("=")[0] for line in lines if line and not line.startswith("#")}

    assert names <= {variable(field) for field in Settings.model_fields}


def test_what_scripts_rely_on_is_documented() -> None:
    names = {
        one["metadata"]["name"]
        for one in of_kind(rendered("minikube"), "Deployment", "StatefulSet", "Job", "Service")
    }

    assert {name for name in names if f"`{name}`" not in DOCUMENT} == set()
    assert {name for name in _example_keys() if f"`{name}`" not in DOCUMENT} == set()


def test_every_path_that_the_documentation_names_is_there() -> None:
    named = set(re.findall(r"\b((?:k8s|helm|scripts|docs)/[\w./-]*\w)", DOCUMENT))

    assert named
    assert {path for path in named if not Path(ROOT / path).exists()} == set()


def _example_keys() -> set[str]:
    return {
        key
        for manifest in yaml.safe_load_all(SECRETS.read_text())
        if manifest["metadata"]["name"] == "rayne-secrets"
        for key in manifest["stringData"]
    }


def _selected(manifests: tuple[Manifest, ...], labels: dict[str, str]) -> list[Manifest]:
    return [
        template
        for template in workloads(manifests).values()
        if labels.items() <= template["metadata"]["labels"].items()
    ]
