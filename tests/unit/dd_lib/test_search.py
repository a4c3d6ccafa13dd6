"""Laws of searching: pages, cursors, what is missing, and how a record is read."""

import json
from typing import Any

import httpx
import pytest

from domain.errors import RateLimited, UnexpectedReply
from tests.factories import NOON, a_window
from tests.unit.dd_lib.conversations import Script, talking_to


def a_log(message: str = "m", **attributes: Any) -> dict[str, Any]:
    moment = {"timestamp": NOON.isoformat(), "message": message}
    return {"id": "AQ", "type": "log", "attributes": moment | attributes}


def an_event(**attributes: Any) -> dict[str, Any]:
    return {"id": "AW", "type": "event", "attributes": {"timestamp": NOON.isoformat()} | attributes}


def a_page(*items: dict[str, Any], after: str = "", **meta: Any) -> dict[str, Any]:
    page = {"page": {"after": after}} if after else {}
    return {"data": list(items), "meta": page | meta}


def sent(request: httpx.Request) -> Any:
    return json.loads(request.content)


async def test_a_search_names_its_window_and_asks_for_the_oldest_first() -> None:
    script = Script(a_page())

    async with talking_to(script) as api:
        await api.search_logs("service:web", a_window(), limit=5)

    assert sent(script.requests[0]) == {
        "filter": {
            "query": "service:web",
            "from": "2026-01-02T11:35:00.000+00:00",
            "to": "2026-01-02T12:05:00.000+00:00",
        },
        "sort": "timestamp",
        "page": {"limit": 5},
    }


async def test_the_next_page_is_asked_for_by_cursor_and_only_for_what_is_left() -> None:
    script = Script(a_page(a_log("1"), a_log("2"), after="c1"), {"data": [a_log("3")]})

    async with talking_to(script) as api:
        found = await api.search_logs("*", a_window(), limit=5)

    assert [line.message for line in found.lines] == ["1", "2", "3"]
    assert sent(script.requests[1])["page"] == {"limit": 3, "cursor": "c1"}


async def test_no_page_is_longer_than_datadog_allows() -> None:
    script = Script(a_page())

    async with talking_to(script) as api:
        await api.search_events("*", a_window(), limit=5000)

    assert sent(script.requests[0])["page"] == {"limit": 1000}


async def test_a_cursor_after_an_empty_page_leads_nowhere() -> None:
    script = Script(a_page(after="c1"))

    async with talking_to(script) as api:
        found = await api.search_logs("*", a_window(), limit=5)

    assert found.lines == ()
    assert len(script.requests) == 1


async def test_more_than_was_asked_for_is_cut_off() -> None:
    async with talking_to(Script(a_page(a_log(), a_log(), a_log()))) as api:
        found = await api.search_logs("*", a_window(), limit=2)

    assert len(found.lines) == 2


async def test_a_search_that_ran_out_of_time_is_partial() -> None:
    async with talking_to(Script(a_page(a_log(), status="timeout"))) as api:
        found = await api.search_logs("*", a_window(), limit=5)

    assert found.partial == "Datadog ran out of time and gave what it had found"


async def test_a_warning_makes_a_search_partial_once() -> None:
    warnings = [{"code": "x", "title": "Unknown index", "detail": "no\nsuch index"}]
    first = a_page(an_event(), after="c1", warnings=warnings)
    script = Script(first, a_page(an_event(), warnings=warnings))

    async with talking_to(script) as api:
        found = await api.search_events("*", a_window(), limit=5)

    assert found.partial == "Unknown index: no such index"


async def test_a_limit_reached_on_a_later_page_is_an_error_of_the_whole_search() -> None:
    limited = httpx.Response(429, headers={"X-RateLimit-Reset": "3"})
    async with talking_to(Script(a_page(a_log(), after="c1"), limited)) as api:
        with pytest.raises(RateLimited):
            await api.search_logs("*", a_window(), limit=5)


@pytest.mark.parametrize(
    ("attributes", "trace_id"),
    [
        ({"trace_id": "77"}, "77"),
        ({"trace_id": 77}, "77"),
        ({"dd.trace_id": "78"}, "78"),
        ({"dd": {"trace_id": "79"}}, "79"),
        ({"dd": "text"}, ""),
        ({"trace_id": {"high": 1}}, ""),
        ({}, ""),
    ],
)
async def test_a_logs_trace_is_found_where_tracers_write_it(
    attributes: dict[str, Any], trace_id: str
) -> None:
    async with talking_to(Script(a_page(a_log(attributes=attributes)))) as api:
        found = await api.search_logs("*", a_window(), limit=1)

    assert found.lines[0].trace_id == trace_id


async def test_a_log_needs_only_its_time() -> None:
    bare = {"id": "AQ", "attributes": {"timestamp": "2026-01-02T12:00:00.000Z", "message": None}}
    async with talking_to(Script(a_page(bare))) as api:
        found = await api.search_logs("*", a_window(), limit=1)

    assert (found.lines[0].logged_at, found.lines[0].message) == (NOON, "")


async def test_a_log_without_a_time_is_an_unexpected_reply() -> None:
    async with talking_to(Script(a_page({"id": "AQ", "attributes": {}}))) as api:
        with pytest.raises(UnexpectedReply, match="timestamp"):
            await api.search_logs("*", a_window(), limit=1)


async def test_an_event_is_known_by_the_id_that_links_use() -> None:
    known = an_event(attributes={"evt": {"id": "6567977849972254562", "uid": "AZ"}})
    async with talking_to(Script(a_page(known, an_event()))) as api:
        found = await api.search_events("*", a_window(), limit=5)

    assert [event.event_id for event in found.events] == ["6567977849972254562", "AW"]


async def test_an_events_id_sent_as_a_number_keeps_every_digit() -> None:
    numeric = an_event(attributes={"evt": {"id": 6567977849972254562}})
    async with talking_to(Script(a_page(numeric))) as api:
        found = await api.search_events("*", a_window(), limit=5)

    assert found.events[0].event_id == "6567977849972254562"


async def test_an_events_source_is_its_type_else_its_tag() -> None:
    typed = an_event(attributes={"source_type_name": "deployment"}, tags=["source:ci"])
    tagged = an_event(tags=["env:prod", "source:ci"])
    async with talking_to(Script(a_page(typed, tagged, an_event()))) as api:
        found = await api.search_events("*", a_window(), limit=5)

    assert [event.source for event in found.events] == ["deployment", "ci", ""]


async def test_an_event_without_a_title_is_called_by_its_name() -> None:
    named = an_event(attributes={"evt": {"name": "Deployed"}}, message="text")
    async with talking_to(Script(a_page(named))) as api:
        found = await api.search_events("*", a_window(), limit=5)

    assert (found.events[0].title, found.events[0].text) == ("Deployed", "text")


async def test_an_events_tags_are_joined_without_doubles() -> None:
    event = an_event(tags=["a:1", "b:2"], attributes={"tags": ["b:2", "c:3"], "monitor": None})
    async with talking_to(Script(a_page(event))) as api:
        found = await api.search_events("*", a_window(), limit=5)

    assert found.events[0].tags == ("a:1", "b:2", "c:3")
