"""The service catalogue, by its definitions."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import AfterValidator, BaseModel, Field, JsonValue

from api.access import ForViewers
from api.bodies import AsEver
from api.datadog_port import Json
from api.dependencies import FromDatadog

router = APIRouter(prefix="/v1/services", tags=["services"], dependencies=[ForViewers])

SCHEMA = "v2.2"


class Definitions(BaseModel):
    """In Datadog's own shape."""

    data: list[Json]


class NewService(AsEver):
    """A service in a few words. All but name, type, language and team become tags."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    language: str = "unknown"
    type: str = "web"
    team: str = ""
    platform: str = ""
    host: str = ""
    url: str = ""
    env: str = ""
    version: str = ""
    owner: str = ""
    cost_center: str = ""
    department: str = ""
    serverless: bool | None = None
    apm: bool | None = None
    rum: bool | None = None
    active: bool | None = None

    def definition(self) -> Json:
        said = self.model_dump(exclude={"name", "language", "type", "team"}, exclude_none=True)
        tags: list[JsonValue] = [
            f"{key}:{_word(value)}" for key, value in said.items() if value != ""
        ]
        words: Json = {
            "schema-version": SCHEMA,
            "dd-service": self.name,
            "type": self.type,
            "languages": [self.language],
            "tags": tags,
        }
        return words | ({"team": self.team} if self.team else {})


def _names_a_service(definition: Json) -> Json:
    name = definition.get("dd-service")
    if not isinstance(name, str) or not name:
        raise ValueError("dd-service must name the service")
    return definition


FullDefinition = Annotated[Json, AfterValidator(_names_a_service)]


@router.get("")
async def list_services(datadog: FromDatadog) -> Definitions:
    """All definitions; services that nobody defined are not among them."""
    return Definitions(data=await datadog.list_definitions())


@router.post("/definitions")
async def define_service(new: NewService, datadog: FromDatadog) -> Definitions:
    """Creates the definition, or replaces that of the same name."""
    return Definitions(data=await datadog.define_service(new.definition()))


@router.post("/definitions/advanced")
async def define_service_in_datadogs_words(
    definition: FullDefinition, datadog: FromDatadog
) -> Definitions:
    """A whole definition with its dashed names; schema v2.2 where it names none."""
    return Definitions(data=await datadog.define_service({"schema-version": SCHEMA, **definition}))


def _word(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
