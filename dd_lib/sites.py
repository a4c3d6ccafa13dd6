"""Where a Datadog account lives: the addresses of its API and of its web pages."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from domain.errors import Misconfigured

DEFAULT_SITE = "datadoghq.com"

# Site -> host of its web pages. Six of the nine have no "app." in front.
SITES = {
    "datadoghq.com": "app.datadoghq.com",
    "us3.datadoghq.com": "us3.datadoghq.com",
    "us5.datadoghq.com": "us5.datadoghq.com",
    "ap1.datadoghq.com": "ap1.datadoghq.com",
    "ap2.datadoghq.com": "ap2.datadoghq.com",
    "uk1.datadoghq.com": "uk1.datadoghq.com",
    "datadoghq.eu": "app.datadoghq.eu",
    "ddog-gov.com": "app.ddog-gov.com",
    "us2.ddog-gov.com": "us2.ddog-gov.com",
}


@dataclass(frozen=True)
class Addresses:
    """Both without a slash at the end."""

    api_url: str
    app_url: str


def addresses(*, site: str = "", api_url: str = "", app_url: str = "") -> Addresses:
    """What DD_SITE, DD_API_URL and DD_APP_URL mean together; blank is unset.

    DD_API_URL says where to ask. Links lead to DD_APP_URL, else to the pages of the API's site,
    else (a proxy) to those of DD_SITE. A sandbox serves its own pages.
    """
    api = _address(api_url, "DD_API_URL") or f"https://api.{_known(site or DEFAULT_SITE)}"
    return Addresses(api_url=api, app_url=_address(app_url, "DD_APP_URL") or _pages(api, site))


def _pages(api_url: str, site: str) -> str:
    host = urlsplit(api_url).hostname or ""
    own_site = host.removeprefix("api.")
    if own_site in SITES:
        return f"https://{SITES[own_site]}"
    if site and not _is_loopback(host):
        return f"https://{SITES[_known(site)]}"
    return api_url


def _known(site: str) -> str:
    if site not in SITES:
        raise Misconfigured(f"DD_SITE {site!r} is none of {', '.join(SITES)}; or set DD_API_URL")
    return site


def _address(url: str, variable: str) -> str:
    if not url:
        return ""
    try:
        parts = urlsplit(url)
        # Asking for the port is what checks it.
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise Misconfigured(f"{variable} is not an http address: {url!r}")
    return url.rstrip("/")


def _is_loopback(host: str) -> bool:
    return host in ("localhost", "::1") or host.startswith("127.")
