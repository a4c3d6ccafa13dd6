#!/usr/bin/env python3
"""Shows what is POSTed to it as desktop notifications, by notify-send. Needs only Python 3.8.

See docs/notifications.md. Any path will do:

    curl -d '{"title": "Disk full", "message": "db-1, /var", "urgency": "critical"}' localhost:9999
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import hmac
import html
import ipaddress
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import unicodedata
from collections import OrderedDict
from collections.abc import Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    Request = socket.socket | tuple[bytes, socket.socket]
    Address = tuple[str, int]

TOKEN_VARIABLE = "RAYNE_NOTIFY_TOKEN"  # noqa: S105 - a variable's name

MOST_BYTES = 64 * 1024  # of a request's body
MOST_CONNECTIONS = 64  # at once; the next one is closed
MOST_SHOWING = 8  # notify-send at once; the others wait for their turn
SOCKET_SECONDS = 10
SHOWING_SECONDS = 5
REMEMBERED = 1000  # keys of what was shown, so that it is not shown again
LONGEST_TITLE = 200
LONGEST_MESSAGE = 1000

ORANGE, GREEN = "#ff8c00", "#2e9e5b"
BACKGROUND, FOREGROUND = "#1a1a1a", "#ffffff"
TO_INSTALL = "Debian's package is libnotify-bin"
URGENCIES = ("low", "normal", "critical")

# Names in the order in which they are believed, without regard to case, "_" and "-".
TITLES = ("title", "alert_title", "event_title", "monitor_name")
MESSAGES = (
    "message",
    "detailed_description",
    "alert_message",
    "event_msg",
    "text_only_msg",
    "body",
)
STATES = ("alert_state", "alert_transition", "transition", "alert_status")
PRIORITIES = ("priority", "alert_priority", "urgency")
EPISODES = ("alert_cycle_key", "aggregation_key")
MONITORS, SCOPES = ("monitor_id", "alert_id"), ("scope", "alert_scope")

RECOVERED = ("ok", "recovered", "resolved")
MILD = ("warn", "warning", "rewarn", "nodata", "renodata")
GRAVE = ("alert", "triggered", "retriggered", "renotify")
UNSET = ("", "null", "none", "n/a")

_COLOUR = re.compile(r"#(?:[0-9a-fA-F]{6}|[0-9a-fA-F]{8})")
_TAG = re.compile(r"[A-Za-z0-9._-]{1,80}")
_VARIABLE = re.compile(r"\$[A-Z_]+(?:\[.*\])?")  # of Datadog's, that it had nothing for
# They turn the direction of what follows, so that a text reads as what it is not.
_TURNS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class Refused(Exception):
    """Answered with `status` and the sentence."""

    def __init__(self, status: HTTPStatus, why: str) -> None:
        super().__init__(why)
        self.status = status


class Notification(NamedTuple):
    title: str
    message: str
    urgency: str
    colour: str
    tag: str  # a later one of the same tag takes its place on the screen; "" for none
    key: str  # one of a key that was shown is not shown again; "" for none


class Fields:
    """A JSON object whose names are looked up in any spelling. What says nothing is absent."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        self._values: dict[str, str] = {}
        for name, value in given.items():
            text = _as_text(value)
            if text:
                self._values.setdefault(_squashed(name), text)

    def first(self, names: tuple[str, ...]) -> str:
        found = (self._values.get(_squashed(name), "") for name in names)
        return next(filter(None, found), "")


def read_notification(body: bytes) -> Notification:
    """From Rayne's fields, plain ones, or those of a Datadog template. Raises Refused."""
    try:
        given = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        raise Refused(HTTPStatus.BAD_REQUEST, "the body is not JSON") from None
    if not isinstance(given, dict):
        raise Refused(HTTPStatus.BAD_REQUEST, "the body must be a JSON object")
    fields = Fields(given)
    state = fields.first(STATES)
    title, urgency = _title(fields, state), _urgency(fields, state)
    return Notification(
        title=title,
        message=_cut(_clean(fields.first(MESSAGES)), LONGEST_MESSAGE) or title,
        urgency=urgency,
        colour=_colour(fields, urgency),
        tag=_tag(fields),
        key=fields.first(("key",)),
    )


def _title(fields: Fields, state: str) -> str:
    title = fields.first(TITLES) or fields.first(MESSAGES).strip().partition("\n")[0]
    if _squashed(state) in (*RECOVERED, *MILD, *GRAVE) and not title.startswith("["):
        title = f"[{state}] {title}"
    return _cut(" ".join(_clean(title).split()), LONGEST_TITLE) or "Datadog Webhook"


