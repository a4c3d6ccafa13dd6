"""Who may speak to whom in the cluster: what the design names, and nobody else."""

from itertools import product

import pytest

from tests.containers.manifests import COMPONENT, NAME, Manifest, of_kind, rendered
from tests.containers.network import Pod, allows

PARTS = ("api", "agent", "worker", "worker-model", "worker-compute", "migrate")
PODS = {
    **{part: Pod("rayne", {NAME: "rayne", COMPONENT: part}) for part in PARTS},
    **{name: Pod("rayne", {NAME: name}) for name in ("postgres", "qdrant", "ollama")},
    "ingress": Pod("ingress-nginx"),
    "temporal": Pod("temporal"),
    "datadog agent": Pod("datadog"),
    "dns": Pod("kube-system", {"k8s-app": "kube-dns"}),
    "somebody": Pod("default"),
    "somebody of the agent's": Pod("default", {"rayne.dev/agent-client": "true"}),
    "the internet": Pod(address="1.1.1.1"),
    "the internet, newer": Pod(address="2606:4700::1111"),
    "the cloud's metadata": Pod(address="169.254.169.254"),
    "the office": Pod(address="10.1.2.3"),
    "this machine": Pod(address="192.168.49.1"),
}
PORTS = (53, 80, 443, 4318, 5432, 6333, 7233, 8080, 9000, 9464, 9999, 11434)
OUTSIDE = ("the internet", "the internet, newer")

SERVERS = {
    ("api", "postgres", 5432),
    ("agent", "postgres", 5432),
    ("worker", "postgres", 5432),
    ("worker-model", "postgres", 5432),
    ("worker-compute", "postgres", 5432),
    ("migrate", "postgres", 5432),
    ("temporal", "postgres", 5432),
    *((part, "temporal", 7233) for part in PARTS if part != "migrate"),
    ("worker", "qdrant", 6333),
    ("worker", "ollama", 11434),
}
CALLERS = {
    ("ingress", "api", 8080),
    ("somebody of the agent's", "agent", 9000),
}
OUT = {
    (part, where, 443)
    for part in ("api", "agent", "worker", "worker-model", "ollama")
    for where in OUTSIDE
}
TELEMETRY = {
    *((part, "datadog agent", 4318) for part in PARTS if part != "migrate"),
    ("datadog agent", "api", 8080),
    ("datadog agent", "agent", 9000),
    *(("datadog agent", part, 9464) for part in PARTS if part.startswith("worker")),
}
NAMES = {(name, "dns", 53) for name, pod in PODS.items() if pod.namespace == "rayne"}
DESIGN = SERVERS | CALLERS | OUT | TELEMETRY | NAMES


def policies(overlay: str) -> list[Manifest]:
    return list(of_kind(rendered(overlay), "NetworkPolicy"))


def allowed(overlay: str) -> set[tuple[str, str, int]]:
    """Every connection that has one end in our namespace."""
    found = policies(overlay)
    return {
        (source, target, port)
        for (source, a), (target, b), port in product(PODS.items(), PODS.items(), PORTS)
        if source != target and "rayne" in (a.namespace, b.namespace) and allows(found, a, b, port)
    }


def test_only_what_the_design_names_may_be_said() -> None:
    assert allowed("production") == DESIGN


def test_minikube_adds_its_own_machine() -> None:
    added = allowed("minikube") - DESIGN

    assert {(target, port) for _, target, port in added} == {("api", 8080), ("this machine", 9999)}
    assert {source for source, target, _ in added if target == "this machine"} == {"api", "worker"}


@pytest.mark.parametrize("server", ["postgres", "qdrant", "worker-compute", "migrate"])
def test_who_needs_nothing_outside_reaches_nothing_outside(server: str) -> None:
    reached = {target for source, target, _ in allowed("production") if source == server}

    assert reached.isdisjoint({*OUTSIDE, "the office", "somebody"})


def test_nobody_reaches_the_clouds_metadata() -> None:
    targets = {target for _, target, _ in allowed("minikube") | allowed("production")}

    assert "the cloud's metadata" not in targets


def test_without_the_policies_everything_could_be_said() -> None:
    assert allows([], PODS["somebody"], PODS["postgres"], 5432)
