"""What is offered for a photo: only ways out with which, by the facts, the same rules let it pass."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from consent.facts import Orientation
from consent.judging import Decision, judge
from pipeline.judged import Publication
from pipeline.photos import decode_photo, read_file
from pipeline.remedies import back_view, crop
from pipeline.remedies.back_view import Scene, scene_of
from pipeline.remedies.cover import covered_share, covers_of, head_of
from pipeline.remedies.judging import cropped
from pipeline.remedies.remedy import Kind, Remedy
from pipeline.run import AuditedPhoto
from pipeline.vision.observation import Film, Observation


def propose(photo: AuditedPhoto, publication: Publication) -> tuple[Remedy, ...]:
    """Ways to make this photo one that may be published, the cheapest first: that which costs least of the picture.

    None for a photo that may be published as it is, or that nobody could look at.
    """
    if photo.observation is None or photo.verdict.decision is Decision.PUBLISH or photo.facts.problem is not None:
        return ()
    if photo.observation.film is not None:
        return tuple(_of_film(photo, photo.observation, photo.observation.film, publication))
    found = [*_covering(photo, photo.observation), *_cropping(photo, photo.observation, publication)]
    return tuple(sorted(found, key=lambda remedy: remedy.lost))


def offered(
    photos: Iterable[AuditedPhoto], publication: Publication, files: Mapping[str, Path]
) -> tuple[AuditedPhoto, ...]:
    """The photos of a batch with what is offered for each. `files`: where they lie, by name.

    A file is opened only where its scene matters: where the batch has a picture from behind.
    """
    photos = tuple(replace(photo, remedies=propose(photo, publication)) for photo in photos)
    if not any(map(back_view.is_back_view, photos)):
        return photos
    wanted = (p for p in photos if p.verdict.decision is not Decision.PUBLISH or back_view.is_back_view(p))
    scenes = {photo.name: _scene(photo, files[photo.name]) for photo in wanted if photo.name in files}
    return with_back_views(photos, {name: scene for name, scene in scenes.items() if scene is not None})


def _scene(photo: AuditedPhoto, path: Path) -> Scene | None:
    """The scene of a photo; None where its file is not the one that was audited, or cannot be read."""
    file = read_file(path, photo.name)
    pixels = decode_photo(file, back_view.SIDE_PX).pixels
    return None if pixels is None or file.sha256 != photo.sha256 else scene_of(pixels, file.content)


def with_back_views(photos: Iterable[AuditedPhoto], scenes: Mapping[str, Scene]) -> tuple[AuditedPhoto, ...]:
    """The same photos; where the batch has the scene from behind, that is offered first, for it costs nothing.

    `scenes` by name of the photo.
    """
    photos = tuple(photos)
    behind = [(p.name, scenes[p.name]) for p in photos if p.name in scenes and back_view.is_back_view(p)]
    return tuple(_with_back_view(photo, scenes.get(photo.name), behind) for photo in photos)


def _with_back_view(photo: AuditedPhoto, scene: Scene | None, behind: list[tuple[str, Scene]]) -> AuditedPhoto:
    if scene is None or photo.verdict.decision is Decision.PUBLISH:
        return photo
    instead = back_view.nearest(scene, behind)
    if instead is None:
        return photo
    return replace(photo, remedies=(Remedy(Kind.BACK_VIEW, instead=instead), *photo.remedies))


def _of_film(photo: AuditedPhoto, seen: Observation, film: Film, publication: Publication) -> Iterator[Remedy]:
    """Without its sound, where that is all that stands in the way; else the covering that the verdict names.

    What is cut out of a contact sheet is nothing, and no picture takes the place of a film.
    """
    if judge(publication.case(photo.facts.silenced())).decision is Decision.PUBLISH:
        yield Remedy(Kind.SILENCE)
    elif photo.verdict.cover and not photo.verdict.cover_texts:
        tracks = [track for track in film.faces if track.number in photo.verdict.cover]
        seconds = sum(track.span[1] - track.span[0] for track in tracks)
        share = covered_share(covers_of(seen, photo.verdict.cover, ()), seen.width, seen.height)
        yield Remedy(Kind.COVER, photo.verdict.cover, lost=share * min(1.0, seconds / film.seconds))


def _covering(photo: AuditedPhoto, seen: Observation) -> Iterator[Remedy]:
    """The covering that the verdict names: `judge` tried it on the rules."""
    faces, texts = photo.verdict.cover, photo.verdict.cover_texts
    if faces or texts:
        covers = covers_of(seen, faces, texts)
        yield Remedy(Kind.COVER, faces, lost=covered_share(covers, seen.width, seen.height), texts=texts)


def _cropping(photo: AuditedPhoto, seen: Observation, publication: Publication) -> Iterator[Remedy]:
    """The first crop with which the rules let the photo pass, of those with most persons on it."""
    gone = photo.recognisable - photo.cleared | {*photo.verdict.cover}
    away = [crop.person_of(face) for face in seen.faces if face.number in gone]
    away += [body.box for body in seen.bodies if body.number in photo.unseen]
    against = {number for finding in photo.verdict.reasons for number in finding.texts}
    away += [text.box for text in seen.texts if text.number in against]
    held = {text.number for text in seen.texts if text.number in against}
    stay = [head_of(face) for face in seen.faces if face.number in photo.recognisable - gone]
    stay += [crop.head_end(body) for body in seen.bodies if body.orientation is Orientation.FROM_BEHIND]
    for part in crop.crops(seen.width, seen.height, away, stay):
        facts = cropped(photo.facts, seen, part)
        if judge(publication.case(facts)).decision is Decision.PUBLISH:
            faces, bodies = {f.number for f in facts.faces}, {b.number for b in facts.bodies}
            texts = {t.number for t in facts.texts}
            yield Remedy(
                Kind.CROP,
                tuple(f.number for f in photo.facts.faces if f.number not in faces),
                tuple(b.number for b in photo.facts.bodies if b.number not in bodies),
                keep=part,
                texts=tuple(sorted(held - texts)),
                lost=1 - part.width * part.height / (seen.width * seen.height),
            )
            return
