"""What is offered keeps its word: with it, by the facts, the same rules let the photo pass."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consent.facts import Orientation
from consent.importers.importing import read_register_files
from consent.judging import Decision, judge
from consent.messages import say
from consent.protocol import load_protocol
from consent.register import ConsentRegister
from pipeline.judged import Publication, held, judged
from pipeline.matching.identification import Identification
from pipeline.naming import NamesFile
from pipeline.photos import load_photo
from pipeline.places import DEMO
from pipeline.remedies.back_view import MOST_APART, Scene, same_scene, scene_of
from pipeline.remedies.judging import cropped
from pipeline.remedies.propose import offered, propose, with_back_views
from pipeline.remedies.remedy import Kind
from pipeline.run import AuditedPhoto
from pipeline.vision.observation import Body, Box, Observation
from tests.pipeline.seen import SHA256, face

DAY = date(2026, 11, 22)
PROTOCOL = load_protocol("ooh-2019")
PEOPLE = ("S01", "S02", "S03", "S10", "S14", "S15", "T01", None)
"""Three with a yes, one who refused, one for groups only, one to be asked first, a teacher, and nobody knows who."""


def publication(platform: str = "facebook") -> Publication:
    tables = [DEMO / "people.csv", DEMO / "consents.csv"]
    read = read_register_files(tables, protocol=PROTOCOL, today=DAY, known_people={})
    people = {person.person_id: person for person in read.people}
    register = ConsentRegister(people, tuple(read.records), PROTOCOL.parameters.validity)
    return Publication(platform, DAY, PROTOCOL, register, DAY)


FACEBOOK = publication()


def audited(people: list[str | None], *bodies: Body, name: str = "a.jpg", on: Publication = FACEBOOK) -> AuditedPhoto:
    """A photo of 1600 x 1200 px with these persons side by side, and bodies."""
    faces = tuple(face(n, 60.0 + 190 * (n - 1), 200, 60) for n in range(1, len(people) + 1))
    seen = Observation(SHA256, 1600, 1200, faces, bodies)
    found = [Identification(n, who, None) for n, who in enumerate(people, start=1) if who]
    return judged(on, name, seen, found, names=NamesFile())


def back(number: int, x: float) -> Body:
    return Body(number, Box(x, 300, 150, 600), 0.8, Orientation.FROM_BEHIND)


def somebody(number: int, x: float) -> Body:
    return Body(number, Box(x, 300, 150, 600), 0.8, Orientation.UNKNOWN)


groups = st.lists(st.sampled_from(PEOPLE), max_size=8)
bodies = st.lists(st.sampled_from([back, somebody]), max_size=2)


@given(people=groups, kinds=bodies, x=st.floats(0, 1400))
@settings(deadline=None, max_examples=200)
def test_every_remedy_lets_the_photo_pass_and_the_cheapest_is_first(people: list[str | None], kinds: list, x: float):
    photo = audited(people, *(make(n, x / n) for n, make in enumerate(kinds, start=1)))
    remedies = propose(photo, FACEBOOK)
    assert [r.lost for r in remedies] == sorted(r.lost for r in remedies)
    if photo.verdict.decision is Decision.PUBLISH:
        assert remedies == ()
    for remedy in remedies:
        assert photo.observation is not None
        facts = photo.facts.covering(remedy.faces) if remedy.keep is None else photo.facts
        if remedy.keep is not None:
            facts = cropped(facts, photo.observation, remedy.keep)
            assert {f.number for f in photo.facts.faces} - {f.number for f in facts.faces} == {*remedy.faces}
            assert {b.number for b in photo.facts.bodies} - {b.number for b in facts.bodies} == {*remedy.bodies}
        assert judge(FACEBOOK.case(facts)).decision is Decision.PUBLISH
        assert 0 < remedy.lost < 1


def test_somebody_at_the_edge_may_be_covered_or_cropped_and_covering_is_cheaper():
    cover, crop = propose(audited(["S10", "S01", "S02", "S03"]), FACEBOOK)
    assert (cover.kind, cover.faces) == (Kind.COVER, (1,))
    assert (crop.kind, crop.faces) == (Kind.CROP, (1,))
    assert crop.keep is not None and crop.keep.x + crop.keep.width == 1600
    assert cover.lost < crop.lost < 0.2


def test_a_person_without_a_face_can_be_cropped_away_but_not_covered():
    (crop,) = propose(audited(["S01", "S02"], somebody(1, 1300)), FACEBOOK)
    assert (crop.kind, crop.faces, crop.bodies) == (Kind.CROP, (), (1,))


@pytest.mark.parametrize(
    ("photo", "on"),
    [
        (audited(["S01", "S02"]), FACEBOOK),
        (audited(["S01"]), FACEBOOK),
        (audited(["S10"]), FACEBOOK),
        (audited(["S01", "S02"], on=publication("instagram")), publication("instagram")),
        (held(FACEBOOK, "a.jpg", SHA256, say("The file is empty.")), FACEBOOK),
    ],
    ids=["in order", "a single child", "only who refused", "platform not used", "not looked at"],
)
def test_nothing_is_offered_where_nothing_helps(photo: AuditedPhoto, on: Publication):
    assert propose(photo, on) == ()


def test_a_photo_that_may_harm_is_helped_by_no_picture():
    photo = audited(["S01", "S02", "S10"])
    harmful = replace(photo, case=FACEBOOK.case(replace(photo.facts, may_harm=True)))
    harmful = replace(harmful, verdict=judge(FACEBOOK.case(harmful.facts)))
    assert propose(photo, FACEBOOK) != ()
    assert propose(harmful, FACEBOOK) == ()


# The back view


def scene(*shares: float, at: datetime | None = None) -> Scene:
    return Scene(np.array(shares, np.float32), at)


NOON = datetime(2026, 10, 14, 12, 0)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (scene(0.5, 0.5), scene(0.5, 0.5), True),
        (scene(0.5, 0.5), scene(0.9, 0.1), True),
        (scene(1, 0), scene(0, 1), False),
        (scene(0.5, 0.5, at=NOON), scene(0.5, 0.5, at=NOON + MOST_APART), True),
        (scene(0.5, 0.5, at=NOON), scene(0.5, 0.5, at=NOON - MOST_APART - timedelta(seconds=1)), False),
        (scene(0.5, 0.5, at=NOON), scene(0.5, 0.5), True),
    ],
)
def test_a_scene_is_known_by_its_colours_and_its_time(one: Scene, other: Scene, same: bool):
    assert same_scene(one, other) is same
    assert same_scene(other, one) is same


def test_a_picture_from_behind_is_offered_first_and_only_if_it_may_be_published():
    refused = replace(audited(["S01", "S02", "S10"]), remedies=propose(audited(["S01", "S02", "S10"]), FACEBOOK))
    behind = audited([], back(1, 100), back(2, 500), name="behind.jpg")
    unsure = audited([], back(1, 100), somebody(2, 500), name="unsure.jpg")
    faces = audited(["S01", "S02"], back(1, 1000), name="faces.jpg")
    alike = dict.fromkeys(("a.jpg", "unsure.jpg", "faces.jpg"), scene(0.5, 0.5))
    first, *rest = with_back_views((refused, behind, unsure, faces), {**alike, "behind.jpg": scene(0.4, 0.6)})
    assert [r.kind for r in first.remedies] == [Kind.BACK_VIEW, *(r.kind for r in refused.remedies)]
    assert first.remedies[0].instead == "behind.jpg"
    assert [photo.remedies for photo in rest if photo.verdict.decision is Decision.PUBLISH] == [(), ()]
    without = with_back_views((refused, behind), {**alike, "behind.jpg": scene(0, 1)})
    assert without[0] == refused


def test_the_demo_has_one_scene_from_behind():
    """IMG_2008 shows six children on the stage from behind, IMG_2009 four of them from the front."""
    read = {n: DEMO / "event" / f"IMG_{n}.jpg" for n in ("2008", "2009", "2004", "2014", "2026")}
    scenes = {}
    for number, path in read.items():
        photo = load_photo(path, path.name, 256)
        assert photo.pixels is not None
        scenes[number] = scene_of(photo.pixels, path.read_bytes())
    assert scenes["2009"].taken_at == datetime(2026, 10, 14, 14, 12, 48)
    assert same_scene(scenes["2008"], scenes["2009"])
    assert not same_scene(scenes["2008"], scenes["2004"])
    assert not same_scene(scenes["2008"], scenes["2014"])


@pytest.fixture
def batch() -> Iterator[tuple[AuditedPhoto, ...]]:
    """The two photos of the stage, as if they had been looked at."""
    shas = {n: load_photo(DEMO / "event" / n, n, 256).sha256 for n in ("IMG_2008.jpg", "IMG_2009.jpg")}
    behind = audited([], back(1, 100), name="IMG_2008.jpg")
    refused = audited(["S01", "S02", "S10"], name="IMG_2009.jpg")
    yield tuple(replace(photo, sha256=shas[photo.name]) for photo in (behind, refused))


def test_a_batch_gets_its_remedies_with_its_files(batch: tuple[AuditedPhoto, ...]):
    files = {photo.name: DEMO / "event" / photo.name for photo in batch}
    behind, refused = offered(batch, FACEBOOK, files)
    assert behind.remedies == ()
    assert refused.remedies[0].instead == "IMG_2008.jpg"
    assert {r.kind for r in refused.remedies} >= {Kind.BACK_VIEW, Kind.COVER}


def test_a_file_that_was_changed_since_is_no_scene(batch: tuple[AuditedPhoto, ...]):
    files = {photo.name: DEMO / "event" / "IMG_2004.jpg" for photo in batch}
    assert all(r.kind is not Kind.BACK_VIEW for photo in offered(batch, FACEBOOK, files) for r in photo.remedies)
