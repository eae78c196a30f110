"""What is told of photos of which nothing was made."""

from __future__ import annotations

from consent.messages import say
from pipeline.language import translator
from pipeline.remedies.job import Outcome
from pipeline.remedies.words import MOST_ALIKE, told_rows


def test_what_is_said_of_many_photos_is_said_once():
    gone = [Outcome(f"{number}.jpg", told=say("It is gone.")) for number in range(MOST_ALIKE)]
    other = Outcome("other.jpg", told=say("It was changed."))
    assert len(told_rows([*gone, other], translator("en"))) == MOST_ALIKE + 1
    assert told_rows([*gone, other, Outcome("more.jpg", told=say("It is gone."))], translator("en")) == [
        (f"{MOST_ALIKE + 1} files", "It is gone."),
        ("other.jpg", "It was changed."),
    ]
