#!/bin/sh
# Makes the namespace where there is none. Rayne's worker adds its search attributes by itself.
set -eu

attempts=0
until temporal operator cluster health; do
    attempts=$((attempts + 1))
    [ "$attempts" -lt 30 ] || exit 1
    sleep 2
done
temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" ||
    temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention "$RETENTION"
