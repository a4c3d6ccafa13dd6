"""Report templates of a folder: which cells a notebook has, and documents filled from a report.

A JSON template names sections and their fields; a Markdown one is Jinja, run in its sandbox, where
every value is made into text that renders as itself.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from pydantic import BaseModel, ConfigDict, JsonValue, TypeAdapter, ValidationError

from domain.errors import Misconfigured, NotFound
from domain.markdown import MAX_BLOCK, text
from domain.report import LAYOUT, SECTIONS

REPORT: Final = "incident_report.json"  # its `notebook` is the order of a notebook's cells
HOUSE_NOTES: Final = "prompt.md"
MAX_NOTES: Final = 8_000  # characters: they are paid for with every analysis

_MEDIA_TYPES: Final = {".json": "application/json", ".md": "text/markdown; charset=utf-8"}
_JSON: Final = TypeAdapter(JsonValue)


class Filled(NamedTuple):
    """A template with a report's values in it."""

    name: str
    media_type: str
    text: str


class _Layout(BaseModel):
    """A JSON template. Names are checked where they are used: there what exists is known."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    notebook: tuple[str, ...] = LAYOUT
    sections: dict[str, tuple[str, ...]]


class Templates:
    """Reads its folder on each call, so that a changed template needs no restart."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._jinja = ImmutableSandboxedEnvironment(
            finalize=_as_text,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            autoescape=False,  # that is HTML's; `finalize` escapes for Markdown
        )

    def names(self) -> tuple[str, ...]:
        """File names, sorted. Raises Misconfigured without the folder."""
        try:
            found = sorted(path.name for path in self._folder.iterdir() if path.is_file())
        except OSError as error:
            raise Misconfigured(f"the templates in {self._folder} cannot be read") from error
        return tuple(
            name for name in found if Path(name).suffix in _MEDIA_TYPES and name != HOUSE_NOTES
        )

    def notebook_layout(self) -> tuple[str, ...]:
        """The sections of a notebook, in order. Raises Misconfigured naming what is wrong."""
        if REPORT not in self.names():
            return LAYOUT
        layout = self._layout(REPORT).notebook
        unknown = [name for name in layout if name not in SECTIONS]
        if unknown:
            raise Misconfigured(
                f"{REPORT}: a notebook has no section {unknown[0]!r}; there are {', '.join(LAYOUT)}"
            )
        return layout

    def house_notes(self) -> str:
        """What the operator wants every analysis to know, or "". Never data from outside."""
        path = self._folder / HOUSE_NOTES
        return self._read(path)[:MAX_NOTES].strip() if path.is_file() else ""

    def fill(self, name: str, document: Mapping[str, JsonValue]) -> Filled:
        """`name` with or without its ending. Raises NotFound; Misconfigured for a bad template."""
        file = self._resolve(name)
        suffix = Path(file).suffix
        filled = self._json(file, document) if suffix == ".json" else self._markdown(file, document)
        return Filled(name=file, media_type=_MEDIA_TYPES[suffix], text=filled)

    def _resolve(self, name: str) -> str:
        """Only a name that the listing has: no path leads out of the folder."""
        names = self.names()
        for file in names:
            if name in (file, Path(file).stem):
                return file
        raise NotFound(f"there is no template {name!r:.80}; there are {', '.join(names)}")

    def _json(self, file: str, document: Mapping[str, JsonValue]) -> str:
        layout = self._layout(file)
        filled: dict[str, JsonValue] = {"title": layout.title}
        for section, fields in layout.sections.items():
            values = document.get(section)
            if not isinstance(values, dict):
                raise Misconfigured(f"{file}: a report has no section {section!r}")
            unknown = [field for field in fields if field not in values]
            if unknown:
                raise Misconfigured(f"{file}: {section} has no field {unknown[0]!r}")
            filled[section] = {field: values[field] for field in fields}
        return _JSON.dump_json(filled, indent=2).decode()

    def _markdown(self, file: str, document: Mapping[str, JsonValue]) -> str:
        try:
            return self._jinja.from_string(self._read(self._folder / file)).render(document)
        except TemplateError as error:
            # The name and place only: the text of an error may quote a value.
            raise Misconfigured(f"{file} cannot be filled: {type(error).__name__}") from error

    def _layout(self, file: str) -> _Layout:
        try:
            return _Layout.model_validate_json(self._read(self._folder / file))
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            where = ".".join(map(str, first["loc"])) or "the file"
            raise Misconfigured(f"{file}: {where}: {first['msg']}") from error

    def _read(self, path: Path) -> str:
        try:
            return path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise Misconfigured(f"the template {path.name} cannot be read") from error


def _as_text(value: object) -> object:
    """What stands in a report was written by strangers: it must not become markup."""
    if value is None:
        return "not known"
    return text(value, MAX_BLOCK) if isinstance(value, str) else value
