"""Laws of lists that are numbered: they end, and say what is missing."""

import pytest

from dd_lib.paging import Chunk, Listing, read_chunks


class Pages:
    """Gives its pages in order, then empty ones; keeps how it was asked."""

    def __init__(self, *pages: list[int], total: int | None = None) -> None:
        self._pages = pages
        self._total = total
        self.asked: list[tuple[int, int]] = []

    async def __call__(self, read: int, pages: int) -> Chunk[int]:
        self.asked.append((read, pages))
        return Chunk(self._pages[pages] if pages < len(self._pages) else [], self._total)


async def test_without_a_total_an_empty_page_is_the_end() -> None:
    pages = Pages([1, 2], [3])

    found = await read_chunks(pages, 10)

    assert found == Listing((1, 2, 3))
    assert pages.asked == [(0, 0), (2, 1), (3, 2)]


async def test_a_total_saves_asking_for_an_empty_page() -> None:
    pages = Pages([1, 2], [3], total=3)

    found = await read_chunks(pages, 10)

    assert found == Listing((1, 2, 3))
    assert len(pages.asked) == 2


async def test_a_total_that_is_never_reached_does_not_ask_for_ever() -> None:
    pages = Pages([1], total=9)

    found = await read_chunks(pages, 10)

    assert found.items == (1,)
    assert len(pages.asked) == 2


@pytest.mark.parametrize(
    ("total", "partial"),
    [
        (3, "stopped at the first 2 of 3"),
        (9, "stopped at the first 2; there may be more"),
        (None, "stopped at the first 2; there may be more"),
    ],
)
async def test_a_list_that_was_cut_says_so(total: int | None, partial: str) -> None:
    found = await read_chunks(Pages([1, 2, 3], total=total), 2)

    assert found == Listing((1, 2), partial)


async def test_a_list_as_long_as_the_limit_is_whole() -> None:
    found = await read_chunks(Pages([1, 2], total=2), 2)

    assert found == Listing((1, 2))
