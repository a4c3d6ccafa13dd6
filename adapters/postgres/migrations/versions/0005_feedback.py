"""What people said of analyses."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

FEEDBACK = """
CREATE TABLE feedback (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    incident_id BIGINT NOT NULL REFERENCES incidents (id),
    verdict TEXT NOT NULL,
    cause TEXT NOT NULL DEFAULT '',
    remediation TEXT NOT NULL DEFAULT '',
    author TEXT NOT NULL DEFAULT '',
    given_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX ix_feedback_incident_id ON feedback (incident_id, id);
"""


def upgrade() -> None:
    op.execute(FEEDBACK)
