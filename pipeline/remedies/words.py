"""What people read of remedies."""

from __future__ import annotations

from collections.abc import Iterable

from consent.messages import Message, say
from pipeline.film.writing import ENDING
from pipeline.language import Translator
from pipeline.remedies.job import Outcome
from pipeline.remedies.judging import REMEDY
from pipeline.remedies.memory import Made
from pipeline.remedies.remedy import How, Kind

COVERED = {
    How.SOLID: say("Covered with grey: face {faces}."),
    How.PIXELATE: say("Covered with large blocks: face {faces}."),
    How.BLUR: say("Covered with a blur: face {faces}."),
}
MOST_ALIKE = 5
"""Photos of which the same is said one by one."""

IN_ORDER = say("In order, once a person has confirmed it.")


def of_made(made: Made) -> Message:
    """What was done to a photo."""
    if made.kind is Kind.CROP:
        return say("Cropped.")
    if made.kind is Kind.SILENCE:
        return say("The sound was removed.")
    of_faces = say(COVERED[How(made.how)].text, faces=", ".join(map(str, made.faces)))
    texts = 0 if made.spans else len(made.covered) - len(made.faces)
    of_texts = say("Texts covered: {count}.", count=texts)
    if not made.faces:
        return of_texts
    return say("{of_faces} {of_texts}", of_faces=of_faces, of_texts=of_texts) if texts else of_faces


def of_film(made: Made) -> bool:
    """Whether a film was made, and no picture."""
    return made.ending == ENDING


def made_rows(outcomes: Iterable[Outcome], tr: Translator) -> list[tuple[str, str, str]]:
    """A row a new file: the photo, what was done, and what the rules say of the new picture."""
    return [
        (outcome.photo, tr.render(of_made(outcome.made)), " ".join(map(tr.render, _against(outcome))))
        for outcome in outcomes
        if outcome.made is not None
    ]


def told_rows(outcomes: Iterable[Outcome], tr: Translator) -> list[tuple[str, str]]:
    """A row a photo of which nothing was made, and why; photos of which the same is said often are counted."""
    told: dict[str, list[str]] = {}
    for outcome in outcomes:
        if outcome.told is not None:
            told.setdefault(tr.render(outcome.told), []).append(outcome.photo)
    return [
        (photo, why)
        for why, photos in told.items()
        for photo in (photos if len(photos) <= MOST_ALIKE else [tr.render(say("{count} files", count=len(photos)))])
    ]


def _against(outcome: Outcome) -> tuple[Message, ...]:
    """What stands in the way besides the confirmation."""
    assert outcome.verdict is not None
    reasons = tuple(f.reason for f in outcome.verdict.reasons if f.rule != REMEDY)
    return reasons or (IN_ORDER,)
