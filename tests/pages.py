"""The pages that users read, and what stands in them as code."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))

_FENCED = re.compile(r"^```\w*\n(.*?)^```", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`([^`\n]+)`")
_BEGIN = r"(?:^|&& |; |exec api )(?:[A-Z_]+=\S+ )*"  # where a shell's command begins
_LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


def code_in(page: Path) -> list[str]:
    """Lines of fenced blocks, those that go on with a backslash joined, and what is in `code`."""
    text = page.read_text()
    fenced = "\n".join(_FENCED.findall(text)).replace("\\\n", " ")
    return [*fenced.splitlines(), *_INLINE.findall(_FENCED.sub("", text))]


def commands(page: Path, program: str) -> list[list[str]]:
    """The words after a program's name, to the end of its command."""
    found = []
    for line in code_in(page):
        for begin in re.finditer(rf"{_BEGIN}{re.escape(program)} ", line):
            words = re.split(r"[#|;&)>]|\s{2,}", line[begin.end() :])[0].split()
            found.append(words)
    return found


def links(page: Path) -> list[str]:
    """To other files of ours."""
    return [link for link in _LINK.findall(page.read_text()) if "://" not in link]
