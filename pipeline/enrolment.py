"""Enrolling: templates of those persons, and only those, who consented to being matched."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from pydantic import ConfigDict

from consent.messages import Message, UserError, say
from consent.register import ConsentRegister
from pipeline.language import translator
from pipeline.matching.conditions import has_taken_back, may_be_matched, why_not
from pipeline.matching.dlib_resnet import DlibResNet
from pipeline.models.store import default_store
from pipeline.parameters import checked, required_path
from pipeline.photos import find_photos, load_photo
from pipeline.progress import telling_errors, track
from pipeline.reporting.tables import write_csv
from pipeline.store import Store, Template
from pipeline.vision.faces import CenterFace
from pipeline.workspace import Workspace

ENROLMENT_FILE = "enrolment.csv"
ENROLMENT_COLUMNS = ("file", "person_id", "refused_because")


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference photo of a folder, and whose it is; None where the name fits nobody in the register."""

    path: Path
    person_id: str | None


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What became of one reference photo: enrolled, or refused for a reason."""

    file: str
    person_id: str | None
    refused: Message | None = None


def find_references(folder: Path, people: Iterable[str]) -> list[Reference]:
    """The pictures of `folder/<person_id>/` and `folder/<person_id>*`, in order of name.

    Raises `UserError` if there is no such folder or no photo in it.
    """
    known = sorted(people, key=len, reverse=True)
    return [Reference(path, _owner(path.relative_to(folder), known)) for path in find_photos(folder).photos]


def _owner(path: Path, people: Sequence[str]) -> str | None:
    """The person whose id names the folder or begins the file's name; S1 is not the owner of S12.jpg."""
    if len(path.parts) > 1:
        return path.parts[0] if path.parts[0] in people else None
    return next((person for person in people if _begins(path.stem, person)), None)


_AFTER_THE_ID = re.compile(r"(?:[_ .(]|-\d).*|")
"""What may follow an id in a file's name: nothing, or something that cannot be more of another id."""


def _begins(stem: str, person_id: str) -> bool:
    return stem.startswith(person_id) and _AFTER_THE_ID.fullmatch(stem[len(person_id) :]) is not None


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
            if (reason := why_not(workspace.school.matching)) is not None:
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

    def write(self, enrolments: Sequence[Enrolment]) -> Path:
        """Write the run folder, with one table: what became of each reference photo. Gives its path."""
        tr = translator(self.language)
        self.folder.mkdir(parents=True)
        rows = [(e.file, e.person_id or "", tr.render(e.refused) if e.refused else "") for e in enrolments]
        write_csv(self.folder / ENROLMENT_FILE, ENROLMENT_COLUMNS, rows)
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
                workspace.school.matching.smallest_face_px,
                protocol.parameters.published_long_side_px,
                self.on,
            )
            folder = self.references.resolve()
            enrolments, templates = [], []
            for reference in track(find_references(folder, register.people), "enrol"):
                made = _why_refused(reference, register, self.on, today) or maker.make(reference)
                refused = made if isinstance(made, Message) else None
                enrolments.append(
                    Enrolment(reference.path.relative_to(folder).as_posix(), reference.person_id, refused)
                )
                if isinstance(made, Template):
                    templates.append(made)
            store.replace_templates(templates)
            return enrolments


def erase_taken_back(store: Store, register: ConsentRegister, today: date) -> frozenset[str]:
    """Erase the templates of persons who no longer say yes to matching; says whose.

    A yes whose form expired keeps its template, unused, until it is renewed or taken back.
    """
    gone = frozenset(p for p in store.enrolled() if has_taken_back(register, p, today))
    store.drop_templates(gone)
    return gone


def _why_refused(reference: Reference, register: ConsentRegister, on: date, today: date) -> Message | None:
    if reference.person_id is None:
        return say("No person of the register has an id that this file or its folder begins with.")
    if not may_be_matched(register, reference.person_id, on, today):
        return say("There is no valid consent for matching, so no template is made.")
    return None


@dataclass(frozen=True)
class _TemplateMaker:
    """What is needed to turn a reference photo into a template."""

    detector: CenterFace
    recogniser: DlibResNet
    smallest_px: float
    long_side_px: int
    on: date

    def make(self, reference: Reference) -> Template | Message:
        """The template; or why the photo is no good reference."""
        assert reference.person_id is not None
        photo = load_photo(reference.path, reference.path.name, self.long_side_px)
        if photo.pixels is None:
            assert photo.problem is not None
            return photo.problem
        faces = [face for face in self.detector(photo.pixels) if face.box.side >= self.smallest_px]
        if len(faces) != 1:
            return say("There must be exactly one clear face on a reference photo; here are {count}.", count=len(faces))
        vector = self.recogniser.embed(photo.pixels, faces)[0]
        return Template(reference.person_id, self.recogniser.name, photo.sha256, self.on, vector)
