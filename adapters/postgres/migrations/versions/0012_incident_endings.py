"""Incidents that a person closed, or merged into another."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

ENDINGS = """
ALTER TABLE incidents
    ADD COLUMN closed_by TEXT NOT NULL DEFAULT '',
    ADD COLUMN closed_why TEXT NOT NULL DEFAULT '',
    ADD COLUMN merged_into BIGINT REFERENCES incidents (id);

CREATE INDEX ix_incidents_merged_group ON incidents (group_key, merged_into)
WHERE merged_into IS NOT NULL;
"""


def upgrade() -> None:
    op.execute(ENDINGS)
