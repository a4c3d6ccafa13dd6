"""What Datadog is asked for a case, and what its report then shows: one place, so they agree."""

from domain.case import Frame
from domain.query import all_of, any_of, one_of, term

MAX_SUBJECTS = 20  # of each kind: a storm over hundreds of hosts must not break the query
SEVERE = ("error", "warn", "critical", "alert", "emergency")
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
