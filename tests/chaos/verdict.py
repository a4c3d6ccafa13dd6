"""What must hold after a storm, beside what was found."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from temporalio.client import WorkflowExecutionStatus

from tests.chaos.plan import Storm, Story
from tests.chaos.sending import Sent
from tests.chaos.watching import Seen, ended_badly

OVER = {"lifted", "ended", "cancelled"}  # mutings that had a downtime


@dataclass(frozen=True)
class Finding:
    """`broken` names each case; empty where all is well."""

    what: str
    counted: int
    broken: tuple[str, ...]


def judge(storm: Storm, sent: Sent, seen: Seen) -> list[Finding]:
    case = _Case(storm, sent, seen)
    rules: tuple[tuple[str, int, Callable[[], Iterator[str]]], ...] = (
        ("deliveries answered 2xx: each is stored as sent", len(sent.answers), case.missing),
        ("deliveries refused or never answered", len(storm.postings), case.unanswered),
        ("rows in the inbox: one per distinct delivery", len(seen.events), case.stored_twice),
        ("deliveries read: processed, in an incident", len(storm.postings), case.unprocessed),
        ("deliveries reacted to: once", sum(seen.reacted.values()), case.reacted_twice),
        ("incidents: one per expected group", len(seen.incidents), case.incidents),
        ("incidents ended as told", len(seen.incidents), case.states),
        ("analyses: one per incident, finished", len(seen.analyses), case.analyses),
        ("notebooks: one per incident", len(seen.notebooks), case.notebooks),
        ("downtimes: one per episode and config", len(seen.downtimes), case.downtimes),
        ("model turns: paid once, or in flight", sum(seen.paid.values()), case.turns),
        ("runs: finished", len(seen.runs), case.runs),
    )
    return [Finding(what, counted, tuple(rule())) for what, counted, rule in rules]


class _Case:
    def __init__(self, storm: Storm, sent: Sent, seen: Seen) -> None:
        self._storm = storm
        self._sent = sent
        self._seen = seen
        self._events = {row["id"]: row for row in seen.events}

    def missing(self) -> Iterator[str]:
        for answer in self._sent.answers:
            row = self._events.get(answer.event_id)
            if row is None:
                yield f"event {answer.event_id} of delivery {answer.posting} is not there"
            elif row["digest"] != answer.digest:
                yield f"event {answer.event_id} is not what delivery {answer.posting} said"

    def unanswered(self) -> Iterator[str]:
        yield from self._sent.refused
        yield from self._sent.unanswered

    def stored_twice(self) -> Iterator[str]:
        by_posting: dict[int, set[int]] = {}
        for answer in self._sent.answers:
            by_posting.setdefault(answer.posting, set()).add(answer.event_id)
        for posting, ids in by_posting.items():
            if len(ids) > 1:
                yield f"delivery {posting} has the events {sorted(ids)}"
        for digest, times in Counter(row["digest"] for row in self._seen.events).items():
            if times > 1:
                yield f"{times} rows hold the body {digest}"

    def unprocessed(self) -> Iterator[str]:
        for answer in self._sent.answers:
            row = self._events.get(answer.event_id, {})
            wanted = ("failed", False) if answer.story is None else ("processed", True)
            found = (row.get("status"), row.get("incident_id") is not None)
            if found != wanted:
                yield f"event {answer.event_id}: {found[0]}, in an incident: {found[1]}"

    def reacted_twice(self) -> Iterator[str]:
        for event, times in self._seen.reacted.items():
            if times > 1:
                yield f"event {event}: {times} times"
        for answer in self._sent.answers:
            if answer.story is not None and answer.event_id not in self._seen.reacted:
                yield f"event {answer.event_id}: never"

    def incidents(self) -> Iterator[str]:
        owners: dict[int, list[int]] = {}
        for story in self._storm.stories:
            found = self._incidents_of(story)
            if len(found) != 1:
                yield f"story {story.number} became the incidents {sorted(found)}"
            for incident in found:
                owners.setdefault(incident, []).append(story.number)
        for incident in (row["id"] for row in self._seen.incidents):
            if len(owners.get(incident, ())) != 1:
                yield f"incident {incident} is of the stories {owners.get(incident, [])}"

    def states(self) -> Iterator[str]:
        states = {row["id"]: row["state"] for row in self._seen.incidents}
        for story in self._storm.stories:
            wanted = "resolved" if story.recovers else "idle"
            for incident in self._incidents_of(story):
                if states[incident] != wanted:
                    yield f"incident {incident} is {states[incident]}, not {wanted}"

    def analyses(self) -> Iterator[str]:
        for row in self._seen.analyses:
            if row["state"] != "finished":
                yield f"analysis {row['number']} of incident {row['incident_id']}: {row['error']}"
        counts = Counter(row["incident_id"] for row in self._seen.analyses)
        yield from self._not_once("analyses", counts)

    def notebooks(self) -> Iterator[str]:
        names = [str(_attributes(notebook)["name"]) for notebook in self._seen.notebooks]
        counts = Counter[int]()
        for row in self._seen.incidents:
            counts[row["id"]] = sum(f"({row['key']})" in name for name in names)
            if row["notebook"] is None:
                yield f"incident {row['id']} does not know its notebook"
        yield from self._not_once("notebooks", counts)

    def downtimes(self) -> Iterator[str]:
        messages = [str(_attributes(downtime)["message"]) for downtime in self._seen.downtimes]
        for row in self._seen.mutings:
            made = sum(message.endswith(row["key"]) for message in messages)
            if row["state"] not in OVER | {"spared"} or made != (row["state"] in OVER):
                yield f"muting {row['key']}: {row['state']} {row['note']}, {made} downtimes"
        mutings = Counter(row["incident_id"] for row in self._seen.mutings)
        for story in self._storm.stories:
            found = sum(mutings[incident] for incident in self._incidents_of(story))
            if found != story.mutings:
                yield f"story {story.number} has {found} mutings, not {story.mutings}"

    def turns(self) -> Iterator[str]:
        again = {turn: times - 1 for turn, times in self._seen.paid.items() if times > 1}
        if sum(again.values()) > self._storm.turns_in_flight:
            yield f"{sum(again.values())} paid again, {self._storm.turns_in_flight} in flight"

    def runs(self) -> Iterator[str]:
        for run in self._seen.runs:
            status = run.status.name if run.status else "unknown"
            if run.status is WorkflowExecutionStatus.RUNNING or ended_badly(run):
                yield f"{run.workflow_type} {run.id}: {status.lower()}"
        analyses = Counter(
            run.id for run in self._seen.runs if run.workflow_type == "RootCauseAnalysis"
        )
        yield from (f"{name} ran {times} times" for name, times in analyses.items() if times > 1)

    def _incidents_of(self, story: Story) -> set[int]:
        rows = (self._events.get(event, {}) for event in self._sent.events_of(story))
        return {row["incident_id"] for row in rows if row.get("incident_id")}

    def _not_once(self, what: str, counts: Counter[int]) -> Iterator[str]:
        for row in self._seen.incidents:
            if counts[row["id"]] != 1:
                yield f"incident {row['id']} has {counts[row['id']]} {what}"


def _attributes(resource: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = resource.get("attributes", resource)
    return found
