"""What all pictures with figures have in common. Drawn without pyplot, which would keep every figure in memory."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Literal

from PIL import Image

from pipeline.reporting.html import data_address

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, GREY = "#1b2733", "#d9d6cd"


def styled(axes: Axes, along: Literal["x", "y"] = "y") -> None:
    """Axes with few lines: a grid only `along` the axis that counts."""
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis=along, color=GREY, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(labelsize=11, colors=INK)


def picture(figure: Figure) -> Image.Image:
    """The figure drawn, in few colours, so that its file is small."""
    file = BytesIO()
    figure.savefig(file, format="png")
    with Image.open(file) as drawn:
        return drawn.convert("RGB").quantize(64)


def png_address(drawn: Image.Image) -> str:
    """The picture as an address that holds it."""
    file = BytesIO()
    drawn.save(file, "PNG", optimize=True)
    return data_address(file.getvalue(), "png")
