"""Which recent change, if any, may be blamed.

A change is blamed only when three things hold at once: it came before the trouble and not long
before, it touched what is in trouble, and something in the evidence ties it to the symptom. Two of
three make a suspect, not a culprit: on a busy day some deployment always came just before.
"""

from datetime import timedelta

from domain.change_links import MENTIONED, MOST, POINTED_AT, Link, links_of
from domain.changes import SERVICE_KEYS, ChangeKind, kind_of, labels
from domain.evidence import DatadogEvent
from domain.findings import Findings
from domain.items import events_by_id
from domain.spans import in_words
from domain.symptom import precedes
from domain.values import Value

HALF_LIFE = timedelta(minutes=90)  # a change that long before the trouble is half as suspect
CONVICTION = 0.5  # a score; a link of 2 in the same service suffices for three hours
LEAK_HALF_LIFE = timedelta(hours=6)
NEXT_TO_IT = 0.8  # it calls what failed first, or is called by it, or the errors name it
IN_TROUBLE_TOO = 0.6
EVERYWHERE = 0.5  # a change of nobody's in particular

_WEIGHT = {ChangeKind.COMMIT: 0.6, ChangeKind.OTHER: 0.7}  # a commit acts through a deployment


class Suspect(Value):
    """One change and what speaks for and against it; each fit is 0 to 1."""

    evidence_id: str
    event: DatadogEvent
    kind: ChangeKind
    time_fit: float
    place_fit: float
    links: tuple[Link, ...]  # the strongest first
    score: float

    @property
    def link(self) -> Link | None:
        return next(iter(self.links), None)

    @property
    def strength(self) -> float:
        """Of all ties together: two weak ones of different kinds are a strong one."""
        return min(sum(link.strength for link in self.links), MOST)

    @property
    def is_culprit(self) -> bool:
        """A commit needs a tie that is strong by itself: it took no effect of its own."""
        strongest = self.link.strength if self.link else 0.0
        strength = strongest if self.kind is ChangeKind.COMMIT else self.strength
        return strength >= POINTED_AT and self.score >= CONVICTION

    @property
    def is_near(self) -> bool:
        """In time and place, so that it cannot be called irrelevant."""
        return self.time_fit >= 0.5 and self.place_fit > 0


def rank_suspects(findings: Findings) -> tuple[Suspect, ...]:
    """Every change, the most suspect first; of equals, the later one."""
    suspects = [
        _suspect(evidence_id, event, findings)
        for evidence_id, event in events_by_id(findings.case.evidence).items()
        if kind_of(event) is not ChangeKind.NONE
    ]
    latest_first = sorted(suspects, key=lambda suspect: suspect.event.happened_at, reverse=True)
    return tuple(sorted(latest_first, key=_suspicion, reverse=True))


def objection(suspect: Suspect, findings: Findings) -> str:
    """The strongest thing that speaks against blaming it, as a sentence."""
    age = findings.onset_at - suspect.event.happened_at
    if suspect.time_fit == 0:
        return f"It came {in_words(-age)} after the trouble began."
    if suspect.place_fit == 0:
        return f"It changed {_place(suspect.event, findings)}, which nothing here points to."
    if suspect.link is None:
        return f"It came {in_words(age)} before the trouble, but nothing ties it to the symptom."
    if suspect.is_culprit:
        return "Another change fits better."
    tie = suspect.link.because
    return f"It came {in_words(age)} before the trouble; that {tie} is too little to blame it."


def _suspect(evidence_id: str, event: DatadogEvent, findings: Findings) -> Suspect:
    kind, links = kind_of(event), links_of(event, findings)
    unscored = Suspect(
        evidence_id=evidence_id,
        event=event,
        kind=kind,
        time_fit=_time_fit(event, findings),
        place_fit=_place_fit(event, links, findings),
        links=links,
        score=0.0,
    )
    fit = unscored.time_fit * unscored.place_fit * unscored.strength
    return unscored.model_copy(update={"score": fit * _WEIGHT.get(kind, 1.0)})


def _time_fit(event: DatadogEvent, findings: Findings) -> float:
    """1 just before the trouble, halved every `HALF_LIFE`; 0 after it began.

    What leaks takes its time: of errors that tell of something used up, hours count less.
    """
    if not precedes(event.happened_at, findings.onset_at):
        return 0.0
    age = max(findings.onset_at - event.happened_at, timedelta(0))
    return float(0.5 ** (age / (LEAK_HALF_LIFE if findings.leaks else HALF_LIFE)))


def _place_fit(event: DatadogEvent, links: tuple[Link, ...], findings: Findings) -> float:
    frame = findings.case.frame
    env = labels(event, "env")
    if frame.env and env and frame.env not in env:
        return 0.0
    services, hosts = labels(event, *SERVICE_KEYS), labels(event, "host")
    if findings.troubled_services & set(services) or set(frame.hosts) & set(hosts):
        return 1.0
    if findings.neighbours & set(services) or any(link.strength >= MENTIONED for link in links):
        return NEXT_TO_IT
    if findings.fellows & set(services):
        return IN_TROUBLE_TOO
    return 0.0 if services or hosts else EVERYWHERE


def _suspicion(suspect: Suspect) -> tuple[float, float]:
    return suspect.score, suspect.time_fit * suspect.place_fit


def _place(event: DatadogEvent, findings: Findings) -> str:
    env, ours = labels(event, "env"), findings.case.frame.env
    if ours and env and ours not in env:
        return f"environment {env[0]}"
    return " and ".join((*labels(event, *SERVICE_KEYS), *labels(event, "host")))
