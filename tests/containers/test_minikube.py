"""What minikube-setup.sh sets up is what k8s/ asks for."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.containers.manifests import SECRETS, of_kind, rendered, tool, workloads
from tests.e2e.stack import ROOT
from tests.servers.cluster import Cluster

SETTINGS = {
    "DD_API_KEY": "k",
    "DD_APP_KEY": "k",
    "DD_SITE": "us5.datadoghq.com",
    "ANTHROPIC_API_KEY": "k",
    "RAYNE_NOTIFY_TOKEN": "k",
    "NOTIFY_SERVER_URLS": "http://host.minikube.internal:9999",
}


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Cluster:
    """Set up once."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in ("k8s", "assets"):
        shutil.copytree(ROOT / name, folder / name)
    built = Cluster(folder)
    assert built.set_up(**SETTINGS).returncode == 0
    return built


def example(name: str) -> dict[str, str]:
    (found,) = (
        each["stringData"]
        for each in yaml.safe_load_all(SECRETS.read_text())
        if each["metadata"]["name"] == name
    )
    return dict(found)


def config(overlay: Path) -> dict[str, Any]:
    told = subprocess.run(
        [tool("kubectl"), "kustomize", str(overlay)], check=True, capture_output=True, text=True
    )
    maps = of_kind(tuple(yaml.safe_load_all(told.stdout)), "ConfigMap")
    (found,) = (one["data"] for one in maps if one["metadata"]["name"].startswith("rayne-config"))
    return dict(found)


def test_its_settings_come_on_top_of_those_of_the_manifests(cluster: Cluster) -> None:
    before = config(ROOT / "k8s" / "overlays" / "minikube")

    after = config(cluster.overlay)

    assert before.items() - after.items() == {("DD_SITE", "datadoghq.com")}
    assert after.items() - before.items() == {
        ("DD_SITE", SETTINGS["DD_SITE"]),
        ("NOTIFY_SERVER_URLS", SETTINGS["NOTIFY_SERVER_URLS"]),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://datadog-agent.datadog.svc.cluster.local:4318"),
    }


def test_it_makes_every_secret_that_the_manifests_ask_for(cluster: Cluster) -> None:
    others = {"ANTHROPIC_AUTH_TOKEN", "TEMPORAL_API_KEY"}  # instead of what it makes

    assert cluster.secret("rayne-secrets").keys() == example("rayne-secrets").keys() - others
    assert cluster.secret("temporal-db").keys() == example("temporal-db").keys()


def test_it_waits_for_every_part(cluster: Cluster) -> None:
    waited = {
        call.split()[5].removeprefix("deployment/").removeprefix("statefulset/")
        for call in cluster.calls
        if "rollout status" in call
    }
    servers = {"qdrant", "ollama", "rayne-migrate"}  # which the parts wait for themselves

    assert waited == workloads(rendered("minikube")).keys() - servers
