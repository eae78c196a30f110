"""Purging: whatever has had its time goes, kind after kind, and what stays is told with the day on which it goes.

The ledger says it first, with the rows of the database that go; then go the files. So no file is missing that the
ledger does not account for, and cut off in between, the next purge does the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from consent.messages import UserError, say
from consent.register import Answer, ConsentRegister, add_months
from pipeline.desk.importing import IMPORTS
from pipeline.erasing.own_files import (
    Removed,
    day_of_approval,
    day_of_import,
    day_of_run,
    is_run_folder,
    remove_approved,
    remove_import,
    remove_run,
    remove_working_pictures,
    working_pictures,
)
from pipeline.erasing.retention import Period, Swept
from pipeline.ledger.approved import GONE
from pipeline.ledger.chain import Kind
from pipeline.published.approved import APPROVED
from pipeline.run_folders import LEFTOVER
from pipeline.store import Store
from pipeline.workspace import Workspace

KINDS = {
    "runs": say("run folders"),
    "pictures": say("pictures with faces as they are"),
    "imports": say("photos taken in at the desk"),
    "approved": say("folders with approved photos"),
    "observations": say("what was seen on photos"),
    "decisions": say("what people decided"),
    "templates": say("persons with a template without use"),
    "published": say("published posts"),
    "signatures": say("runs with signatures"),
    "proof": say("proof of consent, of persons who left"),
    "calibrations": say("calibrations"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """What came of one kind: how many went and stay. `goes_on`: when the next of these goes, where that is known."""

    removed: int
    kept: int
    goes_on: date | None = None


@dataclass(frozen=True)
class Purged:
    """What came of a purge, by the names of `KINDS`; and what lies in the program's folders and is not its own."""

    parts: dict[str, Part]
    foreign: tuple[str, ...] = ()


class _DryRunError(Exception):
    """Takes back what a dry run did in the database."""


def purge(space: Workspace, on: date, at: datetime, *, dry_run: bool = False) -> Purged:
    """Remove what has had its time on the day `on`, by `[retention]` in school.toml.

    Safe to do twice, and to be cut off. A dry run removes nothing and tells the same. Raises `UserError` for a day
    that is still to come, unless it is one.
    """
    if on > at.date() and not dry_run:
        raise UserError(say("{day} is still to come. To see what would go by then, add --dry-run.", day=on.isoformat()))
    parts, files = _files(space, on)
    with space.open_store() as store:
        try:
            with store.transaction():
                parts |= _rows(space, store, on, at)
                runs = [folder.name for folder in files.runs]
                for run_id in runs:
                    store.drop_source(run_id)
                if any(part.removed for part in parts.values()):
                    counts = {name: part.removed for name, part in parts.items()}
                    gone = [folder.name for folder in files.approved]
                    store.ledger.append(Kind.PURGE, {**counts, "runs": runs, GONE: gone}, at)
                if dry_run:
                    raise _DryRunError
        except _DryRunError:
            pass
    return Purged(parts, () if dry_run else files.remove().foreign)


@dataclass(frozen=True)
class _Files:
    """Folders that had their time, as a whole or for the pictures in them."""

    runs: tuple[Path, ...]
    pictures: tuple[Path, ...]
    imports: tuple[Path, ...]
    approved: tuple[Path, ...]

    def remove(self) -> Removed:
        told = _removed(remove_working_pictures, self.pictures) + _removed(remove_import, self.imports)
        told += _removed(remove_approved, self.approved)
        return told + _removed(remove_run, self.runs)


