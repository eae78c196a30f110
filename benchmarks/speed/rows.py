"""The rows of the page: each a ratio, with the seconds that it comes from."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median

import numpy as np
from PIL import Image

from benchmarks.results import Row
from benchmarks.speed import again, hog
from benchmarks.speed.passes import LONG_SIDE_PX, Pass, local_pass, one_pass, pure_seconds
from consent.messages import UserError
from pipeline.matching.dlib_resnet import DlibResNet
from pipeline.matching.recogniser import CHIP_SIDE_PX
from pipeline.models.store import default_store
from pipeline.photos import load_photo
from pipeline.places import DEMO

ROUNDS = 5
CHIPS = 16
TELEPHONE_PX = 4032
"""Long side of a photo of 12 megapixels, as telephones make them."""
CLUSTER_ROUNDS = 6
"""Times that each photo goes to the cluster: with few photos the last one decides, while a worker has none."""
TURNS = 2
"""Times that one and two workers take turns."""
FEW = 10
"""Photos of the memory measurement; the other one takes ten times as many."""


def speed_rows(
    photos: Path | None = None, most: int = 12, others: Sequence[Path] = (), only: str = ""
) -> tuple[Row, ...]:
    """All that is measured of speed and memory. `photos`: a folder, else the demo's; `most`: of it are taken.

    `others`: folders of photographs, all of which are compared with HOG. `only`: a part of a name.
    """
    files = _photos(photos or DEMO / "event")
    files = files[:: -(-len(files) // most)]
    photographs = [path for folder in others for path in _photos(folder)]
    parts: tuple[tuple[str, Callable[[], Iterator[Row]]], ...] = (
        ("a template", _per_face),
        ("the whole pass", lambda: _against_hog(files)),
        ("the whole pass on photographs", lambda: _photographs_against_hog(photographs)),
        ("the pass and its models", lambda: _against_pure(files)),
        ("a batch again", lambda: _again(files)),
        ("10,000 photos judged again", _rejudging),
        ("memory", _memory),
        ("a film", _film),
        ("two workers of a cluster", lambda: _cluster(files)),
    )
    return tuple(row for what, make in parts if only in what for row in _or_why_not(what, make))


def _photos(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in (".jpg", ".jpeg"))


def _or_why_not(what: str, make: Callable[[], Iterator[Row]]) -> Iterator[Row]:
    try:
        yield from make()
    except (UserError, ImportError, subprocess.CalledProcessError) as error:
        yield Row(what, "not measured", note=f"{type(error).__name__}: {str(error).splitlines()[0][:120]}")


def _times(ratio: float) -> str:
    return f"{ratio:.1f} times"


def _per_face() -> Iterator[Row]:
    """A chip through dlib and through ONNX, in turn, in this process."""
    import dlib

    store = default_store()
    recogniser = DlibResNet(store.path(DlibResNet.name))
    theirs = dlib.face_recognition_model_v1(str(hog.fetched().path(hog.LOCATIONS["face_recognition_model_location"])))
    chips = np.random.default_rng(1).integers(0, 256, (CHIPS, CHIP_SIDE_PX, CHIP_SIDE_PX, 3), np.uint8)
    spent: dict[str, list[float]] = {"dlib": [], "onnx": []}
    for _ in range(ROUNDS):
        for name, run in (
            ("dlib", lambda: [theirs.compute_face_descriptor(chip) for chip in chips]),
            ("onnx", lambda: recogniser.describe(chips)),
        ):
            start = time.perf_counter()
            run()
            spent[name].append((time.perf_counter() - start) / CHIPS)
    dlib_s, onnx_s = median(spent["dlib"]), median(spent["onnx"])
    yield Row(
        "a template as ONNX in runs of 16, against dlib's own code, one thread each", _times(dlib_s / onnx_s),
        n=ROUNDS * CHIPS, note=f"{onnx_s * 1000:.1f} against {dlib_s * 1000:.1f} ms a chip, median of {ROUNDS} rounds",
    )  # fmt: skip


def _against_hog(files: Sequence[Path]) -> Iterator[Row]:
    """As they are, at the size as published, and enlarged to what a telephone makes: HOG looks at every pixel."""
    yield from _one_against_hog(files, "as they are")
    for long_side_px, how in ((LONG_SIDE_PX, "as published"), (TELEPHONE_PX, "as large as a telephone's")):
        with tempfile.TemporaryDirectory() as made:
            resized = [_resized(path, long_side_px, Path(made) / f"{n}.jpg") for n, path in enumerate(files)]
            yield from _one_against_hog(resized, f"{how}, long side {long_side_px} px")


def _photographs_against_hog(files: Sequence[Path]) -> Iterator[Row]:
    """Speed and faces on the very same photographs: as they are, and as large as a telephone makes them."""
    if not files:
        return
    yield from _one_against_hog(files, "(photographs) as they are")
    with tempfile.TemporaryDirectory() as made:
        resized = [_resized(path, TELEPHONE_PX, Path(made) / f"{n}.jpg") for n, path in enumerate(files)]
        yield from _one_against_hog(resized, f"(photographs) enlarged to {TELEPHONE_PX} px")


def _resized(path: Path, long_side_px: int, to: Path) -> Path:
    pixels = load_photo(path, path.name, LONG_SIDE_PX).pixels
    assert pixels is not None, path.name
    picture = Image.fromarray(pixels)
    share = long_side_px / max(picture.size)
    picture.resize((round(picture.width * share), round(picture.height * share))).save(to, quality=92)
    return to


def _one_against_hog(files: Sequence[Path], how: str) -> Iterator[Row]:
    hog.fetched()
    said = _in_a_process("benchmarks.speed.hog", *map(str, files))
    theirs_s, theirs_faces = (sum(part) for part in zip(*said["results"], strict=True))
    ours = local_pass(files)
    yield Row(
        f"photos a second, against face_recognition 1.3.0 (HOG), photos {how}", _times(theirs_s / ours.seconds),
        n=len(files), note=f"{len(files) / ours.seconds:.2f} against {len(files) / theirs_s:.2f} photos/s",
    )  # fmt: skip
    yield Row(
        f"faces found, against the same, photos {how}", _times(ours.faces / max(theirs_faces, 1)), n=len(files),
        note=f"{ours.faces} against {theirs_faces}; which of them are faces nobody counted here",
    )  # fmt: skip


def _against_pure(files: Sequence[Path]) -> Iterator[Row]:
    pure = pure_seconds(files)
    for threads in (1, 2):
        ours = local_pass(files, threads)
        yield Row(
            f"the whole pass with {threads} threads, against the sum of decoding and the models' own time in one",
            f"{ours.seconds / pure:.2f} times", n=len(files),
            note=f"{ours.seconds:.2f} against {pure:.2f} s; {len(files) / ours.seconds:.2f} photos/s",
        )  # fmt: skip


def _again(files: Sequence[Path]) -> Iterator[Row]:
    first, same, gallery = again.rounds(files)
    for what, one in (("the same batch again", same), ("again with another gallery", gallery)):
        yield Row(
            f"{what}, against the first time", f"{one.seconds / first.seconds:.2f} times", n=len(files),
            note=f"{one.seconds:.1f} against {first.seconds:.1f} s; looked at {one.detections} photos, "
            f"made templates on {one.embeddings}",
        )  # fmt: skip


def _rejudging() -> Iterator[Row]:
    # In a process that did nothing else before, as where a director changed the register.
    spent = _in_a_process("benchmarks.speed.again")
    yield Row(
        "10,000 remembered photos judged again", f"{spent['seconds']:.1f} s", n=again.MANY,
        note=f"{spent['own_seconds']:.1f} s of the processor, in a process of its own; no file is opened",
    )  # fmt: skip


def _memory() -> Iterator[Row]:
    few, many = (_in_a_process("benchmarks.speed.memory", str(count)) for count in (FEW, 10 * FEW))
    yield Row(
        f"peak memory of an audit of {10 * FEW} photos, against {FEW}",
        f"{many['peak_mib'] / few['peak_mib']:.2f} times", n=11 * FEW,
        note=f"{many['peak_mib']:.0f} against {few['peak_mib']:.0f} MiB; {many['seconds']:.0f} against "
        f"{few['seconds']:.0f} s",
    )  # fmt: skip


def _film() -> Iterator[Row]:
    """A minute, and a quarter of it for memory: how long looking takes against the film's own length."""
    quarter, one = (_in_a_process("benchmarks.speed.film", str(seconds)) for seconds in (15, 60))
    yield Row(
        "a minute of 1080p looked at, against its own length", f"{one['seconds'] / 60:.2f} times", n=1800,
        note=f"{one['seconds']:.0f} s on the clock, {one['own_seconds']:.0f} s of the processor in two threads",
    )  # fmt: skip
    yield Row(
        "peak memory of a film of a minute, against a quarter", f"{one['peak_mib'] / quarter['peak_mib']:.2f} times",
        n=2250, note=f"{one['peak_mib']:.0f} against {quarter['peak_mib']:.0f} MiB; {quarter['seconds']:.0f} s on the "
        f"clock for the quarter, {quarter['own_seconds']:.0f} s of the processor",
    )  # fmt: skip


