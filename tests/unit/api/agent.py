"""The agent API over fakes, called from the same machine."""

from dataclasses import replace

from fastapi.testclient import TestClient

from api.agent_app import create_agent_app
from api.dependencies import Tools
from domain.functions import AutoWrite
from tests.fakes.function_sandbox import FakeFunctionSandbox
from tests.fakes.functions import FakeFunctions
from tests.fakes.toolbox import FakeToolbox
from tests.unit.api.front import Front


class Agent(Front):
    def __init__(self) -> None:
        super().__init__()
        self.toolbox = FakeToolbox({"search_logs": '{"count": 0, "logs": []}'})
        self.functions = FakeFunctions(self.state)
        self.sandbox = FakeFunctionSandbox()
        self.app = create_agent_app(self.resources)
        self.client = TestClient(self.app, base_url="http://localhost", client=("127.0.0.1", 50000))
        self.let_write(AutoWrite.REVIEW)

    def let_write(self, auto_write: AutoWrite) -> None:
        tools = Tools(self.toolbox, self.functions, self.sandbox, auto_write)
        self.resources = replace(self.resources, tools=tools)
        self.app.state.resources = self.resources
