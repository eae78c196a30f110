"""Texts before the rules: what stands in them that may not be published, by kind and person id, never in their words.

Pure functions of a text and the register. They know the names of the register and no others: a text about somebody who
is not in it is found by nobody but a reader.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import lru_cache

from consent.texts.data import data_in
from consent.texts.found import CERTAIN, HINTS, Found, Kind
from consent.texts.hints import hints_in
from consent.texts.misread import misread_names_in
from consent.texts.names import names_in
from consent.texts.sought import Sought

__all__ = ["CERTAIN", "HINTS", "Found", "Kind", "Sought", "hints_in", "in_post", "in_posts", "personal_data_in"]


@lru_cache(maxsize=1024)  # a photo is judged again for each way of covering it, and its texts stay the same
def personal_data_in(text: str, sought: Sought, *, is_name: bool = False, is_read: bool = False) -> tuple[Found, ...]:
    """Names of the register and other personal data in a text.

    `is_name`: the text is the name of a file; `is_read`: a program read it on a picture, and may have read it wrongly.
    """
    names = names_in(text, sought.names, any_case=is_name)
    nearly = misread_names_in(text, sought.names, sought.shapes, names) if is_read else ()
    return (*names, *nearly, *data_in(text, sought.born_on, is_name=is_name))


def in_post(text: str, sought: Sought, asked: Collection[str]) -> tuple[Found, ...]:
    """What the words of a post have in them: personal data, and hints about the rules whose ids are `asked`."""
    return (*personal_data_in(text, sought), *(hint for hint in hints_in(text) if hint.rule in asked))


def in_posts(texts: Iterable[str], sought: Sought, asked: Collection[str]) -> tuple[Found, ...]:
    """What several texts that belong together have in them, each thing once. They are read one by one."""
    return together(found for text in texts if text for found in in_post(text, sought, asked))


def together(found: Iterable[Found]) -> tuple[Found, ...]:
    """Each thing once; of hints of a kind one, that rests on the entries of all."""
    alike: dict[tuple[Kind, tuple[str, ...]], dict[str, None]] = {}
    for one in found:
        alike.setdefault((one.kind, one.person_ids), {}).update(dict.fromkeys(one.words))
    ordered = sorted(alike, key=lambda key: (list(Kind).index(key[0]), key[1]))
    return tuple(Found(kind, who, tuple(alike[kind, who])) for kind, who in ordered)