AS_STARTED = {
    "distributed.worker.memory.target": False,
    "distributed.worker.memory.spill": False,
    "distributed.worker.memory.monitor-interval": "1s",
    "distributed.worker.profile.enabled": False,
    "distributed.admin.tick.interval": "1s",
    "distributed.admin.system-monitor.interval": "5s",
}
"""How the README has the workers and the scheduler started; Dask's own looking after itself is no part of the work."""


def _cluster(files: Sequence[Path]) -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as made:
        photos = [
            _resized(path, TELEPHONE_PX, Path(made) / f"{n}.jpg") for n, path in enumerate(files)
        ] * CLUSTER_ROUNDS
        # In turn, and the quickest of each: a computer that others use is now faster and now slower.
        turns = [(_of_a_cluster(1, photos), _of_a_cluster(2, photos)) for _ in range(TURNS)]
        alone = [(_in_processes(1, photos), _in_processes(2, photos)) for _ in range(TURNS)]
    one, two = (min(passes, key=lambda made: made.seconds) for passes in zip(*turns, strict=True))
    yield Row(
        f"photos a second of two cluster workers, against one, a thread each, long side {TELEPHONE_PX} px",
        f"{one.seconds / two.seconds:.2f} times", n=len(photos),
        note=f"{two.seconds:.1f} against {one.seconds:.1f} s, the quickest of {TURNS}; whoever asks and the scheduler "
        f"take {1000 * two.own_seconds / len(photos):.0f} ms of the processor a photo, on the same cores",
    )  # fmt: skip
    one_s, two_s = (min(seconds) for seconds in zip(*alone, strict=True))
    yield Row(
        "the same in processes of this computer that know nothing of each other, two against one",
        f"{2 * one_s / two_s:.2f} times", n=len(photos),
        note=f"{two_s:.1f} s for twice the photos against {one_s:.1f} s: what two cores of this computer give",
    )  # fmt: skip


def _of_a_cluster(workers: int, photos: Sequence[Path]) -> Pass:
    import dask
    from distributed import LocalCluster

    from pipeline.cluster import ClusterWorkers

    with (
        dask.config.set(AS_STARTED),
        LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None) as cluster,
        ClusterWorkers(cluster.scheduler_address, default_store()) as there,
    ):
        return one_pass(there, photos)


def _in_processes(count: int, photos: Sequence[Path]) -> float:
    """Seconds until each of so many processes has looked at all the photos, one thread each."""
    command = [sys.executable, "-m", "benchmarks.speed.alone", *map(str, photos)]
    runs = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(count)]
    told = [run.communicate()[0] for run in runs]
    for run in runs:
        if run.returncode:
            raise subprocess.CalledProcessError(run.returncode, command[:3])
    return max(float(out.splitlines()[-1]) for out in told)


def _in_a_process(module: str, *arguments: str) -> dict:
    run = subprocess.run([sys.executable, "-m", module, *arguments], capture_output=True, text=True, check=True)
    result: dict = json.loads(run.stdout.splitlines()[-1])
    return result
