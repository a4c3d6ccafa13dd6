"""One scenario through the production analysis, by one analyst, to one answer."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from adapters.claude_alone import ClaudeAlone
from adapters.postgres.analyses import PostgresAnalyses
from adapters.postgres.database import Database
from adapters.postgres.inbox import PostgresInbox
from adapters.postgres.incidents import PostgresIncidents
from adapters.postgres.relay import PostgresRelay
from adapters.settings import Settings
from cli.eval_bench import Stage
from cli.eval_steps import gather_evidence, investigate
from domain.analysis import NO_CULPRIT, AnalysisKey, Claim, Draft
from domain.case import Prepared
from domain.digest import Digest
from domain.errors import Broken, Misconfigured, RayneError
from domain.evaluation import Answer
from domain.evaluation_duds import Glance
from domain.evidence import EvidenceItem
from domain.incidents import IncidentState
from domain.investigation import bounded_cost, tokens_of
from domain.items import events_by_id
from domain.quotes import stands_in
from domain.webhook_payload import read_delivery
from workers.registry import Steps
from workers.wiring import build_steps

LEASE = timedelta(minutes=10)


class Arm(StrEnum):
    """Who answers."""

    RULES = "rules"
    CLAUDE = "claude"
    CLAUDE_ALONE = "claude-alone"

    def settings(self, settings: Settings) -> Settings:
        """Raises Misconfigured where Claude is wanted and there is no key."""
        if self is Arm.RULES:
            no_keys = {"anthropic_api_key": None, "anthropic_auth_token": None}
            return settings.model_copy(update=no_keys)
        if not settings.uses_claude:
            raise Misconfigured(f"the analyst {self.value!r} needs ANTHROPIC_API_KEY")
        return settings


@dataclass(frozen=True)
class Run:
    """One scenario's answer, and what the duds would have looked at."""

    answer: Answer
    glance: Glance


class Examination:
    """Puts scenarios to one analyst, over stores that nothing else uses."""

    def __init__(self, arm: Arm, database: Database) -> None:
        self._arm = arm
        self._database = database
        self._analyses = PostgresAnalyses(database)
        self._incidents = PostgresIncidents(database)

    async def examine(self, stage: Stage) -> Run:
        """Never sees what was expected: it is not where the stage is. Not idempotent."""
        key = AnalysisKey(incident_id=await self._deliver(stage), number=1)
        async with build_steps(stage.settings, self._database) as steps:
            began = time.monotonic()
            await gather_evidence(steps, key)
            answer = await self._answer(stage, steps, key)
            seconds = time.monotonic() - began
        await self._incidents.end_incident(
            key.incident_id, IncidentState.RESOLVED, seen=1, ended_at=stage.alert_at
        )
        prepared, digest = await self._read(key)
        answer = answer.model_copy(
            update={"seconds": round(seconds, 3), "shown_changes": _shown(prepared, digest)}
        )
        return Run(answer, _glance(stage, prepared))

    async def _deliver(self, stage: Stage) -> int:
        """As a webhook comes in: stored first, then placed in an incident. Its id."""
        raw = json.dumps(stage.webhook).encode()
        delivery = read_delivery(raw, "application/json", stage.alert_at)
        await PostgresInbox(self._database).store(delivery)
        relay = PostgresRelay(self._database)
        dispatches = await relay.claim(
            limit=1, waited=timedelta(0), lease=LEASE, rules=stage.settings.grouping
        )
        if len(dispatches) != 1:
            raise Broken(f"the webhook of {stage.name!r} opened no incident: {delivery.problem}")
        await relay.mark_relayed([alert.event_id for alert in dispatches[0].alerts])
        return dispatches[0].incident_id

    async def _answer(self, stage: Stage, steps: Steps, key: AnalysisKey) -> Answer:
        try:
            if self._arm is Arm.CLAUDE_ALONE:
                return await self._ask_claude_alone(stage, key)
            if self._arm is Arm.CLAUDE:
                problem = await investigate(steps, await self._analyses.get_frame(key))
                if problem:
                    return Answer(scenario=stage.name, problem=problem)
            else:
                await steps.analysis.apply_rules(key, "")
            await steps.analysis.check_claims(key)
        except RayneError as error:
            return Answer(scenario=stage.name, problem=str(error))
        return await self._reported(stage.name, key)

    async def _reported(self, scenario: str, key: AnalysisKey) -> Answer:
        """What the report would say."""
        record = (await self._analyses.list_analyses(key.incident_id))[-1]
        conclusion = record.conclusion
        if conclusion is None:
            raise Broken(f"the analysis of {scenario!r} came to no conclusion")
        author = conclusion.authorship
        return Answer(
            scenario=scenario,
            culprit_change=conclusion.culprit_change,
            first_failing_service=conclusion.first_failing_service,
            outcome=conclusion.outcome,
            claims=len(conclusion.claims),
            valid_claims=_valid(conclusion.claims, record.evidence),
            dropped_claims=conclusion.dropped_claims,
            tokens=tokens_of(author.usage),
            dollars=author.dollars,
        )

    async def _ask_claude_alone(self, stage: Stage, key: AnalysisKey) -> Answer:
        """One call with the text that the others begin with; nothing is checked or dropped."""
        prepared, digest = await self._read(key)
        claude = _alone(stage.settings)
        try:
            draft = await claude.answer(_as_text(digest))
        finally:
            await claude.close()
        return _unchecked(stage.name, draft, prepared)

    async def _read(self, key: AnalysisKey) -> tuple[Prepared, Digest]:
        prepared = await self._analyses.get_prepared(key)
        digest = await self._analyses.get_digest(key)
        if prepared is None or digest is None:
            raise Broken(f"analysis {key.incident_id}-{key.number} was not prepared")
        return prepared, digest


