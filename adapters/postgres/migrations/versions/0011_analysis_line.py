"""The line of analyses that wait for their turn, and what the status route counts."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

LINE = """
CREATE TABLE analysis_line (
    incident_id BIGINT NOT NULL REFERENCES incidents (id),
    number INTEGER NOT NULL,
    asked_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    seen_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    admitted_until TIMESTAMPTZ,
    PRIMARY KEY (incident_id, number)
);

CREATE INDEX ix_analyses_failed ON analyses (finished_at) WHERE state = 'failed';
"""


def upgrade() -> None:
    op.execute(LINE)
