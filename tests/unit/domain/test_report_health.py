"""Service health in a report: figures a person can read, and graphs of who matters."""

from domain.case import Evidence
from domain.evidence import MetricSeries, Source, SourceResult, SourceStatus
from domain.links import Links
from domain.notebook import ServiceGraphCell
from domain.report import render
from domain.report_facts import Report
from domain.report_health import health_graphs, service_health
from tests.factories import NOON, a_case, a_conclusion, a_frame, a_series


def a_report(*health: MetricSeries, status: SourceStatus | None = SourceStatus.FOUND) -> Report:
    asked = SourceResult(source=Source.HEALTH, status=status, note="timed out") if status else None
    evidence = Evidence(sources=(asked,) if asked else (), health=health)
    case = a_case(frame=a_frame(services=("checkout",), env="prod"), evidence=evidence)
    conclusion = a_conclusion(first_failing_service="payments")
    return Report(case, conclusion, Links("https://app.example", case.frame.window), None, NOON)


def health(service: str, statistic: str, values: list[float]) -> MetricSeries:
    return a_series(values, query=statistic, scope=f"service:{service},env:prod")


def test_a_rise_is_told_in_percent_with_its_beginning() -> None:
    rising = health("payments", "error_rate", [0.01] * 60 + [0.4] * 10)

    shown = "\n".join(service_health(a_report(rising)))

    assert "| payments | error rate | 1.0% |" in shown
    assert "40.0% | **up** from 2026-01-02" in shown


def test_latency_is_told_in_milliseconds() -> None:
    slow = health("payments", "latency_p99", [0.25] * 60)

    assert "| payments | latency, p99 | 250 ms | 250 ms to 250 ms | stayed normal |" in "\n".join(
        service_health(a_report(slow))
    )


def test_too_short_a_time_before_is_no_reason_to_call_it_normal() -> None:
    short = health("payments", "error_rate", [0.01] * 27)

    assert "| not known |" in "\n".join(service_health(a_report(short)))


def test_graphs_show_the_service_that_failed_first_and_then_the_alerting_one() -> None:
    report = a_report(
        health("checkout", "hits", [1.0] * 5),
        health("payments", "hits", [1.0] * 5),
        health("search", "hits", [1.0] * 5),
    )

    graphs = [(graph.service, graph.statistic) for graph in health_graphs(report)]

    assert graphs == [
        ("payments", "error_rate"),
        ("payments", "latency_p99"),
        ("checkout", "error_rate"),
        ("checkout", "latency_p99"),
    ]


def test_a_service_without_traces_gets_no_empty_graph() -> None:
    assert health_graphs(a_report()) == []


def test_three_reasons_for_no_figures_are_told_apart() -> None:
    texts = {
        status: service_health(a_report(status=status))[1]
        for status in (None, SourceStatus.NOTHING, SourceStatus.COULD_NOT_ASK)
    }

    assert texts == {
        None: "The analysis did not ask for it.",
        SourceStatus.NOTHING: "Datadog has no traces of these services.",
        SourceStatus.COULD_NOT_ASK: "It could not be asked for: timed out.",
    }


def test_a_layout_decides_which_sections_a_notebook_has_and_in_which_order() -> None:
    report = a_report(health("checkout", "hits", [1.0] * 5))

    notebook = render(report, ("service_health", "header"))

    kinds = [cell.kind for cell in notebook.cells]
    assert kinds == ["markdown", "service_graph", "service_graph", "markdown"]
    assert isinstance(notebook.cells[1], ServiceGraphCell)