def _urgency(fields: Fields, state: str) -> str:
    stated = fields.first(("urgency",)).lower()
    if stated in URGENCIES:
        return stated
    if _squashed(state) in RECOVERED:
        return "low"
    minor = fields.first(PRIORITIES).upper() in ("P4", "P5")
    return "normal" if minor or _squashed(state) in MILD else "critical"


def _colour(fields: Fields, urgency: str) -> str:
    stated = fields.first(("frcolor",))
    if _COLOUR.fullmatch(stated):
        return stated
    return GREEN if urgency == "low" else ORANGE


def _tag(fields: Fields) -> str:
    """So that a recovery takes the place of its alert, and never that of another one."""
    stated = fields.first(("tag",))
    if _TAG.fullmatch(stated):
        return stated
    named = stated or fields.first(EPISODES)
    monitor = fields.first(MONITORS)
    if not named and monitor:
        named = f"{monitor} {fields.first(SCOPES)}"
    return f"rayne-{hashlib.sha256(named.encode()).hexdigest()[:16]}" if named else ""


def _as_text(value: object) -> str:
    if isinstance(value, (list, tuple)):
        value = ", ".join(map(_as_text, value))
    if not isinstance(value, (str, int, float)):
        return ""
    text = str(value).encode(errors="replace").decode()  # no half of a surrogate pair
    said = text.strip()
    return "" if said.lower() in UNSET or _VARIABLE.fullmatch(said) else text


def _squashed(text: str) -> str:
    return re.sub("[^a-z0-9]", "", text.lower())


def _clean(text: str) -> str:
    """Without what a screen obeys instead of showing it. Line breaks stay."""
    text = _TURNS.sub("", text.replace("\r\n", "\n")).replace("\t", " ")
    return "".join(c for c in text if c == "\n" or unicodedata.category(c) != "Cc").strip()


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def command_for(notification: Notification) -> list[str]:
    """No shell reads it, and nothing in it is taken for an option."""
    hints = {
        "frcolor": notification.colour,
        "bgcolor": BACKGROUND,
        "fgcolor": FOREGROUND,
        "x-dunst-stack-tag": notification.tag,
    }
    return [
        "notify-send",
        "--app-name=Rayne",
        f"--urgency={notification.urgency}",
        *(f"--hint=string:{name}:{value}" for name, value in hints.items() if value),
        "--",
        notification.title,
        # notify-send reads C escapes in the body, and the desktop reads markup: "\074b\076" is
        # "<b>" to them. The title is plain text to both.
        html.escape(notification.message, quote=False).replace("\\", "\\\\"),
    ]


class Screen:
    """Runs notify-send, a few at a time, and remembers the keys of what it showed."""

    def __init__(self) -> None:
        self._turns = threading.BoundedSemaphore(MOST_SHOWING)
        self._changed = threading.Condition()
        self._showing: set[str] = set()
        self._shown: OrderedDict[str, None] = OrderedDict()

    def show(self, notification: Notification) -> str:
        """What was done, in a word. Raises Refused."""
        if not notification.key:
            self._run(notification)
            return "shown"
        if not self._is_new(notification.key):
            return "shown before"
        try:
            self._run(notification)
            self._remember(notification.key)
        finally:
            with self._changed:
                self._showing.discard(notification.key)
                self._changed.notify_all()
        return "shown"

    def _is_new(self, key: str) -> bool:
        """Of two of one key at once, the second waits for what comes of the first."""
        with self._changed:
            self._changed.wait_for(lambda: key not in self._showing)
            if key in self._shown:
                return False
            self._showing.add(key)
            return True

    def _remember(self, key: str) -> None:
        with self._changed:
            self._shown[key] = None
            while len(self._shown) > REMEMBERED:
                self._shown.popitem(last=False)

    def _run(self, notification: Notification) -> None:
        if not self._turns.acquire(timeout=SHOWING_SECONDS):
            raise Refused(HTTPStatus.SERVICE_UNAVAILABLE, "too many notifications at once")
        try:
            done = subprocess.run(  # noqa: S603 - a list of words, and no shell
                command_for(notification),
                check=False,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                timeout=SHOWING_SECONDS,
            )
        except OSError as error:
            raise _failed(f"it cannot be run ({error.strerror}); {TO_INSTALL}") from None
        except subprocess.TimeoutExpired:
            raise _failed(f"no answer within {SHOWING_SECONDS} s; does a daemon run?") from None
        finally:
            self._turns.release()
        if done.returncode:
            said = _cut(_clean(done.stderr.decode(errors="replace")), LONGEST_TITLE)
            raise _failed(f"it ended with {done.returncode}: {said}")


