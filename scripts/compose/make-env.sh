#!/bin/sh
# Writes .env for docker-compose.yaml: a secret of its own for everything that needs one.
#
#   scripts/compose/make-env.sh             DD_API_KEY, DD_APP_KEY and what else is yours you add
#   scripts/compose/make-env.sh --sandbox   nothing to add: a stand-in Datadog comes along
set -eu
cd "$(dirname "$0")/../.."

case ${1-} in
    "" | --sandbox) ;;
    *) echo "usage: $0 [--sandbox]" >&2 && exit 2 ;;
esac
if [ -e .env ]; then
    echo "there is a .env already: its secrets are those of the volumes, so it stays" >&2
    exit 1
fi

secret() {
    od -An -N24 -tx1 /dev/urandom | tr -d ' \n'
}

umask 077
{
    for name in POSTGRES_PASSWORD DB_PASSWORD TEMPORAL_DB_PASSWORD QDRANT_API_KEY \
        RAYNE_WEBHOOK_SECRET RAYNE_API_TOKEN RAYNE_SECRET_KEY; do
        echo "$name=$(secret)"
    done
    if [ "${1-}" = --sandbox ]; then
        echo COMPOSE_PROFILES=sandbox
        echo DD_API_KEY=sandbox
        echo DD_APP_KEY=sandbox
        echo DD_API_URL=http://sandbox:8090
        echo DD_APP_URL=http://127.0.0.1:8090
    else
        echo DD_API_KEY=
        echo DD_APP_KEY=
        echo DD_SITE=datadoghq.com
        echo ANTHROPIC_API_KEY=
    fi
} > .env.new
mv .env.new .env
echo "wrote .env"
