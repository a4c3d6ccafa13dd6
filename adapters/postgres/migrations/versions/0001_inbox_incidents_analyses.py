"""The inbox, the incidents with their episodes, and the analyses with their evidence."""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

INCIDENTS = """
CREATE TABLE incidents (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key TEXT NOT NULL,
    state TEXT NOT NULL,
    title TEXT NOT NULL DEFAULT '',
    group_key TEXT NOT NULL,
    service TEXT NOT NULL DEFAULT '',
    env TEXT NOT NULL DEFAULT '',
    monitor_id BIGINT,
    priority TEXT NOT NULL DEFAULT '',
    opened_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    first_alert_at TIMESTAMPTZ NOT NULL,
    last_alert_at TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ,
    notebook JSONB
);
CREATE UNIQUE INDEX uq_incidents_key ON incidents (key);
CREATE UNIQUE INDEX uq_incidents_open_group ON incidents (group_key) WHERE state = 'open';
"""

EPISODES = """
CREATE TABLE episodes (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    incident_id BIGINT NOT NULL REFERENCES incidents (id),
    episode_key TEXT NOT NULL,
    monitor_id BIGINT,
    title TEXT NOT NULL DEFAULT '',
    scope TEXT[] NOT NULL DEFAULT '{}'::text[],
    started_at TIMESTAMPTZ NOT NULL,
    recovered_at TIMESTAMPTZ
);
CREATE UNIQUE INDEX uq_episodes_unrecovered ON episodes (episode_key) WHERE recovered_at IS NULL;
CREATE INDEX ix_episodes_key ON episodes (episode_key, recovered_at);
CREATE INDEX ix_episodes_incident_id ON episodes (incident_id);
"""

WEBHOOK_EVENTS = """
CREATE TABLE webhook_events (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    raw BYTEA NOT NULL,
    content_type TEXT NOT NULL DEFAULT '',
    received_at TIMESTAMPTZ NOT NULL,
    delivery_key TEXT NOT NULL,
    key_expires BOOLEAN NOT NULL,
    key_released BOOLEAN NOT NULL DEFAULT false,
    payload JSONB NOT NULL,
    alert JSONB,
    event_id TEXT NOT NULL DEFAULT '',
    org_id TEXT NOT NULL DEFAULT '',
    monitor_id BIGINT,
    monitor_name TEXT NOT NULL DEFAULT '',
    alert_status TEXT NOT NULL DEFAULT '',
    transition TEXT NOT NULL DEFAULT '',
    happened_at TIMESTAMPTZ,
    status TEXT NOT NULL DEFAULT 'pending',
    error_message TEXT NOT NULL DEFAULT '',
    forwarded_to TEXT[] NOT NULL DEFAULT '{}'::text[],
    episode_key TEXT,
    incident_id BIGINT REFERENCES incidents (id),
    leased_until TIMESTAMPTZ,
    processed_at TIMESTAMPTZ
);
CREATE UNIQUE INDEX uq_webhook_events_delivery_key
    ON webhook_events (delivery_key) WHERE NOT key_released;
CREATE INDEX ix_webhook_events_pending ON webhook_events (id) WHERE status = 'pending';
CREATE INDEX ix_webhook_events_incident_id ON webhook_events (incident_id);
CREATE INDEX ix_webhook_events_unmatched
    ON webhook_events (episode_key, happened_at)
    WHERE incident_id IS NULL AND episode_key IS NOT NULL;
"""

ANALYSES = """
CREATE TABLE analyses (
    incident_id BIGINT NOT NULL REFERENCES incidents (id),
    number INTEGER NOT NULL,
    state TEXT NOT NULL,
    started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    finished_at TIMESTAMPTZ,
    frame JSONB NOT NULL,
    embedding JSONB,
    draft JSONB,
    items JSONB NOT NULL DEFAULT '[]'::jsonb,
    conclusion JSONB,
    error TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (incident_id, number)
);
CREATE TABLE evidence (
    incident_id BIGINT NOT NULL,
    number INTEGER NOT NULL,
    source TEXT NOT NULL,
    result JSONB NOT NULL,
    found JSONB NOT NULL,
    PRIMARY KEY (incident_id, number, source),
    FOREIGN KEY (incident_id, number) REFERENCES analyses (incident_id, number)
);
"""


def upgrade() -> None:
    for statements in (INCIDENTS, EPISODES, WEBHOOK_EVENTS, ANALYSES):
        op.execute(statements)
