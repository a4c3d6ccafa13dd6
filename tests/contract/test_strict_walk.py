"""The strict walk finds what the official client takes without a word."""

from typing import Any

import pytest
from datadog_api_client import Configuration
from datadog_api_client.model_utils import validate_and_convert_types
from datadog_api_client.v1.model.host_list_response import HostListResponse
from datadog_api_client.v1.model.host_tags import HostTags
from datadog_api_client.v1.model.monitor import Monitor
from datadog_api_client.v1.model.tag_to_hosts import TagToHosts
from datadog_api_client.v2.model.downtime_response import DowntimeResponse

from tests.conformance.strict_walk import strangers

MONITOR = {"id": 42, "type": "query alert", "query": "avg(last_5m):avg:a{*} > 1"}


def parsed(answer: object, kind: Any) -> object:
    """As the official client parses an answer of that kind."""
    # The client ships half its types.
    configuration = Configuration()  # type: ignore[no-untyped-call]
    return validate_and_convert_types(  # type: ignore[no-untyped-call]
        answer, (kind,), [], True, True, configuration=configuration
    )


def a_downtime(**attributes: object) -> dict[str, Any]:
    return {"data": {"type": "downtime", "id": "x", "attributes": attributes}}


def test_an_answer_of_known_parts_has_no_strangers() -> None:
    monitor = MONITOR | {"options": {"notify_no_data": True}, "state": {"groups": {}}}

    assert strangers(parsed([monitor], [Monitor])) == []


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"type": "odd alert"}, "list.1.type is no MonitorType: odd alert"),
        (
            {"options": {"renotify_statuses": ["alert", "sleepy"]}},
            "list.1.options.renotify_statuses.1 is no MonitorRenotifyStatusType: sleepy",
        ),
        ({"colour": "red"}, "list.1.colour is unknown to Monitor"),
        ({"creator": {"shoe": 44}}, "list.1.creator.shoe is unknown to Creator"),
    ],
)
def test_a_stranger_deep_in_a_list_is_found(change: dict[str, Any], complaint: str) -> None:
    answer = parsed([MONITOR, MONITOR | change], [Monitor])

    assert strangers(answer) == [complaint]


def test_a_variant_that_fits_none_is_found() -> None:
    answer = parsed(a_downtime(schedule={"start": 5}), DowntimeResponse)

    assert strangers(answer) == [
        "DowntimeResponse.data.attributes.schedule.DowntimeScheduleResponse is unparsed"
    ]


def test_every_stranger_is_found() -> None:
    answer = parsed(a_downtime(status="odd", mood="odd"), DowntimeResponse)

    assert len(strangers(answer)) == 2


def test_what_real_answers_hold_undocumented_is_no_stranger() -> None:
    answer = parsed({"host_list": [], "exact_total_matching": True}, HostListResponse)

    assert strangers(answer) == []


def test_names_of_a_map_are_free() -> None:
    answer = parsed({"tags": {"env:prod": ["web-1"]}}, TagToHosts)

    assert strangers(answer) == []


def test_a_map_beside_described_attributes_is_not() -> None:
    answer = parsed({"host": "web-1", "tags": [], "rack": 7}, HostTags)

    assert strangers(answer) == ["HostTags.rack is unknown to HostTags"]
