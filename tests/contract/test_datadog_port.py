"""Whatever plays Datadog behaves like this: the one in memory and the one over HTTP."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any, Protocol

import httpx
import pytest

from dd_lib.datadog import DatadogApi
from domain.errors import NotFound, Unavailable
from domain.evidence import Window
from domain.notebook import MarkdownCell, NotebookChange
from domain.ports import Datadog
from tests.factories import (
    NOON,
    a_datadog_event,
    a_host,
    a_log_line,
    a_monitor,
    a_notebook,
    a_series,
    a_window,
)
from tests.fakes.datadog import FakeDatadog
from tests.servers.datadog import DatadogServer

MINUTE = timedelta(minutes=1)


class Stage(Protocol):
    """One way to play Datadog."""

    def datadog(self, **known: Any) -> Datadog:
        """A Datadog that knows these logs, events, hosts, monitors and series."""
        ...

    def unplugged(self) -> Datadog: ...

    def texts(self, notebook_id: int) -> list[str]:
        """The notebook's markdown, cell by cell."""
        ...

    def write_by_hand(self, notebook_id: int, text: str) -> None:
        """A person adds a cell."""
        ...


class InMemory:
    def __init__(self) -> None:
        self._fake = FakeDatadog()

    def datadog(self, **known: Any) -> Datadog:
        self._fake = FakeDatadog(**known)
        return self._fake

    def unplugged(self) -> Datadog:
        return FakeDatadog(fails_with=Unavailable("unplugged"))

    def texts(self, notebook_id: int) -> list[str]:
        cells = self._fake.notebooks[notebook_id].cells.values()
        return [cell.text for cell in cells if isinstance(cell, MarkdownCell)]

    def write_by_hand(self, notebook_id: int, text: str) -> None:
        self._fake.add_cell(notebook_id, MarkdownCell(text=text))


class OverHttp:
    def __init__(self) -> None:
        self._server = DatadogServer()
        self._connected: list[DatadogApi] = []

    def datadog(self, **known: Any) -> Datadog:
        self._server = DatadogServer(**known)
        return self._connect(httpx.MockTransport(self._server))

    def unplugged(self) -> Datadog:
        def refuse(request: httpx.Request) -> httpx.Response:
            raise httpx.ConnectError("refused", request=request)

        return self._connect(httpx.MockTransport(refuse))

    def texts(self, notebook_id: int) -> list[str]:
        cells = self._server.notebooks[notebook_id]["cells"]
        return [cell["attributes"]["definition"]["text"] for cell in cells]

    def write_by_hand(self, notebook_id: int, text: str) -> None:
        self._server.add_cell(notebook_id, {"type": "markdown", "text": text})

    async def close(self) -> None:
        for api in self._connected:
            await api.aclose()

    def _connect(self, transport: httpx.AsyncBaseTransport) -> DatadogApi:
        api = DatadogApi.connect(
            api_url="https://api.datadog.test",
            app_url="https://app.datadoghq.com",
            api_key="key",
            app_key="app",
            transport=transport,
        )
        self._connected.append(api)
        return api


