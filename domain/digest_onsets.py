"""The digest's first part: who began to be in trouble when."""

from domain.digest_budget import Candidate
from domain.findings import Findings
from domain.onsets import onsets

MAX_ROWS = 40
BRIEF_ROWS = 8


def onset_table(findings: Findings) -> Candidate:
    rows = tuple(one.words for one in onsets(findings)[:MAX_ROWS])
    return Candidate(
        heading="onsets, earliest first: time, service, sign (evidence id)",
        lines=rows,
        brief=rows[:BRIEF_ROWS],
    )
