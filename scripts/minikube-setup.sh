#!/usr/bin/env bash
# Sets Rayne up in minikube, with every server it needs, Temporal and the Datadog Agent. Safe to run
# again at any time. `scripts/minikube-setup.sh --help` says how.
set -Eeuo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly PROFILE="${MINIKUBE_PROFILE:-minikube}"
readonly CPUS="${MINIKUBE_CPUS:-4}" MEMORY="${MINIKUBE_MEMORY:-12288}"
readonly DRIVER="${MINIKUBE_DRIVER:-docker}" AGENT="${DATADOG_AGENT:-yes}"
readonly PATIENCE="${SETUP_TIMEOUT:-15m}"
readonly OVERLAY=k8s/overlays/minikube-local # made here, from the settings below
readonly PARTS=(rayne-api rayne-agent rayne-worker rayne-worker-model rayne-worker-compute)

DD_API_KEY="${DD_API_KEY:-${TF_VAR_ecco_dd_api_key:-}}"
DD_APP_KEY="${DD_APP_KEY:-${TF_VAR_ecco_dd_app_key:-}}"
DD_SITE="${DD_SITE:-datadoghq.com}"
ANTHROPIC_API_KEY="${ANTHROPIC_API_KEY:-}"
RAYNE_NOTIFY_TOKEN="${RAYNE_NOTIFY_TOKEN:-}"

action=setup dry_run=no sure=no
step='reading the settings'

usage() {
    cat <<'END'
usage: minikube-setup.sh [--dry-run] [--teardown [--yes]] [--help]

--dry-run    prints every command and changes nothing
--teardown   removes what this has set up, data included, and leaves the cluster; --yes: without asking

Needed; asked for only at a terminal:
  DD_API_KEY, DD_APP_KEY     (or TF_VAR_ecco_dd_api_key, TF_VAR_ecco_dd_app_key)
Wished for; asked for only at a terminal:
  ANTHROPIC_API_KEY          without it the rules analyst writes; none: do not ask
Taken if set:
  DD_SITE                    datadoghq.com
  NOTIFY_SERVER_URLS         desktops to tell, such as http://host.minikube.internal:9999
  RAYNE_NOTIFY_TOKEN         and their token
  DATADOG_AGENT              yes; no: without the Datadog Agent
  MINIKUBE_CPUS, MINIKUBE_MEMORY, MINIKUBE_DRIVER, MINIKUBE_PROFILE   4, 12288, docker, minikube
  SETUP_TIMEOUT              15m, for each part to come up

Passwords and tokens are made once and kept in the cluster. No secret is printed, or put on a command
line.
END
}

fail() {
    echo "minikube-setup: $*" >&2
    exit 1
}

main() {
    read_options "$@"
    trap tell_failure ERR
    check_tools
    if [[ $action == teardown ]]; then
        teardown
        return
    fi
    read_settings
    start_minikube
    build_image
    make_namespaces
    make_secrets
    apply_rayne
    install_temporal
    wait_for_rayne
    install_agent
    tell_what_next
}

# Once, however deep in pipes it failed.
tell_failure() {
    ((BASH_SUBSHELL)) || echo "minikube-setup: failed while $step. What is done stays; run it again" >&2
}

read_options() {
    while (($#)); do
        case "$1" in
            --dry-run) dry_run=yes ;;
            --teardown) action=teardown ;;
            --yes) sure=yes ;;
            -h | --help) usage && exit 0 ;;
            *)
                usage >&2
                exit 2
                ;;
        esac
        shift
    done
}

