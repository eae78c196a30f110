"""What was seen before: an unchanged batch, a changed gallery, and 10,000 remembered photos judged again.

As a program of its own it judges these again and prints the seconds: `python -m benchmarks.speed.again`.
"""

from __future__ import annotations

import json
import random
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks.speed.passes import Counting
from pipeline import remembered
from pipeline.basis import basis_of
from pipeline.demo import DAY, PLATFORM, build_demo
from pipeline.judged import Publication
from pipeline.looking import Looking
from pipeline.matching.conditions import MatchingSettings
from pipeline.matching.dlib_resnet import DlibResNet
from pipeline.matching.identification import Identification
from pipeline.models.store import default_store
from pipeline.naming import NamesFile
from pipeline.rejudging import rejudge
from pipeline.store import Store, Template
from pipeline.vision.observation import Box, Face, Observation
from pipeline.workers import LocalWorkers
from pipeline.workspace import Workspace

MANY = 10_000
FACES = (1, 2, 3, 3, 3, 4, 5)
"""Faces of the made-up photos, three on average; 7 of 10 have a name."""


@dataclass(frozen=True)
class Round:
    """One audit of a batch: seconds, and on how many photos it detected and made templates."""

    seconds: float
    detections: int
    embeddings: int


def rounds(photos: Sequence[Path]) -> tuple[Round, Round, Round]:
    """A batch for the first time, again unchanged, and again with somebody more enrolled."""
    with tempfile.TemporaryDirectory() as made:
        workspace = build_demo(Path(made) / "workspace")
        first, second = _round(workspace, photos, "1"), _round(workspace, photos, "2")
        with workspace.open_store() as store:
            vector = np.ones(DlibResNet.dimensions, np.float32)
            store.replace_templates(
                [Template("S01", DlibResNet.name, "0" * 64, DAY, vector, version=DlibResNet.version)]
            )
        return first, second, _round(workspace, photos, "3")


def _round(workspace: Workspace, photos: Sequence[Path], name: str) -> Round:
    folder = workspace.folder / name
    folder.mkdir()
    start = time.perf_counter()
    with workspace.open_store() as store, LocalWorkers(default_store()) as local:
        looking = Looking(store, _publication(workspace, store), workspace.school.matching, NamesFile(), folder)
        counting = Counting(local)
        with closing(looking.audit(((path, path.name) for path in photos), counting)) as audited:
            _ = list(audited)
    return Round(time.perf_counter() - start, counting.detections, counting.embeddings)


def _publication(workspace: Workspace, store: Store) -> Publication:
    protocol = workspace.school.load_protocol()
    return Publication(PLATFORM, DAY, protocol, store.register(protocol.parameters.validity), DAY)


def rejudging_seconds(count: int = MANY) -> tuple[float, float]:
    """Seconds, of the clock and of the processor, to judge made-up remembered photos of the demo's persons."""
    chance = random.Random(1)
    with tempfile.TemporaryDirectory() as made:
        workspace = build_demo(Path(made) / "workspace")
        with workspace.open_store() as store:
            publication, settings = _publication(workspace, store), MatchingSettings(True, "DPIA")
            basis = basis_of(store, publication, settings, default_store())
            people = sorted(publication.register.people)
            photos = [_made_up(f"{number:064x}", chance, people) for number in range(count)]
            with store.transaction():  # one by one they would be written to the disk 20,000 times
                store._db.executemany(
                    "INSERT INTO observation (photo_sha256, models, content) VALUES (?, ?, ?)",
                    [(seen.sha256, basis.observations, remembered.of_observation(seen)) for seen, _ in photos],
                )
                store._db.executemany(
                    "INSERT INTO identification VALUES (?, ?, ?, ?)",
                    [
                        (
                            seen.sha256,
                            basis.identifications,
                            remembered.digest(remembered.of_observation(seen)),
                            remembered.of_identifications(found),
                        )
                        for seen, found in photos
                    ],
                )
            asked = [(f"{number}.jpg", seen.sha256) for number, (seen, _) in enumerate(photos)]
            del photos  # the program does not hold them either, and Python would look them through for garbage
            later = replace(publication, register=store.register(publication.protocol.parameters.validity))
            start, own = time.perf_counter(), time.process_time()
            judged = sum(1 for _ in rejudge(store, later, settings, asked))
            seconds = time.perf_counter() - start, time.process_time() - own
    assert judged == count
    return seconds


def _made_up(
    sha256: str, chance: random.Random, people: Sequence[str]
) -> tuple[Observation, tuple[Identification, ...]]:
    who = chance.sample(people, chance.choice(FACES))
    faces = tuple(Face(n, Box(100.0 * n, 50, 60, 60), 0.9, ((1.0, 2.0),) * 5) for n in range(1, len(who) + 1))
    found = tuple(
        Identification(n, person, None, 0.3, 0.5) if chance.random() < 0.7 else Identification(n, None, None, 0.5, 0.6)
        for n, person in enumerate(who, start=1)
    )
    return Observation(sha256, 2048, 1536, faces, (), ".jpg"), found


if __name__ == "__main__":
    on_the_clock, of_the_processor = rejudging_seconds()
    print(json.dumps({"seconds": on_the_clock, "own_seconds": of_the_processor}))
