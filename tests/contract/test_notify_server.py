"""The desktop's end of notifications: it shows what it is sent, whatever that is."""

import ast
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Any

import httpx
import pytest

from tests.servers.notify_server import SCRIPT, NotifyServer, environment, notify_server

TOKEN = "t" * 24
ORANGE, GREEN = "#ff8c00", "#2e9e5b"


@pytest.fixture(scope="module")
def one_for_all(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NotifyServer]:
    with notify_server(tmp_path_factory.mktemp("desktop")) as running:
        yield running


@pytest.fixture
def server(one_for_all: NotifyServer) -> NotifyServer:
    """That has shown nothing yet."""
    one_for_all.forget()
    return one_for_all


def the_one(server: NotifyServer) -> list[str]:
    (words,) = server.shown
    return words


def hints(words: list[str]) -> dict[str, str]:
    """And the urgency."""
    given = [word.removeprefix("--hint=string:") for word in words if "--hint" in word]
    urgency = next(word for word in words if word.startswith("--urgency="))
    named = {name: value for name, _, value in (word.partition(":") for word in given)}
    return named | {"urgency": urgency.removeprefix("--urgency=")}


def test_it_says_that_it_is_there(server: NotifyServer) -> None:
    reply = httpx.get(server.url)

    assert (reply.status_code, reply.json()) == (200, {"status": "ok", "service": "notify-server"})


def test_the_plain_fields_are_shown_as_they_are(server: NotifyServer) -> None:
    reply = server.post(
        {"title": "Disk full", "message": "db-1", "urgency": "normal", "frcolor": "#00ff00"}
    )

    words = the_one(server)
    assert reply.json() == {"status": "ok", "message": "shown"}
    assert words[-3:] == ["--", "Disk full", "db-1"]
    assert "--app-name=Rayne" in words
    assert (hints(words)["urgency"], hints(words)["frcolor"]) == ("normal", "#00ff00")


def test_what_is_left_out_is_as_ever(server: NotifyServer) -> None:
    server.post({})

    words = the_one(server)
    assert words[-2:] == ["Datadog Webhook", "Datadog Webhook"]
    assert (hints(words)["urgency"], hints(words)["frcolor"]) == ("critical", ORANGE)


@pytest.mark.parametrize(
    ("fields", "urgency", "colour", "title"),
    [
        ({"ALERT_STATE": "Triggered"}, "critical", ORANGE, "[Triggered] CPU"),
        ({"ALERT_STATE": "Triggered", "URGENCY": "P5"}, "normal", ORANGE, "[Triggered] CPU"),
        ({"ALERT_STATE": "Re-Warn"}, "normal", ORANGE, "[Re-Warn] CPU"),
        ({"ALERT_STATE": "No Data"}, "normal", ORANGE, "[No Data] CPU"),
        ({"ALERT_STATE": "Recovered"}, "low", GREEN, "[Recovered] CPU"),
        ({"alert_status": "OK"}, "low", GREEN, "[OK] CPU"),
        ({"alert_status": "avg is 5 > 3"}, "critical", ORANGE, "CPU"),
        (
            {"ALERT_STATE": "Recovered", "urgency": "critical"},
            "critical",
            ORANGE,
            "[Recovered] CPU",
        ),
    ],
)
def test_the_fields_of_a_template_are_read(
    server: NotifyServer, fields: dict[str, str], urgency: str, colour: str, title: str
) -> None:
    server.post({"ALERT_TITLE": "CPU", "DETAILED_DESCRIPTION": "web-1 is busy"} | fields)

    words = the_one(server)
    assert words[-2:] == [title, "web-1 is busy"]
    assert (hints(words)["urgency"], hints(words)["frcolor"]) == (urgency, colour)


def test_names_count_in_any_spelling_and_what_datadog_left_out_does_not(
    server: NotifyServer,
) -> None:
    server.post({"title": "$EVENT_TITLE", "alert_title": "null", "monitorName": "CPU", "body": 7})

    assert the_one(server)[-2:] == ["CPU", "7"]


def test_a_recovery_takes_the_place_of_its_own_alert(server: NotifyServer) -> None:
    alert = {"ALERT_TITLE": "CPU", "alert_id": "12", "ALERT_SCOPE": "host:a"}
    for fields in ({}, {"ALERT_STATE": "Recovered"}, {"ALERT_SCOPE": "host:b"}):
        server.post(alert | fields)

    triggered, recovered, another = (hints(words)["x-dunst-stack-tag"] for words in server.shown)
    assert triggered == recovered != another


HOSTILE: list[tuple[dict[str, Any], list[str]]] = [
    ({"title": "--help", "message": "-u low"}, ["--help", "-u low"]),
    ({"title": "t", "message": "<b>&</b>"}, ["t", "&lt;b&gt;&amp;&lt;/b&gt;"]),
    ({"title": "<b>t</b>", "message": "m"}, ["<b>t</b>", "m"]),  # plain text there
    # notify-send would read "<b>" in it, and stumble over the last one
    ({"title": "t", "message": "\\074b\\076 C:\\new\\"}, ["t", "\\\\074b\\\\076 C:\\\\new\\\\"]),
    ({"title": "a\nb\tc", "message": "a\r\nb"}, ["a b c", "a\nb"]),
    ({"title": "\x00a\x1b[31m", "message": "\x07b\x9b"}, ["a[31m", "b"]),
    ({"title": "\u202egnp.exe", "message": "\u2066m"}, ["gnp.exe", "m"]),
    ({"title": "\ud800", "message": "m"}, ["?", "m"]),
    ({"title": "$(id)`id`;id", "message": "|id"}, ["$(id)`id`;id", "|id"]),
    ({"title": {"a": 1}, "message": ["x", {"y": 1}, 2]}, ["x, , 2", "x, , 2"]),
]


