"""Traces are on where a variable of OpenTelemetry's own says so."""

import pytest

from adapters.settings import Settings
from domain.errors import Misconfigured


def test_traces_are_off_until_somebody_says_where_to() -> None:
    assert Settings.from_env({}).otel_exporter_otlp_endpoint is None
    told = Settings.from_env({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://agent:4318/"})
    assert told.otel_exporter_otlp_endpoint == "http://agent:4318"


@pytest.mark.parametrize("share", ["-0.1", "1.5", "nan", "all"])
def test_a_share_of_traces_is_a_number_from_0_to_1(share: str) -> None:
    with pytest.raises(Misconfigured, match="OTEL_TRACES_SAMPLER_ARG must be a number from 0 to 1"):
        Settings.from_env({"OTEL_TRACES_SAMPLER_ARG": share})


def test_a_protocol_that_we_do_not_speak_is_refused_where_traces_are_on() -> None:
    grpc = {"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}

    assert Settings.from_env(grpc) == Settings()
    with pytest.raises(Misconfigured, match="OTEL_EXPORTER_OTLP_PROTOCOL must be http/protobuf"):
        Settings.from_env(grpc | {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://agent:4317"})
