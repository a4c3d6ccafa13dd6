"""What a tool is: a name, a description, parameters that check themselves, and a bounded answer."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError

from dd_lib.client import DatadogClient
from dd_lib.tools.output import shortened
from domain.errors import InvalidInput

DEFAULT_MAX_OUTPUT = 20_000  # characters of JSON: about five thousand tokens

Output = dict[str, JsonValue]


class Parameters(BaseModel):
    """Closed: a misspelt name must not silently ask something else."""

    model_config = ConfigDict(frozen=True, extra="forbid")


ParametersT = TypeVar("ParametersT", bound=Parameters)


@dataclass(frozen=True)
class Asking:
    """Whom to ask, and what time it is for "now-30m"."""

    client: DatadogClient
    clock: Callable[[], datetime]


@dataclass(frozen=True)
class Tool(Generic[ParametersT]):
    """`max_output` bounds the answer's JSON; what did not fit is told in its `partial`."""

    name: str
    description: str
    parameters: type[ParametersT]
    run: Callable[[Asking, ParametersT], Awaitable[Output]]
    read_only: bool = True
    max_output: int = DEFAULT_MAX_OUTPUT

    @property
    def schema(self) -> Output:
        """JSON schema of the parameters."""
        return self.parameters.model_json_schema()

    async def __call__(self, asking: Asking, given: Mapping[str, JsonValue]) -> Output:
        """Raises InvalidInput for parameters that do not fit, else what asking Datadog raises."""
        output = await self.run(asking, self._read(given))
        return shortened(output, self.max_output)

    def _read(self, given: Mapping[str, JsonValue]) -> ParametersT:
        try:
            return self.parameters.model_validate(dict(given))
        except ValidationError as error:
            problems = "; ".join(
                f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}"
                for problem in error.errors(include_url=False, include_input=False)
            )
            raise InvalidInput(f"{self.name} cannot be called so: {problems}") from error
