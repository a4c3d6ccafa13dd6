"""The digest's log part: error patterns, and the lines that show them best."""

from collections.abc import Iterable, Mapping
from itertools import chain

from domain.digest_budget import Candidate, cut_line
from domain.evidence import LogLine
from domain.findings import Findings
from domain.items import logs_by_id, related_by_id
from domain.log_patterns import LogPattern, PatternChange
from domain.log_templates import template_of

MAX_LINE = 600
MAX_MESSAGE = 1_200  # a stack trace's first frames
_BRIEF = ("pattern: ", "service: ", "change: ", "began: ")


def patterns(findings: Findings) -> Iterable[Candidate]:
    """What is new or has grown, ours and on the way down first; then the rest."""
    related = related_by_id(findings.case.evidence, findings.case.frame)
    everything = {**findings.patterns, **related}
    carrying = {**findings.suspicious, **findings.voices}
    others = {key: one for key, one in everything.items() if key not in carrying}
    suspicious = {key: one for key, one in others.items() if one.change.is_suspicious}
    usual = {key: one for key, one in others.items() if key not in suspicious}
    items = {item.id: item.text for item in findings.case.items}
    for key, pattern in chain(carrying.items(), suspicious.items(), usual.items()):
        if key in items:
            yield _pattern(key, pattern, items[key], brief=key in usual)


def log_lines(findings: Findings) -> Iterable[Candidate]:
    """The first and the last line of each pattern, then the others by their nearness to the onset.

    Lines that say again what was said are worth less: they come last.
    """
    logs = logs_by_id(findings.case.evidence)
    items = {item.id: item.text for item in findings.case.items}
    examples = _examples(logs, findings)
    rest = sorted(
        (key for key in logs if key not in examples),
        key=lambda key: (abs(logs[key].logged_at - findings.onset_at), key),
    )
    for key in (*examples, *rest):
        if key in items:
            heading = "log line, first or last of its pattern" if key in examples else "log line"
            lines = tuple(cut_line(line, MAX_MESSAGE) for line in items[key].split("\n"))
            yield Candidate(heading=heading, lines=lines, evidence_id=key)


def _pattern(key: str, pattern: LogPattern, text: str, *, brief: bool) -> Candidate:
    lines = tuple(cut_line(line, MAX_LINE) for line in text.split("\n"))
    short = tuple(line for line in lines if line.startswith(_BRIEF))
    who = "of another service" if key.startswith("related") else "of what the alert names"
    return Candidate(
        heading=f"error pattern {who}, {_against_before(pattern)}",
        lines=short if brief else lines,
        evidence_id=key,
        brief=short,
    )


def _against_before(pattern: LogPattern) -> str:
    if pattern.change is PatternChange.GROWN and pattern.factor:
        return f"{pattern.factor:.3g} times as frequent as before, {pattern.count} lines"
    return f"{pattern.change.value} against the time before, {pattern.count} lines"


def _examples(logs: Mapping[str, LogLine], findings: Findings) -> dict[str, None]:
    """In the order of the patterns."""
    ends: dict[tuple[str, str, str], list[str]] = {}
    for key, line in logs.items():
        said = (template_of(line.message), line.service, line.status.lower())
        first = ends.setdefault(said, [key])[0]
        ends[said] = [first, key]
    chosen = (
        ends.get((one.template, one.service, one.status), [])
        for one in findings.suspicious.values()
    )
    return dict.fromkeys(chain.from_iterable(chosen))
