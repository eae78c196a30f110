"""What happens at the desk, without a page: photos are opened, decided on, and judged again at once.

`auditing.py` puts them there, `judging.py` keeps their verdicts, and `checking.py` says what can be said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from consent.findings import Outcome
from consent.messages import Message, UserError, say
from consent.texts import Found, Sought, in_post
from pipeline.desk.auditing import Auditing
from pipeline.desk.checking import asked_once_more, checked
from pipeline.desk.entry import Entry
from pipeline.desk.proposing import Look, look, proposals
from pipeline.desk.remedying import Way, ways
from pipeline.desk.table import in_table_alone, said_of
from pipeline.metadata.offering import offers
from pipeline.rejudging import judge_again
from pipeline.signing.runs import read_run, table_of
from pipeline.store.decisions import ADULT_WITH_PERMISSION, HandDecision
from pipeline.vision.observation import Box
from pipeline.workspace import Workspace

NEARBY = (1, 2)
"""Photos before and after in which a proposal is looked for: a burst is seldom longer, and each has to be opened."""


@dataclass(frozen=True, slots=True)
class Undo:
    """A step back: the decisions that were made, and those that ended."""

    made: tuple[int, ...]
    ended: tuple[int, ...]

    def renumbered(self, new: Mapping[int, int]) -> Undo:
        """The same step where decisions were made again under other ids."""
        return Undo(tuple(new.get(key, key) for key in self.made), tuple(new.get(key, key) for key in self.ended))


class Desk(Auditing):
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
        super().__init__(workspace, platform, on, photos, message=message, before=before, names=names)
        self.by = by
        self._undo: list[Undo] = []

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

    def found_in(self, message: str) -> tuple[Found, ...]:
        """What stands in a text of the post that whoever signs must look at, or that may not be published."""
        return in_post(message.strip(), Sought(self.people().values()), self.protocol.open_points(self.platform))

    def ways(self, place: int) -> tuple[Way, ...]:
        """The ways to publish a photo that may not go as it is, the cheapest first; none before there is a report.

        By the day on which the new picture would be made and judged, where that is later than the day of publishing.
        """
        entry = self.entries[place]
        if not self.run or entry.seen is None:
            return ()
        publication, basis = self._now
        publication = replace(publication, on=max(publication.on, publication.today))
        names = said_of(self._table, entry.audited.sha256, self.store)
        before = self.store.seen_before(entry.audited.sha256, basis.observations, basis.identifications)
        today = judge_again(basis, publication, entry.audited.name, entry.seen, remembered=before.found, names=names)
        return ways(today, publication, self._instead(place))

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
        """What to ask once more before a word counts that may be about another face; None where nothing is asked.

        Raises `UserError` for what cannot be said at all.
        """
        entry, reason = self.entries[place], " ".join(reason.split())
        self._checked(entry, what, number, who, reason)
        return asked_once_more(entry, what, number, who, reason)

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
        return checked(
            entry, what, number, who, reason, people=self.people(), taken_for=lambda: self._taken_for(entry, number)
        )

    def _must_not_be_in_the_table(self, entry: Entry, what: str, number: int) -> None:
        """What was never said at the desk cannot be taken back there."""
        if any(
            (row.what, row.number) == (what, number)
            for row in in_table_alone(self._table, entry.audited.sha256, self.store)
        ):
            raise UserError(
                say(
                    "This stands in the names.csv of this check, and was not said at the desk. Change it in that file, "
                    "and audit again with --names: what it says counts in the new report."
                )
            )

    def _taken_for(self, entry: Entry, number: int) -> str | None:
        """Whom the program takes a face for, whatever people said of it."""
        basis = self._now[1]
        before = self.store.seen_before(entry.audited.sha256, basis.observations, basis.identifications)
        return next((one.taken_for for one in before.found or () if one.face == number), None)
