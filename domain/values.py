"""The base of every value: frozen and closed, so that a typo in a field name is an error."""

from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
