"""Missing and altered files are refused with the command that mends it."""

import pytest
from click.testing import CliRunner
from small_models import OTHER, WEIGHTS, joined

from consent.messages import UserError
from pipeline.models import commands
from pipeline.models.store import Condition, ModelStore, default_store

CONTENTS = {"first": WEIGHTS, "second": OTHER, "third": joined(WEIGHTS, OTHER)}


def flipped(content):
    return bytes([content[0] ^ 1]) + content[1:]


TAMPERING = {
    "a flipped bit": flipped,
    "cut off": lambda content: content[:-1],
    "something added": lambda content: content + b"\0",
    "empty": lambda content: b"",
}


@pytest.fixture
def filled(store):
    store.cache.mkdir(parents=True)
    for model in store.models:
        (store.cache / model.file).write_bytes(CONTENTS[model.name])
    return store


@pytest.mark.parametrize("tamper", TAMPERING.values(), ids=TAMPERING)
@pytest.mark.parametrize("name", CONTENTS)
def test_an_altered_model_is_refused(filled, name, tamper):
    path = filled.cache / f"{name}.bin"
    path.write_bytes(tamper(CONTENTS[name]))
    with pytest.raises(UserError) as caught:
        filled.path(name)
    assert "altered" in str(caught.value)
    assert str(path) in str(caught.value)
    assert "photo-consent models fetch" in str(caught.value)


def test_a_missing_model_is_named_with_the_command(store):
    with pytest.raises(UserError) as caught:
        store.path("first")
    assert str(store.cache / "first.bin") in str(caught.value)
    assert "photo-consent models fetch" in str(caught.value)


def test_a_name_that_is_not_in_the_registry_is_a_fault_of_the_program(store):
    with pytest.raises(KeyError):
        store.path("fourth")


def test_the_folder_of_the_school_comes_first(filled, tmp_path):
    own = tmp_path / "own"
    own.mkdir()
    (own / "first.bin").write_bytes(WEIGHTS)
    store = ModelStore(filled.cache, own, filled.models)
    assert store.path("first") == own / "first.bin"
    assert store.path("second") == filled.cache / "second.bin"


@pytest.mark.parametrize("tamper", TAMPERING.values(), ids=TAMPERING)
def test_a_wrong_file_in_the_folder_of_the_school_is_not_passed_over(filled, tmp_path, tamper):
    own = tmp_path / "own"
    own.mkdir()
    (own / "first.bin").write_bytes(tamper(WEIGHTS))
    store = ModelStore(filled.cache, own, filled.models)
    assert store.condition(store.model("first")) is Condition.ALTERED
    with pytest.raises(UserError, match="Take it out of that folder"):
        store.path("first")


def test_a_file_is_hashed_once_a_process_and_afresh_when_asked(filled):
    path = filled.path("first")
    path.write_bytes(flipped(WEIGHTS))
    assert filled.path("first") == path
    assert filled.condition(filled.model("first")) is Condition.ALTERED


def test_folders_from_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("PHOTO_CONSENT_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PHOTO_CONSENT_MODELS", str(tmp_path / "own"))
    store = default_store()
    assert (store.cache, store.offline) == (tmp_path / "cache" / "models", tmp_path / "own")
    monkeypatch.delenv("PHOTO_CONSENT_CACHE")
    monkeypatch.delenv("PHOTO_CONSENT_MODELS")
    store = default_store()
    assert (store.cache.name, store.offline) == ("models", None)
    assert "photo-consent" in store.cache.parts


@pytest.fixture
def run(monkeypatch):
    """Run a command of the group in English on a given store."""

    def invoke(store, *arguments):
        monkeypatch.setenv("PHOTO_CONSENT_LANGUAGE", "en")
        monkeypatch.setattr(commands, "default_store", lambda: store)
        return CliRunner().invoke(commands.models, arguments)

    return invoke


@pytest.mark.parametrize(
    ("change", "status", "said"),
    [
        (lambda path: None, 0, "second: present and verified"),
        (lambda path: path.unlink(), 1, "second: missing"),
        (lambda path: path.write_bytes(flipped(OTHER)), 1, "second: altered"),
    ],
    ids=["sound", "missing", "altered"],
)
def test_verify(filled, run, change, status, said):
    change(filled.cache / "second.bin")
    result = run(filled, "verify")
    assert result.exit_code == status
    assert said in result.output
    assert ("photo-consent models fetch" in result.output) == (status == 1)


def test_list_shows_every_model_and_the_folder(filled, run):
    (filled.cache / "third.bin").unlink()
    result = run(filled, "list")
    assert result.exit_code == 0
    for name in CONTENTS:
        assert name in result.output
    assert "missing" in result.output
    assert str(filled.cache) in result.output


def test_fetch_says_what_it_brought(store, run):
    assert "first, second, third" in run(store, "fetch").output
    assert "All models are here" in run(store, "fetch").output
