"""What else was looked at, and why it is not blamed.

"Nothing there" is said only of a source that answered; one that could not be asked is a gap, and a
gap rules nothing out.
"""

from collections.abc import Iterable

from domain.analysis import Alternative
from domain.culprit import Suspect, objection
from domain.evidence import Source, SourceStatus
from domain.findings import Findings
from domain.spans import clock, in_words

MAX_SUSPECTS = 8


def alternatives(
    findings: Findings, suspects: tuple[Suspect, ...], culprit: Suspect | None
) -> tuple[Alternative, ...]:
    others = [suspect for suspect in suspects if suspect is not culprit]
    return (
        *(_innocent(suspect, findings) for suspect in others[:MAX_SUSPECTS]),
        *_rest(others[MAX_SUSPECTS:]),
        *_empty_sources(findings, suspects),
    )


def _innocent(suspect: Suspect, findings: Findings) -> Alternative:
    title = suspect.event.title or suspect.event.event_id
    return Alternative(
        explanation=f"The {suspect.kind.value} “{title}” ({suspect.evidence_id})",
        ruled_out_by=objection(suspect, findings),
    )


def _rest(suspects: list[Suspect]) -> Iterable[Alternative]:
    if suspects:
        yield Alternative(
            explanation=f"{len(suspects)} more changes",
            ruled_out_by="Each fits worse in time or place than those above.",
        )


def _empty_sources(findings: Findings, suspects: tuple[Suspect, ...]) -> Iterable[Alternative]:
    evidence, changes = findings.case.evidence, findings.case.frame.changes
    if not suspects and _answered(findings, Source.EVENTS):
        looked = f"Datadog's events of {in_words(changes.end - changes.start)}"
        yield Alternative(
            explanation="A recent change",
            ruled_out_by=f"{looked} until {clock(changes.end)} were searched and hold none.",
        )
    if not evidence.logs and _answered(findings, Source.LOGS):
        yield Alternative(
            explanation="An error that the service logs",
            ruled_out_by="The window's errors and warnings were searched and there are none.",
        )
    if evidence.host and not findings.strains and _answered(findings, Source.HOST):
        yield Alternative(
            explanation=f"A host in trouble ({evidence.host.name})",
            ruled_out_by="Datadog shows it up, with processor, disk and load in their limits.",
        )


def _answered(findings: Findings, source: Source) -> bool:
    return findings.case.evidence.status(source) is not SourceStatus.COULD_NOT_ASK
