"""The agent API, port 9000: the first Rayne's sidecar, in its camelCase, over the durable run."""

from typing import Annotated

from fastapi import FastAPI, Query, Request
from pydantic import AwareDatetime, BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from api.access import ForCallers
from api.bodies import read_body
from api.dependencies import FromResources, Resources
from api.errors import install_error_handlers
from api.routes.webhooks import NotebookLink
from api.waiting import MAX_WAIT_SECONDS, wait_for_notebook
from domain.deliveries import Receipt
from domain.errors import InvalidInput, TimedOut
from domain.webhook_payload import read_delivery


class CamelCase(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class AgentHealth(CamelCase):
    status: str = "healthy"
    timestamp: AwareDatetime


class Analysed(CamelCase):
    success: bool
    monitor_id: int | None
    monitor_name: str
    analysis: str
    outcome: str
    payload_fields: int
    notebook: NotebookLink | None
    timestamp: AwareDatetime


def create_agent_app(resources: Resources) -> FastAPI:
    app = FastAPI(title="Rayne agent", redoc_url=None)
    app.state.resources = resources
    app.add_api_route("/health", get_health, methods=["GET"])
    app.add_api_route("/analyze", analyze, methods=["POST"], dependencies=[ForCallers])
    install_error_handlers(app)
    return app


async def get_health(resources: FromResources) -> AgentHealth:
    return AgentHealth(timestamp=resources.clock())


async def analyze(
    request: Request,
    resources: FromResources,
    wait: Annotated[float, Query(gt=0, le=MAX_WAIT_SECONDS)] = 180,
) -> Analysed:
    """Takes an alert as a webhook would bring it and waits for its report.

    The run is the same durable one: giving up here (504) ends only the waiting.
    """
    body = await read_body(request)
    delivery = read_delivery(body, request.headers.get("content-type", ""), resources.clock())
    if delivery.alert is None:
        raise InvalidInput(f"the payload names no alert: {delivery.problem}")
    receipt = await resources.inbox.store(delivery)
    receipt = await wait_for_notebook(resources.inbox, receipt, wait)
    return await _analysed(resources, receipt, len(delivery.payload))


async def _analysed(resources: Resources, receipt: Receipt, payload_fields: int) -> Analysed:
    if receipt.incident_id is None or receipt.notebook is None:
        raise TimedOut(f"event {receipt.event_id} is stored; its report is not ready yet")
    incident = await resources.incidents.get_incident(receipt.incident_id)
    analyses = await resources.analyses.list_analyses(receipt.incident_id)
    conclusion = next((a.conclusion for a in reversed(analyses) if a.conclusion), None)
    return Analysed(
        success=True,
        monitor_id=incident.monitor_id,
        monitor_name=incident.title,
        analysis=conclusion.summary if conclusion else "",
        outcome=incident.outcome,
        payload_fields=payload_fields,
        notebook=NotebookLink(id=str(receipt.notebook.id), url=receipt.notebook.url),
        timestamp=resources.clock(),
    )
