"""What k8s/ holds, as kubectl renders it."""

import shutil
import subprocess
import sysconfig
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.e2e.stack import ROOT

Manifest = dict[str, Any]

KUBERNETES = ROOT / "k8s"
OVERLAYS = ("minikube", "production")
WITH_HPA = "production-hpa"  # the fallback that no overlay takes
SECRETS = KUBERNETES / "base" / "secrets.example.yaml"
NAME, COMPONENT = "app.kubernetes.io/name", "app.kubernetes.io/component"


def tool(name: str) -> str:
    """A program that the development dependencies bring."""
    found = Path(sysconfig.get_path("scripts")) / name
    assert found.exists(), f"{name} is missing: install the development dependencies"
    return str(found)


@cache
def rendered(overlay: str) -> tuple[Manifest, ...]:
    return _kustomized(KUBERNETES / "overlays" / overlay)


def with_hpa(folder: Path) -> tuple[Manifest, ...]:
    """The production overlay with the autoscalers that need no KEDA; `folder` is empty."""
    for name in ("k8s", "assets"):
        shutil.copytree(ROOT / name, folder / name)
    overlay = folder / "k8s" / "overlays" / "production"
    kustomization = overlay / "kustomization.yaml"
    text = kustomization.read_text()
    assert "components/keda" in text
    kustomization.write_text(text.replace("components/keda", "components/hpa"))
    return _kustomized(overlay)


def _kustomized(folder: Path) -> tuple[Manifest, ...]:
    told = subprocess.run(
        [tool("kubectl"), "kustomize", str(folder)], check=False, capture_output=True, text=True
    )
    assert told.returncode == 0, told.stderr
    return tuple(yaml.safe_load_all(told.stdout))


def of_kind(manifests: tuple[Manifest, ...], *kinds: str) -> Iterator[Manifest]:
    yield from (one for one in manifests if one["kind"] in kinds)


def workloads(manifests: tuple[Manifest, ...]) -> dict[str, Manifest]:
    """Everything that runs pods -> its pod's template."""
    found = of_kind(manifests, "Deployment", "StatefulSet", "Job")
    return {one["metadata"]["name"]: one["spec"]["template"] for one in found}


def containers(template: Manifest) -> list[Manifest]:
    spec = template["spec"]
    return [*spec.get("initContainers", ()), *spec["containers"]]


def environment(
    manifests: tuple[Manifest, ...], container: Manifest, secrets: Mapping[str, str]
) -> dict[str, str]:
    """The variables that it runs with; `secrets` are those of `rayne-secrets`."""
    maps = {one["metadata"]["name"]: one["data"] for one in of_kind(manifests, "ConfigMap")}
    found: dict[str, str] = {}
    for source in container.get("envFrom", ()):
        found |= maps[source["configMapRef"]["name"]]
    for each in container.get("env", ()):
        if "value" in each:
            found[each["name"]] = each["value"]
            continue
        asked = each["valueFrom"]["secretKeyRef"]
        assert asked["name"] == "rayne-secrets", asked
        if asked["key"] in secrets:
            found[each["name"]] = secrets[asked["key"]]
        else:
            assert asked.get("optional"), f"{asked['key']} is in no secret"
    return found


def parts(manifests: tuple[Manifest, ...]) -> dict[str, Manifest]:
    """Rayne's own pods by their component."""
    return {
        template["metadata"]["labels"][COMPONENT]: template
        for template in workloads(manifests).values()
        if template["metadata"]["labels"][NAME] == "rayne"
    }


def kind_of(component: str) -> str:
    return component.partition("-")[0]


def selected(manifests: tuple[Manifest, ...], labels: dict[str, str]) -> list[Manifest]:
    return [
        template
        for template in workloads(manifests).values()
        if labels.items() <= template["metadata"]["labels"].items()
    ]
