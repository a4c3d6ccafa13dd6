"""What models said and asked, and evidence that is prepared once."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

PREPARED = """
ALTER TABLE analyses ADD COLUMN prepared JSONB;
ALTER TABLE analyses ADD COLUMN digest JSONB;
"""

MODEL_TURNS = """
CREATE TABLE model_turns (
    incident_id BIGINT NOT NULL,
    number INTEGER NOT NULL,
    turn INTEGER NOT NULL,
    saved_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    dollars NUMERIC NOT NULL,
    said JSONB NOT NULL,
    PRIMARY KEY (incident_id, number, turn),
    FOREIGN KEY (incident_id, number) REFERENCES analyses (incident_id, number)
);
CREATE INDEX ix_model_turns_saved_at ON model_turns (saved_at);
"""

TOOL_CALLS = """
CREATE TABLE tool_calls (
    incident_id BIGINT NOT NULL,
    number INTEGER NOT NULL,
    turn INTEGER NOT NULL,
    place INTEGER NOT NULL,
    result JSONB NOT NULL,
    PRIMARY KEY (incident_id, number, turn, place),
    FOREIGN KEY (incident_id, number) REFERENCES analyses (incident_id, number)
);
"""


def upgrade() -> None:
    op.execute(PREPARED)
    op.execute(MODEL_TURNS)
    op.execute(TOOL_CALLS)
