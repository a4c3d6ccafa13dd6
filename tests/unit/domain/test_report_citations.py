"""Citations: whatever a claim may rest on leads to the place where Datadog shows it."""

from domain.links import Links
from domain.report_citations import Citations
from domain.report_facts import Report
from tests.factories import NOON, a_conclusion
from tests.unit.domain.scenarios import load

APP = "https://app.datadoghq.com/"


def test_every_piece_of_fetched_evidence_has_a_page() -> None:
    case = load("two-hops-down")
    links = Links(APP, case.frame.window)
    citations = Citations(Report(case, a_conclusion(), links, None, NOON))

    pages = {item.id: citations.url(item.id) for item in case.items}

    kinds = {item_id.rpartition("-")[0] for item_id in pages}
    assert kinds >= {"log", "pattern", "event", "metric", "related", "edge", "span", "health"}
    assert [item_id for item_id, page in pages.items() if not page.startswith(APP)] == []


def test_an_id_without_a_page_is_plain_text() -> None:
    case = load("two-hops-down")
    links = Links(APP, case.frame.window)

    cited = Citations(Report(case, a_conclusion(), links, None, NOON)).cite("tool-1-1")

    assert cited == "tool-1-1"
