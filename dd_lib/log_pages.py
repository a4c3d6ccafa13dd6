"""One page of logs as Datadog gives them, for callers that page by themselves."""

from dataclasses import dataclass

from pydantic import Field, JsonValue

from dd_lib.answers import Answer
from dd_lib.client import DatadogClient
from dd_lib.search import MAX_PAGE

PATH = "/api/v2/logs/events/search"


@dataclass(frozen=True)
class LogQuestion:
    """Times are as Datadog takes them: ISO-8601, epoch milliseconds, or "now-15m"; "" is Datadog's
    own default. `sort` is timestamp or -timestamp. No indexes means all.
    """

    query: str = "*"
    start: str = ""
    end: str = ""
    indexes: tuple[str, ...] = ()
    sort: str = "timestamp"
    limit: int = 50
    cursor: str = ""


class RawLog(Answer):
    id: str = ""
    type: str = "log"
    attributes: dict[str, JsonValue] = Field(default_factory=dict)


class LogPage(Answer):
    """Everything beside the logs may be missing, the last page's `meta` altogether."""

    data: tuple[RawLog, ...] = ()
    links: dict[str, JsonValue] = Field(default_factory=dict)
    meta: dict[str, JsonValue] = Field(default_factory=dict)


async def search_log_page(client: DatadogClient, question: LogQuestion) -> LogPage:
    return await client.post(PATH, LogPage, _body(question))


def _body(question: LogQuestion) -> JsonValue:
    page: dict[str, JsonValue] = {"limit": min(question.limit, MAX_PAGE)}
    if question.cursor:
        page["cursor"] = question.cursor
    wanted: dict[str, JsonValue] = {"query": question.query}
    if question.start:
        wanted["from"] = question.start
    if question.end:
        wanted["to"] = question.end
    if question.indexes:
        wanted["indexes"] = list(question.indexes)
    return {"filter": wanted, "sort": question.sort, "page": page}
