"""What a log line looks like, and what it never holds."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from adapters import logs
from adapters.variables import LogFormat


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """A stream that is no terminal; logging is as it was afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield io.StringIO()
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def test_an_event_is_one_line_of_json_where_nobody_watches(stream: io.StringIO) -> None:
    logs.configure("info", "auto", stream)

    structlog.get_logger().info("relay.delivered", incident=7)

    line = json.loads(stream.getvalue())
    assert line["event"] == "relay.delivered"
    assert line["incident"] == 7
    assert line["level"] == "info"
    assert line["timestamp"].endswith("Z")


def test_text_is_for_people(stream: io.StringIO) -> None:
    logs.configure("info", "text", stream)

    structlog.get_logger().info("relay.delivered", incident=7)

    assert "relay.delivered" in stream.getvalue()
    assert "incident=7" in stream.getvalue()


def test_events_below_the_level_are_left_out(stream: io.StringIO) -> None:
    logs.configure("warning", "json", stream)

    structlog.get_logger().info("relay.delivered")

    assert stream.getvalue() == ""


def test_libraries_speak_in_the_same_form(stream: io.StringIO) -> None:
    logs.configure("info", "json", stream)

    logging.getLogger("some.library").warning("%s went wrong", "it")

    assert json.loads(stream.getvalue())["event"] == "it went wrong"


@pytest.mark.parametrize("name", ["api_key", "auth_token", "webhook_secret", "db_password"])
def test_a_field_named_like_a_secret_loses_its_value(stream: io.StringIO, name: str) -> None:
    logs.configure("info", "json", stream)

    structlog.get_logger().info("claude.refused", **{name: "hunter2"})

    assert "hunter2" not in stream.getvalue()


def test_keys_that_name_things_stay_readable(stream: io.StringIO) -> None:
    logs.configure("info", "json", stream)

    structlog.get_logger().info("notebook.written", incident_key="0a1b2c3d4e")

    assert json.loads(stream.getvalue())["incident_key"] == "0a1b2c3d4e"


def _fail_beside_a_secret() -> None:
    password = "hunter" + "2"
    raise RuntimeError(str(len(password)))


@pytest.mark.parametrize("format", ["text", "json"])
def test_a_traceback_shows_no_local_variables(stream: io.StringIO, format: LogFormat) -> None:
    logs.configure("info", format, stream)

    try:
        _fail_beside_a_secret()
    except RuntimeError:
        structlog.get_logger().exception("step.failed")

    assert "RuntimeError" in stream.getvalue()
    assert "hunter2" not in stream.getvalue()


def test_configuring_twice_does_not_double_the_lines(stream: io.StringIO) -> None:
    logs.configure("info", "json", stream)
    logs.configure("info", "json", stream)

    structlog.get_logger().info("relay.delivered")

    assert len(stream.getvalue().splitlines()) == 1