@pytest.fixture(params=["in memory", "over HTTP"])
async def stage(request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    if request.param == "in memory":
        yield InMemory()
        return
    over_http = OverHttp()
    yield over_http
    await over_http.close()


async def test_logs_come_from_the_window_oldest_first(stage: Stage) -> None:
    late = a_log_line(logged_at=NOON, message="late", tags=("env:prod",), trace_id="77")
    early = a_log_line(logged_at=NOON - 9 * MINUTE, message="early")
    outside = a_log_line(logged_at=NOON - 60 * MINUTE)
    middle = a_log_line(logged_at=NOON - MINUTE, message="middle")
    datadog = stage.datadog(logs=[late, outside, early, middle])

    found = await datadog.search_logs("service:checkout", a_window(), limit=10)

    assert found.lines == (early, middle, late)


async def test_a_complete_log_search_is_not_partial(stage: Stage) -> None:
    datadog = stage.datadog(logs=[a_log_line(), a_log_line()])

    found = await datadog.search_logs("*", a_window(), limit=2)

    assert found.partial == ""


async def test_a_log_search_that_stops_at_its_limit_says_so(stage: Stage) -> None:
    datadog = stage.datadog(logs=[a_log_line(), a_log_line(), a_log_line(), a_log_line()])

    found = await datadog.search_logs("*", a_window(), limit=3)

    assert len(found.lines) == 3
    assert found.partial == "stopped at the first 3; there may be more"


async def test_events_come_from_the_window_oldest_first(stage: Stage) -> None:
    late = a_datadog_event(event_id="9", happened_at=NOON)
    early = a_datadog_event(event_id="8", happened_at=NOON - 9 * MINUTE)
    outside = a_datadog_event(event_id="7", happened_at=NOON + 60 * MINUTE)
    middle = a_datadog_event(event_id="6", happened_at=NOON - MINUTE)
    datadog = stage.datadog(events=[late, outside, early, middle])

    found = await datadog.search_events("*", a_window(), limit=10)

    assert found.events == (early, middle, late)


async def test_an_event_search_that_stops_at_its_limit_says_so(stage: Stage) -> None:
    datadog = stage.datadog(events=[a_datadog_event(), a_datadog_event()])

    found = await datadog.search_events("*", a_window(), limit=1)

    assert found.partial == "stopped at the first 1; there may be more"


async def test_a_search_that_finds_nothing_is_empty_and_complete(stage: Stage) -> None:
    datadog = stage.datadog()

    logs = await datadog.search_logs("*", a_window(), limit=5)
    events = await datadog.search_events("*", a_window(), limit=5)

    assert (logs.lines, logs.partial) == ((), "")
    assert (events.events, events.partial) == ((), "")


async def test_a_host_is_found_by_its_whole_name(stage: Stage) -> None:
    namesakes = [a_host(name=f"web-1{digit}") for digit in range(3)]
    host = a_host(name="web-1", muted=True, apps=("nginx",), tags=("env:prod",), iowait=0.5)
    datadog = stage.datadog(hosts=[*namesakes, host])

    found = await datadog.find_host("web-1")

    assert found == host


async def test_a_part_of_a_name_finds_no_host(stage: Stage) -> None:
    datadog = stage.datadog(hosts=[a_host(name="web-10")])

    found = await datadog.find_host("web-1")

    assert found is None


async def test_a_monitor_is_found_by_its_id(stage: Stage) -> None:
    monitor = a_monitor(monitor_id=42, creator="Ada", tags=("team:shop",), message="look")
    datadog = stage.datadog(monitors=[a_monitor(monitor_id=41), monitor])

    found = await datadog.get_monitor(42)

    assert found == monitor


async def test_an_unknown_monitor_is_not_found(stage: Stage) -> None:
    datadog = stage.datadog()

    with pytest.raises(NotFound):
        await datadog.get_monitor(42)


async def test_a_metric_comes_as_its_series_within_the_window(stage: Stage) -> None:
    first = a_series([1.0, 2.0, 3.0], scope="host:a", unit="byte")
    second = a_series([4.0], scope="host:b")
    datadog = stage.datadog(series=[first, second])
    last_minute = Window(start=NOON - MINUTE, end=NOON)

    found = await datadog.query_metric(first.query, last_minute)

    assert [(series.scope, series.unit) for series in found] == [("host:a", "byte"), ("host:b", "")]
    assert found[0].points == first.points[1:]
    assert found[1].points == second.points


async def test_an_unknown_metric_has_no_series(stage: Stage) -> None:
    datadog = stage.datadog(series=[a_series([1.0])])

    found = await datadog.query_metric("avg:no.such.metric{*}", a_window())

    assert found == ()


async def test_a_created_notebook_is_found_by_its_key(stage: Stage) -> None:
    datadog = stage.datadog()
    await datadog.create_notebook(a_notebook(key="other", name="another (other)"))

    created = await datadog.create_notebook(a_notebook(key="1a2b", name="mine (1a2b)"))

    assert await datadog.find_notebook("1a2b") == created


async def test_no_notebook_is_found_for_a_key_that_no_name_holds(stage: Stage) -> None:
    datadog = stage.datadog()
    await datadog.create_notebook(a_notebook(key="other", name="another (other)"))

    assert await datadog.find_notebook("1a2b") is None


async def test_a_created_notebook_names_its_cells_and_its_page(stage: Stage) -> None:
    datadog = stage.datadog()

    created = await datadog.create_notebook(a_notebook(cells=_cells("one", "two")))

    assert len(set(created.cell_ids)) == 2
    assert created.url == f"https://app.datadoghq.com/notebook/{created.id}"


async def test_changing_a_notebook_replaces_our_cells_and_keeps_peoples(stage: Stage) -> None:
    datadog = stage.datadog()
    created = await datadog.create_notebook(a_notebook(cells=_cells("one", "two")))
    stage.write_by_hand(created.id, "by hand")
    change = _change(created.cell_ids, "three", "four")

    changed = await datadog.change_notebook(created.id, change)

    assert stage.texts(created.id) == ["three", "four", "by hand"]
    assert changed == created


@pytest.mark.parametrize("texts", [("one",), ("one", "two", "three", "four")])
async def test_a_changed_notebook_names_just_the_cells_it_has_now(
    stage: Stage, texts: tuple[str, ...]
) -> None:
    datadog = stage.datadog()
    created = await datadog.create_notebook(a_notebook(cells=_cells("first", "second")))
    stage.write_by_hand(created.id, "by hand")

    changed = await datadog.change_notebook(created.id, _change(created.cell_ids, *texts))

    assert sorted(stage.texts(created.id)) == sorted((*texts, "by hand"))
    assert len(changed.cell_ids) == len(texts)


async def test_changing_a_notebook_twice_is_changing_it_once(stage: Stage) -> None:
    datadog = stage.datadog()
    created = await datadog.create_notebook(a_notebook(cells=_cells("one")))
    once = await datadog.change_notebook(created.id, _change(created.cell_ids, "two", "three"))

    twice = await datadog.change_notebook(created.id, _change(once.cell_ids, "two", "three"))

    assert twice == once
    assert stage.texts(created.id) == ["two", "three"]


async def test_a_change_whose_answer_was_lost_can_be_made_again(stage: Stage) -> None:
    datadog = stage.datadog()
    created = await datadog.create_notebook(a_notebook(cells=_cells("one")))
    change = _change(created.cell_ids, "two", "three")
    await datadog.change_notebook(created.id, change)  # and nobody heard of the new cell's id

    await datadog.change_notebook(created.id, change)

    assert stage.texts(created.id) == ["two", "three"]


async def test_a_change_renames_the_notebook(stage: Stage) -> None:
    datadog = stage.datadog()
    created = await datadog.create_notebook(a_notebook(key="1a2b", name="open (1a2b)"))
    renamed = a_notebook(key="1a2b", name="[RESOLVED] closed (1a2b)")
    change = NotebookChange(notebook=renamed, own_cell_ids=created.cell_ids)

    await datadog.change_notebook(created.id, change)

    assert await datadog.find_notebook("RESOLVED") is not None


async def test_an_unknown_notebook_cannot_be_changed(stage: Stage) -> None:
    datadog = stage.datadog()

    with pytest.raises(NotFound):
        await datadog.change_notebook(5, _change((), "one"))


async def test_no_answer_is_an_outage(stage: Stage) -> None:
    datadog = stage.unplugged()

    with pytest.raises(Unavailable):
        await datadog.search_logs("*", a_window(), limit=1)


def _cells(*texts: str) -> tuple[MarkdownCell, ...]:
    return tuple(MarkdownCell(text=text) for text in texts)


def _change(own_cell_ids: tuple[str, ...], *texts: str) -> NotebookChange:
    return NotebookChange(notebook=a_notebook(cells=_cells(*texts)), own_cell_ids=own_cell_ids)
