"""What remembered results rest on: whatever changes here is looked at, or compared, again."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from consent.protocol import Protocol
from pipeline import metadata, remembered
from pipeline.enrolment import usable_gallery
from pipeline.judged import Publication
from pipeline.matching.basis import calibration_basis, matching_basis
from pipeline.matching.conditions import InForce, MatchingSettings, in_force, may_be_matched, why_not
from pipeline.matching.dlib_resnet import DlibResNet
from pipeline.matching.gallery import Gallery
from pipeline.matching.identification import MatchingPolicy
from pipeline.models.store import ModelStore
from pipeline.store import Store
from pipeline.vision import observer

CODE = (Path(remembered.__file__), *sorted(Path(metadata.__file__).parent.glob("*.py")))
"""The program's own part in reading files and in remembering; `pipeline.matching.basis` has that in giving names."""


@dataclass(frozen=True)
class Matching:
    """Comparing faces in one batch: by what is in force, and with whom."""

    in_force: InForce
    gallery: Gallery
    outdated: tuple[str, ...] = ()
    """Ids of the persons who are enrolled with photos that are all too old by now."""
    superseded: tuple[str, ...] = ()
    """Ids of the persons whose templates were made in another way than today's, so that they are not compared."""
    unguarded: frozenset[str] = frozenset()
    """Ids of the persons whose look-alike is not compared any more, so that their names are never given."""

    @property
    def policy(self) -> MatchingPolicy:
        """When a face is given a name."""
        return self.in_force.policy


@dataclass(frozen=True)
class Basis:
    """Names of what results rest on: of `observations` the models, their code and the size of the picture.

    Of `identifications` also the recogniser, the policy and the very gallery: those enrolled whose consent for
    matching stands, and who of them has a look-alike that is not compared. A register that changes nothing about
    these leaves them as they are.
    """

    observations: str
    identifications: str
    matching: Matching | None

    @property
    def may_be_named(self) -> frozenset[str]:
        """Ids of those whom the program may name today."""
        return frozenset(self.matching.gallery.person_ids) - self.matching.unguarded if self.matching else frozenset()


def basis_of(store: Store, publication: Publication, settings: MatchingSettings, models: ModelStore) -> Basis:
    """What a batch rests on now. Opens no model."""
    observations = observations_basis(models, publication.protocol)
    if why_not(settings) is not None:
        return Basis(observations, "", None)
    whole = store.gallery(DlibResNet.name, DlibResNet.dimensions)
    gallery, outdated, superseded = _allowed(store, whole, publication, settings)
    unguarded = gallery.unguarded(store.look_alikes(), whole)
    matcher = matching_basis(models, DlibResNet.name)
    calibration = store.calibration(DlibResNet.name)
    measured = calibration_basis(observations, matcher)
    rules = in_force(settings, calibration, gallery.digest, measured)
    matching = Matching(rules, gallery, outdated, superseded, unguarded)
    parts = [observations, matcher, asdict(matching.policy), gallery.digest, sorted(unguarded)]
    return Basis(observations, hashlib.sha256(json.dumps(parts).encode()).hexdigest(), matching)


def observations_basis(models: ModelStore, protocol: Protocol) -> str:
    """What an observation rests on. Boxes are in pixels of the picture as published, so its size belongs to it."""
    code = [hashlib.sha256(path.read_bytes()).hexdigest() for path in CODE]
    seen_by = hashlib.sha256(json.dumps([observer.digest(models), code]).encode()).hexdigest()
    return f"{seen_by}-{protocol.parameters.published_long_side_px}"


def _allowed(
    store: Store, whole: Gallery, publication: Publication, settings: MatchingSettings
) -> tuple[Gallery, tuple[str, ...], tuple[str, ...]]:
    """The templates of those whose consent for matching stands on the day, and was not taken back since.

    Those of photos that have become too old, or made in another way than today's, are left out; and the ids of the
    persons who then have none, by the one and by the other.
    """
    today, on, register = publication.today, publication.on, publication.register
    gallery = usable_gallery(store, register, settings, on, today)
    allowed = {p for p in whole.person_ids if may_be_matched(register, p, on, today)}
    comparable = store.gallery(DlibResNet.name, DlibResNet.dimensions, version=DlibResNet.version)
    superseded = allowed.difference(comparable.person_ids)
    return gallery, tuple(sorted(allowed - superseded - {*gallery.person_ids})), tuple(sorted(superseded))
