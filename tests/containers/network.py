"""What the network policies allow, worked out as Kubernetes does it."""

from ipaddress import ip_address, ip_network
from typing import Any

from tests.containers.manifests import Manifest

Labels = dict[str, str]


class Pod:
    """`address` is of whoever is no pod."""

    def __init__(
        self, namespace: str = "", labels: Labels | None = None, address: str = ""
    ) -> None:
        self.namespace = namespace
        self.labels = labels or {}
        self.address = address


def allows(policies: list[Manifest], source: Pod, target: Pod, port: int) -> bool:
    """Both ends must: who is chosen by no policy may do anything."""
    return _allows(policies, source, target, port, "Egress") and _allows(
        policies, target, source, port, "Ingress"
    )


def _allows(policies: list[Manifest], own: Pod, other: Pod, port: int, way: str) -> bool:
    concerned = [
        policy["spec"]
        for policy in policies
        if policy["metadata"]["namespace"] == own.namespace
        and way in policy["spec"]["policyTypes"]
        and _chosen(policy["spec"]["podSelector"], own.labels)
    ]
    if not concerned:
        return True
    field, peers = ("egress", "to") if way == "Egress" else ("ingress", "from")
    return any(
        _rule_allows(rule, rule.get(peers), own, other, port)
        for spec in concerned
        for rule in spec.get(field, ())
    )


def _rule_allows(rule: Any, peers: Any, own: Pod, other: Pod, port: int) -> bool:
    ports = [each["port"] for each in rule.get("ports", ())]
    if ports and port not in ports:
        return False
    return peers is None or any(_is_peer(peer, own, other) for peer in peers)


def _is_peer(peer: Any, own: Pod, other: Pod) -> bool:
    if block := peer.get("ipBlock"):
        return bool(other.address) and _in_block(block, other.address)
    if other.address:
        return False
    if (namespaces := peer.get("namespaceSelector")) is not None:
        if not _chosen(namespaces, {"kubernetes.io/metadata.name": other.namespace}):
            return False
    elif other.namespace != own.namespace:
        return False
    return _chosen(peer.get("podSelector", {}), other.labels)


def _in_block(block: Any, address: str) -> bool:
    where = ip_address(address)
    network = ip_network(block["cidr"])
    if where.version != network.version or where not in network:
        return False
    return not any(where in ip_network(each) for each in block.get("except", ()))


def _chosen(selector: Any, labels: Labels) -> bool:
    assert set(selector) <= {"matchLabels"}, f"not read here: {selector}"
    return bool(selector.get("matchLabels", {}).items() <= labels.items())
