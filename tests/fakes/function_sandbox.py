"""A sandbox that runs nothing: it answers what it was given."""

import json
from collections.abc import Mapping

from pydantic import JsonValue

from domain.case import Frame
from domain.errors import RayneError
from domain.functions import Signature, StoredFunction


class FakeFunctionSandbox:
    """`checked` and `runs` hold what was asked; `fails_with` is what it raises."""

    def __init__(self) -> None:
        self.fails_with: RayneError | None = None
        self.checked: list[str] = []
        self.runs: list[tuple[str, dict[str, JsonValue]]] = []

    async def check(self, signature: Signature, code: str) -> None:
        self.checked.append(signature.name)
        if self.fails_with:
            raise self.fails_with

    async def run(
        self,
        function: StoredFunction,
        arguments: Mapping[str, JsonValue],
        frame: Frame,
    ) -> str:
        self.runs.append((function.name, dict(arguments)))
        if self.fails_with:
            raise self.fails_with
        return json.dumps({"function": function.name, "given": dict(arguments)})
