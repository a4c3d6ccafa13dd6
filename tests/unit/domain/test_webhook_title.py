"""Datadog's decorations around a monitor's name."""

import pytest

from domain.webhook_title import Title, read_title


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        (
            "[P1] [Triggered on {env:prod,host:a}] CPU is high",
            Title("CPU is high", "Triggered", ("env:prod", "host:a"), "P1"),
        ),
        ("[Warn Recovered on {host:a}] CPU", Title("CPU", "Warn Recovered", ("host:a",))),
        ("[No Data] CPU", Title("CPU", "No Data")),
        ("[Muted on {host:a}] CPU", Title("CPU", "Muted", ("host:a",))),
        ("[TEST] [Triggered] CPU", Title("CPU", "Triggered")),
        ("[shop] [eu] CPU", Title("[shop] [eu] CPU")),
        ("[Triggered] [shop] CPU", Title("[shop] CPU", "Triggered")),
        ("[Triggered on {host:a[0]}] CPU", Title("CPU", "Triggered", ("host:a[0]",))),
        ("[Triggered on {host:a}]", Title("[Triggered on {host:a}]", "Triggered", ("host:a",))),
        ("CPU [Triggered]", Title("CPU [Triggered]")),
        ("[Triggered CPU", Title("[Triggered CPU")),
        ("", Title("")),
    ],
)
def test_a_title_is_taken_apart(title: str, expected: Title) -> None:
    assert read_title(title) == expected
