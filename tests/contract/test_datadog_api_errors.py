"""What Datadog refuses, callers read as its refusal: never as their own fault, never as nothing."""

from typing import Any

import httpx
import httpx2
import pytest

from tests.contract.datadog_api_goldens import QUESTIONS, Question, calling

# What asks nobody, and what is refused before anybody is asked.
UNASKED = ("downtime_refused", "action_not_offered", "action_by_get")
ASKING = [question for question in QUESTIONS if question.name not in UNASKED]

every_question = pytest.mark.parametrize("question", ASKING, ids=lambda question: question.name)


def asked(question: Question, answer: httpx.Response | httpx.HTTPError) -> httpx2.Response:
    """Our reply, where Datadog has only this one answer."""

    def answer_all(_: httpx.Request) -> httpx.Response:
        if isinstance(answer, httpx.HTTPError):
            raise answer
        return answer

    with calling(httpx.MockTransport(answer_all)) as caller:
        return caller.request(question.method, f"/v1{question.path}", json=question.body)


@every_question
def test_refused_keys_are_named_and_are_not_the_callers_fault(question: Question) -> None:
    reply = asked(question, httpx.Response(403, json={"errors": ["Forbidden"]}))

    assert (reply.status_code, reply.json()["code"]) == (502, "KeyRefused")
    assert "DD_API_KEY or DD_APP_KEY" in reply.json()["error"]
    assert "the-api-key" not in reply.text


@every_question
def test_a_rate_limit_is_503_with_the_time_to_wait(question: Question) -> None:
    limited = httpx.Response(429, json={"errors": []}, headers={"X-RateLimit-Reset": "7"})

    reply = asked(question, limited)

    assert (reply.status_code, reply.headers["retry-after"]) == (503, "7")
    assert reply.json()["code"] == "RateLimited"


@every_question
@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (httpx.Response(500), 503),
        (httpx.Response(200, text="<html>"), 502),
        (httpx.ConnectError("refused"), 503),
        (httpx.ReadTimeout("slow"), 504),
    ],
    ids=["down", "garbled", "unreachable", "silent"],
)
def test_a_datadog_in_trouble_is_an_error(question: Question, answer: Any, status: int) -> None:
    assert asked(question, answer).status_code == status


def test_what_datadog_thinks_of_a_query_is_told_to_who_asked() -> None:
    search = next(question for question in ASKING if question.name == "logs_advanced")

    reply = asked(search, httpx.Response(400, json={"errors": ["invalid cursor"]}))

    assert reply.status_code == 422
    assert "invalid cursor" in reply.json()["error"]
