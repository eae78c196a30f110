"""The best pictures of a track: what a person names it by, and what is compared."""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, isfinite, radians

from pipeline.film.tracking import BodySample, Sample
from pipeline.matching.quality import turn, why_unidentifiable
from pipeline.vision.observation import Face

PER_TRACK = 3
"""One from each third of its time: if a track took two persons for one, they are seen side by side."""


def best(samples: Sequence[Sample]) -> tuple[Sample, ...]:
    """The best face of each third of a track's time, the best of all first."""
    first, last = samples[0].at_s, samples[-1].at_s
    thirds: dict[int, Sample] = {}
    for sample in samples:
        part = min(int(PER_TRACK * (sample.at_s - first) / (last - first)), PER_TRACK - 1) if last > first else 0
        if part not in thirds or worth(sample.face) > worth(thirds[part].face):
            thirds[part] = sample
    return tuple(sorted(thirds.values(), key=lambda sample: worth(sample.face), reverse=True))


def worth(face: Face) -> tuple[bool, float]:
    """How good a face is to recognise somebody by: whether it can be compared at all, then size, sharpness and turn."""
    sharp = face.sharpness if face.sharpness is not None and isfinite(face.sharpness) else 0.0
    turned = turn(face)
    ahead = max(cos(radians(turned)), 0.0) if isfinite(turned) else 0.0
    return why_unidentifiable(face) is None, face.box.side * sharp * ahead


def largest(samples: Sequence[BodySample]) -> BodySample:
    """The look that shows a person without a face largest."""
    return max(samples, key=lambda sample: sample.body.box.side)
