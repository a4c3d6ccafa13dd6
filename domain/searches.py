"""What Datadog is asked for a case, and what its report then shows: one place, so they agree."""

from domain.case import Frame
from domain.query import all_of, any_of, none_of, one_of, term

MAX_SUBJECTS = 20  # of each kind: a storm over hundreds of hosts must not break the query
SEVERE = ("error", "warn", "critical", "alert", "emergency")
ERRORS = ("error", "critical", "alert", "emergency")
SLOW = 1_000_000_000  # nanoseconds, as spans count: a second is long for anything that answers
# Sources whose events are changes, wherever they happened: a culprit may sit in another service.
CHANGE_SOURCES = (
    "deployment",
    "feature_flag",
    "configuration",
    "github",
    "gitlab",
    "jenkins",
    "argocd",
    "launchdarkly",
    "terraform",
    "kubernetes",
    "change_tracking",
    "vault",
    "consul",
    "ansible",
    "chef",
    "puppet",
    "helm",
    "spinnaker",
    "circleci",
    "bitbucket",
)


def subjects(frame: Frame) -> str:
    """Our services or hosts."""
    return any_of(
        one_of("service", frame.services[:MAX_SUBJECTS]),
        one_of("host", frame.hosts[:MAX_SUBJECTS]),
    )


def severe_logs(frame: Frame) -> str:
    """Errors and warnings of our services or hosts; of the whole environment without any."""
    return all_of(subjects(frame) or term("env", frame.env), one_of("status", SEVERE))


def events(frame: Frame) -> str:
    """Events about our services and hosts, and changes of any."""
    return any_of(subjects(frame), one_of("source", CHANGE_SOURCES))


def all_events(frame: Frame) -> str:
    """Those, and whatever else was reported in the environment: nobody knows every source.

    Not other monitors' alerts on strangers, of which a bad hour has hundreds.
    """
    anything = all_of(term("env", frame.env), none_of("source", ("alert",)))
    return any_of(events(frame), f"({anything})") if frame.env else events(frame)


def related_logs(frame: Frame) -> str:
    """Errors of the environment's other services; "" where `severe_logs` covers them already."""
    if not subjects(frame):
        return ""
    others = (
        none_of("service", frame.services[:MAX_SUBJECTS]),
        none_of("host", frame.hosts[:MAX_SUBJECTS]),
    )
    return all_of(term("env", frame.env), one_of("status", ERRORS), *others)


def spans(frame: Frame) -> str:
    """All spans of the environment, else those of our services; "" where neither is known."""
    return term("env", frame.env) or one_of("service", frame.services[:MAX_SUBJECTS])


def troubled_spans(frame: Frame) -> str:
    """Of `spans`, the failed and the slow ones."""
    where = spans(frame)
    return all_of(where, any_of(term("status", "error"), f"@duration:>{SLOW}")) if where else ""
