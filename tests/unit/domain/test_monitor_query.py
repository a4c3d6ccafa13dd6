"""Which monitors watch a metric that can be graphed."""

import pytest

from domain.monitor_query import metric_of


@pytest.mark.parametrize(
    ("query", "metric"),
    [
        (
            "avg(last_5m):avg:system.cpu.user{host:web-1} > 90",
            "avg:system.cpu.user{host:web-1}",
        ),
        (
            "sum(last_10m):sum:trace.errors{env:prod,service:api} by {resource}.as_count() >= 5.5",
            "sum:trace.errors{env:prod,service:api} by {resource}.as_count()",
        ),
        (
            "avg(last_4h):avg:queue.depth{*} by {queue} < -1",
            "avg:queue.depth{*} by {queue}",
        ),
        ("avg:checkout.errors{service:checkout}", "avg:checkout.errors{service:checkout}"),
    ],
)
def test_the_metric_is_what_stands_between_window_and_threshold(query: str, metric: str) -> None:
    assert metric_of(query) == metric


@pytest.mark.parametrize(
    "query",
    [
        "",
        'logs("service:api status:error").index("*").rollup("count").last("5m") > 10',
        '"http.can_connect".over("instance:x").by("host").last(2).count_by_status()',
        "error-rate over the last five minutes",
    ],
)
def test_a_monitor_without_a_metric_has_nothing_to_graph(query: str) -> None:
    assert metric_of(query) == ""
