"""What an annex is written from: the settings, the protocol, the models and the figures of this moment. No person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version

from consent.protocol import Protocol
from pipeline.basis import basis_of
from pipeline.judged import Publication
from pipeline.matching.conditions import InForce, why_not
from pipeline.matching.dlib_resnet import DlibResNet
from pipeline.models.registry import ModelFile
from pipeline.models.store import default_store
from pipeline.reporting.record import DISTRIBUTION, program_digest
from pipeline.school import School
from pipeline.workspace import Workspace


@dataclass(frozen=True)
class Live:
    """A school's program as it is set up. `in_force`: by which rules faces are compared; None where they are not.

    `people`, `enrolled`, `templates` and `posts` are how many there are; `signers` how many there are of each role.
    """

    school: School
    at: datetime
    protocol: Protocol
    models: tuple[ModelFile, ...]
    recogniser: str
    in_force: InForce | None
    people: int
    enrolled: int
    templates: int
    posts: int
    signers: Mapping[str, int]
    program: str
    program_sha256: str

    @property
    def matches(self) -> bool:
        """Whether faces are compared."""
        return why_not(self.school.matching) is None

    @property
    def models_in_use(self) -> tuple[ModelFile, ...]:
        """The models that take part: the one that compares faces only where that is on."""
        return tuple(model for model in self.models if self.matches or model.name != self.recogniser)


def live(space: Workspace, at: datetime) -> Live:
    """Read the settings and count. Raises `UserError` for a workspace that cannot be opened."""
    school, protocol, models = space.school, space.school.load_protocol(), default_store()
    with space.open_store() as store:
        register = store.register(protocol.parameters.validity)
        publication = Publication("", at.date(), protocol, register, at.date())
        matching = basis_of(store, publication, school.matching, models).matching
        return Live(
            school=school,
            at=at,
            protocol=protocol,
            models=models.models,
            recogniser=DlibResNet.name,
            in_force=matching.in_force if matching else None,
            people=len(register.people),
            enrolled=len(store.enrolled()),
            templates=len(store.kept_templates()),
            posts=sum(1 for _ in store.published.posts()),
            signers=Counter(role for signer in school.signers for role in signer.roles),
            program=f"{DISTRIBUTION} {version(DISTRIBUTION)}",
            program_sha256=program_digest(),
        )
