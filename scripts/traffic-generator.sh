#!/usr/bin/env bash
# Calls a running Rayne as people and dashboards do, with failures on purpose, and checks each answer.
# `scripts/traffic-generator.sh help` says how.
set -euo pipefail

readonly URL_DEFAULT=http://localhost:8080
readonly PID_FILE="${TRAFFIC_PID_FILE:-/tmp/rayne-traffic-generator.pid}"
readonly LOG_FILE="${TRAFFIC_LOG_FILE:-/tmp/rayne-traffic-generator.log}"
readonly LOCK="$PID_FILE.lock"
readonly FAILURE_RATE="${FAILURE_RATE:-10}"
readonly PACE="${TRAFFIC_PACE:-100}"
readonly SECONDS_AT_MOST="${TRAFFIC_SECONDS:-0}"
readonly PATIENCE="${TRAFFIC_WAIT:-15}"

readonly NOT_RUNNING=3 # as of init scripts, and 1 for a PID file that a dead one left
readonly JSON='Content-Type: application/json'

usage() {
    cat <<'END'
usage: traffic-generator.sh start [URL] | stop | status | logs [-f] | help

start   Calls URL (http://localhost:8080) in the background, once /health answers.
stop    Ends it. Nothing to do is fine, too.
status  Says whether it runs, and what came of its requests. Exit code 0: it runs; 3: it does not;
        1: it died and left its PID file.
logs    The end of its log; -f follows it.

FAILURE_RATE      chance of a failure on purpose in each cycle, in percent: 10
TRAFFIC_SECONDS   ends by itself after so long; 0, the default: never
TRAFFIC_PACE      pauses between requests in percent of the usual ones: 100
TRAFFIC_WAIT      seconds that start waits for /health: 15
TRAFFIC_PID_FILE  /tmp/rayne-traffic-generator.pid
TRAFFIC_LOG_FILE  /tmp/rayne-traffic-generator.log
RAYNE_API_TOKEN   sent as a bearer token where it is set
END
}

fail() {
    echo "traffic-generator: $*" >&2
    exit 1
}

# What dashboards ask for. METHOD PATH EXPECTED BODY, where 501 is a Rayne without Datadog's keys,
# 403 one without demo data, and VISITOR somebody who comes again and again.
readonly CALLS='
GET /health 200
GET /v1/downtimes 200|501
GET /v1/events 200|501
GET /v1/hosts 200|501
GET /v1/hosts/active 200|501
GET /v1/monitors 200|501
GET /v1/monitors/triggered 200|501
GET /v1/webhooks/stats 200
GET /v1/webhooks/events 200
GET /v1/incidents 200
GET /v1/rum/visitors 200
GET /v1/rum/analytics 200
GET /v1/rum/sessions 200
GET /v1/services 200|501
GET /v1/demo/status 200|403
POST /v1/rum/init 200|201 {"existing_uuid":"VISITOR","page_url":"/traffic"}
POST /v1/logs/search 200|501 {"query":"status:error","from":"now-15m","to":"now","limit":5}
'
readonly FAILURES='
GET /v1/no/such/path 404
GET /v1/webhooks/events/999999999 404
GET /v1/webhooks/events/abc 400
POST /v1/webhooks/create 400 {}
POST /v1/webhooks/config 422 {"url":
POST /v1/webhooks/config 422
DELETE /health 405
PUT /v1/webhooks/stats 405
'
# Part of demo data, so not every Rayne has them.
readonly ERRORS_ON_REQUEST='
GET /v1/demo/error?type=validation 400
GET /v1/demo/error?type=ratelimit 429
GET /v1/demo/error?type=server 500
GET /v1/demo/error?type=database 500
GET /v1/demo/error?type=upstream 502
GET /v1/demo/error?type=unavailable 503
GET /v1/demo/error?type=timeout 504
'

start() {
    local url="${1:-$URL_DEFAULT}"
    url="${url%/}"
    check_settings "$url"
    wait_for_health "$url"
    take_lock
    if is_running; then
        fail "it runs already (PID $(pid_of)): stop it first"
    fi
    [[ ! -e $PID_FILE ]] || echo "traffic-generator: removed the PID file that a dead one left"
    : > "$LOG_FILE"
    nohup "$BASH" "${BASH_SOURCE[0]}" run "$url" "$PID_FILE" < /dev/null >> "$LOG_FILE" 2>&1 &
    echo "$!" > "$PID_FILE"
    until is_running; do
        kill -0 "$!" 2> /dev/null || fail "it ended at once; its log says why: $LOG_FILE"
        sleep 0.05
    done
    echo "traffic-generator: started (PID $!) against $url, $FAILURE_RATE% failures; log: $LOG_FILE"
}

stop() {
    local pid
    take_lock
    if ! is_running; then
        rm -f "$PID_FILE"
        echo "traffic-generator: not running"
        return
    fi
    pid="$(pid_of)"
    kill -TERM "$pid"
    local tries=0
    while is_running && ((tries++ < 100)); do sleep 0.1; done
    if is_running; then
        kill -KILL "$pid"
    fi
    rm -f "$PID_FILE"
    echo "traffic-generator: stopped (PID $pid)"
    counts
}

status() {
    if is_running; then
        echo "traffic-generator: running (PID $(pid_of))"
        counts
    elif [[ -e $PID_FILE ]]; then
        echo "traffic-generator: not running; it left $PID_FILE, which the next start removes"
        exit 1
    else
        echo "traffic-generator: not running"
        exit "$NOT_RUNNING"
    fi
}

logs() {
    [[ -e $LOG_FILE ]] || fail "there is no log yet: $LOG_FILE"
    if [[ ${1:-} == -f ]]; then
        exec tail -n 50 -f "$LOG_FILE"
    fi
    tail -n 50 "$LOG_FILE"
}

check_settings() {
    command -v curl > /dev/null || fail "it needs curl"
    [[ $1 =~ ^https?://[^/[:space:]]+ ]] || fail "URL must be http://HOST:PORT, not '$1'"
    whole FAILURE_RATE "$FAILURE_RATE" 100
    whole TRAFFIC_PACE "$PACE" 10000
    whole TRAFFIC_SECONDS "$SECONDS_AT_MOST" 9999999
    whole TRAFFIC_WAIT "$PATIENCE" 3600
    local file
    for file in "$PID_FILE" "$LOG_FILE"; do
        # In /tmp anybody may have put one there to have us write where it leads.
        if [[ -L $file ]] || { [[ -e $file ]] && [[ ! -O $file || ! -f $file ]]; }; then
            fail "$file is not a file of yours"
        fi
    done
}

# NAME VALUE MOST
whole() {
    if ! [[ $2 =~ ^[0-9]{1,7}$ ]] || ((10#$2 > $3)); then
        fail "$1 must be a whole number from 0 to $3, not '$2'"
    fi
}

wait_for_health() {
    local until=$((SECONDS + 10#$PATIENCE))
    until [[ "$(curl -s -o /dev/null -m 5 -w '%{http_code}' "$1/health" || true)" == 200 ]]; do
        ((SECONDS < until)) || fail "$1/health does not answer: is Rayne there? (make up)"
        sleep 0.3
    done
}

# Two starts at once must not become two generators. Held for an instant, until this process ends.
take_lock() {
    local tries=0
    [[ -z "$(find "$LOCK" -maxdepth 0 -mmin +1 2> /dev/null)" ]] || rmdir "$LOCK" 2> /dev/null || true
    until mkdir "$LOCK" 2> /dev/null; do
        ((tries++ < 100)) || fail "another start or stop is under way; if not, remove $LOCK"
        sleep 0.1
    done
    trap 'rmdir "$LOCK" 2> /dev/null || true' EXIT
}

pid_of() {
    local pid=
    [[ ! -r $PID_FILE ]] || read -r pid < "$PID_FILE" || true
    [[ $pid =~ ^[0-9]{1,10}$ ]] && echo "$pid"
}

# By its command too: a PID that it had may be another program's by now.
is_running() {
    local pid
    pid="$(pid_of)" && kill -0 "$pid" 2> /dev/null && [[ "$(command_of "$pid")" == *"${0##*/} run "*" $PID_FILE "* ]]
}

command_of() {
    if [[ -r /proc/$1/cmdline ]]; then
        tr "\0" " " < "/proc/$1/cmdline"
    else
        echo "$(ps -o args= -p "$1") "
    fi
}

counts() {
    [[ ! -r $LOG_FILE ]] || grep ' cycle ' "$LOG_FILE" | tail -n 1 || true
}

# --- The generator itself, in the background ---

run() {
    url="$1"
    cycles=0 requests=0 intended=0 unexpected=0
    child='' failures=''
    answer="$(mktemp)"
    trap finish EXIT
    trap 'exit 0' TERM INT
    visitor="$(cat /proc/sys/kernel/random/uuid 2> /dev/null || uuidgen)"
    choose_failures
    tell_counts
    while cycle; do
        pause 1000 2000
    done
}

is_over() {
    ((10#$SECONDS_AT_MOST > 0 && SECONDS >= 10#$SECONDS_AT_MOST))
}

finish() {
    [[ -z $child ]] || kill "$child" 2> /dev/null || true
    rm -f "$answer"
    tell_counts
    [[ "$(pid_of)" != "$$" ]] || rm -f "$PID_FILE"
}

choose_failures() {
    failures="$FAILURES"
    ask GET '/v1/demo/error?type=unavailable' ''
    if [[ $code == 503 ]]; then
        failures="$failures$ERRORS_ON_REQUEST"
    else
        say "no errors on request here ($code): 5xx are left out"
    fi
}

# False once the time is up.
cycle() {
    local method path expected body
    while read -r method path expected body; do
        ! is_over || return 1
        [[ -n $method ]] || continue
        check "$method" "$path" "$expected" "$body" || true
        pause 100 300
    done <<< "$CALLS"
    if ((RANDOM * 100 / 32768 < 10#$FAILURE_RATE)); then
        fail_on_purpose
    fi
    cycles=$((cycles + 1))
    tell_counts
}

fail_on_purpose() {
    local method path expected body kinds which
    kinds="$(grep . <<< "$failures")"
    which=$((RANDOM % $(grep -c . <<< "$kinds") + 1))
    read -r method path expected body <<< "$(sed -n "${which}p" <<< "$kinds")"
    if check "$method" "$path" "$expected" "$body"; then
        intended=$((intended + 1))
        say "$method $path $code, as intended"
    fi
}

# METHOD PATH EXPECTED BODY. Whatever is not EXPECTED is told and counted.
check() {
    ask "$1" "$2" "${4//VISITOR/$visitor}"
    [[ ! $code =~ ^($3)$ ]] || return 0
    unexpected=$((unexpected + 1))
    say "$1 $2 $code, UNEXPECTED: it should be $3"
    return 1
}

# METHOD PATH BODY; the status is in `code`, 000 where there was no answer. In the background, for
# a signal has to wait for what runs in front. The token is kept out of the list of processes.
ask() {
    local data=()
    [[ -z $3 ]] || data=(-H "$JSON" --data-raw "$3")
    curl -s -o /dev/null -m 30 -w '%{http_code}' -X "$1" ${data[@]+"${data[@]}"} \
        -K <(token) "$url$2" > "$answer" 2> /dev/null &
    child=$!
    wait "$child" || true
    child=''
    code="$(< "$answer")"
    requests=$((requests + 1))
}

token() {
    local escaped="${RAYNE_API_TOKEN:-}"
    escaped="${escaped//\\/\\\\}"
    [[ -z $escaped ]] || printf 'header = "Authorization: Bearer %s"\n' "${escaped//\"/\\\"}"
}

# LEAST SPREAD, in milliseconds.
pause() {
    local milliseconds=$((($1 + RANDOM % $2) * 10#$PACE / 100))
    ((milliseconds > 0)) || return 0
    sleep "$((milliseconds / 1000)).$(printf '%03d' $((milliseconds % 1000)))" &
    child=$!
    wait "$child" || true
    child=''
}

tell_counts() {
    say "cycle $cycles: $requests requests, $intended failures on purpose, $unexpected unexpected"
}

say() {
    echo "$(date -u +%Y-%m-%dT%H:%M:%SZ) $*"
}

case "${1:-}" in
    start) start "${2:-}" ;;
    stop) stop ;;
    status) status ;;
    logs) logs "${2:-}" ;;
    run) run "$2" ;;
    help | -h | --help) usage ;;
    *)
        usage >&2
        exit 2
        ;;
esac
