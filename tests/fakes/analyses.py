"""Analyses in memory."""

from collections.abc import Sequence
from datetime import timedelta

from domain.analysis import (
    AnalysisKey,
    AnalysisRecord,
    AnalysisState,
    Conclusion,
    Draft,
    TurnOutline,
)
from domain.case import Evidence, Frame, Prepared
from domain.digest import Digest
from domain.errors import NotFound
from domain.evidence import EvidenceItem, Source, SourceResult
from domain.memory import Embedding
from tests.fakes.store_state import FakeAnalysis, FakeState


class FakeAnalyses:
    """Unlike the database it opens an analysis of an incident that nobody has opened."""

    def __init__(self, state: FakeState | None = None) -> None:
        self.state = state or FakeState()

    async def open_analysis(self, frame: Frame) -> None:
        self.state.answer()
        key = AnalysisKey(incident_id=frame.incident_id, number=frame.number)
        running = AnalysisRecord(key=key, state=AnalysisState.RUNNING, started_at=self.state.now)
        analysis = self.state.analyses.setdefault(key, FakeAnalysis(frame, running))
        analysis.frame = frame
        if analysis.record.state is AnalysisState.FAILED:
            analysis.record = running

    async def get_frame(self, key: AnalysisKey) -> Frame:
        return self._find(key).frame

    async def save_source(self, key: AnalysisKey, result: SourceResult, evidence: Evidence) -> None:
        analysis = self._find(key)
        analysis.results[result.source] = result
        analysis.found[result.source] = evidence

    async def get_evidence(self, key: AnalysisKey, *, only: Source | None = None) -> Evidence:
        self.state.answer()
        analysis = self.state.analyses.get(key)
        if analysis is None:
            return Evidence()
        wanted = {s: found for s, found in analysis.found.items() if only in (None, s)}
        parts = {s.value: getattr(evidence, s.value) for s, evidence in wanted.items()}
        results = tuple(one for one in _in_order(analysis) if only in (None, one.source))
        return Evidence(sources=results, **parts)

    async def save_prepared(self, key: AnalysisKey, prepared: Prepared) -> None:
        self._find(key).prepared = prepared

    async def get_prepared(self, key: AnalysisKey) -> Prepared | None:
        self.state.answer()
        analysis = self.state.analyses.get(key)
        return analysis.prepared if analysis else None

    async def get_tool_items(self, key: AnalysisKey) -> tuple[EvidenceItem, ...]:
        self.state.answer()
        results = sorted(self.state.results.get(key, {}).items())
        return tuple(result.item for _, result in results if result.item)

    async def save_digest(self, key: AnalysisKey, digest: Digest) -> None:
        self._find(key).digest = digest

    async def get_digest(self, key: AnalysisKey) -> Digest | None:
        self.state.answer()
        analysis = self.state.analyses.get(key)
        return analysis.digest if analysis else None

    async def save_embedding(self, key: AnalysisKey, embedding: Embedding) -> None:
        self._find(key).embedding = embedding

    async def get_embedding(self, key: AnalysisKey) -> Embedding | None:
        self.state.answer()
        analysis = self.state.analyses.get(key)
        return analysis.embedding if analysis else None

    async def save_draft(self, key: AnalysisKey, draft: Draft) -> None:
        self._find(key).draft = draft

    async def get_draft(self, key: AnalysisKey) -> Draft | None:
        self.state.answer()
        analysis = self.state.analyses.get(key)
        return analysis.draft if analysis else None

    async def finish_analysis(
        self, key: AnalysisKey, items: Sequence[EvidenceItem], conclusion: Conclusion
    ) -> timedelta | None:
        analysis = self._find(key)
        finished = analysis.record.state is AnalysisState.FINISHED
        changes = {
            "state": AnalysisState.FINISHED,
            "finished_at": analysis.record.finished_at if finished else self.state.now,
            "evidence": tuple(items),
            "conclusion": conclusion,
            "error": "",
        }
        analysis.record = analysis.record.model_copy(update=changes)
        self.state.line.pop(key, None)
        return None if finished else self.state.now - analysis.record.started_at

    async def fail_analysis(self, key: AnalysisKey, error: str) -> None:
        self.state.answer()
        self.state.line.pop(key, None)
        analysis = self.state.analyses.get(key)
        if analysis and analysis.record.state is not AnalysisState.FINISHED:
            changes = {
                "state": AnalysisState.FAILED,
                "finished_at": self.state.now,
                "error": error,
            }
            analysis.record = analysis.record.model_copy(update=changes)

    async def list_analyses(self, incident_id: int) -> tuple[AnalysisRecord, ...]:
        self.state.answer()
        keys = [key for key in self.state.analyses if key.incident_id == incident_id]
        found = [self.state.analyses[key] for key in sorted(keys, key=lambda key: key.number)]
        return tuple(
            a.record.model_copy(
                update={"sources": _in_order(a), "turns": self._outline(a.record.key)}
            )
            for a in found
        )

    def _outline(self, key: AnalysisKey) -> tuple[TurnOutline, ...]:
        return tuple(
            TurnOutline(
                number=number,
                model=turn.said.model,
                tools=tuple(call.name for call in turn.said.calls),
                usage=turn.said.usage,
                dollars=turn.dollars,
            )
            for number, turn in sorted(self.state.turns.get(key, {}).items())
        )

    def _find(self, key: AnalysisKey) -> FakeAnalysis:
        self.state.answer()
        if key not in self.state.analyses:
            raise NotFound(f"incident {key.incident_id!r} has no analysis {key.number!r}")
        return self.state.analyses[key]


def _in_order(analysis: FakeAnalysis) -> tuple[SourceResult, ...]:
    return tuple(analysis.results[source] for source in Source if source in analysis.results)
