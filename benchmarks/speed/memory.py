"""An audit of many photos in a process of its own: `python -m benchmarks.speed.memory COUNT`. Says its peak memory.

The photos are those of the demo, each made a file of its own by bytes behind its end, so that every one is
looked at.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from itertools import cycle, islice
from pathlib import Path

from pipeline.candidates import CandidateAudit
from pipeline.demo import DAY, PHOTOS, PLATFORM, build_demo


def main() -> None:
    """Audit COUNT photos; peak in MiB and seconds, as JSON."""
    count = int(sys.argv[1])
    with tempfile.TemporaryDirectory() as made:
        photos = Path(made) / "photos"
        photos.mkdir()
        for number, photo in enumerate(islice(cycle(sorted(PHOTOS.glob("*.jpg"))[:6]), count)):
            (photos / f"{number:05}.jpg").write_bytes(photo.read_bytes() + b"%d" % number)
        workspace = build_demo(Path(made) / "workspace")
        audit = CandidateAudit.from_parameters(
            workspace=str(workspace.folder), photos=str(photos), platform=PLATFORM, on=DAY.isoformat(), run_id="memory"
        )
        start = time.perf_counter()
        audit.write(audit.look_and_judge(audit.find()))
        seconds = time.perf_counter() - start
    print(json.dumps({"seconds": seconds, "peak_mib": peak_mib()}))


def peak_mib() -> float:
    """The most memory that this process held, in MiB. Linux counts the starting process's own peak into `ru_maxrss`."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text().split("VmHWM:")[1].split()[0]) / 1024
    import resource  # not on Windows

    unit = 1024**2 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


if __name__ == "__main__":
    main()
