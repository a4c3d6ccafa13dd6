"""Events as changes: what was changed, on which service, or that an event is no change at all."""

import re
from collections.abc import Iterable
from enum import StrEnum

from domain.evidence import DatadogEvent

SERVICE_KEYS = ("service", "app", "kube_deployment", "kube_app_name", "application", "component")


class ChangeKind(StrEnum):
    DEPLOYMENT = "deployment"
    FEATURE_FLAG = "feature flag"
    CONFIGURATION = "configuration"
    COMMIT = "commit"
    KUBERNETES = "cluster change"
    OTHER = "change"
    NONE = "no change"  # an alert, or a symptom such as a killed container


# Read in this order: a flag's event may come from a source that also deploys.
_WORDS: dict[ChangeKind, tuple[str, ...]] = {
    ChangeKind.NONE: ("alert", "monitor", "watchdog", "incident", "synthetics", "slo"),
    ChangeKind.FEATURE_FLAG: (
        *("feature[ _-]?flags?", "flags?", "launchdarkly", "unleash", "split", "statsig"),
        "optimizely",
    ),
    ChangeKind.CONFIGURATION: (
        *("config(?:uration|map)?", "settings?", "terraform", "consul", "ansible", "chef"),
        "puppet",
    ),
    ChangeKind.KUBERNETES: ("kubernetes", "k8s", "kubelet", "eks", "gke", "aks", "openshift"),
    ChangeKind.DEPLOYMENT: (
        *("deploy(?:ment|ments|ed)?", "release", "rollout", "argo(?:cd)?", "spinnaker", "helm"),
        *("jenkins", "codedeploy", "octopus", "flux", "ci", "cd"),
    ),
    ChangeKind.COMMIT: ("commits?", "git", "github", "gitlab", "bitbucket", "push", "merge"),
}
_KIND_OF_WORD = {
    kind: re.compile(rf"(?<![a-z])(?:{'|'.join(words)})(?![a-z])") for kind, words in _WORDS.items()
}
_SYMPTOM = re.compile(
    r"oom|out of memory|back-?off|crash ?loop|evict|unhealthy|not ?ready|failed|killing|probe"
    r"|pressure",
    re.IGNORECASE,
)
_TYPE_TAGS = ("change_type", "changed_resource_type", "event_type", "type")


def kind_of(event: DatadogEvent) -> ChangeKind:
    """By the event's source, else by the tags that name a type. Unknown sources are OTHER."""
    for word in (event.source, *(event.label(key) for key in _TYPE_TAGS)):
        kind = _kind_of_word(word.lower())
        if kind is ChangeKind.KUBERNETES and _SYMPTOM.search(f"{event.title} {event.text}"):
            return ChangeKind.NONE
        if kind is not ChangeKind.OTHER:
            return kind
    return ChangeKind.OTHER


def labels(event: DatadogEvent, *keys: str) -> tuple[str, ...]:
    """The values of every tag with one of these keys, in the order of the tags."""
    return tuple(
        value
        for key, _, value in (tag.partition(":") for tag in event.tags)
        if key in keys and value
    )


def identifiers(event: DatadogEvent) -> tuple[str, ...]:
    """Names that the change goes by and that a log line may repeat: a flag's key, a commit ..."""
    keys = ("flag", "feature_flag", "feature_flag_key", "flag_key", "config_key", "setting")
    more = ("config", "configmap", "commit", "git.commit.sha", "sha", "changed_resource_name")
    named = (*labels(event, *keys, *more), *_written_like_names(event.title))
    return tuple(dict.fromkeys(named))


def versions(event: DatadogEvent) -> tuple[str, ...]:
    """What the change brought: its tags' versions, else the last one in its title."""
    tagged = labels(event, "version", "image_tag", "release")
    return tagged or tuple(_VERSION.findall(event.title)[-1:])


def _kind_of_word(word: str) -> ChangeKind:
    matching = (kind for kind, pattern in _KIND_OF_WORD.items() if pattern.search(word))
    return next(matching, ChangeKind.OTHER)


_VERSION = re.compile(r"(?<![\w.])v?\d+(?:\.\d+)+(?:-\w+(?:\.\w+)*)?")
_QUOTED = re.compile(r"[\"'`]([\w.:/-]{3,80})[\"'`]")
_COMPOUND = re.compile(r"(?<![\w./-])[A-Za-z][A-Za-z0-9]*(?:[_.-][A-Za-z0-9]+)+(?![\w/-])")


def _written_like_names(title: str) -> Iterable[str]:
    """Words in quotation marks, and words joined by _, - or a dot."""
    return (*_QUOTED.findall(title), *_COMPOUND.findall(title))
