"""An alert in, its report out; and a notebook's definition from any analysis."""

import json
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import Field, JsonValue

from api.access import ForOperators, ForViewers
from api.agent_routes.shapes import CamelCase, Done
from api.bodies import read_body
from api.dependencies import FromResources, Resources
from api.routes.reports import with_notebook
from api.routes.webhooks import NotebookLink
from api.taking_in import take_in
from api.waiting import MAX_WAIT_SECONDS, wait_for_notebook
from dd_lib.notebooks import notebook_body
from domain.deliveries import Receipt
from domain.errors import InvalidInput, TimedOut
from domain.plain_notebook import plain_notebook
from domain.webhook_payload import payload_of, read_delivery

router = APIRouter()

DEFAULT_TEMPLATE = "incident-report-cloned.md"


class Analysed(Done):
    monitor_id: int | None
    monitor_name: str
    analysis: str = Field(description="The report, in the template's format")
    outcome: str
    similar_rcas: int = Field(alias="similarRCAs")
    template_used: str | None
    payload_fields: int
    notebook: NotebookLink | None


class Analysis(CamelCase):
    """What a notebook is to be made of. `analysis` is Markdown of the caller's."""

    title: str = Field(min_length=1, max_length=300)
    analysis: str = Field(min_length=1, max_length=200_000)
    monitor_id: int | None = None


class Generated(Done):
    notebook: str = Field(description="The definition as JSON text, as ever")
    definition: JsonValue = Field(description="The same: what POST /api/v1/notebooks takes")


@router.post("/analyze", dependencies=[ForOperators])
async def analyze(
    request: Request,
    resources: FromResources,
    wait: Annotated[float, Query(gt=0, le=MAX_WAIT_SECONDS)] = 180,
) -> Analysed:
    """Takes an alert as a webhook would bring it, alone or under `payload`, and waits.

    `template_id` names the shape of the report, and `instructions` go with the alert's message.
    The run is the same durable one: giving up here (504) ends only the waiting.
    """
    asked = _Asked.read(await read_body(request))
    if asked.template:
        _check_template(resources, asked.template)
    content_type = request.headers.get("content-type", "")
    delivery = read_delivery(asked.alert, content_type, resources.clock())
    if delivery.alert is None:
        raise InvalidInput(f"the payload names no alert: {delivery.problem}")
    receipt = await take_in(resources, delivery)
    receipt = await wait_for_notebook(resources.inbox, receipt, wait, resources.stopping)
    fields = len(payload_of(delivery.raw, delivery.content_type))
    return await _analysed(resources, receipt, fields, asked.template)


@router.post("/generate-notebook", dependencies=[ForViewers])
async def generate_notebook(given: Analysis, resources: FromResources) -> Generated:
    """The definition of a notebook. Nothing is written in Datadog."""
    notebook = plain_notebook(given.title, given.analysis, given.monitor_id, resources.clock())
    definition = notebook_body(notebook)
    return Generated(
        timestamp=resources.clock(),
        notebook=json.dumps(definition, ensure_ascii=False),
        definition=definition,
    )


class _Asked:
    """A request to analyse: the alert's own body, and what is wished beside it."""

    def __init__(self, alert: bytes, template: str) -> None:
        self.alert = alert
        self.template = template

    @classmethod
    def read(cls, body: bytes) -> "_Asked":
        """A body that is no JSON object is left to the reader of alerts, which says what it is."""
        try:
            given = json.loads(body)
        except (ValueError, RecursionError):
            return cls(body, "")
        if not isinstance(given, dict):
            return cls(body, "")
        template = given.pop("template_id", None) or given.pop("templateId", None) or ""
        instructions = given.pop("instructions", None) or ""
        wrapped = given.get("payload")
        alert = wrapped if isinstance(wrapped, dict) else given
        if instructions:
            alert = {**alert, "message": f"{alert.get('message') or ''}\n\n{instructions}".strip()}
        return cls(json.dumps(alert).encode(), str(template))


def _check_template(resources: Resources, name: str) -> None:
    """Before anything is stored: a misspelt name is an error and no analysis."""
    known = resources.templates.names()
    if name not in known and name not in {one.rpartition(".")[0] for one in known}:
        raise InvalidInput(f"template_id: there is no {name!r:.80}; there are {', '.join(known)}")


async def _analysed(
    resources: Resources, receipt: Receipt, payload_fields: int, template: str
) -> Analysed:
    if receipt.incident_id is None or receipt.notebook is None:
        raise TimedOut(f"event {receipt.event_id} is stored; its report is not ready yet")
    incident = await resources.incidents.get_incident(receipt.incident_id)
    report = with_notebook(
        await resources.reports.latest_report(receipt.incident_id), receipt.notebook.url
    )
    similar = report.get("similar_incidents")
    return Analysed(
        monitor_id=incident.monitor_id,
        monitor_name=incident.title,
        analysis=resources.templates.fill(template or DEFAULT_TEMPLATE, report).text,
        outcome=incident.outcome,
        similar_rcas=_count(similar),
        template_used=template or None,
        payload_fields=payload_fields,
        notebook=NotebookLink(id=str(receipt.notebook.id), url=receipt.notebook.url),
        timestamp=resources.clock(),
    )


def _count(similar: JsonValue) -> int:
    found = similar.get("found") if isinstance(similar, dict) else 0
    return found if isinstance(found, int) else 0
