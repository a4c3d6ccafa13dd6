"""How services word their log lines: each runtime has its own habits.

No line holds a time of its own, as if a pipeline had taken it off: scenarios are moved in time.
"""

import random
import re
from dataclasses import dataclass

_RANDOM_WORD = re.compile(r"\{(n|ip|hex|ms|port|thread|small)\}")
_PINO_LEVELS = {"info": 30, "warn": 40, "error": 50, "critical": 60}


@dataclass(frozen=True)
class Voice:
    """Patterns. `<...>` is what the line is about, `{...}` a value that differs each time."""

    request_pattern: str
    line_pattern: str

    def request(self, route: str, took_ms: float, dice: random.Random, code: int = 200) -> str:
        method, _, path = route.partition(" ")
        known = {
            "route": route,
            "method": method,
            "path": path,
            "code": str(code),
            "ms": f"{took_ms:.0f}",
            "seconds": f"{took_ms / 1000:.3f}",
        }
        return filled(dice, _with(self.request_pattern, known))

    def line(self, status: str, text: str, dice: random.Random) -> str:
        known = {
            "text": text,
            "level": status,
            "LEVEL": status.upper(),
            "number": str(_PINO_LEVELS[status]),
        }
        return filled(dice, _with(self.line_pattern, known))


def filled(dice: random.Random, text: str) -> str:
    """Every `{n}`, `{ip}` and so on becomes a value, a new one each time."""
    return _RANDOM_WORD.sub(lambda word: _value(word[1], dice), text)


def _value(kind: str, dice: random.Random) -> str:
    if kind == "ip":
        return f"10.{dice.randrange(20, 60)}.{dice.randrange(1, 250)}.{dice.randrange(2, 250)}"
    if kind == "hex":
        return f"{dice.getrandbits(64):016x}"
    low, high = {
        "n": (1000, 99999),
        "ms": (40, 900),
        "port": (32768, 60999),
        "thread": (1, 40),
        "small": (2, 30),
    }[kind]
    return str(dice.randrange(low, high))


def _with(pattern: str, known: dict[str, str]) -> str:
    return re.sub(r"<(\w+)>", lambda word: known[word[1]], pattern)


PLAIN = Voice("<route> <code> <ms>ms", "<text>")
NGINX = Voice(
    '{ip} - - "<method> <path> HTTP/1.1" <code> {n} "-" "okhttp/4.12.0" <seconds>', "<text>"
)
LOGBACK = Voice(
    "[http-nio-8080-exec-{thread}] o.a.c.v.AccessLog - <method> <path> <code> <ms>",
    "[http-nio-8080-exec-{thread}] <text>",
)
LOGFMT = Voice(
    "level=info method=<method> path=<path> status=<code> took=<ms>ms req={hex}",
    'level=<level> msg="<text>" req={hex}',
)
PINO = Voice(
    '{"level":30,"req":{"method":"<method>","url":"<path>"},"res":{"statusCode":<code>},'
    '"responseTime":<ms>,"msg":"request completed"}',
    '{"level":<number>,"reqId":"{hex}","msg":"<text>"}',
)
UVICORN = Voice('{ip}:{port} - "<method> <path> HTTP/1.1" <code>', "[<LEVEL>] <text>")
GRPC = Voice(
    "finished unary call with code OK grpc.method=<path> grpc.time_ms=<ms>",
    "<text> grpc.request.id={hex}",
)
RAILS = Voice("Completed <code> OK in <ms>ms (Allocations: {n}) <method> <path>", "[{hex}] <text>")
POSTGRES = Voice("duration: <ms> ms  plan: <route>", "<LEVEL>:  <text>")
