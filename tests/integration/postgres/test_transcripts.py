"""What models said and asked, on both players."""

from datetime import timedelta
from decimal import Decimal

import pytest

from adapters.postgres.database import Database
from domain.analysis import AnalysisKey, TurnOutline
from domain.case import Prepared
from domain.digest import Digest, DigestSection
from domain.errors import NotFound
from domain.evidence import Source, SourceResult, SourceStatus
from domain.investigation import Transcript
from tests.factories import (
    NOON,
    a_call,
    a_frame,
    a_log_line,
    a_tool_result,
    a_turn,
    an_alert,
    an_explanation,
    an_incident,
    an_item,
)
from tests.integration.postgres.stores import Stores, claim, deliver

CENT = Decimal("0.01")


async def a_key(stores: Stores) -> AnalysisKey:
    """Of an analysis that was opened just now."""
    await deliver(stores)
    [dispatch] = await claim(stores)
    key = AnalysisKey(incident_id=dispatch.incident_id, number=1)
    await stores.analyses.open_analysis(a_frame(incident_id=key.incident_id))
    return key


async def test_a_transcript_comes_back_whole_and_in_order(stores: Stores) -> None:
    key = await a_key(stores)
    thinking = {"type": "thinking", "thinking": "", "signature": "c2lnbmVk"}
    asking = a_turn(content=(thinking,), calls=(a_call(), a_call(id="call-2")))
    concluding = a_turn(number=2, explanation=an_explanation(), forced_by="time is up")
    results = (a_tool_result(), a_tool_result(index=1, call_id="call-2", item=None))

    for turn in (concluding, asking):
        await stores.transcripts.save_turn(key, turn, CENT)
    for result in reversed(results):
        await stores.transcripts.save_result(key, result)

    assert await stores.transcripts.get_transcript(key) == Transcript(
        turns=(asking, concluding), results=results
    )


async def test_an_analysis_that_asked_no_model_has_an_empty_transcript(stores: Stores) -> None:
    assert await stores.transcripts.get_transcript(await a_key(stores)) == Transcript()


async def test_saving_again_changes_no_count_and_no_moment(stores: Stores) -> None:
    key = await a_key(stores)

    for _ in range(2):
        await stores.transcripts.save_turn(key, a_turn(), CENT)
        await stores.transcripts.save_result(key, a_tool_result())

    transcript = await stores.transcripts.get_transcript(key)
    assert (len(transcript.turns), len(transcript.results)) == (1, 1)
    assert await stores.transcripts.spent_since(NOON - timedelta(days=900)) == CENT


async def test_what_all_analyses_spent_is_added_up_to_the_last_fraction(stores: Stores) -> None:
    key = await a_key(stores)
    other = AnalysisKey(incident_id=key.incident_id, number=2)
    await stores.analyses.open_analysis(a_frame(incident_id=key.incident_id, number=2))

    await stores.transcripts.save_turn(key, a_turn(), Decimal("0.0000125"))
    await stores.transcripts.save_turn(other, a_turn(), Decimal(3))

    spent = await stores.transcripts.spent_since(NOON - timedelta(days=900))
    assert spent == Decimal("3.0000125")


async def test_what_was_spent_before_the_moment_does_not_count(stores: Stores) -> None:
    key = await a_key(stores)

    await stores.transcripts.save_turn(key, a_turn(), CENT)

    assert await stores.transcripts.spent_since(NOON + timedelta(days=36_500)) == 0


async def test_what_questions_brought_can_be_cited_in_the_order_of_asking(
    stores: Stores,
) -> None:
    key = await a_key(stores)

    for turn, index in ((10, 0), (2, 1), (2, 0)):
        item = an_item(id=f"tool-{turn}-{index + 1}")
        await stores.transcripts.save_result(key, a_tool_result(turn=turn, index=index, item=item))
    await stores.transcripts.save_result(key, a_tool_result(turn=3, item=None))

    items = await stores.analyses.get_tool_items(key)
    assert [item.id for item in items] == ["tool-2-1", "tool-2-2", "tool-10-1"]


async def test_an_analysis_tells_its_turns_in_outline(stores: Stores) -> None:
    key = await a_key(stores)
    asking = a_turn(calls=(a_call(), a_call(id="call-2", name="list_changes")))

    for turn in (a_turn(number=2), asking):
        await stores.transcripts.save_turn(key, turn, Decimal("0.0025"))

    (record,) = await stores.analyses.list_analyses(key.incident_id)
    assert [outline.number for outline in record.turns] == [1, 2]
    assert record.turns[0] == TurnOutline(
        number=1,
        model=asking.model,
        tools=("search_logs", "list_changes"),
        usage=asking.usage,
        dollars=Decimal("0.0025"),
    )


async def test_nothing_is_kept_for_an_analysis_that_nobody_opened(stores: Stores) -> None:
    unknown = AnalysisKey(incident_id=4711, number=1)

    with pytest.raises(NotFound):
        await stores.transcripts.save_turn(unknown, a_turn(), CENT)
    with pytest.raises(NotFound):
        await stores.transcripts.save_result(unknown, a_tool_result())


async def test_what_was_prepared_comes_back_whole(stores: Stores) -> None:
    key = await a_key(stores)
    evidence = await stores.analyses.get_evidence(key)
    prepared = Prepared(
        incident=an_incident(),
        alerts=(an_alert(),),
        evidence=evidence.model_copy(update={"logs": (a_log_line(),)}),
        items=(an_item(),),
    )

    assert await stores.analyses.get_prepared(key) is None
    await stores.analyses.save_prepared(key, prepared)

    assert await stores.analyses.get_prepared(key) == prepared


async def test_a_digest_comes_back_whole(stores: Stores) -> None:
    key = await a_key(stores)
    section = DigestSection(heading="Logs", lines=("a", "b"), evidence_id="log-1")
    digest = Digest(sections=(section,), shown=("log-1",), left_out=("log-2",))

    await stores.analyses.save_digest(key, digest)

    assert await stores.analyses.get_digest(key) == digest


async def test_one_source_can_be_read_alone(stores: Stores) -> None:
    key = await a_key(stores)
    for source in (Source.LOGS, Source.SIMILAR):
        nothing = SourceResult(source=source, status=SourceStatus.NOTHING)
        await stores.analyses.save_source(key, nothing, await stores.analyses.get_evidence(key))

    evidence = await stores.analyses.get_evidence(key, only=Source.SIMILAR)

    assert [result.source for result in evidence.sources] == [Source.SIMILAR]


async def test_a_turn_survives_what_postgresql_cannot_hold(
    postgres_stores: Stores, database: Database
) -> None:
    key = await a_key(postgres_stores)
    hostile = a_turn(content=({"type": "text", "text": "nul \x00 and \ud800"},))

    await postgres_stores.transcripts.save_turn(key, hostile, CENT)

    (turn,) = (await postgres_stores.transcripts.get_transcript(key)).turns
    assert turn.content == ({"type": "text", "text": "nul \ufffd and \ufffd"},)
