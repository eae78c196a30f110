"""Enrolling: templates of those persons, and only those, who consented to being matched."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import ConfigDict

from consent.messages import Message, UserError, say
from consent.protocol import Protocol
from consent.register import ConsentRegister
from pipeline.language import translator
from pipeline.matching.conditions import MatchingSettings, has_taken_back, how_to_allow, may_be_matched
from pipeline.matching.dlib_resnet import DlibResNet
from pipeline.matching.gallery import HARDLY_ALIKE, Gallery, LookAlikes, apart, look_alikes
from pipeline.matching.quality import doubts, measure, why_no_reference
from pipeline.matching.trials import kin_of
from pipeline.models.store import default_store
from pipeline.parameters import checked, required_path
from pipeline.photos import Photo, load_photo
from pipeline.private import private_folder
from pipeline.progress import telling_errors, track
from pipeline.published.refusals import refusals_left_by
from pipeline.references import Reference, find_references
from pipeline.reporting.tables import write_csv
from pipeline.store import Store, Template
from pipeline.vision.faces import CenterFace
from pipeline.vision.observation import Face
from pipeline.workspace import Workspace

ENROLMENT_FILE = "enrolment.csv"
ENROLMENT_COLUMNS = ("file", "person_id", "refused_because", "warning")
NO_CONSENT = say("There is no valid consent for matching, so no template is made.")
LOOK_ALIKES_FILE = "look_alikes.csv"
LOOK_ALIKES_COLUMNS = ("person_id", "looks_like", "distance", "same_family_name")


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What became of one reference photo: refused for a reason, or enrolled, perhaps with warnings."""

    file: str
    person_id: str | None
    refused: Message | None = None
    warnings: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class Resemblance:
    """Two enrolled persons between whom the program never chooses, and whether they bear the same family name."""

    pair: LookAlikes
    same_family_name: bool


@dataclass(frozen=True)
class EnrolmentJob:
    """Whom to enrol and from where: the notebook's parameters, checked. Make one with `from_parameters`."""

    workspace: Path
    references: Path
    on: date
    run_id: str
    language: str
    __pydantic_config__ = ConfigDict(extra="forbid")

    @classmethod
    def from_parameters(cls, **given: Any) -> EnrolmentJob:
        """Check parameters as a notebook gets them; `UserError` for what would only fail later."""
        now = datetime.now()
        with telling_errors():
            workspace = Workspace.open(required_path(given, "workspace"))
            if (reason := how_to_allow(workspace.school.matching, str(workspace.folder / "school.toml"))) is not None:
                raise UserError(reason)
            defaults = {"on": now.date(), "run_id": f"{now:%Y%m%d-%H%M%S}-enrol", "language": workspace.school.language}
            job = checked(cls, given, defaults)
            translator(job.language)
            workspace.run_folder(job.run_id)
            return job

    @property
    def folder(self) -> Path:
        """The run folder."""
        return Workspace.open(self.workspace).reports / self.run_id

    def write(self, enrolments: Sequence[Enrolment], alike: Sequence[Resemblance]) -> Path:
        """Write the run folder: what became of each reference photo, and who looks alike. Gives its path."""
        tr = translator(self.language)
        private_folder(self.folder, may_exist=False)
        rows = [
            (e.file, e.person_id or "", tr.render(e.refused) if e.refused else "", " ".join(map(tr.render, e.warnings)))
            for e in enrolments
        ]
        write_csv(self.folder / ENROLMENT_FILE, ENROLMENT_COLUMNS, rows)
        pairs = (
            (one.pair.first, one.pair.second, round(one.pair.distance, 2), "yes" if one.same_family_name else "no")
            for one in alike
        )
        write_csv(self.folder / LOOK_ALIKES_FILE, LOOK_ALIKES_COLUMNS, pairs)
        return self.folder

    def enrol(self) -> list[Enrolment]:
        """Enrol the reference photos. They take the place of all that was enrolled of these persons before.

        A person's consent for matching must stand on the day `on`, and must not have been taken back since.
        """
        workspace, today = Workspace.open(self.workspace), date.today()
        with telling_errors(), workspace.open_store() as store:
            protocol = workspace.school.load_protocol()
            register = store.register(protocol.parameters.validity)
            models = default_store()
            maker = _TemplateMaker(
                CenterFace(models.path("centerface")),
                DlibResNet(models.path(DlibResNet.name)),
                workspace.school.matching,
                protocol.parameters.published_long_side_px,
                self.on,
                today,
                store.first_enrolled(),
            )
            folder = self.references.resolve()
            made = {
                reference: _why_refused(reference, register, self.on, today) or maker.make(reference)
                for reference in track(find_references(folder, register.people), "enrol")
            }
            enrolments, templates = [], []
            compared, unlike = _compared(made)
            for reference, one in compared.items():
                file = reference.path.relative_to(folder).as_posix()
                if isinstance(one, Message):
                    enrolments.append(Enrolment(file, reference.person_id, refused=one))
                else:
                    template, warnings = one
                    templates.append(template)
                    enrolments.append(Enrolment(file, reference.person_id, warnings=warnings))
            with store.transaction():
                # What was enrolled of such a photo before, alone or by an older version, named whoever looks like it:
                # it goes, and with it the names, whichever of the person's photos they came from.
                before = {(kept.person_id, kept.photo_sha256) for kept in store.kept_templates()}
                register = store.register(protocol.parameters.validity)
                _erase(store, frozenset(person for person, _ in unlike & before), register, today, protocol)
                refused = store.replace_templates(
                    templates,
                    # Read again: while the photos were looked at, somebody may have taken the consent back.
                    lambda: _may_be_enrolled(register, self.on, today),
                )
            return [
                replace(one, refused=NO_CONSENT, warnings=()) if one.person_id in refused and not one.refused else one
                for one in enrolments
            ]

    def look_alikes(self) -> list[Resemblance]:
        """Who looks alike among all who are enrolled now, as an audit of the day `on` would compare them."""
        workspace = Workspace.open(self.workspace)
        with telling_errors(), workspace.open_store() as store:
            register = store.register(workspace.school.load_protocol().parameters.validity)
            gallery = usable_gallery(store, register, workspace.school.matching, self.on, date.today())
            family = kin_of({p: register.people[p] for p in gallery.people})
            return [Resemblance(pair, pair.second in family.get(pair.first, ())) for pair in look_alikes(gallery)]


