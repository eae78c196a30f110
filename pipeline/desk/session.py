"""What happens at the desk, without a page: photos are audited, opened, decided on, and judged again at once.

Every verdict comes from the functions of the audit (`pipeline.judged`, `pipeline.rejudging`); nothing here judges.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from pathlib import Path

from consent.facts import IDENTIFIABLE_FACE_PX
from consent.findings import Outcome
from consent.messages import Message, UserError, say
from consent.people import Person
from consent.register import ConsentRegister
from consent.texts import Found, Sought, in_post
from pipeline.basis import Basis, basis_of
from pipeline.candidates import NAMES_FILE, CandidateAudit
from pipeline.deciding import contradicts, of_table_alone, outweighed, with_decisions
from pipeline.desk.proposing import Look, look, proposals
from pipeline.desk.remedying import Way, new_picture, ways
from pipeline.desk.reopening import taken_up
from pipeline.judged import Publication, held
from pipeline.ledger.chain import Kind as Noted
from pipeline.matching.quality import why_not_comparable
from pipeline.metadata.offering import offers
from pipeline.models.store import default_store
from pipeline.naming import FACE, PHOTO, TEXT, HandRow, NamesFile
from pipeline.naming_words import MOST_REASON, NEED_A_REASON, Word, is_reason, is_too_long
from pipeline.photos import Batch
from pipeline.progress import hearing_parts
from pipeline.rejudging import NOT_SEEN, judge_again
from pipeline.remedies.carrying import carry_over
from pipeline.remedies.confirming import Remade, confirmed, remade
from pipeline.remedies.propose import offered
from pipeline.remedies.remedy import Kind
from pipeline.run import AuditedPhoto
from pipeline.signing.runs import CandidateRun, read_run, table_of
from pipeline.store import Store
from pipeline.store.decisions import ADULT_WITH_PERMISSION, HandDecision
from pipeline.vision.observation import Body, Box, Face, Observation, SeenText
from pipeline.workspace import Workspace

NEARBY = (1, 2)
"""Photos before and after in which a proposal is looked for: a burst is seldom longer, and each has to be opened."""

TO_SAY_WHY = frozenset({ADULT_WITH_PERMISSION, *NEED_A_REASON})
"""What can only be said with a reason, that is kept with it."""

OF_THE_REGISTER = (Noted.REGISTER, Noted.ENROLMENT, Noted.CALIBRATION, Noted.FORGET, Noted.PURGE)
"""What is noted in the ledger after which every photo may be judged otherwise."""


def things_of(seen: Observation, what: str) -> Sequence[Face | Body | SeenText]:
    """The faces of a photo, its texts, or its persons without a face."""
    if what == TEXT:
        return seen.texts
    return seen.faces if what == FACE else seen.bodies


@dataclass(frozen=True, slots=True)
class Entry:
    """A photo on the desk. `decisions`: those that this desk has seen, and so may replace.

    `against_table`: by kind and number, of what these say otherwise than the table of the report alone.
    `can_be_judged`: False where the file could not be looked at, is gone or was changed, so that it stays held.
    `judged_here`: whether it was judged again at this desk, and is not any more as the audit found it.
    """

    path: Path
    audited: AuditedPhoto
    decisions: tuple[HandDecision, ...] = ()
    against_table: frozenset[tuple[str, int]] = frozenset()
    can_be_judged: bool = True
    judged_here: bool = False

    @property
    def seen(self) -> Observation | None:
        """What can be decided on; None before it was judged here, and where it could not be looked at."""
        return self.audited.seen if self.judged_here else None


@dataclass(frozen=True, slots=True)
class Undo:
    """A step back: the decisions that were made, and those that ended."""

    made: tuple[int, ...]
    ended: tuple[int, ...]

    def renumbered(self, new: Mapping[int, int]) -> Undo:
        """The same step where decisions were made again under other ids."""
        return Undo(tuple(new.get(key, key) for key in self.made), tuple(new.get(key, key) for key in self.ended))


class StoppedError(Exception):
    """Somebody broke the audit off. What was seen is remembered."""


class Desk:
    """One person at the desk. Used from one thread, but for `audit`, which opens the database for itself."""

    def __init__(
        self,
        workspace: Workspace,
        platform: str,
        on: date,
        photos: Path,
        by: str = "",
        *,
        message: str = "",
        before: str = "",
        names: Path | None = None,
    ) -> None:
        self.names_file = names
        """A names.csv that counts beside what is said at the desk."""
        self.before = before
        """The run of the last report of the same photos, of which the new pictures are kept."""
        self.earlier: CandidateRun | None = None
        """The run that is gone on with, where it was not made at this desk."""
        self.not_carried: Message | None = None
        """Why they could not be."""
        self.not_judged: Message | None = None
        """Why photos could not be judged again: they are held, and each `refresh` tries anew."""
        self.workspace, self.platform, self.on, self.photos, self.by = workspace, platform, on, photos, by
        self.message = message.strip()
        """The text of the post; empty where there is none."""
        self.protocol = workspace.school.load_protocol()
        self.protocol.platform(platform)
        self.entries: dict[int, Entry] = {}
        """By place in the batch; grows while the audit goes on."""
        self.run = ""
        """The id of the report, once it is written."""
        self.new: dict[int, Remade] = {}
        """The pictures that were made from photos, by place, as they were when last looked at."""
        self._waiting: frozenset[int] = frozenset()
        """The places of those photos."""
        self._behind: dict[int, str] = {}
        self._undo: list[Undo] = []
        self._state: tuple[int, int] = (0, 0)
        self._confirmed: frozenset[str] = frozenset()
        self._table = NamesFile()
        self._stopped = False
        self._register = self.store.ledger.last_of(*OF_THE_REGISTER)

    @classmethod
    def of_run(cls, workspace: Workspace, run_id: str, by: str = "") -> Desk:
        """The desk on an earlier run, for `take_up`: its photos, platform and text, judged for today or a later day.

        Raises `UserError` for a run that cannot be signed for either.
        """
        with workspace.open_store() as store:
            run = read_run(workspace, store, run_id)
            table = table_of(run, store.people())
        day = max(run.on, date.today())
        desk = cls(workspace, run.platform_id, day, run.source.photos, by, message=run.message or "")
        desk.earlier, desk._table = run, table
        return desk

    @property
    def not_there(self) -> Message | None:
        """Where the photos of an earlier run were expected, if that folder is gone."""
        if self.earlier is None or self.photos.is_dir():
            return None
        return say(
            "The photos of this check were in {folder}, and that folder is not there any more. Put it back and open "
            "the check again, or give the photos to be looked at anew.",
            folder=str(self.photos),
        )

    @property
    def table(self) -> Path | None:
        """The names.csv of the report, where it says what was never said at a desk: a new report must go by it too."""
        alone = of_table_alone(self._table, self.store.decisions.all())
        return self.workspace.reports / self.run / NAMES_FILE if self.run and alone else None

    def find(self) -> Batch:
        """The photos of the folder; `UserError` where there are none."""
        return self._audit.find()

    @cached_property
    def _audit(self) -> CandidateAudit:
        return CandidateAudit.from_parameters(
            workspace=str(self.workspace.folder),
            photos=str(self.photos),
            platform=self.platform,
            on=self.on.isoformat(),
            message=self.message,
            names_file=str(self.names_file) if self.names_file else None,
            run_id=f"{datetime.now():%Y%m%d-%H%M%S-%f}-{self.platform}",
        )

    def audit(
        self, on_photo: Callable[[int, int], None], on_part: Callable[[str, float], None] = lambda key, part: None
    ) -> Path:
        """Look at all photos as `photo-consent audit candidates` does, and write the run folder; gives its path.

        `on_photo(place, total)` after each; `on_part(key, part)` now and then, with the part of a film that was looked
        at, 0 to 1. Raises `StoppedError` after `stop`. May run in a thread of its own.
        """
        batch = self.find()

        def follow(photos: Iterable[AuditedPhoto], label: str, total: int) -> Iterator[AuditedPhoto]:
            for place, audited in enumerate(photos):
                self._go_on()
                self.entries[place] = _entry(batch.photos[place], audited)
                on_photo(place, total)
                yield audited

        audit = self._audit
        try:
            with hearing_parts(on_part):
                run = audit.look_and_judge(batch, follow)
            folder = audit.write(run)
        except BaseException:
            audit.discard()
            raise
        finally:
            del self._audit  # the next report is another run
        self._behind = _behind(run.photos)
        self.run = folder.name
        if self.before:
            try:
                carry_over(self.workspace, self.before, self.run, datetime.now().astimezone())
            except (UserError, OSError) as error:  # the report is there all the same
                why = error.message if isinstance(error, UserError) else error.strerror or type(error).__name__
                self.not_carried = say("The new pictures of the report before could not be kept: {why}", why=why)
        with self.workspace.open_store() as store:
            self._table = table_of(read_run(self.workspace, store, self.run), store.people())
            self._keep_new(store)
        return folder

    def take_up(self, on_photo: Callable[[int, int], None]) -> Path:
        """Put the photos of an earlier run back on the desk, with all that was decided; gives the folder of the run.

        No photo is looked at again: one that is gone or was changed is held. May run in a thread of its own, as
        `audit`.
        """
        run = self.earlier
        assert run is not None
        with self.workspace.open_store() as store:
            publication = self._publication(store)
            for place, (path, audited) in enumerate(taken_up(self.workspace, store, run, publication)):
                self._go_on()
                self.entries[place] = _entry(path, audited)
                on_photo(place, len(run.photos))
            self.run = run.run_id
            self._keep_new(store)
        return run.folder

    def find_back_views(self) -> None:
        """Find again which pictures of an earlier run show a scene from behind. It opens files, so it comes last."""
        entries = [self.entries[place] for place in sorted(self.entries)]
        with self.workspace.open_store() as store:
            publication = self._publication(store)
        self._behind = _behind(
            offered((e.audited for e in entries), publication, {e.audited.name: e.path for e in entries})
        )

    def _go_on(self) -> None:
        if self._stopped:
            raise StoppedError

    def _keep_new(self, store: Store) -> None:
        """Know of every new picture of the run, as it is judged now."""
        run = read_run(self.workspace, store, self.run)
        places = {entry.audited.name: place for place, entry in self.entries.items()}
        found = remade(self.workspace, store, run, datetime.now().astimezone())
        self.new = {places[new.made.photo]: new for new in found}
        self._confirmed = confirmed(store)

    def stop(self) -> None:
        """Break the audit off at the next photo."""
        self._stopped = True

    @cached_property
    def store(self) -> Store:
        """The database, for the thread that the person at the desk is served from."""
        return self.workspace.open_store()

    def close(self) -> None:
        """Break off what goes on, and close the database."""
        self.stop()
        if "store" in self.__dict__:
            self.store.__exit__()

    def people(self) -> dict[str, Person]:
        """Everybody in the register, by id."""
        return self.store.people()

    def found_in(self, message: str) -> tuple[Found, ...]:
        """What stands in a text of the post that whoever signs must look at, or that may not be published."""
        return in_post(message.strip(), Sought(self.people().values()), self.protocol.open_points(self.platform))

    def open(self, place: int) -> Entry:
        """A photo with all that is known of it now."""
        self._judge_again([place])
        return self.entries[place]

    def ways(self, place: int) -> tuple[Way, ...]:
        """The ways to publish a photo that may not go as it is, the cheapest first; none before there is a report.

        By the day on which the new picture would be made and judged, where that is later than the day of publishing.
        """
        entry = self.entries[place]
        if not self.run or entry.seen is None:
            return ()
        publication, basis = self._now
        publication = replace(publication, on=max(publication.on, publication.today))
        names = self._names(entry.audited.sha256)
        before = self.store.seen_before(entry.audited.sha256, basis.observations, basis.identifications)
        today = judge_again(basis, publication, entry.audited.name, entry.seen, remembered=before.found, names=names)
        return ways(today, publication, self._instead(place))

    def place_of(self, name: str) -> int | None:
        """The place of a photo in the batch, by its name."""
        return next((place for place, entry in self.entries.items() if entry.audited.name == name), None)

    def _instead(self, place: int) -> AuditedPhoto | None:
        """The picture of the same scene from behind, where the batch has one, as it is judged now."""
        there = self.place_of(self._behind.get(place, ""))
        return None if there is None else self.entries[there].audited

    def new_picture(self, place: int) -> Remade | None:
        """What was made of a photo, as it is judged now; None where there is nothing."""
        self.new.pop(place, None)
        entry = self.entries[place]
        if self.run and (new := new_picture(self.workspace, self.store, self.run, entry.audited.name)) is not None:
            self.new[place] = new
        return self.new.get(place)

    def proposals(self, place: int) -> dict[int, str]:
        """Who an open face of the photo may be, by its number: as the file says, or persons of the photos around it."""
        entry = self.entries[place]
        holds = {n for f in entry.audited.verdict.findings if f.outcome is Outcome.HOLD for n in f.faces}
        if entry.seen is None:
            return {}
        open_faces = [f.number for f in entry.seen.faces if f.number in holds - entry.audited.said.faces.keys()]
        known = frozenset(entry.audited.identified.values())
        offered = {
            n: who for n, who in offers(entry.seen, self.people()).items() if n in open_faces and who not in known
        }
        open_faces = [n for n in open_faces if n not in offered]
        here = look(entry.path, entry.audited.name, entry.seen) if open_faces else None
        if here is None:
            return offered
        nearby = [other for step in NEARBY for other in (place - step, place + step) if other in self.entries]
        self._judge_again([other for other in nearby if self.entries[other].seen is None])
        known |= frozenset(offered.values())
        return {**offered, **proposals(here, open_faces, self._named_looks(nearby, known))}

    def _named_looks(self, places: Iterable[int], known: frozenset[str]) -> Iterator[tuple[Look, dict[int, str]]]:
        """Those photos with the names of their faces, without the persons who are known already."""
        for place in places:
            entry = self.entries[place]
            if entry.seen is not None and (other := look(entry.path, entry.audited.name, entry.seen)) is not None:
                yield other, {n: who for n, who in entry.audited.identified.items() if who not in known}

    def refresh(self) -> tuple[int, ...]:
        """Judge again what others decided on meanwhile, and every photo where the register was changed.

        Gives the places of those photos.
        """
        register, state = self.store.ledger.last_of(*OF_THE_REGISTER), self.store.decisions.state()
        if self.run and register != self._register:  # while photos come in, others would be added as they were before
            changed = self._judge_or_hold(sorted(self.entries))
        elif state != self._state:
            changed = self._judge_or_hold(self._said_anew())
        else:
            return ()
        if self.not_judged is None:
            self._state, self._confirmed = state, confirmed(self.store)
            self._register = register if self.run else self._register
        return changed

    def _said_anew(self) -> list[int]:
        """The places of photos of which something was decided, confirmed or taken back that this desk has not seen."""
        standing: dict[str, list[HandDecision]] = {}
        for decision in self.store.decisions.standing():
            standing.setdefault(decision.photo_sha256, []).append(decision)
        differ = confirmed(self.store) ^ self._confirmed
        return [
            place
            for place, entry in list(self.entries.items())
            if entry.decisions != tuple(standing.get(entry.audited.sha256, ()))
            or (place in self.new and self.new[place].made.sha256 in differ)
            or place in self._waiting
        ]

    def _judge_or_hold(self, places: Sequence[int]) -> tuple[int, ...]:
        """Judge photos again, or hold them all where that fails: what was said of them before may not hold any more.

        Gives those that are judged otherwise now, or may be.
        """
        try:
            self._judge_again(places)
        except Exception as error:  # noqa: BLE001 - it stands on every card, and is tried again
            why = error.message if isinstance(error, UserError) else type(error).__name__
            self.not_judged = say("The photos could not be judged again, so they are held. {why}", why=why)
        else:
            self.not_judged, self._waiting = None, frozenset()
            return tuple(places)
        self._waiting = frozenset(places)
        nobody = Publication(self.platform, self.on, self.protocol, ConsentRegister({}), date.today())
        changed = []
        for place in places:
            entry = self.entries[place]
            audited = held(nobody, entry.audited.name, entry.audited.sha256, self.not_judged)
            if not entry.can_be_judged or entry.audited.verdict == audited.verdict:
                continue
            self.new.pop(place, None)
            self.entries[place] = Entry(entry.path, audited, decisions=entry.decisions)
            changed.append(place)
        return tuple(changed)

    def decide(self, place: int, what: str, number: int, who: str, reason: str = "") -> tuple[int, ...]:
        """Keep what somebody says of a face, a person or the photo, at once; gives the photos that were judged again.

        `who`: a person id, a word or a permission. Raises `UserError` for what cannot be said.
        """
        entry = self.entries[place]
        reason = " ".join(reason.split())
        box = self._checked(entry, what, number, who, reason)
        decision = HandDecision(
            at=datetime.now().astimezone(),
            photo_sha256=entry.audited.sha256,
            photo=entry.audited.name,
            what=what,
            number=number,
            box=box,
            who=who,
            platform=self.platform if who == ADULT_WITH_PERMISSION else "",
            reason=reason,
            by=self.by,
        )
        about = (d for d in entry.decisions if (d.what, d.number) == (what, number))
        replaced = tuple(d.id for d in about if not decision.leaves(d))
        made = self.store.decisions.make(decision, replaced)
        self._undo.append(Undo((made.id,), replaced))
        return self._same_bytes(entry)

    def doubt(self, place: int, what: str, number: int, who: str, reason: str) -> Message | None:
        """What to ask once more before a face that can be seen well is set aside; None where nothing is asked.

        Raises `UserError` for what cannot be said at all.
        """
        entry, reason = self.entries[place], " ".join(reason.split())
        self._checked(entry, what, number, who, reason)
        if what != FACE or who not in NEED_A_REASON or entry.seen is None:
            return None
        face = next(face for face in entry.seen.faces if face.number == number)
        if why_not_comparable(face, IDENTIFIABLE_FACE_PX) is not None:
            return None
        if who == Word.NO_FACE:
            return say(
                "The program measured a large, sharp face here. Is this really no face, but: “{reason}”?", reason=reason
            )
        return say(
            "The program measured a large, sharp face here: whoever knows this child would recognise it. You wrote: "
            "“{reason}”. Can really nobody recognise it?",
            reason=reason,
        )

    def take_back(self, place: int, what: str, number: int) -> tuple[int, ...]:
        """End every decision of this desk's sight about one face, person or photo.

        A permission for another platform stays: whoever withdraws one does not withdraw the other.
        """
        entry = self.entries[place]
        about = [d for d in entry.decisions if (d.what, d.number) == (what, number)]
        ids = [d.id for d in about if d.platform in ("", self.platform)]
        if not about:
            self._must_not_be_in_the_table(entry, what, number)
        if about and not ids:
            raise UserError(
                say("This permission was given for another platform. Take it back where its photos are looked at.")
            )
        ended = self.store.decisions.end(ids, datetime.now().astimezone())
        self._undo.append(Undo((), tuple(d.id for d in ended)))
        return self._same_bytes(entry)

    def undo(self) -> tuple[int, ...]:
        """Take this desk's last step back; gives the photos that were judged again, none where there is no step."""
        if not self._undo:
            return ()
        step = self._undo.pop()
        new = self.store.decisions.revive(step.made, step.ended, datetime.now().astimezone())
        self._undo = [earlier.renumbered(new) for earlier in self._undo]
        return self.refresh()

    def _checked(self, entry: Entry, what: str, number: int, who: str, reason: str) -> Box:
        """The place of what is decided on. Whatever is not plainly allowed is refused."""
        seen = entry.seen
        if seen is None:
            raise UserError(say("This photo could not be looked at, so nothing can be said of a face on it."))
        if what == PHOTO:
            if who != Word.MAY_HARM:
                raise UserError(say("Of a whole photo one can only say that it may harm somebody."))
            return Box(0, 0, seen.width, seen.height)
        if (what == TEXT) != (who == Word.MAY_STAY):
            raise UserError(say("Of a text, and of nothing else, one can say that it may stay."))
        box = next((seen.place(thing) for thing in things_of(seen, what) if thing.number == number), None)
        if box is None:
            raise UserError(say("This face is not on the photo any more. Open the photo again."))
        if what != TEXT and who not in TO_SAY_WHY and who not in self.people():
            raise UserError(say("The register does not know this person any more. Search again."))
        if who in TO_SAY_WHY and not is_reason(reason):
            raise UserError(say("Write why, in a few words."))
        if is_too_long(reason):
            raise UserError(say("Write it shorter: a reason has at most {most} characters.", most=MOST_REASON))
        if who == ADULT_WITH_PERMISSION and (self._taken_for(entry, number) if what == FACE else None) is not None:
            raise UserError(
                say(
                    "The program takes this face for somebody of the register, whose own answer counts. Say by name "
                    "who it is."
                )
            )
        return box

    def _must_not_be_in_the_table(self, entry: Entry, what: str, number: int) -> None:
        """What was never said at the desk cannot be taken back there."""
        if any((row.what, row.number) == (what, number) for row in self._of_table_alone(entry.audited.sha256)):
            raise UserError(
                say(
                    "This stands in the names.csv of this check, and was not said at the desk. Change it in that file, "
                    "and audit again with --names: what it says counts in the new report."
                )
            )

    def _of_table_alone(self, sha256: str) -> tuple[HandRow, ...]:
        rows = self._table.rows.get(sha256, ())
        return of_table_alone(NamesFile({sha256: rows}), self.store.decisions.all(sha256)) if rows else ()

    def _against_table(self, sha256: str, decisions: Iterable[HandDecision]) -> frozenset[tuple[str, int]]:
        # A dispute that the run wrote there is settled by what is said now.
        rows = [row for row in self._of_table_alone(sha256) if row.who is not Word.DISPUTED]
        return frozenset(
            (row.what, row.number)
            for row in rows
            for said in decisions
            if (said.what, said.number) == (row.what, row.number) and contradicts(row.who, said.told)
        )

    def _taken_for(self, entry: Entry, number: int) -> str | None:
        """Whom the program takes a face for, whatever people said of it."""
        basis = self._now[1]
        before = self.store.seen_before(entry.audited.sha256, basis.observations, basis.identifications)
        return next((one.taken_for for one in before.found or () if one.face == number), None)

    def _same_bytes(self, entry: Entry) -> tuple[int, ...]:
        """Judge the photo again, wherever it lies in the batch."""
        sha256 = entry.audited.sha256
        places = [place for place, other in list(self.entries.items()) if other.audited.sha256 == sha256]
        self._judge_again(places)
        return tuple(places)

    @property
    def _now(self) -> tuple[Publication, Basis]:
        """What counts at this moment: the register of now, and who may be compared by it."""
        publication = self._publication(self.store)
        return publication, basis_of(self.store, publication, self.workspace.school.matching, default_store())

    def _publication(self, store: Store) -> Publication:
        register = store.register(self.protocol.parameters.validity)
        return Publication(self.platform, self.on, self.protocol, register, date.today())

    def _names(self, sha256: str) -> NamesFile:
        """What people said of a photo, in the table of the report and at the desk: as the page to sign counts it."""
        table = replace(self._table, rows={sha256: rows} if (rows := self._table.rows.get(sha256)) else {})
        return outweighed(with_decisions(table, self.store.decisions.all(sha256)), self.store)

    def _judge_again(self, places: Iterable[int]) -> None:
        places = list(places)
        if not places:
            return
        publication, basis = self._now
        judged: dict[int, Entry] = {}
        for place in places:
            entry = self.entries[place]
            name, sha256 = entry.audited.name, entry.audited.sha256
            decisions = self.store.decisions.standing(sha256)
            if not entry.can_be_judged:
                judged[place] = replace(entry, decisions=decisions)
                continue
            before = self.store.seen_before(sha256, basis.observations, basis.identifications)
            if before.observation is None:
                judged[place] = Entry(entry.path, held(publication, name, sha256, NOT_SEEN), decisions=decisions)
                continue
            names, seen = self._names(sha256), before.observation
            audited = judge_again(basis, publication, name, seen, remembered=before.found, names=names)
            against = self._against_table(sha256, decisions)
            judged[place] = Entry(entry.path, audited, decisions, against, judged_here=True)
        made = [place for place in places if place in self.new]
        if len(made) > 1 or (self.run and self.not_judged is not None):
            self._keep_new(self.store)  # all at once: what it takes to judge one takes most of the time
        elif made:
            self.new_picture(made[0])
        self.entries.update(judged)


def _entry(path: Path, audited: AuditedPhoto) -> Entry:
    return Entry(path, audited, can_be_judged=audited.observation is not None)


def _behind(photos: Iterable[AuditedPhoto]) -> dict[int, str]:
    """By place, the name of the picture of the same scene from behind."""
    return {
        place: remedy.instead
        for place, photo in enumerate(photos)
        for remedy in photo.remedies
        if remedy.kind is Kind.BACK_VIEW
    }
