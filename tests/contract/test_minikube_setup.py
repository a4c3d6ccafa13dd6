"""The setup of a cluster, before programs that only say what they were asked to do."""

import os
import pty
import shlex
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from tests.servers.cluster import TOOLS, Cluster

KEYS = {"DD_API_KEY": "api-hunter2", "DD_APP_KEY": "app-hunter2"}
ALL_SECRETS = KEYS | {"ANTHROPIC_API_KEY": "sk-hunter2", "RAYNE_NOTIFY_TOKEN": "desk-hunter2"}


@pytest.fixture
def cluster(tmp_path: Path) -> Cluster:
    return Cluster(tmp_path)


def before(cluster: Cluster, first: str, then: str) -> bool:
    positions = [
        next(n for n, call in enumerate(cluster.calls) if words in call) for words in (first, then)
    ]
    return positions[0] < positions[1]


def test_everything_is_set_up_in_its_order(cluster: Cluster) -> None:
    done = cluster.set_up(**KEYS)

    assert done.returncode == 0, done.stderr
    assert "start --profile minikube --driver docker --cpus 4 --memory 12288" in cluster.calls[1]
    assert before(cluster, "image build --tag rayne:dev .", "apply --kustomize")
    assert before(cluster, "create secret generic rayne-secrets", "apply --kustomize")
    assert before(cluster, "rollout status statefulset/postgres", "upgrade temporal temporal")
    assert before(cluster, "upgrade temporal temporal", "rollout status deployment/rayne-api")
    assert before(cluster, "certificate approve csr-2", "upgrade datadog-agent datadog --install")


def test_no_other_cluster_is_touched(cluster: Cluster) -> None:
    cluster.set_up(MINIKUBE_PROFILE="mine", **KEYS)

    options = {
        "kubectl": "--context mine",
        "helm": "--kube-context mine",
        "minikube": "--profile mine",
    }
    assert [c for c in cluster.calls if options[c.split()[0]] not in c] == []


def test_secrets_are_in_the_cluster_and_nowhere_else(cluster: Cluster) -> None:
    done = cluster.set_up(**ALL_SECRETS)

    secret = cluster.secret("rayne-secrets")
    assert {name: secret[name] for name in ALL_SECRETS} == ALL_SECRETS
    assert cluster.secret("temporal-db") == {"password": secret["TEMPORAL_DB_PASSWORD"]}
    assert cluster.secret("datadog-secrets") == {"api-key": "api-hunter2", "app-key": "app-hunter2"}
    assert cluster.secret("rayne-metrics") == {"RAYNE_API_TOKEN": secret["RAYNE_API_TOKEN"]}
    told = done.stdout + done.stderr + "\n".join(cluster.calls)
    assert [name for name, value in secret.items() if value in told] == []
    assert len(secret["RAYNE_SECRET_KEY"]) >= 32


def test_a_second_run_keeps_what_was_made_and_takes_what_is_given(cluster: Cluster) -> None:
    cluster.set_up(**KEYS)
    first = cluster.secret("rayne-secrets")
    cluster.forget_calls()

    done = cluster.set_up(**KEYS | {"DD_API_KEY": "another"})

    assert done.returncode == 0
    assert cluster.secret("rayne-secrets") == first | {"DD_API_KEY": "another"}
    assert [call for call in cluster.calls if " start " in call] == []
    assert [call for call in cluster.calls if "delete" in call] == [
        "kubectl --context minikube delete job rayne-migrate --namespace rayne --ignore-not-found"
    ]


def test_a_cluster_that_does_not_answer_gets_no_new_passwords(cluster: Cluster) -> None:
    cluster.set_up(**KEYS)
    first = cluster.secret("rayne-secrets")
    cluster.fail_at("get secret")

    done = cluster.set_up(**KEYS)

    assert done.returncode != 0
    assert done.stderr.count("failed while making secrets") == 1
    assert cluster.secret("rayne-secrets") == first


def test_the_first_raynes_variables_are_taken(cluster: Cluster) -> None:
    cluster.set_up(TF_VAR_ecco_dd_api_key="a", TF_VAR_ecco_dd_app_key="b", DD_APP_KEY="c")

    secret = cluster.secret("rayne-secrets")
    assert (secret["DD_API_KEY"], secret["DD_APP_KEY"]) == ("a", "c")


def test_settings_are_merged_into_raynes(cluster: Cluster) -> None:
    cluster.set_up(
        DD_SITE="datadoghq.eu",
        NOTIFY_SERVER_URLS="http://host.minikube.internal:9999",
        DATADOG_AGENT="no",
        **KEYS,
    )

    assert (cluster.overlay / "settings.env").read_text().splitlines() == [
        "DD_SITE=datadoghq.eu",
        "NOTIFY_SERVER_URLS=http://host.minikube.internal:9999",
    ]
    assert [call for call in cluster.calls if "datadog" in call] == []


