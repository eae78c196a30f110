"""Looking at a batch: each photo from file to verdict, with everything loaded once.

Whatever fails on the way, the photo is held with the reason and the batch goes on.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from consent.facts import Case, PhotoFacts
from consent.judging import judge
from consent.messages import say
from consent.protocol import Protocol
from consent.register import ConsentRegister
from pipeline.facts import facts_of
from pipeline.matching.basis import matching_basis
from pipeline.matching.conditions import InForce, MatchingSettings, in_force, may_be_matched, why_not
from pipeline.matching.dlib_resnet import DlibResNet
from pipeline.matching.gallery import Gallery
from pipeline.matching.identification import Identification, comparable, identify
from pipeline.models.store import ModelStore, default_store
from pipeline.naming import NamesFile, hand_findings, is_open, rows_to_name, with_named_bodies
from pipeline.photos import Photo, load_photo
from pipeline.reporting.pictures import draw, draw_numbered
from pipeline.run import AuditedPhoto, ModelUse
from pipeline.store import Store
from pipeline.vision.observation import Observation
from pipeline.vision.observer import MODELS, Observer

PICTURES = "pictures"
NUMBERED = "numbered"


@dataclass(frozen=True)
class Publication:
    """What a batch is judged for: where, when, under which protocol, with whose consent."""

    platform_id: str
    on: date
    protocol: Protocol
    register: ConsentRegister
    today: date

    def case(self, facts: PhotoFacts) -> Case:
        """One photo before the rules."""
        return Case(facts, self.platform_id, self.on, self.register, self.protocol, today=self.today)


class Looking:
    """Looks at the photos of one batch. A context manager; used from the thread that opened the store.

    Drawn pictures go below `folder`, which must exist: into `pictures` for the report, pixelated, and
    into `numbered` for naming by hand, as they are.
    """

    def __init__(
        self, store: Store, publication: Publication, matching: MatchingSettings, names: NamesFile, folder: Path
    ) -> None:
        self._store, self._publication, self._names, self._folder = store, publication, names, folder
        self.in_force: InForce | None = None
        """The policy of matching and what it rests on; None where matching is off."""
        self._long_side_px = publication.protocol.parameters.published_long_side_px
        self.seconds: Counter[str] = Counter()
        (folder / PICTURES).mkdir()
        models = default_store()
        self._observer = Observer(models)
        # Boxes are in pixels of the picture as published, so its size belongs to what they rest on.
        self._basis = f"{self._observer.digest}-{self._long_side_px}"
        self._recogniser: DlibResNet | None = None
        used = MODELS
        self.matching = why_not(matching)
        if self.matching is None:
            self._recogniser = DlibResNet(models.path(DlibResNet.name))
            self._gallery = self._allowed_gallery(self._recogniser)
            calibration, basis = store.calibration(DlibResNet.name), matching_basis(models, DlibResNet.name)
            self.in_force = in_force(matching, calibration, self._gallery.digest, basis)
            used = (*MODELS, DlibResNet.name)
            self.matching = say(
                "Faces were compared with {count} enrolled persons, under DPIA {dpia}.",
                count=len(set(self._gallery.person_ids)),
                dpia=matching.dpia_reference,
            )
        self.models = tuple(_model_use(models, name) for name in used)

    def __enter__(self) -> Looking:
        return self

    def __exit__(self, *error: Any) -> None:
        self._observer.__exit__(*error)

    def _allowed_gallery(self, recogniser: DlibResNet) -> Gallery:
        """The templates of those whose consent for matching stands on the day, and was not taken back since."""
        today, on, register = self._publication.today, self._publication.on, self._publication.register
        gallery = self._store.gallery(recogniser.name, recogniser.dimensions)
        return gallery.only(p for p in gallery.person_ids if may_be_matched(register, p, on, today))

    def audit(self, path: Path, name: str, number: int) -> AuditedPhoto:
        """One photo from file to verdict and picture. `number` names the picture within the batch."""
        with self._timed("decode"):
            photo = load_photo(path, name, self._long_side_px)
        if photo.pixels is None:
            return self._judged(photo, None, PhotoFacts(name, problem=photo.problem))
        try:
            return self._seen_and_judged(photo, number)
        except Exception as error:  # noqa: BLE001 - one bad photo must not end the batch; it is held and listed
            reason = say("The program could not look at this photo ({kind}).", kind=type(error).__name__)
            return self._judged(photo, None, PhotoFacts(name, problem=reason))

    def _seen_and_judged(self, photo: Photo, number: int) -> AuditedPhoto:
        assert photo.pixels is not None
        with self._timed("look"):
            seen = self._seen(photo.sha256, photo.pixels)
        with self._timed("match"):
            identified = self._identified(photo.pixels, seen)
        said = self._names.for_photo(photo.name, seen)
        whole, said_of_faces = with_named_bodies(seen, said)
        facts = facts_of(photo.name, whole, identified, said_of_faces, say("Nobody has said yet who this is."))
        with self._timed("judge"):
            audited = self._judged(photo, whole, facts)
        audited = replace(
            audited,
            verdict=replace(audited.verdict, findings=(*audited.verdict.findings, *hand_findings(said))),
            by_hand=frozenset(said_of_faces.faces),
            distances={number: (found.distance, found.second) for number, found in identified.items()},
            name_rows=tuple(rows_to_name(audited, seen, said)),
        )
        try:
            with self._timed("draw"):
                return self._drawn(photo.pixels, seen, audited, number)
        except Exception:  # noqa: BLE001 - a card without a picture says as much, and the verdict stands
            return audited

    def _seen(self, sha256: str, pixels: NDArray[np.uint8]) -> Observation:
        """What is on the photo, remembered from another run or at once for the next."""
        seen = self._store.observation(sha256, self._basis)
        if seen is None:
            seen = self._observer(sha256, pixels)
            self._store.add_observation(seen, self._basis)
        return seen

    def _identified(self, pixels: NDArray[np.uint8], seen: Observation) -> dict[int, Identification]:
        """Who the faces are, by number; nothing where matching is off."""
        if self._recogniser is None or self.in_force is None:
            return {}
        policy = self.in_force.policy
        faces, small = comparable(seen.faces, policy)
        # The probes live no longer than this comparison (AVG art. 9).
        named = identify(faces, self._recogniser.embed(pixels, faces), self._gallery, policy)
        return {found.face: found for found in (*named, *small)}

    def _judged(self, photo: Photo, seen: Observation | None, facts: PhotoFacts) -> AuditedPhoto:
        case = self._publication.case(facts)
        too_small = self._publication.protocol.parameters.too_small
        return AuditedPhoto(
            photo.name,
            photo.sha256,
            seen,
            facts,
            judge(case),
            recognisable=frozenset(f.number for f in case.recognisable),
            cleared=frozenset(f.number for f in case.recognisable if case.is_cleared(f)),
            too_small=frozenset(f.number for f in facts.faces if too_small(f.side_px)),
            unseen=frozenset(b.number for b in case.unseen),
            anonymity=case.anonymity,
        )

    def _drawn(self, pixels: NDArray[np.uint8], seen: Observation, audited: AuditedPhoto, number: int) -> AuditedPhoto:
        picture = self._folder / PICTURES / f"{number}.jpg"
        picture.write_bytes(draw(pixels, audited))
        if any(map(is_open, audited.name_rows)):
            numbered = self._folder / NUMBERED / f"{audited.name}.jpg"
            numbered.parent.mkdir(parents=True, exist_ok=True)
            numbered.write_bytes(draw_numbered(pixels, seen))
        return replace(audited, picture=picture)

    @contextmanager
    def _timed(self, step: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        self.seconds[step] += time.perf_counter() - start


def _model_use(models: ModelStore, name: str) -> ModelUse:
    model = models.model(name)
    return ModelUse(name, model.origin, model.sha256)
