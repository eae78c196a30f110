"""R11: film and sound."""

from collections.abc import Iterator

from consent.facts import Case, Sound
from consent.findings import Finding, Outcome
from consent.messages import say

NO_FILM = Finding("R11", Outcome.NOT_APPLICABLE, say("This is no film."))
SILENT = Finding("R11", Outcome.PASS, say("The film has no sound."))


def film_and_sound(case: Case) -> Iterator[Finding]:
    """Film and sound need the same permission as photos.

    Why: a voice or a name that is called gives a child away like a face, and nobody can tell by program whose voice
    it is. So a person listens, or the sound goes. Whether everybody who is seen has a yes for film is for R2 to say.
    Example: a film with sound, or of which that is not known, is held; one without sound passes.
    """
    film = case.photo.film
    if film is None:
        yield NO_FILM
    elif film.sound is Sound.NONE:
        yield SILENT
    else:
        reason = say("The film has sound, and the program does not know whose voices these are. Listen to it.")
        if film.sound is not Sound.PRESENT:
            reason = say("Whether the film has sound could not be made out. Listen to it.")
        yield Finding("R11", Outcome.HOLD, reason, owner=case.protocol.rules["R11"].owner)
