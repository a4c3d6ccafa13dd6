"""The sandbox's pages: whatever a log line or a cell says, it stays text."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.factories import NOON
from tests.servers.sandbox import (
    SetClock,
    a_cell,
    a_notebook_body,
    a_sandbox,
    asking,
    write_scenario,
)

EVIL = "<script>alert('x')</script><img src=x onerror=alert(1)>"
AT = "2026-01-02T11:50:00Z"


@pytest.fixture
async def browser(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """With a scenario loaded whose every text is hostile."""
    folder = write_scenario(
        tmp_path,
        webhook={"id": "1", "title": EVIL, "event_type": EVIL, "date": "1767355200000"},
        logs=[{"timestamp": AT, "message": EVIL, "service": EVIL, "host": EVIL, "status": EVIL}],
        metrics=f"timestamp,metric,value,tags\n{AT},cpu,4,host:{EVIL.replace(',', '')}\n",
        monitors=[
            {"id": 1, "name": EVIL, "type": "x", "query": EVIL, "message": EVIL, "tags": [EVIL]}
        ],
    )
    async with asking(a_sandbox(scenarios=folder)) as client:
        await client.post("/sandbox/scenarios/small/load")
        yield client


async def notebook_page(
    client: httpx.AsyncClient, *definitions: dict[str, Any], **more: Any
) -> str:
    body = a_notebook_body(*(a_cell(**definition) for definition in definitions), **more)
    created = (await client.post("/api/v1/notebooks", json=body)).json()["data"]
    answer = await client.get(f"/notebook/{created['id']}")
    assert answer.status_code == 200, answer.text
    return answer.text


def markup_of(html: str) -> list[str]:
    """What came from hostile text and would be markup to a browser."""
    return [sign for sign in ("<script", "<img", "<iframe", 'href="javascript:') if sign in html]


class TestHostileText:
    @pytest.mark.parametrize(
        "definition",
        [
            {"type": "markdown", "text": EVIL},
            {"type": "markdown", "text": f"# {EVIL}\n\n```\n{EVIL}\n```\n\n`{EVIL}`"},
            {"type": "markdown", "text": "[a](javascript:alert(1)) ![b](https://evil.test/x.png)"},
            {"type": "markdown", "text": '<iframe src="https://evil.test"></iframe>'},
            {"type": "log_stream", "title": EVIL, "query": "*"},
            {"type": "log_stream", "title": "t", "query": f'"{EVIL}"'},
            {"type": "log_stream", "title": "t", "query": f"({EVIL}"},
            {"type": "timeseries", "title": EVIL, "requests": [{"q": "avg:cpu{*} by {host}"}]},
            {"type": "timeseries", "title": "t", "requests": [{"q": EVIL}]},
            {"type": "timeseries", "title": "t", "requests": [EVIL]},
            {"type": "toplist", "title": EVIL, "requests": [{"q": EVIL}]},
        ],
        ids=str,
    )
    async def test_cell_never_becomes_markup(
        self, browser: httpx.AsyncClient, definition: dict[str, Any]
    ) -> None:
        html = await notebook_page(browser, definition)

        assert markup_of(html) == []

    async def test_name_never_becomes_markup(self, browser: httpx.AsyncClient) -> None:
        html = await notebook_page(browser, name=EVIL)

        assert markup_of(html) == []
        assert "&lt;script&gt;" in html

    @pytest.mark.parametrize(
        "path",
        [
            "/",
            "/logs",
            f"/logs?query={EVIL}",
            f"/logs?from_ts={EVIL}",
            "/monitors/manage",
            "/monitors/1",
            f"/apm/traces?query={EVIL}&{EVIL}=1",
            f"/apm/{EVIL}",
            f"/{EVIL}",
            f"/notebook/{EVIL}",
        ],
    )
    async def test_page_never_shows_text_as_markup(
        self, browser: httpx.AsyncClient, path: str
    ) -> None:
        answer = await browser.get(path)

        assert answer.headers["content-type"].startswith("text/html")
        assert markup_of(answer.text) == []

    @pytest.mark.parametrize("path", ["/", "/logs", "/nowhere", "/sandbox/style.css"])
    async def test_browser_is_told_to_run_and_load_nothing(
        self, browser: httpx.AsyncClient, path: str
    ) -> None:
        policy = (await browser.get(path)).headers["Content-Security-Policy"]

        assert policy.startswith("default-src 'none'; style-src 'self'")


class TestNotebookPage:
    async def test_header_says_name_status_time_and_author(
        self, browser: httpx.AsyncClient
    ) -> None:
        html = await notebook_page(browser, name="Checkout is slow (1a2b3c4d5e)")

        assert "<h1>Checkout is slow (1a2b3c4d5e)</h1>" in html
        assert "2026-01-02 11:35 to 12:05 UTC" in html
        assert "published" in html
        assert "by Rayne (sandbox)" in html

    async def test_markdown_is_rendered(self, browser: httpx.AsyncClient) -> None:
        text = "## Why\n\n| a | b |\n|---|---|\n| **1** | [x](/monitors/1) |"

        html = await notebook_page(browser, {"type": "markdown", "text": text})

        assert "<h2>Why</h2>" in html
        assert "<strong>1</strong>" in html
        assert '<a href="/monitors/1">x</a>' in html

    @pytest.mark.parametrize(
        "request_of_cell",
        [{"q": "avg:cpu{*}"}, {"queries": [{"name": "a", "query": "avg:cpu{*}"}]}],
    )
    async def test_timeseries_is_drawn(
        self, browser: httpx.AsyncClient, request_of_cell: dict[str, Any]
    ) -> None:
        html = await notebook_page(
            browser, {"type": "timeseries", "title": "CPU", "requests": [request_of_cell]}
        )

        assert "<svg" in html
        assert 'class="line c1"' in html

    async def test_statistic_of_a_service_is_drawn_from_its_spans(self, tmp_path: Path) -> None:
        span = {"start": AT, "service": "checkout", "resource": "POST /orders", "host": "web-1"}
        spans = [
            {**span, "duration_ms": 40 * n, "trace_id": f"{n}", "span_id": f"{n}", "error": n == 1}
            for n in (1, 2)
        ]
        async with asking(a_sandbox(scenarios=write_scenario(tmp_path, spans=spans))) as client:
            await client.post("/sandbox/scenarios/small/load")
            query = {"data_source": "apm_metrics", "name": "a", "stat": "error_rate"}
            html = await notebook_page(
                client,
                {
                    "type": "timeseries",
                    "requests": [{"queries": [{**query, "service": "checkout"}]}],
                },
                {"type": "timeseries", "requests": [{"queries": [{**query, "stat": "beauty"}]}]},
            )

        assert html.count('class="line c1"') == 1
        assert "error_rate of checkout" in html
        assert "cannot be read" in html

    async def test_missing_metric_says_that_nothing_is_there(
        self, browser: httpx.AsyncClient
    ) -> None:
        html = await notebook_page(
            browser, {"type": "timeseries", "requests": [{"q": "avg:absent{*}"}]}
        )

        assert "No data points in this window." in html
        assert "<svg" not in html

    async def test_log_stream_lists_matching_lines(self, browser: httpx.AsyncClient) -> None:
        html = await notebook_page(
            browser,
            {"type": "log_stream", "query": "alert"},
            {"type": "log_stream", "query": "service:absent"},
        )

        assert html.count("11:50:00") == 1
        assert "No matching logs in this window." in html

    async def test_cell_that_cannot_be_shown_does_not_hide_the_others(
        self, browser: httpx.AsyncClient
    ) -> None:
        html = await notebook_page(
            browser,
            {"type": "timeseries", "requests": [{"q": "nonsense"}]},
            {"type": "markdown", "text": "still here"},
        )

        assert "cannot be read" in html
        assert "still here" in html

    async def test_old_notebook_still_shows_its_own_firing(self, tmp_path: Path) -> None:
        clock = SetClock()
        folder = write_scenario(tmp_path, logs=[{"timestamp": AT, "message": "boom"}])
        async with asking(a_sandbox(scenarios=folder, clock=clock)) as client:
            await client.post("/sandbox/scenarios/small/load")
            before = await notebook_page(client, {"type": "log_stream", "query": "boom"})
            clock.pass_time(timedelta(hours=2))
            await client.post("/sandbox/scenarios/small/load")
            after = (await client.get("/notebook/1001")).text

        assert "11:50:00" in before
        assert "11:50:00" in after

    async def test_unknown_notebook_is_an_honest_404(self, browser: httpx.AsyncClient) -> None:
        answer = await browser.get("/notebook/7")

        assert answer.status_code == 404
        assert "There is no notebook 7." in answer.text


class TestOtherPages:
    @pytest.mark.parametrize(
        "path",
        [
            "/",
            "/monitors/manage?q=status%3AAlert",
            "/monitors/1?from_ts=1&to_ts=2&event_id=3",
            "/monitors/1/edit",
            "/logs?query=service%3Aa&from_ts=1767353700000&to_ts=1767355500000&live=false",
            "/logs/analytics?query=a",
            "/event/event?id=1",
            "/event/explorer?query=a",
            "/apm/entity/service%3Acheckout?env=prod&start=1&end=2",
            "/apm/traces?query=service%3Acheckout",
            "/infrastructure?filter=web-1",
            "/metric/explorer?exp_metric=cpu",
            "/dash/integration/system_overview?tpl_var_scope=host:a",
            "/databases/list?start=1",
            "/process?query=host%3Aa",
        ],
    )
    async def test_no_link_is_dead(self, browser: httpx.AsyncClient, path: str) -> None:
        assert (await browser.get(path)).status_code == 200

    async def test_foreign_page_says_what_the_link_opens_and_with_what(
        self, browser: httpx.AsyncClient
    ) -> None:
        html = (await browser.get("/apm/traces?query=service%3Acheckout&start=5")).text

        assert "This link opens APM" in html
        assert "service:checkout" in html

    async def test_logs_page_shows_the_window_of_the_link(self, browser: httpx.AsyncClient) -> None:
        start = int((NOON - timedelta(minutes=11)).timestamp() * 1000)
        path = f"/logs?query=alert&from_ts={start}&to_ts={start + 120_000}&live=false"

        html = (await browser.get(path)).text

        assert "11:50:00" in html

    async def test_index_leads_to_notebooks_and_scenarios(self, tmp_path: Path) -> None:
        async with asking(a_sandbox()) as client:
            await notebook_page(client, name="Checkout is slow")
            html = (await client.get("/")).text

        assert '<a href="/notebook/1001">Checkout is slow</a>' in html
        assert "flap-no-cause" in html
