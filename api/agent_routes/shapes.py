"""The agent API's spelling: camelCase in every reply, as the first Rayne's sidecar had it."""

from pydantic import AwareDatetime, BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class CamelCase(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class Done(CamelCase):
    success: bool = True
    timestamp: AwareDatetime
