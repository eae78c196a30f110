"""R1: several children."""

from collections.abc import Iterator

from consent.facts import Case
from consent.findings import Finding, Outcome
from consent.messages import say

NOBODY = Finding("R1", Outcome.NOT_APPLICABLE, say("No pupil can be recognised."))


def several_children(case: Case) -> Iterator[Finding]:
    """A photo with recognisable children shows two or more of them.

    Why: a child alone in a picture is singled out, whatever its parents agreed to.
    Only identified pupils count; an age is never guessed. One pupil beside somebody without a
    name is held, because that somebody may be a child.
    Example: two identified pupils pass; one identified pupil and a teacher are blocked.
    """
    owner = case.protocol.rules["R1"].owner
    pupils = len(case.pupils)
    if pupils >= case.protocol.parameters.min_pupils:
        yield Finding("R1", Outcome.PASS, say("{count} pupils can be recognised.", count=pupils))
        return
    nameless = len(case.unnamed) + len(case.named_twice) + len(case.photo.bodies)
    nameless += sum(f.covered or f.ruled_out for f in case.photo.faces)
    faces = tuple(f.number for f in case.recognisable)
    if pupils and nameless:
        reason = say("One pupil is recognised; whether the others are children, nobody has said yet.")
        yield Finding("R1", Outcome.HOLD, reason, faces, owner=owner)
    elif pupils:
        reason = say("A single pupil can be recognised. The protocol asks for several children together.")
        yield Finding("R1", Outcome.BLOCK, reason, faces)
    elif case.unnamed:
        reason = say("Whether several children are on it cannot be said before the faces have a name.")
        yield Finding("R1", Outcome.HOLD, reason, faces, owner=owner)
    else:
        yield NOBODY
