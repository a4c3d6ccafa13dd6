"""What k8s/ describes is what Kubernetes takes, and keeps to what was decided."""

import re
from pathlib import Path

import kubernetes_validate  # type: ignore[import-untyped]
import pytest
import yaml

from tests.containers.manifests import (
    COMPONENT,
    OVERLAYS,
    SECRETS,
    WITH_HPA,
    Manifest,
    containers,
    of_kind,
    parts,
    rendered,
    selected,
    with_hpa,
    workloads,
)
from tests.e2e.stack import ROOT

VERSIONS = ("1.33", "1.37")  # the oldest that we mean to run on, and the newest
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


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("overlay", OVERLAYS)
def test_kubernetes_would_take_every_manifest(overlay: str, version: str) -> None:
    for manifest in rendered(overlay):
        if not manifest["apiVersion"].startswith("keda.sh/"):
            kubernetes_validate.validate(manifest, version, strict=True)


@pytest.mark.parametrize("version", VERSIONS)
def test_kubernetes_would_take_the_fallback(fallback: tuple[Manifest, ...], version: str) -> None:
    scaled = list(of_kind(fallback, "HorizontalPodAutoscaler"))
    names = {one["metadata"]["name"] for one in scaled}
    assert names == {"rayne-worker", "rayne-worker-compute"}

    for manifest in scaled:
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
def test_every_service_finds_pods_at_a_port_that_they_have(overlay: str) -> None:
    for service in of_kind(rendered(overlay), "Service"):
        chosen = selected(rendered(overlay), service["spec"]["selector"])
        assert len(chosen) == 1, service["metadata"]["name"]
        names = {port["name"] for c in chosen[0]["spec"]["containers"] for port in c["ports"]}
        assert {port["targetPort"] for port in service["spec"]["ports"]} <= names


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_deployment_of_rayne_may_lose_one_pod_at_a_time(overlay: str) -> None:
    budgets = list(of_kind(rendered(overlay), "PodDisruptionBudget"))

    covered = [
        template["metadata"]["labels"][COMPONENT]
        for budget in budgets
        for template in selected(rendered(overlay), budget["spec"]["selector"]["matchLabels"])
    ]

    assert sorted(covered) == sorted(set(parts(rendered(overlay))) - {"migrate"})
    assert {budget["spec"]["maxUnavailable"] for budget in budgets} == {1}


def test_the_assets_are_those_of_the_image() -> None:
    (assets,) = (
        one["data"]
        for one in of_kind(rendered("minikube"), "ConfigMap")
        if one["metadata"]["name"].startswith("rayne-assets-")
    )
    folder = ROOT / "assets"
    wanted = {path.name for path in folder.iterdir() if path.suffix in {".md", ".json"}}

    assert assets == {name: (folder / name).read_text() for name in wanted}


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
