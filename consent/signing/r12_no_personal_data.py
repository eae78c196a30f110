"""R12: no personal data in the text, and none that a person sees on the photos."""

from collections.abc import Iterator

from consent.findings import Finding, Outcome
from consent.signing.answers import answered
from consent.signing.post import PostCase
from consent.texts import CERTAIN
from consent.texts.told import told_of_message


def no_personal_data(case: PostCase) -> Iterator[Finding]:
    """Everybody who signs has looked for names, addresses and other personal data in message and photos.

    A full name of the register in the text blocks, whatever anybody answers. What else was found there is shown to
    those who sign: their answer decides.
    Why: consent for a picture is no consent for a name beside it. Only people can read all that is on a drawing or a
    shirt, and only names of the register are found.
    Example: a name on a rucksack that one signer saw gets a no, and the post is blocked.
    """
    for found in (found for found in case.in_message if found.rule == "R12"):
        outcome = Outcome.BLOCK if found.kind in CERTAIN else Outcome.ADVICE
        who = found.person_ids[0] if len(found.person_ids) == 1 else None
        yield Finding("R12", outcome, told_of_message(found), person_id=who)
    yield from answered(case, "R12")
