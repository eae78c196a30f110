"""Films, written by a real encoder from the demo's photos: read, followed, judged; what cannot be judged is held."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from consent.facts import Orientation, Sound, together
from pipeline import remembered
from pipeline.desk import pictures
from pipeline.film.choosing import best
from pipeline.film.container import Container, read_container
from pipeline.film.identifying import identify_tracks
from pipeline.film.look import MOST_TRACKS, look_at, show
from pipeline.film.pictures import MOST_GOING_ON, MOST_KEPT, Album, anywhere
from pipeline.film.reading import open_film
from pipeline.film.sampling import Times
from pipeline.film.sheet import lay_out, show_sample, tile_of
from pipeline.film.tracking import BodySample, BodyTrack, FaceTrack, Sample, Tracker
from pipeline.looker import Looked, Looker, Task
from pipeline.matching.gallery import Gallery
from pipeline.matching.identification import Identification, MatchingPolicy
from pipeline.models.silence import quiet
from pipeline.models.store import default_store
from pipeline.naming import BODY, FACE, TEXT, HandRow, NamesFile
from pipeline.naming_words import Permission, Permissions, Word
from pipeline.photos import photo_file, read_file
from pipeline.reporting.pictures import around_head, draw_numbered, pixelate
from pipeline.store.observations import _places
from pipeline.vision.observation import Body, Box, Face, Film, Observation, SeenText, Shown, Track, on_strip

DEMO = Path(__file__).parents[2] / "demo" / "event"
SIZE = (640, 360)
FPS = 10
MARKS = ((10.0, 10.0), (20.0, 10.0), (15.0, 15.0), (11.0, 20.0), (19.0, 20.0))


def scene(photo: str, frames: int, size: tuple[int, int] = SIZE) -> Iterator[np.ndarray]:
    """A photo of the demo, filmed by a camera that moves to the right."""
    image = Image.open(DEMO / photo).convert("RGB")
    width, height = image.width * 9 // 10, image.width * 9 // 10 * size[1] // size[0]
    for number in range(frames):
        left, top = number * 2, (image.height - height) // 2
        yield np.asarray(image.crop((left, top, left + width, top + height)).resize(size))


def add_silence(film: av.container.OutputContainer, audio: av.AudioStream) -> None:
    """A track of sound in which nothing is heard."""
    tone = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.int16), format="s16", layout="mono")
    tone.sample_rate, tone.pts = 16000, 0
    film.mux(audio.encode(tone))
    film.mux(audio.encode())


def write_film(
    path: Path,
    *photos: str,
    frames: int = 8,
    sound: bool = False,
    picture: bool = True,
    size: tuple[int, int] = SIZE,
) -> Path:
    with av.open(str(path), "w") as film:
        video = film.add_stream("libx264", rate=FPS) if picture else None
        audio = film.add_stream("aac", rate=16000) if sound else None
        if video is not None:
            video.width, video.height, video.pix_fmt = *size, "yuv420p"
            for photo in photos:
                for pixels in scene(photo, frames, size):
                    film.mux(video.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
            film.mux(video.encode())
        if audio is not None:
            add_silence(film, audio)
    return path


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("films")
    write_film(folder / "silent.mp4", "IMG_2001.jpg", "IMG_2002.jpg")
    write_film(folder / "heard.mp4", "IMG_2001.jpg", frames=3, sound=True)
    write_film(folder / "voices.mp4", sound=True, picture=False)
    whole = (folder / "silent.mp4").read_bytes()
    (folder / "cut.mp4").write_bytes(whole[: len(whole) // 2])
    (folder / "called.webm").write_bytes(whole)
    (folder / "noise.mp4").write_bytes(bytes(range(256)) * 8)
    return folder


def look(path: Path) -> Looked:
    with quiet(), Looker(default_store()) as looker:
        return looker(Task(read_file(path, path.name), 2048))


def test_faces_are_followed_within_a_scene_and_end_at_a_cut(films: Path) -> None:
    looked = look(films / "silent.mp4")
    seen = looked.observation
    assert seen is not None
    assert seen.film is not None
    assert (seen.film.sound, seen.film.width, seen.film.height) == (Sound.NONE, *SIZE)
    assert seen.film.seconds == pytest.approx(1.6)
    first = [t for t in seen.film.faces if t.span[0] < 0.8]
    second = [t for t in seen.film.faces if t.span[0] >= 0.8]
    assert first and second and all(t.span[1] < 0.8 for t in first)
    assert looked.pixels is not None and looked.pixels.shape == (seen.height, seen.width, 3)
    assert [f.number for f in seen.faces] == [t.number for t in seen.film.faces]
    for face, track in zip(seen.faces, seen.film.faces, strict=True):
        assert track.shown[0].place.overlap(face.box) == pytest.approx(face.box.width * face.box.height)
    assert remembered.observation(remembered.of_observation(seen)) == seen


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("voices.mp4", "sound and no picture"),
        ("cut.mp4", "damaged or incomplete"),
        ("noise.mp4", "damaged or incomplete"),
        ("called.webm", "called .webm, but it is MPEG-4"),
    ],
)
def test_what_cannot_be_judged_is_held_with_its_reason(films: Path, name: str, reason: str) -> None:
    looked = look(films / name)
    assert looked.observation is None
    assert reason in str(looked.problem)


def test_sound_is_heard_of(films: Path) -> None:
    assert read_container(films / "heard.mp4", ".mp4").sound is Sound.PRESENT


@pytest.mark.parametrize("says", [Container(0.3, 16, Sound.NONE), Container(9.0, 16, Sound.NONE)])
def test_a_film_that_is_longer_or_shorter_than_it_says_is_not_judged(
    films: Path, says: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.film.reading.read_container", lambda *_: says)
    monkeypatch.setattr("pipeline.film.reading.MISSING_S", 0.5)
    film = open_film(read_file(films / "silent.mp4", "silent.mp4"), 2048)
    with pytest.raises(Exception, match=r"damaged or incomplete|goes on after the end"):
        list(film.frames(Times()))


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_a_moving_picture_is_a_film_without_sound(kind: str) -> None:
    pictures = [Image.new("RGB", (32, 24), colour) for colour in ("red", "green", "blue")]
    out = BytesIO()
    pictures[0].save(out, kind, save_all=True, append_images=pictures[1:], duration=400)
    film = open_film(photo_file(out.getvalue(), f".{kind.lower()}", "a"), 2048)
    assert [round(frame.at_s, 1) for frame in film.frames(Times())] == [0.0, 0.4, 0.8]
    assert (film.seconds, film.sound) == (pytest.approx(1.2), Sound.NONE)


def test_pictures_kept_while_a_film_is_looked_at_are_those_that_it_gives_when_decoded_again(films: Path) -> None:
    file = read_file(films / "silent.mp4", "silent.mp4")
    with quiet(), Looker(default_store()) as looker:
        fresh = looker(Task(file, 2048, None, POLICY))
        again = looker(Task(file, 2048, fresh.observation, POLICY))
    assert fresh.probes is not None and len(fresh.probes)
    assert fresh.pixels is not None and np.array_equal(fresh.pixels, again.pixels)
    assert np.array_equal(fresh.probes, again.probes)


def test_a_picture_that_was_given_up_is_decoded_again(films: Path) -> None:
    file = read_file(films / "silent.mp4", "silent.mp4")
    with quiet(), Looker(default_store()) as looker:
        seen, kept = look_at(file, 2048, looker._observer, embed=POLICY)
        _, whole, probes = show(file, 2048, seen, POLICY, lambda: looker._recogniser, pictures=kept)
        assert seen.film is not None
        lacking = {shown: picture for shown, picture in kept.items() if shown != anywhere(seen.film.faces[0].shown[0])}
        assert len(lacking) == len(kept) - 1
        _, sheet, again = show(file, 2048, seen, POLICY, lambda: looker._recogniser, pictures=lacking)
    assert np.array_equal(sheet, whole) and np.array_equal(again, probes)


def test_of_many_faces_that_stay_for_long_fewer_pictures_are_kept_each() -> None:
    album, tracker = Album(None), Tracker()
    pixels = np.zeros((40, 40, 3), np.uint8)
    faces = [Face(n, Box(2 * (n % 20), 2 * (n // 20), 2, 2), 0.9, MARKS, 0.2) for n in range(200)]
    for second in range(8):
        tracker.move(PICTURE, float(second), cut=False)
        tracker._live = tracker.face_tracks[:]  # whatever their points say
        tracker.faces(second, float(second), faces, whole=True)
        album.add(tracker, second, pixels)
    assert len(tracker.face_tracks) == 200
    assert len(album.pictures) == MOST_GOING_ON == 6 * 200


def test_of_a_long_track_the_pictures_stay_that_are_chosen_in_the_end() -> None:
    """Worth rises and falls three times, once in each third; in between no more than so many are kept."""
    album, tracker, size = Album(None), Tracker(), 400
    pixels = np.zeros((size, size, 3), np.uint8)
    worth = [30 + abs((second % 40) - 20) for second in range(120)]
    for second, side in enumerate(worth):
        tracker.move(PICTURE, float(second), cut=False)
        face = Face(1, Box(100, 100, side, side), 0.9, MARKS, 0.2)
        tracker._live = tracker.face_tracks[:]  # whatever its points say
        for track in tracker.face_tracks:
            track.box = face.box
        tracker.faces(second, float(second), [face], whole=True)
        album.add(tracker, second, pixels)
        assert len(album.pictures) <= MOST_KEPT
    (track,) = tracker.face_tracks
    shown = lay_out("a" * 64, (size, size), (120.0, Sound.NONE), [track], []).film
    assert shown is not None
    assert all(anywhere(one) in album.pictures for one in shown.faces[0].shown)
    tracker.move(PICTURE, 121.0, cut=True)
    album.add(tracker, 121, pixels)
    assert len(album.pictures) == 3


# Words of people about a film, whose contact sheet is laid out anew by every look.


def tracked(at_s: float, x: float) -> FaceTrack:
    """A face of 40 px, seen for two seconds, that is largest in the second one."""
    boxes = [(at_s + i, Box(x, 20, width, 50)) for i, width in enumerate((30, 40, 30))]
    samples = [Sample(round(t * FPS), t, Face(1, box, 0.9, ((0, 0),) * 5, 50)) for t, box in boxes]
    path = [(t, box, True) for t, box in boxes]
    return FaceTrack(boxes[-1][1], at_s, at_s + 2, 40, samples, path)


def bodily(at_s: float, x: float) -> BodyTrack:
    body = Body(1, Box(x, 20, 40, 120), 0.9, Orientation.FACING)
    return BodyTrack(body.box, at_s, at_s, [BodySample(round(at_s * FPS), at_s, body)])


def sheet(faces: list[FaceTrack], bodies: list[BodyTrack], *texts: tuple[str, float]) -> Observation:
    mark, line = Box(8, 0, 8, 8), Box(10, 10, 80, 20)
    read = tuple(SeenText(n, mark, text, 0.9, on_strip(at, line, 320)) for n, (text, at) in enumerate(texts, 1))
    return replace(lay_out("a" * 64, (320, 180), (60.0, Sound.NONE), faces, bodies), texts=read)


NOOR, SEM = tracked(10, 100), tracked(20, 200)
BEFORE = sheet([NOOR, SEM], [bodily(5, 50)], ("Groep 4", 10.0))


def test_a_name_does_not_slide_to_another_face_when_a_film_is_looked_at_in_another_way(tmp_path: Path):
    """All of them lie where others lay on the contact sheet before; and what is found again keeps what was said."""
    who = [(FACE, BEFORE.faces[0], "S01"), (BODY, BEFORE.bodies[0], "S02"), (TEXT, BEFORE.texts[0], Word.MAY_STAY)]
    rows = tuple(HandRow("", what, 1, BEFORE.place(thing), said) for what, thing, said in who)
    names = NamesFile({"a" * 64: rows})
    kept = names.for_photo("film.mp4", BEFORE)
    assert (kept.faces, kept.bodies, kept.texts) == ({1: "S01"}, {1: "S02"}, {1: Word.MAY_STAY})
    now = sheet([tracked(2, 30), NOOR, SEM], [bodily(1, 20), bodily(5, 50)], ("Noor Bakker", 1.0), ("Groep 4", 10.0))
    slid = names.for_photo("film.mp4", now)
    assert {*slid.faces.values(), *slid.bodies.values(), *slid.texts.values()} == {Word.DISPUTED}


def outweighed_in(now: Observation, marks: Sequence[Box]) -> list[bool]:
    """Of each face of another look, whether a permission does not count there."""
    rows = tuple(HandRow("", FACE, f.number, now.place(f), Permission("facebook", "a mail")) for f in now.faces)
    said = NamesFile({"a" * 64: rows}, {"a" * 64: tuple(marks)}).for_photo("film.mp4", now).faces
    return [one.outweighed for _, one in sorted(said.items()) if isinstance(one, Permissions)]


def test_a_permission_in_a_film_is_outweighed_where_somebody_of_the_register_was_found_once():
    """Another look may show the face best at another moment, and lose sight of it in between."""
    marks = _places(BEFORE, [Identification(1, "S01")])
    shorter = replace(NOOR, path=NOOR.path[:2], samples=NOOR.samples[:2])
    now = sheet([tracked(2, 100), replace(shorter, path=[*NOOR.path[:2], (12.0, Box(100, 20, 48, 50), True)])], [])
    assert outweighed_in(now, marks) == [False, True]
    halves = [replace(NOOR, path=part, samples=NOOR.samples[: len(part)]) for part in (NOOR.path[:1], NOOR.path[1:])]
    assert outweighed_in(sheet(halves, []), marks) == [True, True], "each half, whichever shows the face best"
    assert outweighed_in(sheet([tracked(10, 260), tracked(40, 100)], []), marks) == [False, False]


def test_a_body_in_a_film_lies_where_the_face_of_it_was_found_once():
    marks = _places(BEFORE, [Identification(1, "S01")])
    now = sheet([], [bodily(5, 100), bodily(11, 100)])
    assert [now.touches(body, marks) for body in now.bodies] == [False, True]


def test_the_desk_shows_the_contact_sheet_at_the_scale_at_which_the_film_was_looked_at(films: Path):
    """A school may look more closely than the protocol asks; then another scale would show other parts, and persons."""
    file = read_file(films / "silent.mp4", "silent.mp4")
    seen = replace(sheet([tracked(0, 100)], []), sha256=file.sha256)
    shown = pictures._of_film(file, pictures._Seen(seen))
    assert np.array_equal(shown, show(file, 320, seen, None, pictures._no_recogniser)[1])
    assert not np.array_equal(shown, show(file, 640, seen, None, pictures._no_recogniser)[1])


MOST_JPEG_PX = 65_500
"""The highest picture that libjpeg writes."""


def crowd(count: int) -> Observation:
    """Of each face three pictures are shown."""
    return lay_out("a" * 64, (320, 180), (9.0, Sound.NONE), [tracked(i / 10, 20.0) for i in range(count)], [])


def test_the_contact_sheet_of_the_largest_crowd_can_be_drawn():
    assert crowd(MOST_TRACKS).height <= MOST_JPEG_PX < crowd(MOST_TRACKS + 50).height


def test_numbers_on_the_contact_sheet_of_a_crowd_cover_no_pictures():
    """They grow with a photo; of a contact sheet only the height does."""
    seen = crowd(120)
    drawn = np.asarray(Image.open(BytesIO(draw_numbered(np.zeros((seen.height, seen.width, 3), np.uint8), seen))))
    assert seen.height > 10 * seen.width
    assert float((drawn > 30).any(axis=2).mean()) < 0.2


# Following, without a film.

boxes = st.builds(Box, st.floats(0, 200), st.floats(0, 100), st.floats(8, 60), st.floats(8, 60))
PICTURE = np.random.default_rng(1).integers(0, 255, (120, 240, 3), np.uint8)


@settings(max_examples=60, deadline=None)
@given(boxes, st.lists(st.builds(Box, *[st.floats(-40, 250)] * 2, *[st.floats(1, 150)] * 2), min_size=1, max_size=6))
def test_a_face_in_a_crowd_is_shown_as_if_all_others_were_hidden_on_the_whole_frame(box: Box, others: list) -> None:
    sample = Sample(0, 0.0, Face(1, box, 0.9, ()), tuple(others))
    shown = show_sample(sample, (240, 120), Box(0, 0, 160, 160))
    whole = pixelate(PICTURE, map(around_head, shown.hidden))
    face, part = (
        (slice(max(int(b.y), 0), round(b.y + b.height)), slice(max(int(b.x), 0), round(b.x + b.width)))
        for b in (box, shown.part)
    )
    whole[face] = PICTURE[face]
    expected = cv2.resize(whole[part], (160, 160), interpolation=cv2.INTER_AREA)
    np.testing.assert_array_equal(tile_of(shown, PICTURE), expected)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.lists(boxes, max_size=4), st.booleans()), min_size=1, max_size=5))
def test_no_track_has_two_faces_of_one_frame_and_none_goes_on_after_a_cut(frames: list) -> None:
    tracker, cuts = Tracker(), []
    for number, (found, cut) in enumerate(frames):
        tracker.move(PICTURE, number / 4, cut)
        cuts += [number / 4] if cut else []
        tracker.faces(number, number / 4, [Face(n, box, 0.9, ()) for n, box in enumerate(found, 1)], whole=True)
    assert sum(len(t.samples) for t in tracker.face_tracks) == sum(len(found) for found, _ in frames)
    for track in tracker.face_tracks:
        assert len({sample.frame for sample in track.samples}) == len(track.samples)
        assert not any(track.from_s < cut <= track.to_s for cut in cuts)


def test_a_person_who_is_not_always_seen_from_behind_is_not_from_behind() -> None:
    tracker, box = Tracker(), Box(20, 20, 40, 90)
    for number, stands in enumerate([Orientation.FROM_BEHIND, Orientation.UNKNOWN]):
        tracker.move(PICTURE, float(number), cut=False)
        tracker.bodies(number, float(number), [Body(1, box, 0.9, stands)], ())
    (track,) = tracker.body_tracks
    assert track.orientation is Orientation.UNKNOWN


def test_the_best_faces_come_from_every_part_of_a_track() -> None:
    samples = [Sample(n, float(n), Face(1, Box(0, 0, 50 + n, 50 + n), 0.9, MARKS, 0.2)) for n in range(9)]
    assert [s.frame for s in best(samples)] == [8, 5, 2]


# Who a track is.

POLICY = MatchingPolicy()


def film_of(*spans: tuple[float, float]) -> Film:
    marks = ((30.0, 40.0), (70.0, 40.0), (50.0, 60.0), (35.0, 80.0), (65.0, 80.0))
    face, place = Face(1, Box(0, 0, 100, 100), 0.9, marks, 0.2), Box(0, 0, 160, 160)
    tracks = (
        Track(n, span, 100.0, tuple(Shown(i, span[0], face, Box(0, 0, 200, 200), (), place) for i in range(2)))
        for n, span in enumerate(spans, 1)
    )
    return Film(9.0, Sound.NONE, 640, 360, tuple(tracks), ())


def at(*places: tuple[float, float]) -> np.ndarray:
    found = np.zeros((len(places), 128), np.float32)
    found[:, :2] = places
    return found


GALLERY = Gallery(("S01", "S02"), ("a", "b"), at((0.0, 0.0), (1.0, 0.0)))


@pytest.mark.parametrize(
    ("spans", "probes", "names"),
    [
        ([(0, 4)], at((0.1, 0), (0.2, 0)), ["S01"]),
        ([(0, 4)], at((0.1, 0), (0.9, 0)), [None]),
        ([(0, 4)], at((0.1, 0), (0.1, 0.6)), [None]),
        ([(0, 4), (5, 9)], at((0.1, 0), (0.2, 0), (0, 0.1), (0.1, 0.1)), ["S01", "S01"]),
        ([(0, 4), (4, 9)], at((0.1, 0), (0.2, 0), (0, 0.1), (0.1, 0.1)), [None, None]),
    ],
    ids=["all agree", "two persons", "one is far from all", "comes back", "twice at once"],
)
def test_a_track_is_named_where_all_its_faces_agree(spans: list, probes: np.ndarray, names: list) -> None:
    film = film_of(*((float(a), float(b)) for a, b in spans))
    assert [one.person_id for one in identify_tracks(film, probes, GALLERY, POLICY)] == names


def test_who_has_no_time_may_be_there_at_any() -> None:
    assert together(None, (1.0, 2.0)) and together((0.0, 1.0), (1.0, 2.0)) and not together((0.0, 0.9), (1.0, 2.0))
