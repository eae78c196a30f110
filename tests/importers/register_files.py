"""Register files for the tests: how they are written, and how an import is told as plain lines."""

import json
from datetime import date
from pathlib import Path

from consent.importers.importing import RegisterImport, read_register_files
from consent.people import Person, Role
from consent.protocol import load_protocol

ROOT = Path(__file__).parents[2]
GOLDEN = Path(__file__).parent / "golden"
PROTOCOL = load_protocol("ooh-2019")
TODAY = date(2026, 11, 22)
PEOPLE_HEADER = "person_id;role;given_name;infix;family_name;group;birth_date;left_on"
CONSENTS_HEADER = "person_id;purpose;medium;status;given_by;given_on;valid_until;withdrawn_on;form_version;evidence"
KNOWN = {"K1": Person("K1", Role.PUPIL, "Wende", "", "Zomer", "5")}


def example_mapping() -> str:
    """The mapping file that docs/mapping.md shows."""
    text = (ROOT / "docs" / "mapping.md").read_text(encoding="utf-8")
    return text.split("```toml\n")[1].split("```")[0]


def write(path: Path, *lines: str, encoding: str = "utf-8-sig") -> Path:
    path.write_bytes(("\r\n".join(lines) + "\r\n").encode(encoding))
    return path


def take(*paths: Path, mapping: Path | None = None, known=KNOWN) -> RegisterImport:
    return read_register_files(paths, protocol=PROTOCOL, today=TODAY, known_people=known, mapping=mapping)


def told(result: RegisterImport) -> dict[str, list[str]]:
    """An import as lines of text, for comparison with a golden file."""

    def line(item) -> str:
        return " | ".join(str(getattr(item, name) or "") for name in item.__dataclass_fields__)

    return {
        name: [line(item) for item in getattr(result, name)] for name in ("people", "records", "faults", "warnings")
    }


def golden(name: str) -> dict[str, list[str]]:
    return json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))
