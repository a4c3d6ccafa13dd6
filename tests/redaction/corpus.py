"""Texts as they stand in logs: with a secret or personal data in them, and harmless look-alikes.

A secret is kept in parts, for secret scanners read repositories as well.
"""

import json
from pathlib import Path
from typing import NamedTuple

_FOLDER = Path(__file__).parent


class Leak(NamedTuple):
    id: str
    text: str
    secret: str


def leaks() -> list[Leak]:
    rows = map(json.loads, (_FOLDER / "secrets.jsonl").read_text().splitlines())
    return [_leak(row["id"], row["text"], "".join(row["secret"])) for row in rows]


def harmless() -> list[str]:
    return (_FOLDER / "harmless.txt").read_text().splitlines()


def _leak(id_: str, text: str, secret: str) -> Leak:
    return Leak(id_, text.format(secret), secret)
