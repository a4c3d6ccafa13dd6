"""Any query for numbers, answered from what the scenarios hold; and formulas over them."""

from collections.abc import Mapping, Sequence

from dd_lib.sandbox.apm_metrics import apm_series
from dd_lib.sandbox.event_metrics import event_series
from dd_lib.sandbox.formulas import calculated, parse_formula
from dd_lib.sandbox.metric_query import parse_metric_query
from dd_lib.sandbox.query_bodies import AnyQuery, ApmQuery, EventsQuery, FormulaBody, MetricsQuery
from dd_lib.sandbox.records import Telemetry
from dd_lib.sandbox.timeseries import Series, Span, evaluate

Found = tuple[Series, ...]


def series_of(query: AnyQuery, telemetry: Telemetry, span: Span) -> Found:
    """Sorted by group. Raises InvalidInput, Refusal for a query that cannot be read."""
    if isinstance(query, MetricsQuery):
        return evaluate(parse_metric_query(query.query), telemetry.metrics, span)
    if isinstance(query, ApmQuery):
        return apm_series(query, telemetry.spans, span)
    if isinstance(query, EventsQuery):
        return event_series(query, telemetry, span)
    return ()


def results(
    queries: Sequence[AnyQuery], found: Sequence[Found], formulas: Sequence[FormulaBody]
) -> list[tuple[str, Found]]:
    """One of each formula, with its text; without formulas one of each query, with its name."""
    if not formulas:
        return [(query.name, series) for query, series in zip(queries, found, strict=True)]
    named: Mapping[str, Found] = {
        query.name: series for query, series in zip(queries, found, strict=True)
    }
    known = frozenset(named)
    return [
        (each.formula, calculated(parse_formula(each.formula, known), named)) for each in formulas
    ]
