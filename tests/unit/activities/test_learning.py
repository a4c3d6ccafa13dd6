"""Memory learns: people's word wins, and today's model reads everything again."""

from datetime import timedelta

import pytest

from activities.learning import PAGE, LearningActivities
from activities.remembering import Rememberer
from domain.analysis import AnalysisKey
from domain.errors import Unavailable
from domain.feedback import Feedback, Verdict
from domain.learning import Relearned
from domain.memory import Embedding, PastIncident, Standing
from tests.factories import NOON, a_conclusion, a_frame, an_incident
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.feedback import FakeFeedbacks
from tests.fakes.finished_analyses import FakeFinishedAnalyses
from tests.fakes.memory import FakeMemory
from tests.fakes.stores import FakeStores


class Learning:
    """Finished analyses, and everything that memory learns from them."""

    def __init__(self) -> None:
        self.stores = FakeStores()
        self.embedder = FakeEmbedder()
        self.memory = FakeMemory()
        self.feedbacks = FakeFeedbacks(self.stores.state)
        self.rememberer = Rememberer(
            self.stores.incidents,
            self.stores.analyses,
            self.feedbacks,
            self.embedder,
            self.memory,
        )
        self.activities = LearningActivities(
            FakeFinishedAnalyses(self.stores.state), self.rememberer
        )

    async def finish(self, incident_id: int) -> AnalysisKey:
        self.stores.incidents.add(an_incident(id=incident_id, key=f"key-{incident_id}"))
        frame = a_frame(incident_id=incident_id)
        await self.stores.analyses.open_analysis(frame)
        await self.stores.analyses.finish_analysis(
            frame.key, (), a_conclusion(summary="The deployment.", culprit_change="7001")
        )
        return frame.key

    async def say(self, verdict: Verdict, **words: str) -> None:
        await self.feedbacks.give(
            Feedback(incident_id=7, verdict=verdict, given_at=NOON + timedelta(hours=1), **words)
        )

    def remembered(self, incident_id: int = 7) -> PastIncident:
        return self.memory.remembered[f"key-{incident_id}"][0]


@pytest.fixture
async def learning() -> Learning:
    learning = Learning()
    await learning.finish(7)
    return learning


async def test_a_confirmed_cause_becomes_a_fact(learning: Learning) -> None:
    await learning.say(Verdict.CONFIRMED, remediation="Rolled back.")

    assert await learning.activities.learn_from_feedback(7)

    past = learning.remembered()
    assert past.standing is Standing.CONFIRMED
    assert (past.summary, past.culprit_change) == ("The deployment.", "7001")
    assert past.remediation == "Rolled back."


async def test_a_corrected_cause_clears_the_change_that_was_blamed(learning: Learning) -> None:
    await learning.say(Verdict.CORRECTED, cause="The disk of db-1 was full.")

    await learning.activities.learn_from_feedback(7)

    past = learning.remembered()
    assert past.summary == "The disk of db-1 was full."
    assert (past.culprit_change, past.category, past.remediation) == ("none", "", "")
    assert past.text.endswith("; The disk of db-1 was full.")


async def test_a_corrected_incident_is_embedded_with_its_new_words(learning: Learning) -> None:
    await learning.say(Verdict.CORRECTED, cause="The disk of db-1 was full.")

    await learning.activities.learn_from_feedback(7)

    assert learning.embedder.texts[-1] == learning.remembered().text


async def test_the_latest_word_counts(learning: Learning) -> None:
    await learning.say(Verdict.CONFIRMED)
    await learning.say(Verdict.NOT_USEFUL)

    await learning.activities.learn_from_feedback(7)

    assert learning.remembered().standing is Standing.NOT_USEFUL


async def test_a_secret_in_feedback_never_reaches_memory(learning: Learning) -> None:
    secret = "AKIA" + "IOSFODNN7EXAMPLE"
    await learning.say(Verdict.CORRECTED, cause=f"Somebody leaked {secret}.")

    await learning.activities.learn_from_feedback(7)

    assert secret not in learning.remembered().model_dump_json()


async def test_an_analysis_that_runs_again_keeps_what_people_said(learning: Learning) -> None:
    await learning.say(Verdict.CORRECTED, cause="The disk of db-1 was full.")

    await learning.rememberer.remember(AnalysisKey(incident_id=7, number=1))

    assert learning.remembered().summary == "The disk of db-1 was full."


async def test_without_a_finished_analysis_there_is_nothing_to_learn(learning: Learning) -> None:
    learning.stores.incidents.add(an_incident(id=6))

    assert not await learning.activities.learn_from_feedback(6)
    assert learning.memory.remembered == {}


async def test_a_rebuild_goes_through_every_incident_page_by_page(learning: Learning) -> None:
    for incident_id in range(8, 8 + PAGE):
        await learning.finish(incident_id)

    first = await learning.activities.relearn(Relearned())
    second = await learning.activities.relearn(first)

    assert first == Relearned(last_id=7 + PAGE - 1, remembered=PAGE)
    assert second == Relearned(last_id=7 + PAGE, remembered=PAGE + 1, is_done=True)
    assert len(learning.memory.remembered) == PAGE + 1


async def test_a_rebuild_embeds_again_what_another_model_embedded(learning: Learning) -> None:
    key = AnalysisKey(incident_id=7, number=1)
    old = Embedding(model="another-3", vector=(1.0, 0.0, 0.0))
    await learning.stores.analyses.save_embedding(key, old)

    await learning.activities.relearn(Relearned())

    stored = await learning.stores.analyses.get_embedding(key)
    assert stored is not None
    assert stored.model == learning.embedder.model
    assert learning.memory.remembered["key-7"][1] == stored


async def test_an_embedder_that_is_away_stops_a_rebuild_for_a_retry(learning: Learning) -> None:
    learning.embedder.fails_with = Unavailable("Ollama cannot be reached")

    with pytest.raises(Unavailable):
        await learning.activities.relearn(Relearned())
