"""A film looked at in a process of its own: `python -m benchmarks.speed.film SECONDS`. Says its time and peak memory.

1080p at 30 pictures a second with sound, made of photos of the demo, five seconds each, over which a camera moves and
zooms: textures, movement and cuts. It is written by PyAV, which only tests and benchmarks have.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import av
import cv2
import numpy as np
from PIL import Image

from benchmarks.speed.memory import peak_mib
from benchmarks.speed.passes import LONG_SIDE_PX
from pipeline.demo import PHOTOS
from pipeline.looker import Looker, Task
from pipeline.matching.identification import MatchingPolicy
from pipeline.models.silence import quiet
from pipeline.models.store import default_store
from pipeline.photos import read_file

SIZE, RATE, SCENE_S = (1920, 1080), 30, 5


def write_film(path: Path, seconds: int) -> None:
    """Write the film: as many seconds, a multiple of five."""
    photos = sorted(PHOTOS.glob("*.jpg"))[:12]
    with av.open(str(path), "w") as film:
        video = film.add_stream("libx264", rate=RATE, options={"preset": "veryfast"})
        video.width, video.height, video.pix_fmt = *SIZE, "yuv420p"
        for scene in range(seconds // SCENE_S):
            photo = np.asarray(Image.open(photos[scene % len(photos)]).convert("RGB"))
            for number in range(SCENE_S * RATE):
                film.mux(video.encode(av.VideoFrame.from_ndarray(_moved(photo, number), format="rgb24")))
        film.mux(video.encode())


def _moved(photo: np.ndarray, number: int) -> np.ndarray:
    """What the camera shows of a photo on this picture of the scene."""
    height, width = photo.shape[:2]
    wide = width * (0.9 - 0.1 * np.sin(number / 40))
    high = wide * SIZE[1] / SIZE[0]
    x, y = (width - wide) * (0.5 + 0.5 * np.sin(number / 30)), max(0, height - high) * (0.5 + 0.3 * np.cos(number / 25))
    there = np.array([[wide / SIZE[0], 0, x], [0, high / SIZE[1], y]], np.float32)
    return cv2.warpAffine(photo, there, SIZE, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)


def main() -> None:
    """Look at a film of SECONDS, or write it to a FILE; seconds and peak in MiB, as JSON."""
    seconds = int(sys.argv[1])
    if len(sys.argv) > 2:
        write_film(Path(sys.argv[2]), seconds)
        return
    with tempfile.TemporaryDirectory() as made:
        path = Path(made) / "film.mp4"
        # In a process of its own: the encoder's memory is not this program's.
        subprocess.run([sys.executable, "-m", "benchmarks.speed.film", str(seconds), str(path)], check=True)
        cv2.setNumThreads(1)
        with quiet(), Looker(default_store()) as look:
            task = Task(read_file(path, path.name), LONG_SIDE_PX, None, MatchingPolicy())
            start, own = time.perf_counter(), time.process_time()
            looked = look(task)
            spent, own = time.perf_counter() - start, time.process_time() - own
    assert looked.observation is not None, looked.problem
    print(json.dumps({"seconds": spent, "own_seconds": own, "peak_mib": peak_mib()}))


if __name__ == "__main__":
    main()
