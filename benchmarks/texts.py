"""How well texts are read: the made-up posts of tests/texts, of which one part was never used to write the lists."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from benchmarks.results import Rate, Row
from consent.importers.people_csv import person_of
from consent.importers.tables import as_table, read_sheets
from consent.people import Person
from consent.texts import Found, Kind, Sought, in_post
from pipeline.places import PROJECT

FOLDER = PROJECT / "tests" / "texts"
HELD_OUT, WRITTEN_ON, SAID_OTHERWISE, TAGGED = "held_out", "written_on", "said_otherwise", "tagged"
FINE = "fine"

LABELS = {
    "names": "a name of the register (R12)",
    "data": "other personal data (R12)",
    "informs": "it informs parents (R6)",
    "negative": "not a positive message (R3)",
}
_NAMES = (Kind.FULL_NAME, Kind.INITIALS, Kind.FAMILY_NAME, Kind.GIVEN_NAME, Kind.WORD_NAME)
_LABEL_OF = {Kind.INFORMS: "informs", Kind.NOT_POSITIVE: "negative", **dict.fromkeys(_NAMES, "names")}


@dataclass(frozen=True, slots=True)
class LabelledPost:
    """A made-up post: its labels (none: nothing is to be said of its words) and what the program finds in it."""

    text: str
    labels: frozenset[str]
    found: tuple[Found, ...]

    @property
    def told(self) -> frozenset[str]:
        """The labels that the program gives it."""
        return frozenset(_LABEL_OF.get(one.kind, "data") for one in self.found)


@dataclass(frozen=True, slots=True)
class Reading:
    """How often a label was found where it belongs (recall), and was right where it was found (precision)."""

    recall: Rate
    precision: Rate


@cache
def people() -> tuple[Person, ...]:
    """The register of the made-up posts."""
    (sheet,) = read_sheets(FOLDER / "people.csv").values()
    table = as_table(sheet)
    return tuple(person_of(row, table.epoch) for row in table.rows)


@cache
def posts(part: str) -> tuple[LabelledPost, ...]:
    """The posts of a part, read by the program. A label that is not known is an error of the file."""
    return tuple(_posts(part))


def _posts(part: str) -> Iterator[LabelledPost]:
    sought = Sought(people())
    for line in Path(FOLDER / f"{part}.txt").read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        labels, text = line.split(" | ", 1)
        given = frozenset(labels.split())
        if not (given == {FINE} or (given and given <= LABELS.keys())):
            raise ValueError(f"{part}.txt: no such label: {labels}")
        yield LabelledPost(text, given - {FINE}, in_post(text, sought, ("R3", "R6")))


def readings(part: str) -> dict[str, Reading]:
    """Precision and recall of each label, by posts."""
    of_part = posts(part)
    made = {}
    for label in LABELS:
        right = sum(label in post.labels & post.told for post in of_part)
        there = sum(label in post.labels for post in of_part)
        made[label] = Reading(Rate(right, there), Rate(right, sum(label in post.told for post in of_part)))
    return made


def bothered(part: str) -> Rate:
    """How many of the posts that are fine somebody has to look at all the same."""
    fine = [post for post in posts(part) if not post.labels]
    return Rate(sum(bool(post.told) for post in fine), len(fine))


def rows(part: str) -> tuple[Row, ...]:
    """The figures of a part as a table."""
    lines = []
    for label, reading in readings(part).items():
        lines.append(reading.recall.row(f"{LABELS[label]}: found", "of the posts where it is (recall)"))
        lines.append(reading.precision.row(f"{LABELS[label]}: right", "of the posts where it was told (precision)"))
    lines.append(bothered(part).row("posts that are fine, and of which something was told"))
    return tuple(lines)
