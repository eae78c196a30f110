"""Earlier checks of the workspace, to go on with: which there are, and their photos as they are judged now.

No photo is looked at again. One whose file is gone or was changed is held, and so is one that is not remembered.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from consent.judging import Decision
from consent.messages import Message, UserError, say
from consent.texts import Sought, personal_data_in
from pipeline.desk.importing import IMPORTS
from pipeline.judged import Publication, held
from pipeline.ledger.approved import MESSAGE, RECORD
from pipeline.photos import decode_photo, is_film, read_file
from pipeline.rejudging import NOT_SEEN, rejudge
from pipeline.run import AuditedPhoto
from pipeline.signing.runs import CandidateRun, names_of_run, read_run
from pipeline.store import Store
from pipeline.workspace import Workspace

AGAIN = say("Make the report again")
"""The button with which photos are looked at anew."""

MOST_WORDS = 40
"""So many characters of a post's text are shown: enough to know it by, on one line."""

GONE = say("Put the file back and open this check again, or press “{button}”: it is not where it was.", button=AGAIN)
CHANGED = say("Press “{button}”: the file was changed since it was looked at.", button=AGAIN)


@dataclass(frozen=True)
class Earlier:
    """A check that was made before. `counts`: photos by what its report says of them; `signed`: ids of who signed.

    `went`: how many files were approved. `folder`: the name of the photos' folder, and `words`: with which the text of
    the post begins, to tell checks apart; empty where there is none, or where somebody of the register may be meant.
    `why_not`: why one cannot go on with it; then nothing but its id is known.
    """

    run_id: str
    made_at: datetime | None = None
    platform_id: str = ""
    photos: int = 0
    counts: Mapping[Decision, int] | None = None
    signed: tuple[str, ...] = ()
    approved: bool = False
    went: int = 0
    folder: str = ""
    words: str = ""
    why_not: Message | None = None


def earlier(space: Workspace, store: Store) -> tuple[Earlier, ...]:
    """The checks of candidates of which the folder is still there, the newest first."""
    there = [run_id for run_id in store.source_runs() if (space.reports / run_id).is_dir()]
    sought = Sought(store.people().values())
    found = [_earlier(space, store, run_id, sought) for run_id in there]
    return tuple(sorted(found, key=_moment, reverse=True))


def _moment(one: Earlier) -> float:
    return one.made_at.timestamp() if one.made_at else 0.0


def _earlier(space: Workspace, store: Store, run_id: str, sought: Sought) -> Earlier:
    try:
        run = read_run(space, store, run_id)
    except UserError as error:
        return Earlier(run_id, why_not=error.message)
    said, approval = [photo.decision for photo in run.photos], store.signing.approval(run_id)
    return Earlier(
        run_id,
        run.made_at,
        run.platform_id,
        len(said),
        {decision: said.count(decision) for decision in Decision if decision in said},
        tuple(dict.fromkeys(word.signer for word in store.signing.sign_offs(run_id))),
        approval is not None,
        len(approval.files.keys() - {RECORD, MESSAGE}) if approval else 0,
        _folder(run.source.photos, sought),
        _beginning(run.message or "", sought),
    )


def _folder(photos: Path, sought: Sought) -> str:
    """Its name; empty for what was dropped, of which the program made that name, and where it may name somebody."""
    is_own = photos.parent.name != IMPORTS
    return photos.name if is_own and not personal_data_in(photos.name, sought, is_name=True) else ""


def _beginning(text: str, sought: Sought) -> str:
    words = " ".join(text.split())
    if personal_data_in(words, sought):
        return ""
    if len(words) <= MOST_WORDS:
        return words
    whole_words, *_ = words[: MOST_WORDS - 1].rsplit(" ", 1)
    return f"{whole_words}…"


def taken_up(
    space: Workspace, store: Store, run: CandidateRun, publication: Publication
) -> Iterator[tuple[Path, AuditedPhoto]]:
    """Each photo of a run, in its order: where it was, and as it is judged now."""
    names = names_of_run(store, run, publication.register.people)
    photos = ((photo.name, photo.sha256) for photo in run.photos)
    judged = {photo.name: photo for photo in rejudge(store, publication, space.school.matching, photos, names)}
    long_side_px = publication.protocol.parameters.published_long_side_px
    for photo in run.photos:
        path = run.source.photos / photo.name
        why = _why_not(path, judged[photo.name], long_side_px)
        yield path, held(publication, photo.name, photo.sha256, why) if why else judged[photo.name]


def _why_not(path: Path, photo: AuditedPhoto, long_side_px: int) -> Message | None:
    """Why the file is not the one that was looked at, or could not be; None where it is."""
    file = read_file(path, photo.name)
    if not file.sha256:
        return GONE
    if file.sha256 != photo.sha256:
        return CHANGED
    if photo.observation is not None:
        return None
    return (None if is_film(file) else decode_photo(file, long_side_px).problem) or NOT_SEEN
