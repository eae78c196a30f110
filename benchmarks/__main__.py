"""`python -m benchmarks`: measurements of the program on data whose truth is known."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

import click

from benchmarks.demo_folder import build_demo_folder, build_people_folder
from benchmarks.desk import MANY, desk_rows
from benchmarks.recognisers import open_recognisers
from benchmarks.report import Report, measure
from benchmarks.results import page, table
from benchmarks.speed import speed_rows
from benchmarks.texts import HELD_OUT, SAID_OTHERWISE, TAGGED, WRITTEN_ON, rows
from pipeline.models.store import default_store

HERE = Path(__file__).resolve().parent

DEMO_DATA = (
    "The 31 photos of the demo school. Its children are computer-generated and were chosen to be told apart: this "
    "shows that the program works from end to end, not how well it recognises real children."
)
PEOPLE_DATA = (
    "Photographs of a handful of adult celebrities against other adults who are strangers to the gallery. Not "
    "children, not a school's photos, and too few: good enough to see a fault, not to promise a rate."
)

a_folder = click.Path(exists=True, file_okay=False, path_type=Path)
a_file = click.Path(exists=True, dir_okay=False, path_type=Path)
arcface_option = click.option(
    "--arcface", type=a_file, multiple=True, help="TOML file with recognisers to compare (README.md shows one)."
)
recogniser_option = click.option("--recogniser", multiple=True, help="Only this one; may be given more than once.")
photos_option = click.option("--photos", type=a_folder, help="JPEG photos to measure speed on; the demo's otherwise.")
strangers_option = click.option(
    "--strangers", type=a_folder, multiple=True, help="Photos of nobody who is enrolled in --people."
)


@click.group()
def benchmarks() -> None:
    """Measure the program on data whose truth is known."""


@benchmarks.command()
@click.argument("folder", type=a_folder, required=False)
@click.option("--people", type=a_folder, help="Photos named train__ID__x, test__ID and extra__ID, in place of FOLDER.")
@strangers_option
@recogniser_option
@arcface_option
@click.option("--out", type=click.Path(path_type=Path), help="Folder for JSON and pictures.")
def identify(
    folder: Path | None,
    people: Path | None,
    strangers: tuple[Path, ...],
    recogniser: tuple[str, ...],
    arcface: tuple[Path, ...],
    out: Path | None,
) -> None:
    """Who is named rightly and wrongly on a labelled FOLDER; on the demo school where none is given."""
    if (folder and people) or (strangers and not people):
        raise click.UsageError("Give FOLDER, or --people with --strangers, or nothing for the demo school.")
    with tempfile.TemporaryDirectory() as made:
        if people:
            folder = _people(people, strangers, Path(made))
        report = _measured(folder or build_demo_folder(Path(made)), arcface, recogniser)
    click.echo(report.markdown())
    if out:
        report.write(out, "identification")


@benchmarks.command()
@photos_option
@click.option("--strangers", type=a_folder, multiple=True, help="Photographs, all of which are compared with HOG.")
@click.option("--only", default="", help="A part of the name of what is measured, such as cluster.")
def speed(photos: Path | None, strangers: tuple[Path, ...], only: str) -> None:
    """How fast it looks and judges, and what memory it takes."""
    click.echo(table(speed_rows(photos, others=strangers, only=only)))


@benchmarks.command()
@click.option("--photos", default=MANY, show_default=True, help="How many lie on the desk.")
@click.option("--folder", type=click.Path(path_type=Path), help="Where workspace and photos are made, and used again.")
def desk(photos: int, folder: Path | None) -> None:
    """What a person at the desk waits for, with many photos, in a real Chromium."""
    click.echo(table(desk_rows(photos, folder)))


@benchmarks.command()
def texts() -> None:
    """How well names, other data and hints are found in made-up posts, most of them in Dutch."""
    click.echo(f"Posts that the lists were not written with:\n\n{table(rows(HELD_OUT))}\n")
    click.echo(f"Posts made up to get past the lists:\n\n{table(rows(SAID_OTHERWISE))}\n")
    click.echo(f"Posts with tags and letters of other alphabets:\n\n{table(rows(TAGGED))}\n")
    click.echo(f"Posts that the lists were written with:\n\n{table(rows(WRITTEN_ON))}")


@benchmarks.command(name="all")
@photos_option
@click.option("--people", type=a_folder, help="Photos of people, named train__ID__x, test__ID and extra__ID.")
@strangers_option
@arcface_option
@click.option("--out", type=click.Path(path_type=Path), default=HERE, help="Folder for results.md, JSON and pictures.")
def everything(
    photos: Path | None, people: Path | None, strangers: tuple[Path, ...], arcface: tuple[Path, ...], out: Path
) -> None:
    """Everything that can be measured here; writes results.md."""
    if strangers and not people:
        raise click.UsageError("--strangers are strangers to the gallery of --people.")
    sections = {}
    with tempfile.TemporaryDirectory() as made:
        report = _measured(build_demo_folder(Path(made)), arcface)
        sections["Identification: the demo school"] = _section(report, DEMO_DATA, out, "demo")
    if people:
        with tempfile.TemporaryDirectory() as made:
            report = _measured(_people(people, strangers, Path(made)), arcface)
            sections["Identification: photographs"] = _section(report, PEOPLE_DATA, out, "people")
    sections["Texts of posts"] = f"Made-up posts that the lists were not written with.\n\n{table(rows(HELD_OUT))}"
    sections["Speed and memory"] = table(speed_rows(photos, others=strangers))
    out.mkdir(parents=True, exist_ok=True)
    (out / "results.md").write_text(page(sections, date.today()), "utf-8")
    click.echo(f"Written: {out / 'results.md'}")


def _section(report: Report, data: str, out: Path, name: str) -> str:
    """A part of the page: what the data is, the tables, the curves. JSON and pictures go below `results`."""
    report.write(out / "results", name)
    return f"{data}\n\n{report.markdown()}\n\n![Strangers named against enrolled unnamed](results/{name}-det.png)"


def _people(people: Path, strangers: tuple[Path, ...], into: Path) -> Path:
    folder, nameless = build_people_folder(people, strangers, into)
    if nameless:
        click.echo(f"Left out: {nameless} photos whose names name nobody who is enrolled.", err=True)
    return folder


def _measured(folder: Path, arcface: tuple[Path, ...], wanted: tuple[str, ...] = ()) -> Report:
    store = default_store()
    return measure(folder, store, open_recognisers(store, arcface, wanted))


if __name__ == "__main__":
    benchmarks(prog_name="python -m benchmarks")
