"""Which events are changes, and of what."""

import pytest

from domain.changes import ChangeKind, identifiers, kind_of, versions
from tests.factories import a_datadog_event


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("deployment", ChangeKind.DEPLOYMENT),
        ("jenkins", ChangeKind.DEPLOYMENT),
        ("feature_flag", ChangeKind.FEATURE_FLAG),
        ("LaunchDarkly", ChangeKind.FEATURE_FLAG),
        ("github", ChangeKind.COMMIT),
        ("terraform", ChangeKind.CONFIGURATION),
        ("kubernetes", ChangeKind.KUBERNETES),
        ("alert", ChangeKind.NONE),
        ("my apps", ChangeKind.OTHER),
    ],
)
def test_the_source_tells_the_kind(source: str, kind: ChangeKind) -> None:
    assert kind_of(a_datadog_event(source=source)) is kind


def test_a_tag_tells_the_kind_where_the_source_does_not() -> None:
    event = a_datadog_event(source="change_tracking", tags=("change_type:feature_flag",))

    assert kind_of(event) is ChangeKind.FEATURE_FLAG


@pytest.mark.parametrize("title", ["OOMKilled checkout-7d9", "Back-off restarting", "Evicted"])
def test_what_kubernetes_suffers_is_no_change(title: str) -> None:
    assert kind_of(a_datadog_event(source="kubernetes", title=title)) is ChangeKind.NONE


def test_a_flag_goes_by_its_tag_and_by_its_title() -> None:
    event = a_datadog_event(title='Flag "new-tax" turned on', tags=("flag:new-tax", "env:prod"))

    assert identifiers(event) == ("new-tax",)


def test_plain_words_are_no_names() -> None:
    event = a_datadog_event(title="Deployed the checkout service", tags=())

    assert identifiers(event) == ()


def test_the_version_is_the_tags() -> None:
    assert versions(a_datadog_event(title="Deployed 1.0.0")) == ("2.4.1",)


def test_without_a_tag_the_version_is_the_one_that_the_title_ends_with() -> None:
    event = a_datadog_event(title="Rolled checkout from 2.4.0 to v2.4.1-rc1.", tags=())

    assert versions(event) == ("v2.4.1-rc1",)
