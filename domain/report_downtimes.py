"""A report's word on downtimes: what Rayne muted for the incident, and what it would not."""

from domain.markdown import text
from domain.mutings import Muting, MutingState
from domain.report_facts import Report, Row, moment

_SAID = {
    MutingState.PLANNED: "about to be muted",
    MutingState.ACTIVE: "**muted**",
    MutingState.LIFTED: "was muted, lifted after recovery",
    MutingState.ENDED: "was muted until its time was up",
    MutingState.CANCELLED: "was muted, cancelled by hand",
    MutingState.SPARED: "not muted, it had recovered",
    MutingState.REFUSED: "not muted",
    MutingState.FAILED: "not muted, or not for as long as asked",
}


def downtime_rows(report: Report) -> list[Row]:
    """One a muting; none where no webhook config asked for any."""
    return [Row("Downtime", _line(muting)) for muting in report.case.incident.downtimes]


def _line(muting: Muting) -> str:
    note = f": {text(muting.note)}" if muting.note else ""
    of = f"{text(muting.scope)} of monitor {muting.monitor_id}, " if muting.scope else ""
    return f"{of}{_state(muting)}{note} (webhook config {text(muting.config_name)})"


def _state(muting: Muting) -> str:
    said = _SAID[muting.state]
    if muting.state is MutingState.ACTIVE and muting.ends_at:
        return f"{said}, until {moment(muting.ends_at)} at the latest"
    return said