def _files(space: Workspace, on: date) -> tuple[dict[str, Part], _Files]:
    keep = space.school.retention
    whole, working = Period(months=keep.run_folders_months), Period(days=keep.working_pictures_days)
    imports = Period(days=keep.imports_days)
    runs = {folder: day_of_run(folder) for folder in _folders(space.reports) if is_run_folder(folder)}
    old = [folder for folder, day in runs.items() if day < whole.before(on)]
    young = {folder: day for folder, day in runs.items() if folder not in old}
    pictures = {folder: working_pictures(folder) for folder in young}
    shown = [folder for folder, day in young.items() if pictures[folder] and day < working.before(on)]
    taken_in = {f: day for f in _folders(space.folder / IMPORTS) if (day := day_of_import(f)) is not None}
    taken_out = [folder for folder, day in taken_in.items() if day < imports.before(on)]
    out = Period(months=keep.approved_months)
    approved = {
        folder: day
        for platform in _folders(space.folder / APPROVED)
        for folder in _folders(platform)
        if (day := day_of_approval(folder)) is not None
    }
    published = [folder for folder, day in approved.items() if day < out.before(on)]
    parts = {
        "runs": _part(len(old), young.values(), whole),
        "pictures": _part(
            sum(pictures[folder] for folder in shown),
            [day for folder, day in young.items() if folder not in shown for _ in range(pictures[folder])],
            working,
        ),
        "imports": _part(len(taken_out), [day for f, day in taken_in.items() if f not in taken_out], imports),
        "approved": _part(len(published), [day for f, day in approved.items() if f not in published], out),
    }
    return parts, _Files(tuple(old), tuple(shown), tuple(taken_out), tuple(published))


def _folders(place: Path) -> list[Path]:
    return sorted(place.iterdir()) if place.is_dir() and not place.is_symlink() else []


def _removed(remove: Callable[[Path], Removed], folders: Iterable[Path]) -> Removed:
    return sum(map(remove, folders), Removed())


def _part(removed: int, kept: Iterable[date], period: Period) -> Part:
    days = list(kept)
    return Part(removed, len(days), period.ends(min(days)) if days else None)


def _rows(space: Workspace, store: Store, on: date, at: datetime) -> dict[str, Part]:
    keep = space.school.retention

    def part(sweep: Callable[[date], Swept], months: int) -> Part:
        period = Period(months)
        swept = sweep(period.before(on))
        return Part(swept.removed, swept.kept, period.ends(swept.oldest) if swept.oldest else None)

    for run_id in store.source_runs():
        if not any((space.reports / name).exists() for name in (run_id, f".{run_id}{LEFTOVER}")):
            store.drop_source(run_id)
    published = part(store.published.drop_old, keep.published_months)
    signatures = part(store.signing.drop_old, keep.signatures_months)  # it asks which posts are still kept
    return {
        "observations": part(store.drop_observations, keep.observations_months),
        "decisions": part(store.decisions.drop_old, keep.decisions_months),
        "templates": _templates(space, store, on),
        "published": published,
        "signatures": signatures,
        "proof": part(lambda before: store.drop_proof(before, at), keep.proof_months),
        "calibrations": part(store.drop_calibrations, keep.calibrations_months),
    }


def _templates(space: Workspace, store: Store, on: date) -> Part:
    """Erase all templates of persons of whom none could be used for so long; never a part of a person's.

    What is left of a part would seem to be the whole, and a look-alike could get the name on this person's photos.
    """
    period = Period(space.school.retention.unused_templates_months)
    register = store.register(space.school.load_protocol().parameters.validity)
    last = dict(_last_days_of_use(store, register, space.school.matching.reference_months, on))
    gone = [person for person, day in last.items() if day < period.before(on)]
    store.drop_templates(gone)
    return _part(len(gone), [day for person, day in last.items() if person not in gone], period)


def _last_days_of_use(
    store: Store, register: ConsentRegister, reference_months: int, on: date
) -> Iterator[tuple[str, date]]:
    """The last day on which somebody who is enrolled could be compared: by form, by age of photos, and at school."""
    newest: dict[str, date] = {}
    for one in store.kept_templates():
        newest[one.person_id] = max(newest.get(one.person_id, date.min), one.taken_on or one.enrolled_on)
    for person_id, taken in newest.items():
        status = register.matching(person_id, on)
        left_on = register.people[person_id].left_on
        if status.answer is not Answer.YES or status.last_day is None:
            yield person_id, date.min
        else:
            yield person_id, min(status.last_day, add_months(taken, reference_months), left_on or date.max)
