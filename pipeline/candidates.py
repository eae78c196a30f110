"""The audit of candidates: photos that somebody wants to publish.

`CandidateAudit` is validated before anything is looked at. Its steps are the cells of the notebook
`20_audit_candidates.ipynb`: find the photos, look and judge, write the run folder.
"""

from __future__ import annotations

import shutil
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import ConfigDict

from consent.facts import Case, PhotoFacts
from consent.judging import judge
from consent.messages import UserError, say
from consent.protocol import Protocol
from pipeline.enrolment import drop_lapsed
from pipeline.facts import facts_of
from pipeline.language import translator
from pipeline.matching.conditions import may_be_matched, why_not
from pipeline.matching.dlib_resnet import DlibResNet
from pipeline.matching.identification import Gallery, Identification, comparable, identify
from pipeline.models.store import ModelStore, default_store
from pipeline.naming import COLUMNS, HandNames, NamesFile, read_names, rows_to_name, with_named_bodies
from pipeline.parameters import checked, required_path
from pipeline.photos import Batch, Photo, find_photos, load_photo
from pipeline.progress import telling_errors, track
from pipeline.reporting.pictures import draw, draw_numbered
from pipeline.reporting.tables import write_csv
from pipeline.reporting.writing import write_run_folder
from pipeline.run import AuditedPhoto, AuditRun, ModelUse
from pipeline.store import Store, register_digest
from pipeline.vision.observation import Observation
from pipeline.vision.observer import MODELS, SETTINGS, Observer
from pipeline.workspace import Workspace

NAMES_FILE = "names.csv"
NUMBERED = "numbered"


@dataclass(frozen=True)
class CandidateAudit:
    """What to audit and how: the notebook's parameters, checked. Make one with `from_parameters`."""

    workspace: Path
    photos: Path
    platform: str
    on: date
    run_id: str
    language: str
    message_file: Path | None = None
    names_file: Path | None = None
    names_in_report: bool = False
    __pydantic_config__ = ConfigDict(extra="forbid")

    @classmethod
    def from_parameters(cls, **given: Any) -> CandidateAudit:
        """Check parameters as a notebook gets them: text, booleans and None; empty means the default.

        Raises `UserError` for whatever would only fail later: paths, platform, date, language, run id.
        """
        now = datetime.now()
        with telling_errors():
            school = Workspace.open(required_path(given, "workspace")).school
            run_id = f"{now:%Y%m%d-%H%M%S}-{given.get('platform')}"
            audit = checked(cls, given, {"on": now.date(), "run_id": run_id, "language": school.language})
            audit.protocol.platform(audit.platform)
            translator(audit.language)
            audit.space.run_folder(audit.run_id)
            for path in (audit.message_file, audit.names_file):
                if path is not None and not path.is_file():
                    raise UserError(say("There is no file “{file}”.", file=str(path)))
            return audit

    @cached_property
    def space(self) -> Workspace:
        """The opened workspace."""
        return Workspace.open(self.workspace)

    @cached_property
    def protocol(self) -> Protocol:
        """The protocol with this school's numbers."""
        return self.space.school.load_protocol()

    @property
    def folder(self) -> Path:
        """The run folder, which appears when everything in it is whole."""
        return self.space.reports / self.run_id

    @property
    def unfinished(self) -> Path:
        """Where the run folder grows until it is whole."""
        return self.space.reports / f".{self.run_id}.unfinished"

    def find(self) -> Batch:
        """The photos to audit and the other files beside them."""
        with telling_errors():
            return find_photos(self.photos.resolve())

    def look_and_judge(self, batch: Batch) -> AuditRun:
        """Look at every photo, name whom may be named, judge, and draw. What was seen is remembered at once."""
        started = datetime.now().astimezone()
        shutil.rmtree(self.unfinished, ignore_errors=True)
        (self.unfinished / "pictures").mkdir(parents=True)
        with telling_errors(), self.space.open_store() as store, _Looking(self, store) as looking:
            photos = tuple(
                looking.audit(path, batch.name(path), number)
                for number, path in enumerate(track(batch.photos, "audit"))
            )
            register = looking.register
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
                other_files=tuple(batch.name(path) for path in batch.others),
                message=_text(self.message_file) if self.message_file else None,
                register_digest=register_digest(register),
                register_people=len(register.people),
                models=looking.models,
                thresholds=self._thresholds(),
                parameters=self._parameters(),
                times=dict(looking.seconds),
                names={p.person_id: p.full_name for p in register.people.values()} if self.names_in_report else {},
            )

    def write(self, run: AuditRun) -> Path:
        """Write the run folder and give its path. It appears whole or not at all."""
        with telling_errors():
            rows = [row for photo in run.photos for row in rows_to_name(photo)]
            if rows:
                write_csv(self.unfinished / NAMES_FILE, COLUMNS, rows)
            write_run_folder(run, self.unfinished, translator(self.language))
            shutil.rmtree(self.unfinished / "pictures")
            self.unfinished.rename(self.folder)
            return self.folder

    def _thresholds(self) -> dict[str, float]:
        parameters, matching = self.protocol.parameters, self.space.school.matching
        return {
            **SETTINGS,
            "recognisable_face_px": parameters.recognisable_face_px,
            "published_long_side_px": parameters.published_long_side_px,
            "min_pupils": parameters.min_pupils,
            "group_only_min_persons": parameters.group_only_min_persons,
            "matching_threshold": matching.threshold,
            "matching_margin": matching.margin,
            "matching_smallest_face_px": matching.smallest_face_px,
        }

    def _parameters(self) -> dict[str, str | bool | None]:
        return {
            "photos": str(self.photos),
            "platform": self.platform,
            "on": self.on.isoformat(),
            "language": self.language,
            "message_file": str(self.message_file) if self.message_file else None,
            "names_file": str(self.names_file) if self.names_file else None,
            "names_in_report": self.names_in_report,
        }


