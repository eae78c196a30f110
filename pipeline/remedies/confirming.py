"""A person looks at a file that was made, and says that nobody without a yes can be recognised on it.

That is a decision about these very bytes. It counts as long as it stands and the file is what it was, and only beside
the verdict of that moment: a face that loses its yes afterwards holds the file again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from consent.judging import Verdict
from consent.messages import say
from pipeline.basis import observations_basis
from pipeline.judged import Publication
from pipeline.ledger.chain import Body, Kind
from pipeline.models.store import default_store
from pipeline.photos import file_digest
from pipeline.remedies.apply import place_of, write_table
from pipeline.remedies.job import judged_today, publication_of
from pipeline.remedies.judging import NOT_CONFIRMED, held_for, judge_made
from pipeline.remedies.memory import Made
from pipeline.run import AuditedPhoto
from pipeline.signing.runs import CandidateRun
from pipeline.store import Store
from pipeline.store.decisions import REMEDY, HandDecision
from pipeline.vision.observation import Box
from pipeline.workspace import Workspace

NOBODY = "nobody_recognisable"
"""What a confirmation says, in the place of a person id."""

WHOLE = Box(0, 0, 1, 1)
"""A confirmation is about a whole picture, so it has no place of its own."""

NOT_THIS_FILE = say("The new picture is not where it was, or was changed. Make it again.")


@dataclass(frozen=True, slots=True)
class Remade:
    """A file that was made, where it lies, the photo that it was made of as judged now, and the file's own verdict."""

    made: Made
    file: Path
    photo: AuditedPhoto
    verdict: Verdict

    @property
    def waits_for_a_person(self) -> bool:
        """Whether nothing stands in its way but that nobody has confirmed it yet."""
        reasons = self.verdict.reasons
        return bool(reasons) and all(finding.reason == NOT_CONFIRMED for finding in reasons)


def confirm(store: Store, made: Made, by: str, at: datetime) -> HandDecision:
    """Keep that a person confirmed this file. `by`: the id of a signer, or empty. Ends as any decision does."""
    return store.decisions.make(HandDecision(at, made.sha256, made.photo, REMEDY, 0, WHOLE, NOBODY, by=by))


def confirmed_by(store: Store, made: Made) -> tuple[str, ...]:
    """Ids of those who confirmed this file and took nothing back; empty ones for whoever gave none."""
    said = store.decisions.standing(made.sha256)
    return tuple(dict.fromkeys(one.by for one in said if (one.what, one.who) == (REMEDY, NOBODY)))


def throw_away(store: Store, run: CandidateRun, made: Made, at: datetime) -> None:
    """Take a file that was made out of the run: it counts no more, confirmed or not, and is deleted.

    First nothing speaks of it, then it goes: killed in between, a file is left that counts for nothing.
    """
    with store.transaction():
        if not store.remedies.remove(made):
            return
        said = store.decisions.standing(made.sha256)
        store.decisions.end([one.id for one in said if one.what == REMEDY], at)
        body: Body = {"run": made.run_id, "thrown_away": 1, "source_sha256": made.source_sha256, "sha256": made.sha256}
        store.ledger.append(Kind.REMEDY, body, at)
    place_of(run.folder, made.photo, made.ending).unlink(missing_ok=True)
    write_table(run.folder, store.remedies.of_run(run.run_id))


def confirmed(store: Store) -> frozenset[str]:
    """SHA-256 of the files that a person confirmed, and took nothing back of."""
    return frozenset(
        said.photo_sha256 for said in store.decisions.standing() if said.what == REMEDY and said.who == NOBODY
    )


def remade(
    space: Workspace, store: Store, run: CandidateRun, at: datetime, photos: Collection[str] = ()
) -> tuple[Remade, ...]:
    """The files made from photos of a run, judged at this moment by the register of now; no photo is opened.

    `photos`: only those made from these, by name; from all of the run where none is given. One with the verdict
    publish may go out in place of its photo, byte for byte.
    """
    return tuple(_remade(space, store, run, publication_of(space, store, run, at), photos))


def _remade(
    space: Workspace, store: Store, run: CandidateRun, publication: Publication, only: Collection[str]
) -> Iterator[Remade]:
    here = {photo.name: photo.sha256 for photo in run.photos if not only or photo.name in only}
    of_run = [made for made in store.remedies.of_run(run.run_id) if here.get(made.photo) == made.source_sha256]
    wanted = [(made.photo, made.source_sha256) for made in of_run]
    photos = {photo.name: photo for photo in judged_today(space, store, publication, run, wanted)}
    models, said_yes = observations_basis(default_store(), publication.protocol), confirmed(store)
    for made in of_run:
        photo, file = photos[made.photo], place_of(run.folder, made.photo, made.ending)
        result = store.seen_before(made.sha256, models, "").observation
        whole = file.is_file() and not file.is_symlink() and file_digest(file) == made.sha256
        if result is None or photo.observation is None or not whole:
            verdict = held_for(photo.verdict, NOT_THIS_FILE, publication)
        else:
            verdict = judge_made(photo, made, result, publication, said_yes)
        yield Remade(made, file, photo, verdict)