def test_everything_that_is_missing_is_named_at_once_and_nothing_is_done(cluster: Cluster) -> None:
    done = cluster.set_up()

    assert done.returncode == 1
    assert "set DD_API_KEY DD_APP_KEY" in done.stderr
    assert cluster.calls == []


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"DD_API_KEY": "two words"}, "DD_API_KEY"),
        ({"DD_SITE": "a\nRAYNE_API_TOKEN=b"}, "DD_SITE"),
        ({"MINIKUBE_CPUS": "four"}, "MINIKUBE_CPUS"),
        ({"DATADOG_AGENT": "maybe"}, "DATADOG_AGENT"),
    ],
)
def test_a_bad_value_is_named_and_nothing_is_done(
    cluster: Cluster, settings: dict[str, str], named: str
) -> None:
    done = cluster.set_up(**KEYS | settings)

    assert done.returncode == 1
    assert named in done.stderr
    assert cluster.calls == []


def test_all_missing_tools_are_named_at_once(cluster: Cluster) -> None:
    for tool in TOOLS:
        (cluster.bin / tool).unlink()
    for tool in ("bash", "dirname"):
        (cluster.bin / tool).symlink_to(shutil.which(tool) or "")

    # Not even those that this machine has.
    done = cluster.set_up(**KEYS | {"PATH": str(cluster.bin)})

    assert done.returncode == 1
    assert "install minikube kubectl helm docker first" in done.stderr


def test_a_dry_run_prints_what_it_would_do_and_does_none_of_it(cluster: Cluster) -> None:
    done = cluster.set_up("--dry-run", **ALL_SECRETS)

    planned = [line for line in done.stdout.splitlines() if line.startswith("+ ")]
    assert done.returncode == 0
    assert cluster.calls == []
    assert not cluster.overlay.exists()
    assert "hunter2" not in done.stdout + done.stderr
    cluster.set_up(**ALL_SECRETS)
    looks = ("minikube --profile minikube status", "get secret", "get certificate", "csr-2")
    changes = [
        call.replace("csr-1", "REQUEST")
        for call in cluster.calls
        if not any(look in call for look in looks)
    ]
    parts = [part for line in planned for part in line.removeprefix("+ ").split(" | ")]
    words = [" ".join(shlex.split(part)) for part in parts if part.split()[0] in TOOLS]
    assert Counter(words) == Counter(changes)  # those of one pipe are called in any order


def test_a_step_that_fails_is_named_and_nothing_follows_it(cluster: Cluster) -> None:
    cluster.fail_at("helm --kube-context minikube upgrade temporal")

    done = cluster.set_up(**KEYS)

    assert done.returncode != 0
    assert "failed while installing Temporal" in done.stderr
    assert "rollout restart" not in "\n".join(cluster.calls)


def test_after_a_failure_the_next_run_goes_on(cluster: Cluster) -> None:
    cluster.fail_at("image build")
    cluster.set_up(**KEYS)
    cluster.fail_at("")

    assert cluster.set_up(**KEYS).returncode == 0


def test_nothing_is_removed_without_a_word(cluster: Cluster) -> None:
    done = cluster.set_up("--teardown")

    assert done.returncode == 1
    assert "--yes" in done.stderr
    assert cluster.calls == []


def test_a_teardown_removes_what_was_set_up(cluster: Cluster) -> None:
    cluster.set_up(**KEYS)
    cluster.forget_calls()

    done = cluster.set_up("--teardown", "--yes")

    assert done.returncode == 0
    assert [call.split(" ", 3)[3] for call in cluster.calls] == [
        "uninstall temporal --namespace temporal --ignore-not-found --wait",
        "uninstall datadog-agent --namespace datadog --ignore-not-found --wait",
        "delete namespace rayne temporal datadog --ignore-not-found",
    ]
    assert not cluster.overlay.exists()


def test_an_unknown_option_is_refused(cluster: Cluster) -> None:
    assert cluster.set_up("--dryrun", **KEYS).returncode == 2
    assert cluster.calls == []


def test_at_a_terminal_it_asks_and_shows_no_secret(cluster: Cluster) -> None:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [str(cluster.script)],
        env=cluster.variables(DD_APP_KEY="given"),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    shown = answer(ours, {"DD_API_KEY": "typed-hunter2", "ANTHROPIC_API_KEY": ""})

    assert process.wait(timeout=20) == 0, shown
    assert cluster.secret("rayne-secrets")["DD_API_KEY"] == "typed-hunter2"
    assert "ANTHROPIC_API_KEY" not in cluster.secret("rayne-secrets")
    assert "hunter2" not in shown


def answer(terminal: int, answers: dict[str, str]) -> str:
    """Types each answer once it is asked for; what the terminal showed until its end."""
    shown, waiting = "", dict(answers)
    with os.fdopen(terminal, "r+b", buffering=0) as screen:
        while True:
            try:
                shown += screen.read(1024).decode()
            except OSError:  # the other end is closed
                return shown
            question = shown.rpartition("\n")[2]
            name = question.partition(" (")[0]
            if question.endswith("): ") and name in waiting:
                screen.write(waiting.pop(name).encode() + b"\n")
