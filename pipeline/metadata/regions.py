"""Where a face region lies on the upright picture.

Programs do not agree whether a region is of the picture as it is stored or as it is shown, and only the dimensions
beside it (`AppliedToDimensions`, MWG guidelines 2.0, 5.9) may tell. So both are given where the file does not, and
whoever looks for a face must find the same one either way.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

from pipeline.metadata.hidden import Area

ALIKE = 0.02
"""Two shapes (width by height) that differ less are the same: rounding to whole pixels makes less of a difference."""


@dataclass(frozen=True, slots=True)
class Size:
    """A picture as it is stored, in pixels, and how EXIF says that it is turned (1 to 8)."""

    width: int
    height: int
    orientation: int = 1


def area_of(place: Area, size: Size, applied: tuple[float, float] | None) -> tuple[Area, ...]:
    """Where a region is on the upright picture, once for every way in which it may be meant; none where it fits no way.

    `applied`: width and height of the picture that the region was drawn on, where the file says so. A picture of
    another shape was cut since, and then nobody knows where the region is.
    """
    if not all(map(isfinite, place)) or place[2] <= 0 or place[3] <= 0:
        return ()
    stored = _alike(applied, (size.width, size.height))
    turned = (size.height, size.width) if size.orientation >= 5 else (size.width, size.height)
    shown = _alike(applied, turned)
    areas = [*([_turned(place, size.orientation)] if stored else []), *([place] if shown else [])]
    return tuple(dict.fromkeys(areas))


def _alike(applied: tuple[float, float] | None, size: tuple[int, int]) -> bool:
    if applied is None:
        return True
    width, height = applied
    return width > 0 and height > 0 and abs(width / height * size[1] / size[0] - 1) <= ALIKE


def _turned(place: Area, orientation: int) -> Area:
    """A place of the stored picture on the upright one."""
    x, y, w, h = place
    right, below = 1 - x - w, 1 - y - h
    return {
        2: (right, y, w, h),
        3: (right, below, w, h),
        4: (x, below, w, h),
        5: (y, x, h, w),
        6: (below, x, h, w),
        7: (below, right, h, w),
        8: (y, right, h, w),
    }.get(orientation, place)
