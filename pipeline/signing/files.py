"""The clean files that are signed for: made from the very bytes that were judged, and never made over once signed."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from consent.messages import Message, UserError, say
from pipeline.erasing.own_files import CLEAN_FILE, GROWING, GROWING_FILM, TO_PUBLISH
from pipeline.film.writing import ENDING, write_film
from pipeline.film.writing import leftovers as leftovers_of_film
from pipeline.photos import file_digest, read_file
from pipeline.private import private_folder
from pipeline.remedies.clean import clean, leftovers
from pipeline.remedies.confirming import Remade
from pipeline.run import AuditedPhoto
from pipeline.signing.runs import CandidateRun, RunPhoto
from pipeline.store import Store

CHANGED = say("The file is not where it was, or was changed since the audit. Audit it again.")


@dataclass(frozen=True, slots=True)
class CleanFile:
    """A file as it would be published: its name and SHA-256, and the photo that it was made of, as judged today."""

    name: str
    sha256: str
    judged: AuditedPhoto


@dataclass(frozen=True)
class FileMaker:
    """What it takes to make the files of one run. `in_place`: new files that go in place of a photo, by its name."""

    store: Store
    run: CandidateRun
    judged: Mapping[str, AuditedPhoto]
    in_place: Mapping[str, Remade]
    long_side_px: int

    def file(self, photo: RunPhoto) -> CleanFile | Message:
        """The file of a photo, made where it is not there; why not, where what it is made of is not what was judged.

        Raises `UserError` where the file itself was changed after it was made.
        """
        # A number: what a camera or a teacher called the photo may tell who is on it.
        is_film = self.judged[photo.name].facts.film is not None
        name = f"film-{photo.number:03}{ENDING}" if is_film else f"photo-{photo.number:03}.jpg"
        new = self.in_place.get(photo.name)
        source_sha256 = new.made.sha256 if new else photo.sha256
        sha256 = self._kept(name, source_sha256)
        if sha256 is None:
            unfinished = private_folder(self.run.folder / TO_PUBLISH) / f".{name}.part"
            make = self._film if is_film else self._photo
            why_not = make(photo, new, unfinished)
            if why_not is not None:
                unfinished.unlink(missing_ok=True)
                return why_not
            sha256 = file_digest(unfinished)
            unfinished.replace(unfinished.with_name(name))
            self.store.signing.keep_clean_file(self.run.run_id, name, source_sha256, sha256)
        return CleanFile(name, sha256, self.judged[photo.name])

    def _kept(self, name: str, source_sha256: str) -> str | None:
        """The SHA-256 of the file that was made before; None where there is none."""
        path = self.run.folder / TO_PUBLISH / name
        known = self.store.signing.clean_file(self.run.run_id, name, source_sha256)
        if known is None or not path.exists():
            return None
        if not path.is_file() or path.is_symlink() or file_digest(path) != known:
            raise UserError(
                say(
                    "{file} was changed after it was made to be signed for. Delete that file and try again: then it is "
                    "made anew from the photo that was audited.",
                    file=f"{self.run.run_id}/{TO_PUBLISH}/{name}",
                )
            )
        return known

    def _photo(self, photo: RunPhoto, new: Remade | None, target: Path) -> Message | None:
        content = self._content(photo, new)
        if content is None:
            return CHANGED
        target.write_bytes(content)
        return None

    def _film(self, photo: RunPhoto, new: Remade | None, target: Path) -> Message | None:
        """A film, pictures alone: a new one byte for byte. One that rules let pass as it is has no sound to lose."""
        if new is not None:
            shutil.copyfile(new.file, target)
            return None if file_digest(target) == new.made.sha256 and not leftovers_of_film(target) else CHANGED
        read = read_file(self.run.source.photos / photo.name, photo.name)
        if read.problem is not None or read.sha256 != photo.sha256:
            return CHANGED
        with TemporaryDirectory(prefix=GROWING, dir=target.parent) as folder:
            growing = Path(folder) / GROWING_FILM
            try:
                write_film(read, self.long_side_px, growing)
            except UserError as error:  # all of its pictures are read here; the others go on
                return error.message
            growing.replace(target)
        return None

    def _content(self, photo: RunPhoto, new: Remade | None) -> bytes | None:
        if new is not None:
            read = read_file(new.file, new.file.name)
            same = read.problem is None and read.sha256 == new.made.sha256
            return read.content if same and not leftovers(read.content) else None
        read = read_file(self.run.source.photos / photo.name, photo.name)
        same = read.problem is None and read.sha256 == photo.sha256
        return clean(read.content, photo.name, self.long_side_px) if same else None


def remove_others(folder: Path, names: Collection[str]) -> None:
    """Remove the clean files that do not belong to the set: nobody should find one there of a photo that left it."""
    for path in folder.iterdir() if folder.is_dir() else ():
        if CLEAN_FILE.fullmatch(path.name) and path.name not in names:
            path.unlink()
