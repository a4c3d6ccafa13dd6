"""What could not be looked at. Never to be mixed up with "looked, and nothing was there"."""

from domain.case import Case
from domain.evidence import Source, SourceStatus


def essential_sources(case: Case) -> tuple[Source, ...]:
    """Without these no cause is confirmed: a change or an error may hide in what was not read.

    Metrics are essential only where the alert has a metric to ask for.
    """
    always = (Source.LOGS, Source.EVENTS)
    return (*always, Source.METRICS) if case.frame.metric_query else always


def unasked_essentials(case: Case) -> tuple[Source, ...]:
    return tuple(
        source
        for source in essential_sources(case)
        if case.evidence.status(source) is SourceStatus.COULD_NOT_ASK
    )


def gaps(case: Case) -> tuple[str, ...]:
    """One line for each source that failed, and for each essential one that nobody asked."""
    failed = {
        result.source: f"{_words(result.source)} could not be asked: {result.note or 'unknown why'}"
        for result in case.evidence.could_not_ask()
    }
    never = {
        source: f"{_words(source)} were not asked"
        for source in unasked_essentials(case)
        if source not in failed
    }
    return (*failed.values(), *never.values())


def _words(source: Source) -> str:
    return source.value.replace("_", " ")
