"""Who refused is not forgotten with the name: a post that must come down stays so when matching is withdrawn too.

When consent for matching ends, the names that the program gave are erased. Where such a person has no yes for the
platform by then, or the picture must come down for that person, it keeps that, and since when; not who it was. The law
asks for both: to stop working with the name (AVG art. 9), and to take the picture down (AVG art. 17). So it is with a
name that a person gave, where a new audit is not given it again. A mark can only make a picture stricter. It no longer
counts once every face on it has a name or was looked at by a person.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from consent.facts import FaceFact, PhotoFacts
from consent.findings import Outcome
from consent.protocol import Protocol
from consent.published.standing import Publishing
from consent.register import ConsentRegister
from pipeline.published.kept import KeptPicture, KeptPost

Refusals = Mapping[tuple[str, str], date]
"""Since when somebody has no yes on a picture, by platform and SHA-256 of the picture."""


def forgetting(post: KeptPost, publishing: Publishing, allowed: Collection[str]) -> KeptPost:
    """The post with the program's names of these persons only; who else has no yes today leaves a mark."""
    return replace(post, pictures=tuple(_forgetting(one, post.posted_on, publishing, allowed) for one in post.pictures))


def _forgetting(
    picture: KeptPicture, posted_on: date | None, publishing: Publishing, allowed: Collection[str]
) -> KeptPicture:
    left = picture.with_names_of(allowed)
    changed = zip(picture.facts.faces, left.facts.faces, strict=True)
    forgotten = tuple(before for before, after in changed if before.person_id != after.person_id)
    found = _refusal(picture, forgotten, posted_on, publishing)
    return left if found is None else replace(_marked(left, found.since), refused=found.people)


@dataclass(frozen=True, slots=True)
class _Refusal:
    """That a picture comes down for somebody: ids of who has no yes there, and since when; `date.min`: nobody knows."""

    people: tuple[str, ...]
    since: date


def _refusal(
    picture: KeptPicture, lost: tuple[FaceFact, ...], posted_on: date | None, publishing: Publishing
) -> _Refusal | None:
    """What to keep of a picture on which these faces lose their names; None where nothing is milder for it.

    Not only a refusal takes a picture down: so does a form that was none, or had run out, when it was posted.
    """
    if not lost:
        return None
    facts = picture.facts
    if refused := publishing.refused(_of(picture, lost)):
        return _Refusal(refused, publishing.refused_since(facts, refused) or date.min)
    found = publishing.judge(facts, posted_on)
    nameless = replace(facts, faces=tuple(replace(f, person_id=None) if f in lost else f for f in facts.faces))
    if not found.standing.comes_down or publishing.judge(nameless, posted_on).standing.comes_down:
        return None
    named = {face.person_id for face in lost}
    against = {one.person_id for one in found.now.findings if one.outcome in (Outcome.HOLD, Outcome.BLOCK)}
    people = tuple(sorted(who for who in named & against if who))
    return _Refusal(people, publishing.without_a_yes_since(facts, people) or date.min)


def _of(picture: KeptPicture, faces: tuple[FaceFact, ...]) -> PhotoFacts:
    """These faces of the picture alone; a film stays one, for a yes for photos is none for film."""
    return PhotoFacts(picture.facts.name, faces, film=picture.facts.film)


def _marked(picture: KeptPicture, since: date) -> KeptPicture:
    return replace(picture, refused_since=min(since, picture.refused_since or since))


def not_named_again(before: Iterable[KeptPost], now: Iterable[KeptPost], publishing: Publishing) -> Iterator[KeptPost]:
    """The posts kept earlier, with a mark for each who has no yes, was named by a person, and has no name there now."""
    nameless = {
        (picture.sha256, face.number)
        for post in now
        for picture in post.pictures
        for face in picture.facts.faces
        if face.person_id is None and face.number not in picture.by_hand
    }
    for post in before:
        pictures = []
        for picture in post.pictures:
            lost = tuple(
                face
                for face in picture.facts.faces
                if face.number in picture.by_hand and (picture.sha256, face.number) in nameless
            )
            found = _refusal(picture, lost, post.posted_on, publishing)
            pictures.append(picture if found is None else _marked(picture, found.since))
        yield replace(post, pictures=tuple(pictures))


def refusals_of(posts: Iterable[KeptPost]) -> dict[tuple[str, str], date]:
    """The marks on these posts."""
    found: dict[tuple[str, str], date] = {}
    for post in posts:
        for picture in post.pictures:
            if picture.refused_since is not None and picture.sha256:
                key = post.platform, picture.sha256
                found[key] = min(picture.refused_since, found.get(key, date.max))
    return found


def refusals_left_by(
    gone: Collection[str], posts: Iterable[KeptPost], register: ConsentRegister, protocol: Protocol, today: date
) -> dict[tuple[str, str], date]:
    """The marks that these persons leave on posts when their names are erased."""
    allowed = register.people.keys() - set(gone)
    # Of a platform that the protocol does not know any more too: the posts on it are still public.
    return refusals_of(
        forgetting(post, Publishing(post.platform, today, protocol, register), allowed) for post in posts
    )


def with_refusals(post: KeptPost, refusals: Refusals) -> KeptPost:
    """The post with these marks on its pictures."""
    pictures = (replace(p, refused_since=refusals.get((post.platform, p.sha256))) for p in post.pictures)
    return replace(post, pictures=tuple(pictures))
