#!/bin/bash
# Runs once, on an empty volume: a role and its databases for each who needs one. Neither may do
# more than own its databases. Compose and Kubernetes use the same file.
set -euo pipefail

psql --set ON_ERROR_STOP=1 --no-psqlrc --username postgres --dbname postgres <<'SQL'
\getenv rayne_password DB_PASSWORD
\getenv temporal_password TEMPORAL_DB_PASSWORD

CREATE ROLE rayne LOGIN PASSWORD :'rayne_password';
CREATE DATABASE rayne OWNER rayne;
REVOKE ALL ON DATABASE rayne FROM PUBLIC;

CREATE ROLE temporal LOGIN PASSWORD :'temporal_password';
CREATE DATABASE temporal OWNER temporal;
REVOKE ALL ON DATABASE temporal FROM PUBLIC;
CREATE DATABASE temporal_visibility OWNER temporal;
REVOKE ALL ON DATABASE temporal_visibility FROM PUBLIC;
SQL
