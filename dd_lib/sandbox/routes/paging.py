"""A place in a list, as a query names it and an answer tells the next."""

from typing import Annotated

from fastapi import Query

FURTHEST = 2**31 - 1  # times a page's size this still is a 64-bit number, as Datadog promises

Page = Annotated[int, Query(ge=0, le=FURTHEST)]
Offset = Annotated[int, Query(alias="page[offset]", ge=0, le=FURTHEST)]
