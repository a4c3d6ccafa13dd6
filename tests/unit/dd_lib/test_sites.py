"""Laws of the addresses."""

import pytest

from dd_lib.sites import SITES, Addresses, addresses
from domain.errors import Misconfigured

SANDBOX = "http://127.0.0.1:8090"


def test_without_settings_it_is_the_first_site() -> None:
    assert addresses() == Addresses("https://api.datadoghq.com", "https://app.datadoghq.com")


@pytest.mark.parametrize("site", SITES)
def test_each_sites_api_has_api_in_front(site: str) -> None:
    assert addresses(site=site).api_url == f"https://api.{site}"


@pytest.mark.parametrize(
    ("site", "pages"),
    [
        ("datadoghq.com", "https://app.datadoghq.com"),
        ("datadoghq.eu", "https://app.datadoghq.eu"),
        ("ddog-gov.com", "https://app.ddog-gov.com"),
        ("us3.datadoghq.com", "https://us3.datadoghq.com"),
        ("us5.datadoghq.com", "https://us5.datadoghq.com"),
        ("ap1.datadoghq.com", "https://ap1.datadoghq.com"),
        ("ap2.datadoghq.com", "https://ap2.datadoghq.com"),
        ("uk1.datadoghq.com", "https://uk1.datadoghq.com"),
        ("us2.ddog-gov.com", "https://us2.ddog-gov.com"),
    ],
)
def test_only_three_sites_have_app_in_front(site: str, pages: str) -> None:
    assert addresses(site=site).app_url == pages


def test_the_pages_follow_from_the_apis_address() -> None:
    found = addresses(api_url="https://api.us5.datadoghq.com/")

    assert found == Addresses("https://api.us5.datadoghq.com", "https://us5.datadoghq.com")


def test_a_proxys_pages_are_those_of_the_site() -> None:
    found = addresses(site="datadoghq.eu", api_url="https://proxy.example/dd")

    assert found == Addresses("https://proxy.example/dd", "https://app.datadoghq.eu")


@pytest.mark.parametrize("site", ["", "datadoghq.eu"])
@pytest.mark.parametrize("url", [SANDBOX, "http://localhost:8090", "http://[::1]:8090"])
def test_a_sandbox_has_its_own_pages(site: str, url: str) -> None:
    assert addresses(site=site, api_url=url).app_url == url


@pytest.mark.parametrize("url", ["", SANDBOX, "https://api.datadoghq.eu"])
def test_given_pages_win(url: str) -> None:
    found = addresses(api_url=url, app_url="https://acme.datadoghq.com/")

    assert found.app_url == "https://acme.datadoghq.com"


@pytest.mark.parametrize("site", ["us5", "app.datadoghq.com", "https://datadoghq.com"])
def test_an_unknown_site_is_refused_with_the_known_ones(site: str) -> None:
    with pytest.raises(Misconfigured, match=r"DD_SITE .* us5\.datadoghq\.com"):
        addresses(site=site)


@pytest.mark.parametrize(
    "url", ["api.datadoghq.com", "ftp://x", "https://", "https://[", "https://x:port", "x y"]
)
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(Misconfigured, match="DD_API_URL"):
        addresses(api_url=url)