def _failed(why: str) -> Refused:
    return Refused(HTTPStatus.INTERNAL_SERVER_ERROR, f"notify-send: {why}")


class Server(ThreadingHTTPServer):
    """A thread for each connection, and no more than so many of them."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, host: str, port: int, token: str) -> None:
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.screen = Screen()
        self.token = token
        self._free = threading.BoundedSemaphore(MOST_CONNECTIONS)
        super().__init__((host, port), Handler)

    def process_request(self, request: Request, client_address: Address) -> None:
        if self._free.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Request, client_address: Address) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._free.release()

    def handle_error(self, request: Request, client_address: Address) -> None:
        """A caller that went away is no error of ours."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    server: Server
    timeout = SOCKET_SECONDS
    server_version, sys_version = "notify-server", ""

    def do_GET(self) -> None:
        self._answer(HTTPStatus.OK, {"status": "ok", "service": "notify-server"})

    def do_POST(self) -> None:
        try:
            self._admit()
            shown = self.server.screen.show(read_notification(self._body()))
            self._answer(HTTPStatus.OK, {"status": "ok", "message": shown})
        except Refused as refused:
            self._answer(refused.status, {"status": "error", "message": str(refused)})

    def _admit(self) -> None:
        if "Origin" in self.headers:  # a page in a browser can reach loopback, too
            raise Refused(HTTPStatus.FORBIDDEN, "web pages may not notify")
        if self.server.token:
            given = self.headers.get("Authorization", "")
            expected = f"Bearer {self.server.token}"
            if not hmac.compare_digest(given.encode("latin-1", "replace"), expected.encode()):
                raise Refused(HTTPStatus.UNAUTHORIZED, "send 'Authorization: Bearer TOKEN'")

    def _body(self) -> bytes:
        length = self.headers.get("Content-Length", "")
        if not re.fullmatch("[0-9]{1,9}", length):
            raise Refused(HTTPStatus.LENGTH_REQUIRED, "the Content-Length is missing")
        if int(length) > MOST_BYTES:
            raise Refused(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"a body has at most {MOST_BYTES} bytes"
            )
        body = self.rfile.read(int(length))
        if len(body) < int(length):
            raise Refused(HTTPStatus.BAD_REQUEST, "the body is shorter than its Content-Length")
        return body

    def _answer(self, status: HTTPStatus, told: Mapping[str, str]) -> None:
        body = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        print(f"{self.address_string()} {_clean(format % args)}", file=sys.stderr, flush=True)


def main() -> None:
    options = _options()
    token = _token(options.token_file)
    if not token and not _is_loopback(options.bind):
        sys.exit(
            f"notify-server: to listen on {options.bind}, where others can reach it, it needs a "
            f"token: set {TOKEN_VARIABLE} or use --token-file"
        )
    try:
        server = Server(options.bind, options.port, token)
    except OSError as error:
        sys.exit(f"notify-server: cannot listen on {options.bind}:{options.port}: {error.strerror}")
    if shutil.which("notify-send") is None:
        print(f"notify-server: there is no notify-send: {TO_INSTALL}", file=sys.stderr)
    print(f"notify-server: listening on {options.bind}:{server.server_port}", flush=True)
    with server, contextlib.suppress(KeyboardInterrupt):
        server.serve_forever()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Shows POSTs as desktop notifications.")
    parser.add_argument("-p", "--port", type=int, default=9999, help="default: 9999")
    parser.add_argument("-b", "--bind", default="127.0.0.1", help="default: this machine alone")
    parser.add_argument(
        "--token-file",
        type=Path,
        help=f"a file with the token that callers must send; else {TOKEN_VARIABLE} is read. "
        "Needed on any address that others can reach",
    )
    return parser.parse_args()


def _token(file: Path | None) -> str:
    if file is None:
        return os.environ.get(TOKEN_VARIABLE, "").strip()  # noqa: TID251 - it runs by itself
    try:
        token = file.read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        sys.exit(f"notify-server: the token file cannot be read: {error}")
    return token or sys.exit(f"notify-server: the token file {str(file)!r} is empty")


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


if __name__ == "__main__":
    main()
