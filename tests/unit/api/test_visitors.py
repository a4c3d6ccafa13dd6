"""A visitor's address is what our own side of the network says it is."""

import pytest
from starlette.requests import Request

from api.visitors import address_of


def request_from(peer: str, headers: dict[str, str]) -> Request:
    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "client": (peer, 50000), "headers": raw})


FORWARDED = "X-Forwarded-For"


@pytest.mark.parametrize(
    ("peer", "headers", "address"),
    [
        ("8.8.8.8", {}, "8.8.8.8"),
        ("10.0.0.2", {}, "10.0.0.2"),
        ("10.0.0.2", {FORWARDED: "8.8.4.4"}, "8.8.4.4"),
        ("10.0.0.2", {FORWARDED: "8.8.4.4, 10.0.0.9"}, "8.8.4.4"),
        ("10.0.0.2", {FORWARDED: "2606:4700::1111"}, "2606:4700::1111"),
        ("10.0.0.2", {"X-Real-IP": "8.8.4.4"}, "8.8.4.4"),
        ("10.0.0.2", {"X-Real-IP": "1.1.1.1", FORWARDED: "8.8.4.4"}, "8.8.4.4"),
        ("10.0.0.2", {FORWARDED: "nonsense, ,"}, "10.0.0.2"),
        ("unix", {}, "unix"),
    ],
)
def test_an_address_is_found(peer: str, headers: dict[str, str], address: str) -> None:
    assert address_of(request_from(peer, headers)) == address


def test_a_stranger_cannot_pose_as_another() -> None:
    assert address_of(request_from("8.8.8.8", {FORWARDED: "1.1.1.1"})) == "8.8.8.8"


def test_what_a_visitor_wrote_before_the_proxy_is_not_believed() -> None:
    chain = {FORWARDED: "1.1.1.1, 8.8.4.4"}

    assert address_of(request_from("10.0.0.2", chain)) == "8.8.4.4"
