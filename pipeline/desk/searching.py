"""Persons of the register at the desk: found by what somebody types in a hurry, and told apart by more than a name."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence

from consent.messages import say
from consent.people import Person, Role
from pipeline.desk.showing import Plain
from pipeline.language import Translator
from pipeline.reporting.words import visible

MOST_PERSONS = 12
"""So many persons of a search are shown: more do not fit beside the photo, and another letter leaves fewer."""

ROLES = {
    Role.PUPIL: say("pupil"),
    Role.STAFF: say("staff"),
    Role.PARENT: say("parent"),
    Role.VISITOR: say("visitor"),
}

_PLAIN = str.maketrans("ıłøđ", "ilod")
"""Letters of names that are no accented ones to Unicode, and are to whoever types them."""


def found_persons(people: Iterable[Person], text: str, tr: Translator) -> list[Plain]:
    """Persons by the beginning of any part of their name, by group, or by id; those of whom more words fit first."""
    words = _folded(text).split()
    if not words:
        return []
    everybody = tuple(people)
    scored = [(_fits(person, words), person) for person in everybody]
    fitting = sorted(
        ((score, p) for score, p in scored if score), key=lambda item: (-item[0], item[1].group, item[1].full_name)
    )
    alike = _alike(everybody, tr)
    return [
        person_row(person, tr, with_id=alike[_folded(person.full_name), _group(person, tr)] > 1)
        for _, person in fitting[:MOST_PERSONS]
    ]


def told_apart(people: Iterable[Person], tr: Translator) -> dict[str, str]:
    """The full name of each person by id. Who shares it is told apart by group, and by id where that is shared too.

    Else nobody at the desk would see that the program, or a colleague, took the one child for the other.
    """
    people = tuple(people)
    names = Counter(_folded(person.full_name) for person in people)
    alike = _alike(people, tr)
    told = {}
    for person in people:
        parts = [person.full_name]
        if person.full_name and names[_folded(person.full_name)] > 1:
            parts.append(_group(person, tr))
            if alike[_folded(person.full_name), _group(person, tr)] > 1:
                parts.append(person.person_id)
        told[person.person_id] = ", ".join(parts)
    return told


def person_row(person: Person, tr: Translator, *, with_id: bool = False) -> Plain:
    """A person in a list; with the id where another one of that name is in the same group."""
    group = ", ".join((_group(person, tr), *([person.person_id] if with_id else ())))
    return {"id": person.person_id, "name": visible(person.full_name or person.person_id), "group": visible(group)}


def _alike(people: Iterable[Person], tr: Translator) -> Counter[tuple[str, str]]:
    """How many have the same name and stand in the same group."""
    return Counter((_folded(person.full_name), _group(person, tr)) for person in people)


def _group(person: Person, tr: Translator) -> str:
    return tr.text("group {group}").format(group=person.group) if person.group else tr.render(ROLES[person.role])


def _fits(person: Person, words: Sequence[str]) -> int:
    """How well a person fits all words: 2 for a whole word, 1 for its beginning; 0 where a word fits nothing."""
    parts = [*re.split(r"[\s-]+", _folded(person.full_name)), _folded(person.person_id), _folded(person.group)]
    score = 0
    for word in words:
        if word in ("groep", "group"):
            score += 1
        elif word in parts:
            score += 2
        elif any(part.startswith(word) for part in parts):
            score += 1
        else:
            return 0
    return score


def _folded(text: str) -> str:
    """Without capitals and accents: whoever types in a hurry types neither."""
    plain = unicodedata.normalize("NFKD", text.casefold()).translate(_PLAIN)
    return "".join(letter for letter in plain if not unicodedata.combining(letter))
