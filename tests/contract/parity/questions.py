"""Intents that only read. The official client names reserved words with a leading underscore."""

from datadog_api_client.v1.api.authentication_api import AuthenticationApi
from datadog_api_client.v1.api.events_api import EventsApi as EventsV1Api
from datadog_api_client.v1.api.hosts_api import HostsApi
from datadog_api_client.v1.api.monitors_api import MonitorsApi
from datadog_api_client.v1.api.tags_api import TagsApi
from datadog_api_client.v2.api.apm_api import APMApi
from datadog_api_client.v2.api.incidents_api import IncidentsApi
from datadog_api_client.v2.api.key_management_api import KeyManagementApi
from datadog_api_client.v2.api.service_definition_api import ServiceDefinitionApi

from dd_lib import (
    event_stream,
    host_tags,
    hosts,
    incidents,
    monitor_search,
    monitors,
    service_definitions,
    services,
    validation,
)
from tests.contract.official.client import official
from tests.contract.parity.intents import WINDOW, Intent

SECONDS = {"start": int(WINDOW.start.timestamp()), "end": int(WINDOW.end.timestamp())}
HOSTS = {"count": 1000, "start": 0, "include_hosts_metadata": False}
BY_NAME = {"page": 0, "per_page": 100, "sort": "name,asc"}
MONITOR = {"id": 42, "name": "n", "type": "query alert", "query": "avg(last_5m):avg:a{*} > 1"}
DEFINITION = {"schema-version": "v2.2", "dd-service": "checkout"}
FACETS: dict[str, list[object]] = {
    name: []
    for name in (
        *("commander", "created_by", "fields", "impact", "last_modified_by", "postmortem"),
        *("responder", "severity", "state", "time_to_repair", "time_to_resolve"),
    )
}

QUESTIONS = [
    Intent(
        "check both keys",
        validation.check_keys,
        official(KeyManagementApi, "validate_api_key"),
        {"status": "ok"},
    ),
    Intent(
        "check the API key",
        validation.check_api_key,
        official(AuthenticationApi, "validate"),
        {"valid": True},
    ),
    Intent(
        "list events of the first version",
        lambda client: event_stream.list_stream_events(
            client, WINDOW, sources=("deployment", "github"), tags=("env:prod",), priority="low"
        ),
        official(
            EventsV1Api,
            "list_events",
            **SECONDS,
            sources="deployment,github",
            tags="env:prod",
            priority="low",
        ),
        {"events": [], "status": "ok"},
    ),
    Intent(
        "find a host",
        lambda client: hosts.find_host(client, "web-1"),
        official(HostsApi, "list_hosts", filter="web-1", **HOSTS),
    ),
    Intent(
        "list hosts",
        lambda client: hosts.list_hosts(client, limit=10),
        official(HostsApi, "list_hosts", **HOSTS),
    ),
    Intent(
        "count hosts",
        hosts.count_hosts,
        official(HostsApi, "get_host_totals"),
        {"total_active": 1, "total_up": 1},
    ),
    Intent(
        "get a host's tags",
        lambda client: host_tags.get_host_tags(client, "web 1/a"),
        official(TagsApi, "get_host_tags", "web 1/a"),
        {"host": "web 1/a", "tags": ["env:prod"]},
    ),
    Intent(
        "list all hosts' tags",
        host_tags.list_host_tags,
        official(TagsApi, "list_host_tags"),
        {"tags": {"env:prod": ["web-1"]}},
    ),
    Intent(
        "get a monitor",
        lambda client: monitors.get_monitor(client, 42),
        official(MonitorsApi, "get_monitor", 42),
        MONITOR,
    ),
    Intent(
        "get a monitor's groups",
        lambda client: monitors.get_monitor_details(client, 42),
        official(MonitorsApi, "get_monitor", 42, group_states="all"),
        MONITOR,
    ),
    Intent(
        "list monitors",
        lambda client: monitors.list_monitors(
            client, limit=100, name="a b", monitor_tags=("team:shop", "tier:1")
        ),
        official(
            MonitorsApi,
            "list_monitors",
            page=0,
            page_size=100,
            name="a b",
            monitor_tags="team:shop,tier:1",
        ),
        [],
    ),
    Intent(
        "search monitors",
        lambda client: monitor_search.search_monitors(client, 'status:alert tag:"a:b"', limit=9),
        official(MonitorsApi, "search_monitors", query='status:alert tag:"a:b"', **BY_NAME),
    ),
    Intent(
        "search monitors' groups",
        lambda client: monitor_search.search_groups(client, "group_status:alert", limit=9),
        official(MonitorsApi, "search_monitor_groups", query="group_status:alert", **BY_NAME),
    ),
    Intent(
        "list services",
        lambda client: services.list_services(client, "prod"),
        official(APMApi, "get_service_list", "prod"),
        {
            "data": {
                "type": "services_list",
                "id": "1",
                "attributes": {"services": [], "metadata": []},
            }
        },
    ),
    Intent(
        "list service definitions",
        lambda client: service_definitions.list_service_definitions(client, limit=10),
        official(
            ServiceDefinitionApi,
            "list_service_definitions",
            page_number=0,
            page_size=100,
            schema_version="v2.2",
        ),
    ),
    Intent(
        "get a service definition",
        lambda client: service_definitions.get_service_definition(client, "checkout"),
        official(ServiceDefinitionApi, "get_service_definition", "checkout", schema_version="v2.2"),
        {"data": {"attributes": {"schema": DEFINITION}}},
    ),
    Intent(
        "list incidents",
        lambda client: incidents.list_incidents(client, limit=10),
        official(IncidentsApi, "list_incidents", page_size=10, page_offset=0),
        {"data": []},
    ),
    Intent(
        "search incidents",
        lambda client: incidents.search_incidents(client, "state:active", limit=10),
        official(
            IncidentsApi,
            "search_incidents",
            "state:active",
            sort="-created",
            page_size=10,
            page_offset=0,
        ),
        {"data": {"attributes": {"facets": FACETS, "incidents": [], "total": 0}}},
    ),
]
