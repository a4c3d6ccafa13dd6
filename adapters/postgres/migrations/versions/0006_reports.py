"""Reports as documents, for templates to be filled from."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

REPORTS = """
CREATE TABLE reports (
    incident_id BIGINT NOT NULL,
    number INTEGER NOT NULL,
    document JSONB NOT NULL,
    PRIMARY KEY (incident_id, number),
    FOREIGN KEY (incident_id, number) REFERENCES analyses (incident_id, number)
);
"""


def upgrade() -> None:
    op.execute(REPORTS)
