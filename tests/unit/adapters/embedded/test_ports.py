"""Which port a part gets, and who is named when it gets none."""

import os
import socket
from collections.abc import Iterator

import pytest

from adapters.embedded.ports import claim_port, is_free
from domain.errors import Conflict


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        yield stranger.getsockname()[1]


def a_free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    return port


def test_a_free_port_is_given_as_wanted() -> None:
    wanted = a_free_port()

    assert claim_port(wanted, variable="RAYNE_API_PORT", chosen=True) == wanted


def test_a_taken_default_is_replaced_by_the_next_free_port(taken: int) -> None:
    port = claim_port(taken, variable="RAYNE_API_PORT", chosen=False)

    assert port > taken
    assert is_free(port)


def test_a_taken_choice_is_refused_with_its_holder_and_its_variable(taken: int) -> None:
    with pytest.raises(Conflict) as refused:
        claim_port(taken, variable="RAYNE_API_PORT", chosen=True)

    assert f"port {taken} is taken by " in str(refused.value)
    assert f"(process {os.getpid()})" in str(refused.value)
    assert "set RAYNE_API_PORT to a free port" in str(refused.value)


def test_a_port_that_was_just_closed_is_free() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)) as client:
            accepted, _ = server.accept()
            accepted.close()  # our side closes first, and so keeps the port in TIME_WAIT
            client.recv(1)

    assert is_free(port)
