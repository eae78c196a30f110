"""A file that was made is judged by what is seen on it, beside all that is known of the photo it was made from.

Nothing that was known is lost: who is not covered or cut away is on it still, found again or not, and what was held
for another reason stays held. What is new is held. And the best verdict waits for a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import replace

from consent.facts import BodyFact, FaceFact, PhotoFacts, TextFact, TextPlace
from consent.findings import Finding, Outcome
from consent.judging import Decision, Verdict, judge
from consent.messages import Message, say
from pipeline.judged import Publication
from pipeline.naming import SAME_PLACE
from pipeline.remedies.cover import head_of, with_cover
from pipeline.remedies.film_judging import NEW_FACE, facts_of_film, known_of_film
from pipeline.remedies.memory import Made
from pipeline.run import AuditedPhoto
from pipeline.vision.observation import Body, Box, Observation
from pipeline.vision.observer import without_face
from pipeline.vision.persons import LARGEST_FACE

REMEDY = "remedy"
"""The rule id of a finding about a file that was made."""

UNDER_A_COVER = 0.9
"""The part of a face's box that lies under a cover where the face is covered. A cover reaches beyond the face on
every side, so its own face lies under it whole; on blocks of colour the detector may draw a box a little larger."""

NOT_CONFIRMED = say("Nobody has confirmed yet that on this new picture nobody without a yes can be recognised.")


def judge_made(
    photo: AuditedPhoto, made: Made, result: Observation, publication: Publication, confirmed: Set[str] = frozenset()
) -> Verdict:
    """The verdict on a file that was made from a photo. `confirmed`: SHA-256 of files that a person said yes to.

    `photo` as it is judged today, `result`: what is seen on the new file. `ValueError` where they do not belong
    together.
    """
    if (photo.sha256, result.sha256) != (made.source_sha256, made.sha256):
        raise ValueError("the photo, the file made from it and what was seen on it do not belong together")
    if photo.observation is None:
        return photo.verdict
    if photo.observation.film is not None:
        possible = facts_of_film(photo.facts, photo.observation, made, result)
    else:
        known = known_facts(photo.facts, photo.observation, made)
        whole = replace(
            known,
            faces=(*known.faces, *_new_faces(photo.observation, made, result)),
            bodies=(*known.bodies, *_new_bodies(photo.observation, made, result)),
            texts=(*known.texts, *_new_texts(photo.observation, made, result)),
        )
        possible = (known, whole)
    # Somebody new makes a group larger, and may not make the verdict milder by it.
    verdict = max((judge(publication.case(facts)) for facts in possible), key=lambda v: v.decision.severity)
    return verdict if made.sha256 in confirmed else held_for(verdict, NOT_CONFIRMED, publication)


def held_for(verdict: Verdict, reason: Message, publication: Publication) -> Verdict:
    """The verdict with a reason more to hold: never to publish."""
    finding = Finding(REMEDY, Outcome.HOLD, reason, owner=publication.protocol.rules["R5"].owner)
    decision = max(verdict.decision, Decision.HOLD, key=lambda d: d.severity)
    return replace(verdict, decision=decision, findings=(*verdict.findings, finding))


def known_facts(facts: PhotoFacts, seen: Observation, made: Made) -> PhotoFacts:
    """What is known of the photo, with the covers on and without who was cut away."""
    if seen.film is not None:
        return known_of_film(facts, seen, made)
    faces = (face.number for face in seen.faces if _is_covered(face.box, made.covered))
    covered = facts.covering(faces, (text.number for text in seen.texts if _is_covered(text.box, made.covered)))
    return cropped(covered, seen, made.keep) if made.keep else covered


def cropped(facts: PhotoFacts, seen: Observation, part: Box) -> PhotoFacts:
    """The facts of a part of a photo: whose head or body reaches into it is on it still, and so is a text."""
    faces = {face.number for face in seen.faces if head_of(face).overlap(part)}
    bodies = {body.number for body in seen.bodies if body.box.overlap(part)}
    texts = (text.number for text in seen.texts if not text.box.overlap(part))
    return replace(
        facts.covering((), texts),
        faces=tuple(f for f in facts.faces if f.number in faces),
        bodies=tuple(b for b in facts.bodies if b.number in bodies),
    )


def _new_faces(seen: Observation, made: Made, result: Observation) -> Iterable[FaceFact]:
    """Faces of the new picture that are neither known from the photo nor under a cover."""
    number = max((f.number for f in seen.faces), default=0)
    for face in result.faces:
        box = _on_the_photo(face.box, made)
        known = any(box.share(other.box) >= SAME_PLACE for other in seen.faces)
        if not known and not _is_covered(box, made.covered):
            number += 1
            yield FaceFact(number, face.box.side, why_unnamed=NEW_FACE)


def _new_bodies(seen: Observation, made: Made, result: Observation) -> Iterable[BodyFact]:
    """Persons without a face on the new picture who belong to no face or person known from the photo."""
    found = [_on_the_photo(face.box, made) for face in result.faces]
    faces = [f for f in seen.faces if all(f.box.share(box) < SAME_PLACE for box in found)]
    bodies = [body for body in result.bodies if not _is_known(_on_the_photo(body.box, made), seen.bodies)]
    number = max((b.number for b in seen.bodies), default=0)
    for i in without_face([with_cover(_on_the_photo(body.box, made), made.covered) for body in bodies], tuple(faces)):
        number += 1
        yield BodyFact(number, bodies[i].orientation, LARGEST_FACE * bodies[i].box.side)


def _new_texts(seen: Observation, made: Made, result: Observation) -> Iterable[TextFact]:
    """Texts that are read on the new picture only: in another size, more may be read than on the photo."""
    number = max((text.number for text in seen.texts), default=0)
    for text in result.texts:
        box = _on_the_photo(text.box, made)
        if not any(box.share(other.box) >= SAME_PLACE for other in seen.texts) and not _is_covered(box, made.covered):
            number += 1
            yield TextFact(number, TextPlace.VISIBLE, text.text)


def _is_known(box: Box, bodies: Sequence[Body]) -> bool:
    return any(box.share(body.box) >= SAME_PLACE for body in bodies)


def _is_covered(box: Box, covers: Iterable[Box]) -> bool:
    return any(box.overlap(cover) >= UNDER_A_COVER * box.width * box.height for cover in covers)


def _on_the_photo(box: Box, made: Made) -> Box:
    """A box of the new picture, in pixels of the photo."""
    return replace(box, x=box.x + made.keep.x, y=box.y + made.keep.y) if made.keep else box