def usable_gallery(
    store: Store, register: ConsentRegister, settings: MatchingSettings, on: date, today: date
) -> Gallery:
    """The templates that count on the day `on`: made as today's are, not too old, of persons who may be matched."""
    since = settings.references_since(on)
    current = store.gallery(DlibResNet.name, DlibResNet.dimensions, since, version=DlibResNet.version)
    return current.only(p for p in current.people if may_be_matched(register, p, on, today))


def taken_back(store: Store, register: ConsentRegister, today: date) -> frozenset[str]:
    """Ids of the enrolled persons who no longer say yes to matching, so that their templates must go.

    A yes whose form expired keeps its template, unused, until it is renewed or taken back.
    """
    return frozenset(p for p in store.enrolled() if has_taken_back(register, p, today))


def erase_taken_back(store: Store, register: ConsentRegister, today: date, protocol: Protocol) -> frozenset[str]:
    """Erase the templates of persons who no longer say yes to matching, with the names found by them; says whose.

    A published picture on which one of them has no yes keeps that it must come down, and not for whom.
    """
    with store.transaction():
        gone = taken_back(store, register, today)
        _erase(store, gone, register, today, protocol)
    return gone


def _erase(store: Store, gone: frozenset[str], register: ConsentRegister, today: date, protocol: Protocol) -> None:
    """Erase the templates of these persons, and what was found by them; within a transaction."""
    if gone:
        store.published.add_refusals(refusals_left_by(gone, store.published.posts(), register, protocol, today))
    store.drop_templates(gone)


def _may_be_enrolled(register: ConsentRegister, on: date, today: date) -> frozenset[str]:
    return frozenset(p for p in register.people if may_be_matched(register, p, on, today))


def _why_refused(reference: Reference, register: ConsentRegister, on: date, today: date) -> Message | None:
    if reference.person_id is None:
        return say("No person of the register has an id that this file or its folder begins with.")
    if not may_be_matched(register, reference.person_id, on, today):
        return NO_CONSENT
    return None


