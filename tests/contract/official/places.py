"""Calls about hosts, tags, monitors, services, incidents and keys."""

from datadog_api_client.v1.api.authentication_api import AuthenticationApi
from datadog_api_client.v1.api.hosts_api import HostsApi
from datadog_api_client.v1.api.monitors_api import MonitorsApi
from datadog_api_client.v1.api.tags_api import TagsApi
from datadog_api_client.v2.api.apm_api import APMApi
from datadog_api_client.v2.api.incidents_api import IncidentsApi
from datadog_api_client.v2.api.key_management_api import KeyManagementApi
from datadog_api_client.v2.api.service_definition_api import ServiceDefinitionApi
from datadog_api_client.v2.api.software_catalog_api import SoftwareCatalogApi

from tests.contract.official.client import Call, after, official

HOST = "checkout-7d9f-a"
MONITOR_ID = 14205511
SERVICE = "checkout"
DEFINITIONS = "/api/v2/services/definitions"
DEFINITION = {
    "schema_version": "v2.2",
    "dd_service": "checkout",
    "team": "shop",
    "tags": ["tier:1"],
    "contacts": [{"type": "email", "contact": "shop@example.com", "name": "Shop"}],
    "links": [{"name": "Runbook", "type": "runbook", "url": "https://runbooks.example/checkout"}],
}
DECLARED = official(ServiceDefinitionApi, "create_or_update_service_definitions", body=DEFINITION)

PLACES = [
    Call("GET", "/api/v1/validate", official(AuthenticationApi, "validate"), "valid"),
    Call("GET", "/api/v2/validate", official(KeyManagementApi, "validate")),
    Call("GET", "/api/v2/validate_keys", official(KeyManagementApi, "validate_api_key"), "status"),
    Call(
        "GET",
        "/api/v1/hosts",
        official(
            HostsApi,
            "list_hosts",
            filter="env:prod",
            sort_field="cpu",
            sort_dir="desc",
            count=10,
            include_hosts_metadata=True,
            include_muted_hosts_data=True,
        ),
        "host_list",
    ),
    Call("GET", "/api/v1/hosts/totals", official(HostsApi, "get_host_totals"), "total_up"),
    Call("GET", "/api/v1/tags/hosts", official(TagsApi, "list_host_tags"), "tags"),
    Call("GET", "/api/v1/tags/hosts/{host_name}", official(TagsApi, "get_host_tags", HOST), "tags"),
    Call(
        "GET",
        "/api/v1/monitor",
        official(MonitorsApi, "list_monitors", group_states="all", with_downtimes=True),
        "",
    ),
    Call(
        "GET",
        "/api/v1/monitor/{monitor_id}",
        official(MonitorsApi, "get_monitor", MONITOR_ID, group_states="all", with_downtimes=True),
        "name",
    ),
    Call(
        "GET",
        "/api/v1/monitor/search",
        official(MonitorsApi, "search_monitors", query="status:alert", sort="name,asc"),
        "monitors",
    ),
    Call(
        "GET",
        "/api/v1/monitor/groups/search",
        official(MonitorsApi, "search_monitor_groups", query="group_status:alert", per_page=10),
        "groups",
    ),
    Call("GET", "/api/v2/apm/services", official(APMApi, "get_service_list", "prod")),
    Call(
        "GET",
        "/api/v2/catalog/entity",
        official(
            SoftwareCatalogApi,
            "list_catalog_entity",
            filter_kind="service",
            include_discovered=True,
            page_limit=5,
        ),
    ),
    Call("POST", DEFINITIONS, DECLARED),
    Call(
        "GET",
        DEFINITIONS,
        after(
            DECLARED,
            lambda _: official(
                ServiceDefinitionApi, "list_service_definitions", page_size=10, page_number=0
            ),
        ),
    ),
    Call(
        "GET",
        f"{DEFINITIONS}/{{service_name}}",
        after(
            DECLARED,
            lambda _: official(
                ServiceDefinitionApi, "get_service_definition", SERVICE, schema_version="v2.2"
            ),
        ),
    ),
    Call("GET", "/api/v2/incidents", official(IncidentsApi, "list_incidents", page_size=10)),
    Call(
        "GET",
        "/api/v2/incidents/search",
        official(IncidentsApi, "search_incidents", "state:active", sort="-created", page_size=10),
    ),
]
