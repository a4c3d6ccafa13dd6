"""Functions that people or models added to Datadog's tools, every version of them."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

FUNCTIONS = """
CREATE TABLE functions (
    name TEXT NOT NULL,
    version INTEGER NOT NULL,
    state TEXT NOT NULL,
    code TEXT NOT NULL,
    signature JSONB NOT NULL,
    author TEXT NOT NULL DEFAULT '',
    proposed_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    decided_by TEXT NOT NULL DEFAULT '',
    decided_at TIMESTAMPTZ,
    PRIMARY KEY (name, version)
);
CREATE UNIQUE INDEX uq_functions_approved ON functions (name) WHERE state = 'approved';
"""


def upgrade() -> None:
    op.execute(FUNCTIONS)