def the_face(faces: Sequence[Face], smallest_px: float) -> Face | Message:
    """The one face of a reference photo; or why there is none to take. Smaller ones in the background do not count."""
    large = [face for face in faces if face.box.side >= smallest_px]
    if len(large) == 1:
        return large[0]
    if large:
        return say("There are {count} faces on this photo. Take one with this person alone.", count=len(large))
    if faces:
        return say(
            "The face is too small: {side} px, and {least} are needed. Take a photo from nearer.",
            side=int(max(face.box.side for face in faces)),
            least=math.ceil(smallest_px),
        )
    return say("No face was found on this photo.")


Made = tuple[Template, tuple[Message, ...]] | Message
"""A reference's template and what is doubtful about it, or why it has none."""


def _compared(made: Mapping[Reference, Made]) -> tuple[dict[Reference, Made], frozenset[tuple[str, str]]]:
    """The same, without references that are too unlike the other ones of their person; and these (person, SHA-256).

    One of somebody else would give that one this person's name, and with it this person's yes.
    """
    # One photo given twice is one reference, or it would outvote another.
    usable = [one[0] for one in made.values() if not isinstance(one, Message)]
    templates = {(template.person_id, template.photo_sha256): template for template in usable}
    if not templates:
        return dict(made), frozenset()
    persons, photos = zip(*templates, strict=True)
    gallery = Gallery(persons, photos, np.stack([t.vector for t in templates.values()]))
    unlike, hardly = apart(gallery), apart(gallery, HARDLY_ALIKE)

    def judged(one: Made) -> Made:
        if isinstance(one, Message):
            return one
        template, warnings = one
        key, person = (template.person_id, template.photo_sha256), template.person_id
        if key in unlike:
            return say(
                "To the program this is not the person of the other reference photos of {person}. Look whether a photo "
                "lies in the wrong folder. If all of them show this person, give only the newest.",
                person=person,
            )
        if key in hardly:
            doubt = say(
                "This photo hardly resembles the other reference photos of {person}. Look whether one of them lies in "
                "the wrong folder.",
                person=person,
            )
            return template, (*warnings, doubt)
        return one

    return {reference: judged(one) for reference, one in made.items()}, unlike


@dataclass(frozen=True)
class _TemplateMaker:
    """What is needed to turn a reference photo into a template."""

    detector: CenterFace
    recogniser: DlibResNet
    matching: MatchingSettings
    long_side_px: int
    on: date
    today: date
    first: Mapping[str, date]
    """When photos (SHA-256) were enrolled for the first time."""

    def make(self, reference: Reference) -> Made:
        """The template and what is doubtful about it; or why the photo is no good reference."""
        assert reference.person_id is not None
        photo = load_photo(reference.path, reference.path.name, self.long_side_px)
        if photo.pixels is None:
            assert photo.problem is not None
            return photo.problem
        face = the_face(self.detector(photo.pixels), self.matching.smallest_face_px)
        if isinstance(face, Message):
            return face
        quality = measure(photo.pixels, face)
        taken_on = self._taken_on(photo)
        since = min(self.on, self.first.get(photo.sha256, self.on))
        if (refused := why_no_reference(quality) or self._too_old(taken_on, since)) is not None:
            return refused
        undated = say(
            "Nobody knows how old this photo is. It counts as taken on {day}, the day on which it was first enrolled: "
            "enrol a new one in time.",
            day=since.isoformat(),
        )
        vector = self.recogniser.embed_reference(photo.pixels, face)
        template = Template(
            reference.person_id,
            self.recogniser.name,
            photo.sha256,
            since,
            vector,
            taken_on,
            self.recogniser.version,
        )
        return template, (*doubts(quality), *(() if taken_on else (undated,)))

    def _taken_on(self, photo: Photo) -> date | None:
        """The day of the photo, unless the clock of the camera was wrong."""
        to_come = photo.taken_on is not None and photo.taken_on > max(self.on, self.today)
        return None if to_come else photo.taken_on

    def _too_old(self, taken_on: date | None, first_enrolled: date) -> Message | None:
        if (taken_on or first_enrolled) >= self.matching.references_since(self.on):
            return None
        if taken_on is None:
            return say(
                "Nobody knows how old this photo is, and it was first enrolled on {day}: more than {months} months "
                "ago. Children change: take a new one.",
                day=first_enrolled.isoformat(),
                months=self.matching.reference_months,
            )
        return say(
            "The photo is of {day}: older than {months} months. Children change: take a new one.",
            day=taken_on.isoformat(),
            months=self.matching.reference_months,
        )
