"""The public HTTP API, port 8080."""

from fastapi import FastAPI

from api.dependencies import Resources
from api.errors import install_error_handlers
from api.routes import (
    downtimes,
    events,
    feedback,
    health,
    hosts,
    incidents,
    logs,
    monitors,
    private_locations,
    reports,
    services,
    webhook_configs,
    webhook_history,
    webhook_registration,
    webhooks,
)

OWN = (health, webhooks, webhook_configs, webhook_history, incidents, feedback, reports)
DATADOGS = (
    webhook_registration,
    downtimes,
    events,
    hosts,
    monitors,
    logs,
    services,
    private_locations,
)


def create_app(resources: Resources) -> FastAPI:
    app = FastAPI(
        title="Rayne",
        summary="Root cause analysis for Datadog alerts: webhook in, evidence-checked notebook out",
        redoc_url=None,
    )
    app.state.resources = resources
    for routes in (*OWN, *DATADOGS):
        app.include_router(routes.router)
    install_error_handlers(app)
    return app
