"""The permissions that the handbook asks for are those that Datadog's documents name."""

import re

from tests.conformance.specification import Specification
from tests.pages import ROOT

METHODS = {"get", "post", "put", "patch", "delete"}


def test_the_handbook_lists_what_our_operations_need(datadog_specification: Specification) -> None:
    page = (ROOT / "docs" / "security.md").read_text()
    table = page.split("| For | Permissions |")[1].split("\n\n")[0]
    listed = set(re.findall(r"`([a-z_]+)`", table))

    assert listed == needed(datadog_specification)


def needed(specification: Specification) -> set[str]:
    found: set[str] = set()
    for document in specification.documents.values():
        for path in document["paths"].values():
            for method in METHODS & path.keys():
                operation = path[method]
                found |= set(operation.get("x-permission", {}).get("permissions", ()))
                for security in operation.get("security", ()):
                    found |= set(security.get("AuthZ", ()))
    return found
