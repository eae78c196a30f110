"""R12: no personal data in the texts that come with a photo."""

from collections.abc import Iterator

from consent.facts import Case, TextFact, TextPlace
from consent.findings import Finding, Outcome
from consent.messages import say
from consent.texts import CERTAIN, Found, personal_data_in
from consent.texts.told import told

WHERE = {
    TextPlace.FILE_NAME: say("the file name"),
    TextPlace.VISIBLE: say("a text that can be read in the picture"),
    TextPlace.METADATA: say("the data inside the file"),
}
WAY_OUT = {
    TextPlace.FILE_NAME: say("{what} Give the file another name and audit it again."),
    TextPlace.VISIBLE: say("{what} Cover it, or choose another photo or film."),
    TextPlace.METADATA: say("{what} The copy that is published is made without these data: never publish this file."),
}

CLEAN = Finding("R12", Outcome.PASS, say("No name of the register or other personal data was found in texts."))
NO_TEXT = Finding("R12", Outcome.NOT_APPLICABLE, say("No text comes with it."))


def no_personal_data(case: Case) -> Iterator[Finding]:
    """No name of the register and no contact data stand in the file name or can be read on the photo.

    Why: consent for a picture is no consent for a name beside it. A file name is published with the file: a full
    name there blocks, a given name alone is held, for it may be anybody's. What can be read on the photo is held, and
    can be covered, also where one letter differs from a name: it may have been read wrongly. What is hidden in the file
    is told; the copy that is published has none of it. A text that could not be read is held. Only names of the
    register are found: nobody else's.
    Example: a photo called after the pupil on it is blocked until it has another name.
    """
    clean = True
    for text in case.photo.texts:
        if text.problem is not None:
            clean = False
            blocks = text.certain and text.where is TextPlace.FILE_NAME
            owner = None if blocks else case.protocol.rules["R12"].owner
            outcome = Outcome.BLOCK if blocks else Outcome.HOLD
            yield Finding("R12", outcome, text.problem, texts=(text.number,), owner=owner)
        sought, where = case.register.sought, text.where
        for found in personal_data_in(
            text.text, sought, is_name=where is TextPlace.FILE_NAME, is_read=where is TextPlace.VISIBLE
        ):
            clean = False
            yield _finding(case, text, found)
    if clean and case.photo.texts:
        yield CLEAN
    elif clean:
        yield NO_TEXT


def _finding(case: Case, text: TextFact, found: Found) -> Finding:
    outcome = Outcome.HOLD
    if text.where is TextPlace.METADATA:
        outcome = Outcome.ADVICE
    elif text.where is TextPlace.FILE_NAME and found.kind in CERTAIN:
        outcome = Outcome.BLOCK
    owner = case.protocol.rules["R12"].owner if outcome is Outcome.HOLD else None
    who = found.person_ids[0] if len(found.person_ids) == 1 else None
    reason = say(WAY_OUT[text.where].text, what=told(found, WHERE[text.where]))
    return Finding("R12", outcome, reason, texts=(text.number,), person_id=who, owner=owner)