class _Looking:
    """Everything that is loaded once for a batch."""

    def __init__(self, audit: CandidateAudit, store: Store) -> None:
        self._audit, self._store = audit, store
        self.seconds: Counter[str] = Counter()
        self.register = store.register(audit.protocol.parameters.validity)
        self._names = read_names(audit.names_file, self.register.people) if audit.names_file else NamesFile()
        models = default_store()
        self._observer = Observer(models)
        self._settings = audit.space.school.matching
        self._recogniser: DlibResNet | None = None
        not_matched = why_not(self._settings)
        used = MODELS
        if not_matched is None:
            self._recogniser = DlibResNet(models.path("dlib_face_resnet"))
            self._gallery = self._allowed_gallery(self._recogniser)
            used = (*MODELS, "dlib_face_resnet")
        self.matching = not_matched or say(
            "Faces were compared with {count} enrolled persons, under DPIA {dpia}.",
            count=len(set(self._gallery.person_ids)),
            dpia=self._settings.dpia_reference,
        )
        self.models = tuple(_model_use(models, name) for name in used)

    def __enter__(self) -> _Looking:
        return self

    def __exit__(self, *error: Any) -> None:
        self._observer.__exit__(*error)

    def _allowed_gallery(self, recogniser: DlibResNet) -> Gallery:
        today, on = date.today(), self._audit.on
        drop_lapsed(self._store, self.register, min(on, today), today)
        gallery = self._store.gallery(recogniser.name, recogniser.dimensions)
        return gallery.only(p for p in gallery.person_ids if may_be_matched(self.register, p, on, today))

    def audit(self, path: Path, name: str, number: int) -> AuditedPhoto:
        """One photo from file to verdict. Whatever fails on the way, the photo is held with the reason."""
        with self._timed("decode"):
            photo = load_photo(path, name, self._audit.protocol.parameters.published_long_side_px)
        if photo.pixels is None:
            return self._judged(photo, None, PhotoFacts(name, problem=photo.problem))
        try:
            seen, identified = self._look(photo)
        except Exception as error:  # noqa: BLE001 - one bad photo must not end the batch; it is held and listed
            reason = say("The program could not look at this photo ({kind}).", kind=type(error).__name__)
            return self._judged(photo, None, PhotoFacts(name, problem=reason))
        seen, said = with_named_bodies(seen, self._names.for_photo(seen))
        audited = self._judged(photo, seen, self._facts(photo, seen, identified, said))
        with self._timed("draw"):
            return self._drawn(photo, audited, number)

    def _look(self, photo: Photo) -> tuple[Observation, dict[int, Identification]]:
        assert photo.pixels is not None
        with self._timed("look"):
            seen = self._store.observation(photo.sha256, self._observer.digest)
            if seen is None:
                seen = self._observer(photo.sha256, photo.pixels)
                self._store.add_observation(seen, self._observer.digest)
        if self._recogniser is None:
            return seen, {}
        with self._timed("match"):
            policy = self._settings.policy
            faces, small = comparable(seen.faces, policy)
            # The probes live no longer than this comparison (AVG art. 9).
            named = identify(faces, self._recogniser.embed(photo.pixels, faces), self._gallery, policy)
        return seen, {found.face: found for found in (*named, *small)}

    def _facts(
        self, photo: Photo, seen: Observation, identified: dict[int, Identification], said: HandNames
    ) -> PhotoFacts:
        otherwise = say("Nobody has said yet who this is.")
        return facts_of(photo.name, seen, identified, said, otherwise)

    def _judged(self, photo: Photo, seen: Observation | None, facts: PhotoFacts) -> AuditedPhoto:
        audit = self._audit
        case = Case(facts, audit.platform, audit.on, self.register, audit.protocol)
        with self._timed("judge"):
            verdict = judge(case)
        smallest = audit.protocol.parameters.recognisable_face_px
        return AuditedPhoto(
            photo.name,
            photo.sha256,
            seen,
            facts,
            verdict,
            recognisable=frozenset(f.number for f in case.recognisable),
            cleared=frozenset(f.number for f in case.recognisable if case.is_cleared(f)),
            too_small=frozenset(f.number for f in facts.faces if f.side_px < smallest),
            unseen=frozenset(b.number for b in case.unseen),
            anonymity=case.anonymity,
        )

    def _drawn(self, photo: Photo, audited: AuditedPhoto, number: int) -> AuditedPhoto:
        assert photo.pixels is not None and audited.observation is not None
        picture = self._audit.unfinished / "pictures" / f"{number}.jpg"
        picture.write_bytes(draw(photo.pixels, audited))
        if any(rows_to_name(audited)):
            numbered = self._audit.unfinished / NUMBERED / f"{audited.name}.jpg"
            numbered.parent.mkdir(parents=True, exist_ok=True)
            numbered.write_bytes(draw_numbered(photo.pixels, audited.observation))
        return replace(audited, picture=picture)

    @contextmanager
    def _timed(self, step: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        self.seconds[step] += time.perf_counter() - start


def _model_use(models: ModelStore, name: str) -> ModelUse:
    model = models.model(name)
    return ModelUse(name, model.origin, model.sha256)


def _text(path: Path) -> str:
    """The text of a post; Windows-1252 where it is no UTF-8."""
    content = path.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")
