"""The photos on the desk as they are judged now, by the register and by all that people said, here and elsewhere.

Every verdict comes from the functions of the audit (`pipeline.judged`, `pipeline.rejudging`); nothing here judges.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import cached_property

from consent.messages import Message, UserError, say
from consent.people import Person
from consent.register import ConsentRegister
from pipeline.basis import Basis, basis_of
from pipeline.desk.entry import Entry
from pipeline.desk.remedying import new_picture
from pipeline.desk.table import said_of, said_otherwise
from pipeline.judged import Publication, held
from pipeline.ledger.chain import Kind as Noted
from pipeline.models.store import default_store
from pipeline.naming import NamesFile
from pipeline.rejudging import NOT_SEEN, judge_again
from pipeline.remedies.confirming import Remade, confirmed, remade
from pipeline.signing.runs import read_run
from pipeline.store import Store
from pipeline.store.decisions import HandDecision
from pipeline.workspace import Workspace

OF_THE_REGISTER = (Noted.REGISTER, Noted.ENROLMENT, Noted.CALIBRATION, Noted.FORGET, Noted.PURGE)
"""What is noted in the ledger after which every photo may be judged otherwise."""


class Judging:
    """Photos, each judged again when it is opened, and when something changed."""

    def __init__(self, workspace: Workspace, platform: str, on: date) -> None:
        self.workspace, self.platform, self.on = workspace, platform, on
        self.protocol = workspace.school.load_protocol()
        self.protocol.platform(platform)
        self.entries: dict[int, Entry] = {}
        """By place in the batch; grows while the audit goes on."""
        self.run = ""
        """The id of the report, once it is written."""
        self.new: dict[int, Remade] = {}
        """The pictures that were made from photos, by place, as they were when last looked at."""
        self.not_judged: Message | None = None
        """Why photos could not be judged again: they are held, and each `refresh` tries anew."""
        self._waiting: frozenset[int] = frozenset()
        """The places of those photos."""
        self._last_register = ConsentRegister({})
        self._table = NamesFile()
        """What the names.csv of the report says."""
        self._state: tuple[int, int] = (0, 0)
        self._confirmed: frozenset[str] = frozenset()
        self._register = self.store.ledger.last_of(*OF_THE_REGISTER)

    @cached_property
    def store(self) -> Store:
        """The database, for the thread that the person at the desk is served from."""
        return self.workspace.open_store()

    def people(self) -> dict[str, Person]:
        """Everybody in the register, by id."""
        return self.store.people()

    def open(self, place: int) -> Entry:
        """A photo with all that is known of it now."""
        self._judge_again([place])
        return self.entries[place]

    def place_of(self, name: str) -> int | None:
        """The place of a photo in the batch, by its name."""
        return next((place for place, entry in self.entries.items() if entry.audited.name == name), None)

    def new_picture(self, place: int) -> Remade | None:
        """What was made of a photo, as it is judged now; None where there is nothing."""
        self.new.pop(place, None)
        entry = self.entries[place]
        if self.run and (new := new_picture(self.workspace, self.store, self.run, entry.audited.name)) is not None:
            self.new[place] = new
        return self.new.get(place)

    def _keep_new(self, store: Store) -> None:
        """Know of every new picture of the run, as it is judged now."""
        run = read_run(self.workspace, store, self.run)
        places = {entry.audited.name: place for place, entry in self.entries.items()}
        found = remade(self.workspace, store, run, datetime.now().astimezone())
        self.new = {places[new.made.photo]: new for new in found}
        self._confirmed = confirmed(store)

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

    def _same_bytes(self, entry: Entry) -> tuple[int, ...]:
        """Judge the photo again, wherever it lies in the batch."""
        sha256 = entry.audited.sha256
        places = [place for place, other in list(self.entries.items()) if other.audited.sha256 == sha256]
        self._judge_again(places)
        return tuple(places)

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
            names, seen = said_of(self._table, sha256, self.store), before.observation
            audited = judge_again(basis, publication, name, seen, remembered=before.found, names=names)
            against = said_otherwise(decisions, self._table, sha256, self.store)
            judged[place] = Entry(entry.path, audited, decisions, against, judged_here=True)
        made = [place for place in places if place in self.new]
        if len(made) > 1 or (self.run and self.not_judged is not None):
            self._keep_new(self.store)  # all at once: what it takes to judge one takes most of the time
        elif made:
            self.new_picture(made[0])
        self.entries.update(judged)

    @property
    def _now(self) -> tuple[Publication, Basis]:
        """What counts at this moment: the register of now, and who may be compared by it."""
        publication = self._publication(self.store)
        return publication, basis_of(self.store, publication, self.workspace.school.matching, default_store())

    def _publication(self, store: Store) -> Publication:
        register = store.register(self.protocol.parameters.validity)
        # Each photo keeps the register that it was judged by: of equal ones a megabyte for every photo that is opened.
        last = self._last_register  # an audit in its own thread may put another there
        if register != last:
            self._last_register = last = register
        return Publication(self.platform, self.on, self.protocol, last, date.today())
