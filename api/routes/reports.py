"""An incident's report as a document, in the shape of a template."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel

from api.access import ForViewers
from api.dependencies import FromResources
from domain.report_document import Document

router = APIRouter(prefix="/v1", tags=["incidents"], dependencies=[ForViewers])

Template = Annotated[str, Query(max_length=100, description="With or without its ending")]


class TemplateList(BaseModel):
    templates: list[str]


@router.get("/templates")
async def list_templates(resources: FromResources) -> TemplateList:
    return TemplateList(templates=list(resources.templates.names()))


# A template decides what the answer is made of.
SHAPES: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {
            "application/json": {"schema": {"type": "object"}},
            "text/markdown": {"schema": {"type": "string"}},
        }
    }
}


@router.get("/incidents/{incident_id}/report", response_class=Response, responses=SHAPES)
async def get_report(
    incident_id: int, resources: FromResources, template: Template = "incident_report"
) -> Response:
    """The latest report, filled into a template: JSON or Markdown, as the template is."""
    report = with_notebook(
        await resources.reports.latest_report(incident_id),
        (await resources.incidents.get_incident(incident_id)).notebook_url,
    )
    filled = resources.templates.fill(template, report)
    return Response(filled.text, media_type=filled.media_type)


def with_notebook(report: Document, url: str) -> Document:
    """A report is kept before its notebook is written: a refused notebook must not lose it."""
    metadata = report.get("metadata")
    known = metadata if isinstance(metadata, dict) else {}
    return {**report, "metadata": {**known, "notebook": url}}
