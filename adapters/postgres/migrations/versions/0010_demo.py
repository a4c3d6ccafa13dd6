"""Marks by which demo data is told from all other."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

MARKS = """
CREATE TABLE demo_seeds (
    seed BIGINT NOT NULL,
    kind TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (seed, kind)
);

CREATE TABLE demo_deliveries (
    delivery_key TEXT PRIMARY KEY
);

CREATE TABLE demo_visitors (
    visitor_uuid UUID PRIMARY KEY
);
"""


def upgrade() -> None:
    op.execute(MARKS)
