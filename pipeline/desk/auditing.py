"""How photos come to the desk: an audit looks at them, or an earlier run is taken up again without looking."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from functools import cached_property
from pathlib import Path

from consent.messages import Message, UserError, say
from pipeline.candidates import NAMES_FILE, CandidateAudit
from pipeline.deciding import of_table_alone
from pipeline.desk.entry import Entry
from pipeline.desk.judging import Judging
from pipeline.desk.reopening import taken_up
from pipeline.photos import Batch
from pipeline.progress import hearing_parts
from pipeline.remedies.carrying import carry_over
from pipeline.remedies.propose import offered
from pipeline.remedies.remedy import Kind
from pipeline.run import AuditedPhoto
from pipeline.signing.runs import CandidateRun, read_run, table_of
from pipeline.workspace import Workspace


class StoppedError(Exception):
    """Somebody broke the audit off. What was seen is remembered."""


class Auditing(Judging):
    """A folder of photos or an earlier run, and what comes of it. `audit` and `take_up` open the database anew."""

    def __init__(
        self,
        workspace: Workspace,
        platform: str,
        on: date,
        photos: Path,
        *,
        message: str = "",
        before: str = "",
        names: Path | None = None,
    ) -> None:
        super().__init__(workspace, platform, on)
        self.photos = photos
        self.message = message.strip()
        """The text of the post; empty where there is none."""
        self.names_file = names
        """A names.csv that counts beside what is said at the desk."""
        self.before = before
        """The run of the last report of the same photos, of which the new pictures are kept."""
        self.not_carried: Message | None = None
        """Why they could not be."""
        self.earlier: CandidateRun | None = None
        """The run that is gone on with, where it was not made at this desk."""
        self._behind: dict[int, str] = {}
        self._stopped = False

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
                self.entries[place] = Entry.of_audit(batch.photos[place], audited)
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
        self._carry_over()
        with self.workspace.open_store() as store:
            self._table = table_of(read_run(self.workspace, store, self.run), store.people())
            self._keep_new(store)
        return folder

    def _carry_over(self) -> None:
        """Keep the new pictures of the report before."""
        if not self.before:
            return
        try:
            carry_over(self.workspace, self.before, self.run, datetime.now().astimezone())
        except (UserError, OSError) as error:  # the report is there all the same
            why = error.message if isinstance(error, UserError) else error.strerror or type(error).__name__
            self.not_carried = say("The new pictures of the report before could not be kept: {why}", why=why)

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
                self.entries[place] = Entry.of_audit(path, audited)
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

    def _instead(self, place: int) -> AuditedPhoto | None:
        """The picture of the same scene from behind, where the batch has one, as it is judged now."""
        there = self.place_of(self._behind.get(place, ""))
        return None if there is None else self.entries[there].audited

    def _go_on(self) -> None:
        if self._stopped:
            raise StoppedError

    def stop(self) -> None:
        """Break the audit off at the next photo."""
        self._stopped = True

    def close(self) -> None:
        """Break off what goes on, and close the database."""
        self.stop()
        if "store" in self.__dict__:
            self.store.__exit__()


def _behind(photos: Iterable[AuditedPhoto]) -> dict[int, str]:
    """By place, the name of the picture of the same scene from behind."""
    return {
        place: remedy.instead
        for place, photo in enumerate(photos)
        for remedy in photo.remedies
        if remedy.kind is Kind.BACK_VIEW
    }
