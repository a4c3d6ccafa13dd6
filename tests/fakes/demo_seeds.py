"""Demo data in memory: added to what the other fakes hold, and taken out of it again."""

from collections.abc import Sequence
from datetime import datetime

from domain.deliveries import EventStatus
from domain.demo_history import SeededIncident, Seeds
from domain.demo_ports import AddedVisits, Purged, Seeding, SeedKind
from domain.demo_visits import SeededVisit
from domain.errors import Conflict
from domain.incidents import Incident, IncidentState
from domain.rum import RumEvent, Visitor, VisitorSession
from tests.fakes.rum import FakeVisits
from tests.fakes.store_state import FakeEpisode, FakeEvent, FakeState


class FakeDemoSeeds:
    def __init__(self, state: FakeState, visits: FakeVisits) -> None:
        self.state = state
        self.visits = visits
        self.sown: dict[tuple[int, SeedKind], datetime] = {}
        self.keys: set[str] = set()
        self.visitors: set[str] = set()

    async def begin(self, seed: int, kind: SeedKind, at: datetime) -> datetime:
        self.state.answer()
        return self.sown.setdefault((seed, kind), at)

    async def add_history(self, seed: int, seeds: Seeds) -> int:
        self._hold(seed, SeedKind.WEBHOOKS)
        known = {event.delivery.key for event in self.state.events}
        self.keys |= set(seeds.keys) - known
        return sum(self._add_incident(incident, known) for incident in seeds.past)

    async def add_visits(self, seed: int, visits: Sequence[SeededVisit]) -> AddedVisits:
        self._hold(seed, SeedKind.RUM)
        new = [visit for visit in visits if visit.session_id not in self.visits.visits]
        self.visitors |= {visit.visitor_uuid for visit in new} - set(self.visits.visitors)
        for visit in sorted(new, key=lambda visit: visit.started_at):
            self._add_visit(visit)
        return AddedVisits(sessions=len(new), events=sum(len(visit.events) for visit in new))

    async def seedings(self) -> tuple[Seeding, ...]:
        self.state.answer()
        sown = [Seeding(seed=seed, kind=kind, at=at) for (seed, kind), at in self.sown.items()]
        return tuple(sorted(sown, key=lambda one: (one.at, one.seed, one.kind)))

    async def open_incidents(self) -> tuple[int, ...]:
        found = {
            event.incident_id for event in self.state.events if event.delivery.key in self.keys
        }
        incidents = [self.state.incidents[number] for number in found if number]
        return tuple(sorted(i.id for i in incidents if i.state is IncidentState.OPEN))

    async def purge(self) -> Purged:
        self.state.answer()
        self.sown.clear()
        deliveries, incidents = self._purge_deliveries()
        visitors, sessions = self._purge_visitors()
        return Purged(
            deliveries=deliveries, incidents=incidents, visitors=visitors, sessions=sessions
        )

    def _hold(self, seed: int, kind: SeedKind) -> None:
        self.state.answer()
        if (seed, kind) not in self.sown:
            raise Conflict("all demo data was removed meanwhile")

    def _add_incident(self, seeded: SeededIncident, known: set[str]) -> int:
        new = [delivery for delivery in seeded.deliveries if delivery.key not in known]
        if not new:
            return 0
        there = [i.id for i in self.state.incidents.values() if i.key == seeded.key]
        number = there[0] if there else max(self.state.incidents, default=0) + 1
        parts = seeded.model_dump(exclude={"episodes", "deliveries"})
        self.state.incidents[number] = Incident(id=number, **parts)
        others = [e for e in self.state.episodes if e.incident_id != number]
        self.state.episodes[:] = [*others, *(FakeEpisode(number, e) for e in seeded.episodes)]
        for delivery in new:
            event_id = max((event.id for event in self.state.events), default=0) + 1
            event = FakeEvent(event_id, delivery, EventStatus.PROCESSED, incident_id=number)
            event.processed_at = delivery.received_at
            self.state.events.append(event)
        return len(new)

    def _add_visit(self, visit: SeededVisit) -> None:
        session = VisitorSession(
            id=len(self.visits.visits) + 1,
            visitor_uuid=visit.visitor_uuid,
            session_id=visit.session_id,
            start_time=visit.started_at,
            end_time=visit.ended_at,
            page_views=len(visit.views),
            duration_ms=0,  # reckoned when read
            referrer=visit.referrer,
            entry_page=visit.views[0].page_url,
            exit_page=visit.views[-1].page_url,
            user_agent=visit.browser.user_agent,
            **visit.browser.client.model_dump(),
        )
        self.visits.visits[visit.session_id] = session
        self.visits.last_seen[visit.session_id] = visit.ended_at
        for at, event in visit.events:
            self.visits.events.append(
                RumEvent(
                    **event.model_dump(),
                    id=len(self.visits.events) + 1,
                    visitor_uuid=visit.visitor_uuid,
                    session_id=visit.session_id,
                    timestamp=at,
                )
            )
        self._count(visit.visitor_uuid, visit.browser.user_agent)

    def _count(self, uuid: str, user_agent: str) -> None:
        own = [one for one in self.visits.visits.values() if one.visitor_uuid == uuid]
        known = self.visits.visitors.get(uuid)
        self.visits.visitors[uuid] = Visitor(
            id=known.id if known else len(self.visits.visitors) + 1,
            uuid=uuid,
            first_seen=min(one.start_time for one in own),
            last_seen=max(self.visits.last_seen[one.session_id] for one in own),
            session_count=len(own),
            total_views=sum(one.page_views for one in own),
            user_agent=user_agent,
        )

    def _purge_deliveries(self) -> tuple[int, int]:
        gone = [event for event in self.state.events if event.delivery.key in self.keys]
        kept = [event for event in self.state.events if event.delivery.key not in self.keys]
        self.state.events[:] = kept
        touched = {event.incident_id for event in gone if event.incident_id}
        empty = touched - {event.incident_id for event in kept}
        for number in empty:
            del self.state.incidents[number]
        episodes = [e for e in self.state.episodes if e.incident_id not in empty]
        self.state.episodes[:] = episodes
        for key in [key for key in self.state.analyses if key.incident_id in empty]:
            del self.state.analyses[key]
        self.keys -= {event.delivery.key for event in gone}
        return len(gone), len(empty)

    def _purge_visitors(self) -> tuple[int, int]:
        held = self.visits
        gone = [one for one in held.visits.values() if one.visitor_uuid in self.visitors]
        for session in gone:
            del held.visits[session.session_id]
        held.events[:] = [e for e in held.events if e.visitor_uuid not in self.visitors]
        visitors = [uuid for uuid in held.visitors if uuid in self.visitors]
        for uuid in visitors:
            del held.visitors[uuid]
        self.visitors.clear()
        return len(visitors), len(gone)
