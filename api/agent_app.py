"""The agent API, port 9000: the first Rayne's sidecar, over the durable run."""

from fastapi import FastAPI

from api.agent_routes import analysis, health, tools
from api.dependencies import Resources
from api.errors import install_error_handlers
from api.guarded import GuardedApp
from api.routes import metrics


def create_agent_app(resources: Resources) -> FastAPI:
    app = GuardedApp(title="Rayne agent", redoc_url=None)
    app.state.resources = resources
    app.state.telling = resources.telling
    for router in (health.router, metrics.router, analysis.router, tools.router, tools.decisions):
        app.include_router(router)
    install_error_handlers(app)
    return app
