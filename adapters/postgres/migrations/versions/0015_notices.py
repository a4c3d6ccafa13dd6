"""What people were told of incidents: once for each occasion, whatever is killed meanwhile."""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

NOTICES = """
CREATE TABLE notices (
    incident_id BIGINT NOT NULL REFERENCES incidents (id),
    occasion TEXT NOT NULL,
    status TEXT NOT NULL,
    told_to TEXT[] NOT NULL DEFAULT '{}',
    planned_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    told_at TIMESTAMPTZ,
    given_up TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (incident_id, occasion)
);
"""


def upgrade() -> None:
    op.execute(NOTICES)
