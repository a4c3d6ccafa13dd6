#!/bin/sh
# Brings the tables of Temporal's two stores up to date. Safe to run again.
set -eu

update() {
    database=$1
    versions=/etc/temporal/schema/postgresql/v12/$2/versioned
    set -- --plugin "$DB" --ep "$POSTGRES_SEEDS" --port "$DB_PORT" --user "$POSTGRES_USER" \
        --db "$database"
    temporal-sql-tool "$@" setup-schema --version 0.0
    temporal-sql-tool "$@" update-schema --schema-dir "$versions"
}

update temporal temporal
update temporal_visibility visibility
