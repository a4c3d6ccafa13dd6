"""Which webhooks a monitor's message mentions."""

import pytest

from dd_lib.sandbox.mentions import mentioned_webhooks


@pytest.mark.parametrize(
    ("message", "names"),
    [
        ("Help! @webhook-rayne.", ("rayne",)),
        ("@webhook-a @slack-b @webhook-c_d-1 @webhook-a", ("a", "c_d-1")),
        ("mail someone@webhook.example @pagerduty", ()),
    ],
)
def test_mentions_are_read_in_order_and_once(message: str, names: tuple[str, ...]) -> None:
    assert mentioned_webhooks(message, "Triggered") == names


@pytest.mark.parametrize(
    ("transition", "names"),
    [
        ("Triggered", ("all", "alert")),
        ("Warn", ("all", "warn", "calm")),
        ("Recovered", ("all", "calm", "good")),
    ],
)
def test_only_the_blocks_of_this_change_count(transition: str, names: tuple[str, ...]) -> None:
    message = (
        "@webhook-all {{#is_alert}}\n@webhook-alert\n{{/is_alert}}"
        "{{#is_warning}}@webhook-warn{{/is_warning}}"
        "{{^is_alert}}@webhook-calm {{#is_recovery}}@webhook-good{{/is_recovery}}{{/is_alert}}"
    )

    assert mentioned_webhooks(message, transition) == names
