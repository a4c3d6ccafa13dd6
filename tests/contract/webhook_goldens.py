"""The webhook goldens: bodies as they come in, each beside what the reader makes of it.

A body's suffix stands for its content type. `python -m scripts.regenerate_goldens` rewrites the
`*.expected.json` files on purpose; read the difference before committing it.
"""

from pathlib import Path

from domain.webhook_payload import read_delivery
from tests.factories import NOON

BODIES = Path(__file__).parent / "payloads" / "webhooks"
CONTENT_TYPES = {
    ".json": "application/json; charset=utf-8",
    ".form": "application/x-www-form-urlencoded",
    ".txt": "text/plain; charset=utf-8",
    ".bin": "application/octet-stream",
}


def webhook_bodies() -> list[Path]:
    return sorted(p for p in BODIES.iterdir() if not p.name.endswith(".expected.json"))


def expected_file(body: Path) -> Path:
    return body.with_name(f"{body.name}.expected.json")


def what_is_read(body: Path) -> dict[str, object]:
    """The reading, without its absent fields, as JSON values."""
    delivery = read_delivery(body.read_bytes(), CONTENT_TYPES[body.suffix], NOON)
    alert = delivery.alert and delivery.alert.model_dump(mode="json", exclude_defaults=True)
    return {
        "key": delivery.key,
        "key_expires": delivery.key_expires,
        "problem": delivery.problem,
        "alert": alert,
    }
