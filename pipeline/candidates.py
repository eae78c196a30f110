"""The audit of candidates: photos that somebody wants to publish.

`CandidateAudit` is validated before anything is looked at. Its steps are the cells of the notebook
`20_audit_candidates.ipynb`: find the photos, look and judge, write the run folder.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from pydantic import ConfigDict

from consent.hidden import what_stands_beside
from consent.messages import Message, say
from consent.people import Person
from consent.texts import in_post
from pipeline.deciding import with_decisions
from pipeline.judged import Publication
from pipeline.language import translator
from pipeline.ledger.bodies import of_candidates
from pipeline.ledger.chain import Kind
from pipeline.ledger.folders import record_run
from pipeline.looking import PICTURES, Looking
from pipeline.metadata.sidecars import read_sidecar, sidecars
from pipeline.models.store import default_store
from pipeline.naming import NamesFile
from pipeline.naming_table import COLUMNS, read_names
from pipeline.photos import Batch, file_digest, find_photos
from pipeline.progress import telling_errors, track
from pipeline.remedies.propose import offered
from pipeline.reporting.tables import write_csv
from pipeline.reporting.writing import write_run_folder
from pipeline.run import AuditedPhoto, AuditRun
from pipeline.run_folders import RunFolder, must_be_there
from pipeline.store import RunSource, Store, register_digest
from pipeline.workers import open_workers

NAMES_FILE = "names.csv"

Follow = Callable[[Iterable[AuditedPhoto], str, int], Iterator[AuditedPhoto]]


@dataclass(frozen=True)
class CandidateAudit(RunFolder):
    """What to audit and how: the notebook's parameters, checked. Make one with `from_parameters`.

    The text of the post is in `message_file`, or is `message` itself.
    """

    workspace: Path
    photos: Path
    platform: str
    on: date
    run_id: str
    language: str
    message_file: Path | None = None
    message: str | None = None
    names_file: Path | None = None
    names_in_report: bool = False
    scheduler: str | None = None
    __pydantic_config__ = ConfigDict(extra="forbid")

    @classmethod
    def from_parameters(cls, **given: Any) -> CandidateAudit:
        """Check parameters as a notebook gets them: text, booleans and None; empty means the default.

        Raises `UserError` for whatever would only fail later: paths, platform, date, language, run id.
        """
        with telling_errors():
            audit = cls.checked(given)
            must_be_there(audit.message_file, audit.names_file)
            return audit

    def find(self) -> Batch:
        """The photos to audit and the other files beside them."""
        with telling_errors():
            return find_photos(self.photos.resolve())

    def look_and_judge(self, batch: Batch, follow: Follow = track) -> AuditRun:
        """Look at every photo, name whom may be named, judge, and draw. What was seen is remembered at once.

        What people decided at the desk counts as much as the file with names. `follow` passes the photos on, one by
        one, and tells whoever waits; it gets a label and how many there will be.
        """
        started, clock = datetime.now().astimezone(), time.perf_counter()
        with telling_errors():
            self.begin()
        with telling_errors(), self.space.open_store() as store:
            register = store.register(self.protocol.parameters.validity)
            names = _names_in(self.names_file, register.people, store)
            decisions = store.decisions.all()
            said = with_decisions(names, decisions)
            publication = Publication(self.platform, self.on, self.protocol, register, started.date())
            looking = Looking(store, publication, self.space.school.matching, said, self.unfinished)
            with open_workers(default_store(), self.scheduler) as workers:
                of_batch = ((path, batch.name(path)) for path in batch.photos)
                with closing(looking.audit(of_batch, workers)) as audited:
                    photos = tuple(follow(self.going_on(audited), "audit", len(batch.photos)))
        beside = {batch.name(photo): files for photo, files in sidecars(batch.photos, batch.others).items()}
        photos = tuple(with_files_beside(photo, beside.get(photo.name, ())) for photo in photos)
        message = _text(self.message_file) if self.message_file else self.message
        photos = offered(photos, publication, {batch.name(path): path for path in batch.photos})
        return AuditRun(
            run_id=self.run_id,
            school=self.space.school.name,
            platform_id=self.platform,
            on=self.on,
            started=started,
            finished=datetime.now().astimezone(),
            protocol=self.protocol,
            photos=photos,
            matching=looking.matching,
            in_force=looking.in_force,
            other_files=tuple(batch.name(path) for path in batch.others),
            message=message,
            in_message=in_post(message or "", register.sought, self.protocol.open_points(self.platform)),
            register_digest=register_digest(register),
            register_people=len(register.people),
            models=looking.models,
            thresholds=self.thresholds(looking.in_force),
            parameters=self._parameters(),
            times={**looking.seconds, "whole": time.perf_counter() - clock},
            names={p.person_id: p.full_name for p in register.people.values()} if self.names_in_report else {},
            notes=(*unused_names(names, photos), *enrol_again(looking.outdated, looking.superseded)),
            decisions=max((one.id for one in decisions), default=0),
        )

    def write(self, run: AuditRun) -> Path:
        """Write the run folder and its entry in the ledger, and give its path. Both appear whole or not at all."""

        def files(head: str) -> None:
            write_run_folder(replace(run, ledger_head=head), self.unfinished, translator(self.language))
            shutil.rmtree(self.unfinished / PICTURES)
            source = RunSource(self.photos.resolve(), run.message, file_digest(names), run.decisions)
            store.keep_source(self.run_id, source)

        with telling_errors(), self.space.open_store() as store:
            names = self.unfinished / NAMES_FILE
            write_csv(names, COLUMNS, (row for photo in run.photos for row in photo.name_rows))
            return record_run(
                store,
                self.unfinished,
                self.folder,
                kind=Kind.RUN,
                body=of_candidates(run),
                at=run.finished,
                write=files,
            )

    def _parameters(self) -> dict[str, str | bool | None]:
        return {
            "photos": str(self.photos),
            "platform": self.platform,
            "on": self.on.isoformat(),
            "language": self.language,
            "message_file": str(self.message_file) if self.message_file else None,
            "names_file": str(self.names_file) if self.names_file else None,
            "names_file_sha256": file_digest(self.names_file) if self.names_file else None,
            "names_in_report": self.names_in_report,
            "on_a_cluster": self.scheduler is not None,
        }


def _names_in(file: Path | None, people: Mapping[str, Person], store: Store) -> NamesFile:
    """What a file with names says; nothing where there is none."""
    if file is None:
        return NamesFile()
    return replace(read_names(file, people), known=store.known_to(file_digest(file)))


def unused_names(names: NamesFile, photos: tuple[AuditedPhoto, ...]) -> tuple[Message, ...]:
    """A note where a file with names speaks of photos that are not there."""
    unused = names.unused({p.sha256 for p in photos}, {p.name for p in photos})
    reason = say(
        "The file with names also speaks of photos that are not in this folder: {photos}.", photos=", ".join(unused)
    )
    return (reason,) if unused else ()


def enrol_again(outdated: tuple[str, ...], superseded: tuple[str, ...]) -> tuple[Message, ...]:
    """Notes where persons are enrolled with photos that are all too old, or by another version of the program."""
    too_old = say(
        "The reference photos of {count} persons have become too old, so the program does not recognise them: "
        "{people}. Enrol new ones.",
        count=len(outdated),
        people=", ".join(outdated),
    )
    of_another_version = say(
        "Another version of this program enrolled {count} persons, and this one does not recognise them: {people}. "
        "Enrol their reference photos again: photo-consent gallery enrol",
        count=len(superseded),
        people=", ".join(superseded),
    )
    return *((too_old,) if outdated else ()), *((of_another_version,) if superseded else ())


def with_files_beside(photo: AuditedPhoto, files: Iterable[Path]) -> AuditedPhoto:
    """The photo with what files beside it tell, as advice: its verdict stays what it is."""
    beside = tuple(one for file in files for one in read_sidecar(file))
    said = what_stands_beside({one.kind for one in beside})
    return replace(photo, beside=beside, verdict=replace(photo.verdict, findings=(*photo.verdict.findings, *said)))


def _text(path: Path) -> str:
    """The text of a post; Windows-1252 where it is no UTF-8."""
    content = path.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")