def _alone(settings: Settings) -> ClaudeAlone:
    key, token = settings.anthropic_api_key, settings.anthropic_auth_token
    return ClaudeAlone.connect(
        api_key=key.get_secret_value() if key else None,
        auth_token=token.get_secret_value() if token else None,
        base_url=settings.anthropic_base_url,
        model=settings.claude_model,
        timeout=settings.claude_timeout,
        effort=settings.claude_effort,
    )


def _unchecked(scenario: str, draft: Draft, prepared: Prepared) -> Answer:
    said, author = draft.explanation, draft.authorship
    event = events_by_id(prepared.evidence).get(said.culprit_change)
    return Answer(
        scenario=scenario,
        culprit_change=event.event_id if event else said.culprit_change or NO_CULPRIT,
        first_failing_service=said.first_failing_service,
        outcome="unchecked",
        claims=len(said.claims),
        valid_claims=_valid(said.claims, prepared.items),
        tokens=tokens_of(author.usage),
        dollars=bounded_cost(author.model, author.usage),
    )


def _valid(claims: Sequence[Claim], items: Sequence[EvidenceItem]) -> int:
    """Looked up anew, not taken from the checker's word."""
    texts = {item.id: item.text for item in items}
    return sum(stands_in(claim.quote, texts.get(claim.evidence_id, "")) for claim in claims)


def _shown(prepared: Prepared, digest: Digest) -> tuple[str, ...]:
    """Datadog's ids of the events that the digest has room for."""
    events = events_by_id(prepared.evidence)
    return tuple(events[shown].event_id for shown in digest.shown if shown in events)


def _as_text(digest: Digest) -> str:
    return "\n".join(
        line for section in digest.sections for line in (f"## {section.heading}", *section.lines)
    )


def _glance(stage: Stage, prepared: Prepared) -> Glance:
    return Glance(
        scenario=stage.name,
        alert_at=stage.alert_at,
        service=prepared.incident.service,
        events=prepared.evidence.events,
    )
