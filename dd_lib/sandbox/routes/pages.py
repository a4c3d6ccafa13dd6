"""Pages to look at: notebooks, and an honest answer to every other link into Datadog's app."""

from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from dd_lib.sandbox.dependencies import WorldNow
from dd_lib.sandbox.moments import parse_moment
from dd_lib.sandbox.notebook_page import log_rows, view_notebook
from dd_lib.sandbox.notebooks import name_of
from dd_lib.sandbox.refusals import Refusal
from dd_lib.sandbox.scenario import list_scenarios
from domain.errors import InvalidInput

router = APIRouter(default_response_class=HTMLResponse)

TEMPLATES = Path(__file__).parents[1] / "templates"
PAGES = Environment(
    loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)
# Even if some text slipped through as markup, a browser would run and load nothing.
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
MAX_ROWS = 200
LINKS = {
    "apm": "APM",
    "dash": "an integration dashboard",
    "dashboard": "a dashboard",
    "databases": "Database Monitoring",
    "error-tracking": "Error Tracking",
    "event": "the event explorer",
    "incidents": "an incident",
    "infrastructure": "the infrastructure list",
    "logs": "log analytics",
    "metric": "the metrics explorer",
    "process": "the process explorer",
    "slo": "a service level objective",
    "synthetics": "Synthetic Monitoring",
}


@router.get("/")
async def show_index(world: WorldNow) -> HTMLResponse:
    notebooks = [(number, name_of(book)) for number, book in world.notebooks.items()]
    return _page(
        "index.html",
        notebooks=notebooks[::-1],
        scenarios=list_scenarios(world.scenarios),
        monitors=world.telemetry().monitors,
    )


@router.get("/sandbox/style.css")
async def style() -> FileResponse:
    return FileResponse(TEMPLATES / "style.css", media_type="text/css", headers=HEADERS)


@router.get("/notebook/{notebook_id:int}")
@router.get("/notebook/{notebook_id:int}/{slug}")
async def show_notebook(world: WorldNow, notebook_id: int) -> HTMLResponse:
    notebook = world.notebooks.get(notebook_id)
    if notebook is None:
        return _missing(f"There is no notebook {notebook_id}.")
    return _page("notebook.html", notebook=view_notebook(notebook, world))


@router.get("/monitors/manage")
async def show_monitors(world: WorldNow) -> HTMLResponse:
    return _page("monitors.html", monitors=world.telemetry().monitors)


@router.get("/monitors/{monitor_id:int}")
@router.get("/monitors/{monitor_id:int}/edit")
async def show_monitor(world: WorldNow, monitor_id: int) -> HTMLResponse:
    found = [monitor for monitor in world.telemetry().monitors if monitor.id == monitor_id]
    if not found:
        return _missing(f"There is no monitor {monitor_id}.")
    return _page("monitors.html", monitors=found[:1])


@router.get("/logs")
async def show_logs(
    world: WorldNow, query: str = "*", from_ts: str = "", to_ts: str = ""
) -> HTMLResponse:
    now = world.clock()
    try:
        start = parse_moment(from_ts or "now-15m", now)
        end = parse_moment(to_ts or "now", now)
        rows = log_rows(world.telemetry_seen(start, end).logs, query, start, end, now)
    except InvalidInput as error:
        return _page("logs.html", query=query, problem=str(error), rows=[], total=0, window=None)
    return _page(
        "logs.html",
        query=query,
        problem="",
        rows=rows[:MAX_ROWS],
        total=len(rows),
        window=(start, end),
    )


@router.get("/{path:path}")
async def show_elsewhere(request: Request, path: str) -> HTMLResponse:
    """Which page of Datadog this link opens, and with what; the sandbox has nothing to show."""
    if path.startswith("api/"):
        raise Refusal(404, "Not Found")
    place = LINKS.get(path.partition("/")[0])
    if place is None:
        return _missing("Nothing in Datadog's app is known by this address.")
    return _page(
        "elsewhere.html", place=place, path=f"/{path}", pairs=request.query_params.multi_items()
    )


def _missing(text: str) -> HTMLResponse:
    return _page("missing.html", status=404, text=text)


def _page(template: str, status: int = 200, **values: object) -> HTMLResponse:
    html = PAGES.get_template(template).render(**values)
    return HTMLResponse(html, status_code=status, headers=HEADERS)