check_tools() {
    local tool missing=()
    for tool in minikube kubectl helm $([[ $DRIVER != docker ]] || echo docker); do
        command -v "$tool" > /dev/null || missing+=("$tool")
    done
    ((${#missing[@]} == 0)) || fail "install ${missing[*]} first: https://minikube.sigs.k8s.io/docs/start," \
        "https://kubernetes.io/docs/tasks/tools, https://helm.sh/docs/intro/install"
}

read_settings() {
    local name missing=()
    for name in DD_API_KEY DD_APP_KEY; do
        [[ -n ${!name} ]] || ask "$name" "needed" || missing+=("$name")
    done
    [[ -n $ANTHROPIC_API_KEY ]] || ask ANTHROPIC_API_KEY "empty: the rules analyst writes" || true
    [[ $ANTHROPIC_API_KEY != none ]] || ANTHROPIC_API_KEY=
    ((${#missing[@]} == 0)) || fail "set ${missing[*]}: nobody is there to be asked"
    for name in DD_API_KEY DD_APP_KEY DD_SITE ANTHROPIC_API_KEY NOTIFY_SERVER_URLS RAYNE_NOTIFY_TOKEN; do
        [[ ! ${!name:-} =~ [[:space:]] ]] || fail "$name must not have blanks or line breaks in it"
    done
    [[ $CPUS$MEMORY =~ ^[0-9]+$ ]] || fail "MINIKUBE_CPUS and MINIKUBE_MEMORY must be whole numbers"
    [[ $AGENT == yes || $AGENT == no ]] || fail "DATADOG_AGENT must be yes or no"
}

# NAME WHY. Unseen, at a terminal only.
ask() {
    local answer=
    [[ -t 0 ]] || return 1
    read -r -s -p "$1 ($2): " answer || true
    echo >&2
    printf -v "$1" '%s' "$answer"
    [[ -n $answer ]]
}

start_minikube() {
    step='starting minikube'
    if [[ $dry_run == no ]] && minikube --profile "$PROFILE" status > /dev/null 2>&1; then
        echo "minikube runs already (profile $PROFILE)"
        return
    fi
    # The kubelet asks the cluster for its certificate, so that the Datadog Agent can verify it.
    run minikube start --profile "$PROFILE" --driver "$DRIVER" --cpus "$CPUS" --memory "$MEMORY" \
        --extra-config=kubelet.rotate-server-certificates=true
}

build_image() {
    step='building the image rayne:dev'
    run minikube --profile "$PROFILE" image build --tag rayne:dev .
}

make_namespaces() {
    step='making namespaces'
    run kube apply --filename k8s/base/namespace.yaml
    apply_namespace temporal
    [[ $AGENT == no ]] || apply_namespace datadog
}

# What was made by chance stays what it is: PostgreSQL and every client know it by now.
make_secrets() {
    step='making secrets'
    local name value made=() token
    for name in DB_PASSWORD POSTGRES_PASSWORD TEMPORAL_DB_PASSWORD QDRANT_API_KEY \
        RAYNE_WEBHOOK_SECRET RAYNE_API_TOKEN RAYNE_SECRET_KEY; do
        value="$(kept "$name")" # apart, so that its failure is one: a new password locks all out
        made+=("$name=$value")
    done
    for name in DD_API_KEY DD_APP_KEY ANTHROPIC_API_KEY RAYNE_NOTIFY_TOKEN; do
        [[ -z ${!name} ]] || made+=("$name=${!name}")
    done
    printf '%s\n' "${made[@]}" | apply_secret rayne rayne-secrets
    printf 'password=%s\n' "$(value_of TEMPORAL_DB_PASSWORD "${made[@]}")" | apply_secret temporal temporal-db
    [[ $AGENT == yes ]] || return 0
    printf 'api-key=%s\napp-key=%s\n' "$DD_API_KEY" "$DD_APP_KEY" | apply_secret datadog datadog-secrets
    token="$(value_of RAYNE_API_TOKEN "${made[@]}")"
    printf 'RAYNE_API_TOKEN=%s\n' "$token" | apply_secret datadog rayne-metrics
}

# The value in the cluster, else a new one.
kept() {
    local found=
    if [[ $dry_run == no ]]; then
        found="$(kube get secret rayne-secrets --namespace rayne --ignore-not-found \
            --output "jsonpath={.data.$1}" | base64 --decode)" || return
    fi
    [[ -n $found ]] || found="$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n')"
    echo "$found"
}

# NAME NAME=VALUE...
value_of() {
    local pair name="$1"
    shift
    for pair in "$@"; do
        [[ $pair != "$name="* ]] || echo "${pair#*=}"
    done
}

apply_rayne() {
    step='applying Rayne'
    write_overlay
    run kube delete job rayne-migrate --namespace rayne --ignore-not-found # a Job cannot be changed
    run kube apply --kustomize "$OVERLAY"
    step='waiting for PostgreSQL'
    run kube rollout status statefulset/postgres --namespace rayne --timeout "$PATIENCE"
}

write_overlay() {
    echo "+ write $OVERLAY"
    [[ $dry_run == no ]] || return 0
    mkdir -p "$OVERLAY"
    {
        echo "DD_SITE=$DD_SITE"
        [[ -z ${NOTIFY_SERVER_URLS:-} ]] || echo "NOTIFY_SERVER_URLS=$NOTIFY_SERVER_URLS"
        [[ $AGENT == no ]] || echo "OTEL_EXPORTER_OTLP_ENDPOINT=http://datadog-agent.datadog.svc.cluster.local:4318"
    } > "$OVERLAY/settings.env"
    cat > "$OVERLAY/kustomization.yaml" <<'END'
# Made by scripts/minikube-setup.sh, anew each time.
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: rayne
resources: [../minikube]
configMapGenerator:
  - name: rayne-config
    namespace: rayne
    behavior: merge
    envs: [settings.env]
END
}

install_temporal() {
    step='installing Temporal'
    run charts upgrade temporal temporal --install --repo https://go.temporal.io/helm-charts \
        --version '>=1.0.0-0' --namespace temporal --values helm/temporal-values.yaml \
        --wait --timeout "$PATIENCE"
}

wait_for_rayne() {
    local part
    step='restarting Rayne on the new image'
    run kube rollout restart deployment --namespace rayne --selector app.kubernetes.io/name=rayne
    for part in "${PARTS[@]}"; do
        step="waiting for $part"
        run kube rollout status "deployment/$part" --namespace rayne --timeout "$PATIENCE"
    done
}

install_agent() {
    [[ $AGENT == yes ]] || return 0
    step="approving the kubelet's certificate"
    approve_kubelet
    step='installing the Datadog Agent'
    run charts upgrade datadog-agent datadog --install --repo https://helm.datadoghq.com \
        --namespace datadog --values helm/values.yaml \
        --set datadog.apiKeyExistingSecret=datadog-secrets \
        --set datadog.appKeyExistingSecret=datadog-secrets \
        --set "datadog.site=$DD_SITE" \
        --wait --timeout "$PATIENCE"
}

# Kubernetes leaves that to somebody. Nothing waits for it in a cluster that was started otherwise.
approve_kubelet() {
    local name names='REQUEST'
    local waiting='{range .items[?(@.spec.signerName=="kubernetes.io/kubelet-serving")]}{.metadata.name} {end}'
    if [[ $dry_run == no ]]; then
        names="$(kube get certificatesigningrequests --output "jsonpath=$waiting")"
    fi
    for name in $names; do
        run kube certificate approve "$name"
    done
}

tell_what_next() {
    cat << END

Rayne is set up. Where it is, and the token that it asks for:

  minikube --profile $PROFILE service rayne-service --namespace rayne --url
  kubectl --context $PROFILE get secret rayne-secrets --namespace rayne \\
    --output 'jsonpath={.data.RAYNE_API_TOKEN}' | base64 --decode

docs/kubernetes.md goes on from here; scripts/minikube-setup.sh --teardown removes it.
END
}

teardown() {
    local release
    confirm "Remove Rayne, Temporal and the Datadog Agent from $PROFILE, with all their data?"
    for release in temporal datadog-agent; do
        step="removing $release"
        run charts uninstall "$release" --namespace "${release%-agent}" --ignore-not-found --wait
    done
    step='removing namespaces'
    run kube delete namespace rayne temporal datadog --ignore-not-found
    echo "+ rm -r $OVERLAY"
    [[ $dry_run == yes ]] || rm -rf "$OVERLAY"
    echo "The cluster is still there; minikube delete --profile $PROFILE removes it."
}

confirm() {
    local answer=
    [[ $dry_run == no && $sure == no ]] || return 0
    [[ -t 0 ]] || fail "nobody is there to be asked: --teardown needs --yes"
    read -r -p "$1 [y/N] " answer || true
    [[ $answer == [yY]* ]] || fail "nothing was removed"
}

# Always this cluster, whatever others the machine knows.
kube() {
    kubectl --context "$PROFILE" "$@"
}

charts() {
    helm --kube-context "$PROFILE" "$@"
}

run() {
    local words=("$@")
    case "$1" in
        kube) words=(kubectl --context "$PROFILE" "${@:2}") ;;
        charts) words=(helm --kube-context "$PROFILE" "${@:2}") ;;
    esac
    printf '+'
    printf ' %q' "${words[@]}"
    printf '\n'
    [[ $dry_run == yes ]] || "$@"
}

apply_namespace() {
    local create=(create namespace "$1" --dry-run=client --output yaml) apply=(apply --filename -)
    show_pipe "${create[*]}" "${apply[*]}"
    [[ $dry_run == yes ]] || kube "${create[@]}" | kube "${apply[@]}"
}

# NAMESPACE NAME, and NAME=VALUE lines on standard input. By the server, for the client would keep
# the values once more, in an annotation.
apply_secret() {
    local create=(create secret generic "$2" --namespace "$1" --from-env-file /dev/stdin)
    local apply=(apply --server-side --force-conflicts --filename -)
    create+=(--dry-run=client --output yaml)
    show_pipe "${create[*]}" "${apply[*]}"
    if [[ $dry_run == yes ]]; then
        cat > /dev/null
    else
        kube "${create[@]}" | kube "${apply[@]}"
    fi
}

show_pipe() {
    echo "+ kubectl --context $PROFILE $1 | kubectl --context $PROFILE $2"
}

main "$@"
