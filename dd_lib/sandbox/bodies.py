"""The base of every request body: a field that Datadog does not know is refused."""

from pydantic import BaseModel, ConfigDict


class Closed(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)
