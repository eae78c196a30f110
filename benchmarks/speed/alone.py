"""A pass of one thread in a process of its own, beside others: `python -m benchmarks.speed.alone PHOTO ...`."""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.speed.passes import local_pass
from pipeline.models.silence import quiet

if __name__ == "__main__":
    with quiet():
        seconds = local_pass([Path(given) for given in sys.argv[1:]], threads=1).seconds
    print(seconds)
