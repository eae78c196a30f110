"""Telling how far a run is: every step, in order, across processes, and errors that can be translated."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from consent.messages import Message, UserError, say
from pipeline.progress import VARIABLE, following, telling_errors, track

NESTED = say("{file} is wrong: {why}", file="a.csv", why=say("Row {row} is empty.", row=3))


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "run.progress"))
    return tmp_path / "run.progress"


def steps_of(path: Path, *lines: str) -> tuple[list[tuple[int, int]], UserError | None]:
    """What a follower hears when these pieces are appended to the file."""
    heard: list[tuple[int, int]] = []
    with following(path, lambda done, total: heard.append((done, total))) as told:
        for piece in lines:
            with path.open("a", encoding="utf-8") as file:
                file.write(piece)
    return heard, told()


@pytest.mark.parametrize("items", [[], ["a"], ["a", "b", "c"]])
def test_every_step_is_heard_in_order(items: list[str], path: Path):
    heard: list[tuple[int, int]] = []
    with following(path, lambda done, total: heard.append((done, total))) as told:
        assert list(track(items, "test")) == items
    assert heard == [(n, len(items)) for n in range(len(items) + 1)]
    assert told() is None


def test_a_run_that_breaks_off_never_says_that_it_is_done(path: Path):
    heard: list[tuple[int, int]] = []
    with following(path, lambda done, total: heard.append((done, total))):
        for item in track(["a", "b", "c"], "test"):
            if item == "b":
                break
    assert heard == [(0, 3), (1, 3)]


def test_by_hand_there_is_a_bar_and_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.chdir(tmp_path)
    assert list(track(["a", "b"], "test")) == ["a", "b"]
    with pytest.raises(UserError), telling_errors():
        raise UserError(NESTED)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("message", [say("Plain."), say("{n} of {x}: {s}", n=3, x=0.5, s="é\n“ü”"), NESTED])
def test_an_error_of_the_user_comes_over_whole(message: Message, path: Path):
    with following(path, lambda done, total: None) as told, pytest.raises(UserError), telling_errors():
        raise UserError(message)
    error = told()
    assert error is not None and error.message == message
    assert "\n" not in path.read_text("utf-8").rstrip("\n")


def test_the_last_of_two_errors_counts(path: Path):
    first, last = (json.dumps({"error": {"text": text, "values": {}}}) for text in ("first", "last"))
    _, error = steps_of(path, f"{first}\n{last}\n")
    assert str(error) == "last"


def test_other_exceptions_are_not_told(path: Path):
    with following(path, lambda done, total: None) as told, pytest.raises(ValueError), telling_errors():
        raise ValueError("Noor van der Proef")
    assert told() is None
    assert path.read_text("utf-8") == ""


def test_half_a_line_waits_for_the_rest(path: Path):
    assert steps_of(path, '{"done": 1, ', '"total": 2}\n{"do') == ([(1, 2)], None)


@pytest.mark.parametrize("kind", [ValueError, KeyboardInterrupt])
def test_a_step_that_fails_is_raised_where_the_run_is_waited_for(kind: type[BaseException], path: Path):
    def fail(done: int, total: int) -> None:
        raise kind

    with pytest.raises(kind), following(path, fail) as told:
        list(track(["a", "b"], "test"))
        with pytest.raises(UserError), telling_errors():
            raise UserError(NESTED)
    assert str(told()) == str(NESTED), "what is told after it is heard all the same"
