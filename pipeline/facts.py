"""From what was seen and who was named to what the rules may know."""

from __future__ import annotations

from collections.abc import Mapping

from consent.facts import BodyFact, FaceFact, FilmFact, Orientation, PhotoFacts, TextFact, TextPlace, together
from consent.messages import Message, say
from pipeline.matching.identification import Identification
from pipeline.metadata.texts import hidden_texts
from pipeline.naming import HandNames
from pipeline.naming_words import (
    DISPUTED,
    NO_FACE_OF_REGISTER,
    OF_REGISTER,
    WITHOUT_A_REASON,
    WITHOUT_EVIDENCE,
    Permissions,
    Said,
    Word,
    is_person_id,
    is_set_aside,
)
from pipeline.vision.observation import Observation
from pipeline.vision.persons import LARGEST_FACE


def facts_of(
    name: str, seen: Observation, identified: Mapping[int, Identification], said: HandNames, otherwise: Message
) -> PhotoFacts:
    """The facts of one photo. What a person said of a face goes before what the program found.

    `identified`: by face number; `otherwise`: why a face has no name that nobody compared.
    """
    names = {
        face.number: _name(face.number, identified, said)
        for face in seen.faces
        if not is_set_aside(said.faces.get(face.number), Word.NO_FACE) or _is_taken(identified.get(face.number))
    }
    spans = {face.number: seen.span(face) for face in seen.faces} if seen.film is not None else {}

    def fact(number: int, side_px: float) -> FaceFact:
        who, yes, found = names[number], said.faces.get(number), identified.get(number)
        # One person cannot be two faces at once: a person's word goes first, and of two such words none counts.
        taken = (
            bool(said.faces)
            and is_person_id(who)
            and any(
                word == who and other != number and together(spans.get(other), spans.get(number))
                for other, word in said.faces.items()
            )
        )
        doubt = say("Two faces were given the same name.") if taken else _why_it_does_not_count(yes, found)
        reason = doubt
        if reason is None and who is None:
            reason = found.why_unnamed if found else otherwise
        permitted = yes.platforms if isinstance(yes, Permissions) and doubt is None else frozenset()
        # What a person said of a face is never put down to the program's poor sight.
        identifiable = found is None or found.identifiable or yes is not None or taken
        return FaceFact(
            number,
            side_px,
            None if taken else who,
            reason,
            is_set_aside(yes, Word.NOT_RECOGNISABLE),
            identifiable=identifiable,
            permitted_for=permitted,
            span=spans.get(number),
        )

    return PhotoFacts(
        name,
        tuple([fact(face.number, seen.side_px(face)) for face in seen.faces if face.number in names]),
        tuple(
            BodyFact(
                body.number,
                # Somebody may have been recognised there, though from behind.
                Orientation.UNKNOWN if said.bodies.get(body.number) is Word.DISPUTED else body.orientation,
                LARGEST_FACE * seen.side_px(body),
                is_set_aside(said.bodies.get(body.number)),
                seen.span(body),
            )
            for body in seen.bodies
        ),
        problem=say("The file with names is about another version of this file. Name its faces again.")
        if said.of_another_version
        else None,
        may_harm=said.may_harm,
        texts=(*texts_of(name), *visible_texts(seen, said), *hidden_texts(seen.hidden)),
        film=None if seen.film is None else FilmFact(seen.film.seconds, seen.film.sound),
    )


def visible_texts(seen: Observation, said: HandNames) -> tuple[TextFact, ...]:
    """The texts that can be read on a photo, under the numbers of the observation, without those that may stay."""
    return tuple(
        TextFact(text.number, TextPlace.VISIBLE, text.text)
        for text in seen.texts
        if said.texts.get(text.number) is not Word.MAY_STAY
    )


def texts_of(name: str) -> tuple[TextFact, ...]:
    """The texts that come with a photo: what the file is called, without its folder and its ending."""
    file = name.rpartition("/")[2]
    # Texts that were read on the photo count from 1.
    return (TextFact(0, TextPlace.FILE_NAME, file.rpartition(".")[0] or file),)


def _why_it_does_not_count(yes: Said | None, found: Identification | None) -> Message | None:
    """Why what a person said of a face does not count; None where it does, or where nobody said anything."""
    if yes is None:
        return None
    if yes is Word.DISPUTED:
        return DISPUTED
    if isinstance(yes, Permissions) and (yes.outweighed or _is_taken(found)):
        return OF_REGISTER
    if isinstance(yes, Permissions) and not yes.platforms:
        return WITHOUT_EVIDENCE
    if yes is Word.TAKEN_FOR or is_set_aside(yes, Word.NO_FACE):
        return NO_FACE_OF_REGISTER
    return WITHOUT_A_REASON.get(yes) if isinstance(yes, Word) else None


def _is_taken(found: Identification | None) -> bool:
    """Whether the program takes a face for somebody of the register, even if it is not sure for whom."""
    return found is not None and found.taken_for is not None


def _name(number: int, identified: Mapping[int, Identification], said: HandNames) -> str | None:
    word = said.faces.get(number)
    if word is not None:
        return word if is_person_id(word) else None
    found = identified.get(number)
    return found.person_id if found else None