@pytest.mark.parametrize(("body", "words"), HOSTILE)
def test_hostile_text_is_only_shown(
    server: NotifyServer, body: dict[str, Any], words: list[str]
) -> None:
    server.post(body)

    assert the_one(server)[-3:] == ["--", *words]


def test_a_hint_is_a_colour_and_a_tag_or_nothing(server: NotifyServer) -> None:
    server.post({"title": "t", "frcolor": "red:x", "tag": "a:b c", "urgency": "-h"})

    found = hints(the_one(server))
    assert (found["frcolor"], found["urgency"]) == (ORANGE, "critical")
    assert found["x-dunst-stack-tag"].removeprefix("rayne-").isalnum()


def test_huge_text_is_cut(server: NotifyServer) -> None:
    server.post({"title": "t" * 20_000, "message": "m" * 20_000})

    title, message = the_one(server)[-2:]
    assert (len(title), len(message)) == (200, 1000)


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        (b"{oops", 400, "not JSON"),
        (b"[" * 60_000, 400, "not JSON"),
        (b"[]", 400, "must be a JSON object"),
        (b"\xff", 400, "not JSON"),
        (b"a" * 65_537, 413, "65536 bytes"),
    ],
)
def test_a_bad_body_is_refused_with_the_reason(
    server: NotifyServer, body: bytes, status: int, said: str
) -> None:
    reply = httpx.post(server.url, content=body)

    assert (reply.status_code, reply.json()["status"]) == (status, "error")
    assert said in reply.json()["message"]
    assert server.shown == []


def test_a_web_page_may_not_notify(server: NotifyServer) -> None:
    assert server.post({"title": "t"}, Origin="https://evil.test").status_code == 403
    assert server.shown == []


def test_several_are_shown_at_once(server: NotifyServer) -> None:
    hold = server.folder / "hold"
    hold.touch()
    with ThreadPoolExecutor(8) as callers:
        replies = [callers.submit(server.post, {"title": f"{n}"}) for n in range(8)]
        deadline = monotonic() + 10
        while len(server.shown) < 8 and monotonic() < deadline:
            Event().wait(0.02)
        together = len(server.shown)
        hold.unlink()

        assert {reply.result().status_code for reply in replies} == {200}
    assert together == 8


def test_a_caller_who_says_nothing_keeps_nobody_waiting(server: NotifyServer) -> None:
    port = httpx.URL(server.url).port
    assert port
    with socket.create_connection(("127.0.0.1", port)):
        assert server.post({"title": "t"}).status_code == 200


def test_a_repeated_key_is_shown_once(server: NotifyServer) -> None:
    body = {"title": "t", "key": "incident-1-opened"}

    with ThreadPoolExecutor(4) as callers:
        said = list(callers.map(lambda _: server.post(body).json()["message"], range(4)))

    assert sorted(said) == ["shown", "shown before", "shown before", "shown before"]
    assert len(server.shown) == 1


def test_what_could_not_be_shown_may_be_sent_again(server: NotifyServer) -> None:
    (server.folder / "fail").touch()
    failed = server.post({"title": "t", "key": "k"})
    (server.folder / "fail").unlink()

    assert (failed.status_code, failed.json()["message"]) == (
        500,
        "notify-send: it ended with 1: no daemon",
    )
    assert server.post({"title": "t", "key": "k"}).json()["message"] == "shown"


def test_without_notify_send_it_says_what_to_install(tmp_path: Path) -> None:
    with notify_server(tmp_path, PATH=str(tmp_path / "nothing")) as server:
        reply = server.post({"title": "t"})

    assert reply.status_code == 500
    assert "libnotify-bin" in reply.json()["message"]


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer wrong", f"Basic {TOKEN}", "Bearer é"])
def test_a_token_is_asked_for_where_there_is_one(tmp_path: Path, given: str) -> None:
    with notify_server(tmp_path, RAYNE_NOTIFY_TOKEN=TOKEN) as server:
        refused = httpx.post(server.url, json={}, headers=[(b"Authorization", given.encode())])
        taken = server.post({"title": "t"}, Authorization=f"Bearer {TOKEN}")

    assert (refused.status_code, taken.status_code) == (401, 200)
    assert TOKEN not in refused.text


def test_an_old_python_can_read_it() -> None:
    ast.parse(SCRIPT.read_text(), feature_version=(3, 8))


def refusal(folder: Path, *options: str) -> str:
    done = subprocess.run(
        [sys.executable, "-S", str(SCRIPT), "--port=0", *options],
        env=environment(folder),
        capture_output=True,
        text=True,
        timeout=10,
        check=False,
    )
    assert done.returncode == 1
    return done.stderr


def test_others_are_not_listened_to_without_a_token(tmp_path: Path) -> None:
    assert "RAYNE_NOTIFY_TOKEN" in refusal(tmp_path, "--bind=0.0.0.0")


def test_an_empty_token_file_is_no_token(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("\n")

    assert "is empty" in refusal(tmp_path, "--bind=0.0.0.0", f"--token-file={file}")


def test_with_a_token_file_others_are_listened_to(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(f"{TOKEN}\n")

    with notify_server(tmp_path, "--bind=0.0.0.0", f"--token-file={file}") as server:
        assert server.post({}).status_code == 401
        assert server.post({}, Authorization=f"Bearer {TOKEN}").status_code == 200


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        assert f"cannot listen on 127.0.0.1:{port}" in refusal(tmp_path, f"--port={port}")
