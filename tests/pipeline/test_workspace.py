"""A school's folder and settings: nothing is overwritten, nothing misread, and what is wrong is named."""

from __future__ import annotations

import os
import shutil
import sys
import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import keyring
import pytest
from hypothesis import given
from hypothesis import strategies as st
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as NoKeyring
from keyring.errors import PasswordDeleteError

from consent.messages import UserError
from consent.protocol import PROTOCOLS
from pipeline.keys import VARIABLE, bits_of, find_key, make_key
from pipeline.language import translator
from pipeline.matching.identification import MatchingPolicy
from pipeline.private import private_folder
from pipeline.school import School, load_school, new_school_file
from pipeline.store import Store
from pipeline.workspace import Workspace
from tests.keys import KEY


class MemoryKeyring(KeyringBackend):
    """A keyring that lasts as long as a test."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        raise PasswordDeleteError


@pytest.fixture
def use_keyring(monkeypatch: pytest.MonkeyPatch) -> Callable[[KeyringBackend], None]:
    """Switches to a keyring of the test's, and takes the key out of the environment."""
    monkeypatch.delenv(VARIABLE, raising=False)
    before = keyring.get_keyring()
    yield keyring.set_keyring
    keyring.set_keyring(before)


# The folder.


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no modes: README says what holds there")
@pytest.mark.parametrize("there", [True, False], ids=["an empty folder", "a new folder"])
def test_only_its_owner_opens_it_whatever_the_system_s_custom(there: bool, tmp_path: Path, monkeypatch):
    monkeypatch.setenv(VARIABLE, KEY)
    folder = tmp_path / "above" / "school"
    before = os.umask(0)  # the most open one that there is
    try:
        if there:
            folder.mkdir(parents=True)
        Workspace.create(folder, "De Proefschool", "en")
    finally:
        os.umask(before)
    assert {path.stat().st_mode & 0o777 for path in (folder, folder / "reports")} == {0o700}
    private_folder(folder / "reports" / "a" / "b")
    assert (folder / "reports" / "a").stat().st_mode & 0o777 == 0o700
    with pytest.raises(FileExistsError):
        private_folder(folder / "reports", may_exist=False)


def test_without_a_keyring_the_key_is_shown_once_and_opens_the_register(
    tmp_path: Path, use_keyring: Callable[[KeyringBackend], None], monkeypatch: pytest.MonkeyPatch
):
    use_keyring(NoKeyring())
    workspace, key = Workspace.create(tmp_path / "school", "De Proefschool", "nl")
    assert key is not None and len(key) >= 32
    assert not [f for f in workspace.folder.rglob("*") if f.is_file() and key.encode() in f.read_bytes()]
    with pytest.raises(UserError, match=f"The key of this workspace was not found. Set {VARIABLE}"):
        workspace.open_store()
    monkeypatch.setenv(VARIABLE, key)
    with workspace.open_store() as store:
        assert store.people() == {}


def test_with_a_keyring_the_key_is_kept_and_not_shown(
    tmp_path: Path, use_keyring: Callable[[KeyringBackend], None], monkeypatch: pytest.MonkeyPatch
):
    ring = MemoryKeyring()
    use_keyring(ring)
    first, shown = Workspace.create(tmp_path / "one", "Een", "nl")
    second, _ = Workspace.create(tmp_path / "two", "Twee", "nl")
    assert shown is None
    assert len(set(ring.kept.values())) == 2, "each workspace has a key of its own"
    for workspace in (first, second):
        workspace.open_store().__exit__()
    # The environment goes before the keyring, so that a wrong key there is a clear error and no surprise.
    monkeypatch.setenv(VARIABLE, "another")
    with pytest.raises(UserError, match="The key does not fit"):
        first.open_store()


def test_the_key_of_the_environment_is_used_and_not_shown(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(VARIABLE, "from outside")
    assert make_key("id") == ("from outside", True)
    assert find_key("id") == "from outside"


def test_an_empty_key_counts_as_none(use_keyring: Callable[[KeyringBackend], None], monkeypatch: pytest.MonkeyPatch):
    use_keyring(NoKeyring())
    monkeypatch.setenv(VARIABLE, "")
    with pytest.raises(UserError, match="was not found"):
        find_key("id")
    key, kept = make_key("id")
    assert len(bits_of(key) or "") == 64 and not kept


def test_a_passphrase_is_stretched_and_no_key_of_the_program_is():
    assert bits_of("key-" + "0f" * 32) == "0f" * 32
    for own in (
        "0f" * 32,
        "key-" + "0F" * 32,
        "key-" + "0f" * 31,
        "key-" + "0f" * 32 + "\n",
        "x'" + "0f" * 32 + "'",
        "",
    ):
        assert bits_of(own) is None


@pytest.fixture
def keyed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "a key")


def test_a_workspace_is_made_once(tmp_path: Path, keyed: None):
    folder = tmp_path / "deep" / "school"
    workspace, _ = Workspace.create(folder, 'De "Proef"\\school 🎉', "en", "DPIA-1")
    assert workspace.school.name == 'De "Proef"\\school 🎉'
    assert workspace.school.language == "en"
    assert workspace.school.matching.enabled and workspace.school.matching.dpia_reference == "DPIA-1"
    assert {path.name for path in folder.iterdir()} == {".gitignore", "school.toml", "workspace.db", "reports"}
    assert (folder / ".gitignore").read_text("utf-8").splitlines()[-1] == "*"
    assert Workspace.open(folder) == workspace
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    with pytest.raises(UserError, match="is not empty"):
        Workspace.create(folder, "Andere", "nl")
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_matching_is_off_without_a_dpia(tmp_path: Path, keyed: None):
    workspace, _ = Workspace.create(tmp_path / "school", "Proef", "nl")
    assert not workspace.school.matching.enabled
    assert workspace.school.matching.policy == MatchingPolicy()


@pytest.mark.parametrize("name", ["full/a.txt", "full/.hidden"])
def test_a_folder_that_holds_something_is_left_alone(name: str, tmp_path: Path, keyed: None):
    (tmp_path / name).parent.mkdir()
    (tmp_path / name).touch()
    with pytest.raises(UserError, match=r"is not empty\. Give a new folder"):
        Workspace.create(tmp_path / "full", "Proef", "nl")
    with pytest.raises(UserError, match="is not empty"):
        Workspace.create(tmp_path / name, "Proef", "nl")
    assert [p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*") if p.is_file()] == [name]


def test_an_empty_folder_may_become_a_workspace(tmp_path: Path, keyed: None):
    workspace, _ = Workspace.create(tmp_path, "Proef", "nl")
    assert workspace.reports.is_dir()


@pytest.mark.parametrize("where", ["", "nowhere", "a file"])
def test_what_is_no_workspace_is_told(where: str, tmp_path: Path):
    (tmp_path / "a file").touch()
    with pytest.raises(UserError, match=r"is no workspace\. Make one with"):
        Workspace.open(tmp_path / where)


def test_a_workspace_without_its_database_is_told(tmp_path: Path, keyed: None):
    workspace, _ = Workspace.create(tmp_path, "Proef", "nl")
    workspace.database.unlink()
    with pytest.raises(UserError, match=r"is missing\. Is this the right workspace"):
        workspace.open_store()
    assert not workspace.database.exists()


def test_a_copied_workspace_opens_with_the_same_key(tmp_path: Path, keyed: None):
    Workspace.create(tmp_path / "one", "Proef", "nl")
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    with Workspace.open(tmp_path / "two").open_store() as store:
        assert isinstance(store, Store)


# Names of runs.


@pytest.mark.parametrize("run_id", ["20261122-1200-facebook", "a", "A.b_c-9", "x" * 80, "a..b"])
def test_a_plain_name_names_a_run(run_id: str, tmp_path: Path, keyed: None):
    workspace, _ = Workspace.create(tmp_path, "Proef", "nl")
    folder = workspace.run_folder(run_id)
    assert folder.parent == workspace.reports and folder.name == run_id
    assert not folder.exists()
    folder.mkdir()
    with pytest.raises(UserError, match=r"There is a run called .* already"):
        workspace.run_folder(run_id)


TRICKS = [
    "", ".", "..", "../x", "a/b", "a\\b", "/etc", "C:x", "C:\\x", ".hidden", "-x", "_x", "a b", "a\n", "a\0", "é",
    "x" * 81, "~", "$HOME", "a:b", "a*",
]  # fmt: skip


@pytest.mark.parametrize("run_id", TRICKS)
def test_a_name_that_leads_elsewhere_is_refused(run_id: str, tmp_path: Path, keyed: None):
    workspace, _ = Workspace.create(tmp_path, "Proef", "nl")
    with pytest.raises(UserError, match="cannot name a run"):
        workspace.run_folder(run_id)


# school.toml.

LEAST = 'name = "Proef"\nworkspace_id = "x"\n'


def school(folder: Path, text: str) -> School:
    (folder / "school.toml").write_bytes(text.encode("utf-8"))
    return load_school(folder / "school.toml")


WRONG = {
    "no name": ('workspace_id = "x"\n', "wrong at name"),
    "no id": ('name = "x"\n', "wrong at workspace_id"),
    "unknown setting": (LEAST + "colour = 1\n", "wrong at colour"),
    "unknown table": (LEAST + "[colours]\n", "wrong at colours"),
    "unknown setting of matching": (LEAST + "[matching]\nthreshhold = 0.3\n", "wrong at matching.threshhold"),
    "number for a name": ("name = 1\nworkspace_id = 'x'\n", "wrong at name"),
    "text for a switch": (LEAST + '[matching]\nenabled = "misschien"\n', "wrong at matching.enabled"),
    "number for the DPIA": (LEAST + "[matching]\ndpia_reference = 7\n", "wrong at matching.dpia_reference"),
    "text for a number": (LEAST + '[matching]\nthreshold = "streng"\n', "wrong at matching.threshold"),
    "matching is no table": (LEAST + "matching = true\n", "wrong at matching"),
    "broken": (LEAST + "[matching\n", "cannot be read"),
    "twice": (LEAST + LEAST, "cannot be read"),
    **{
        f"{name} = {value}": (f"{LEAST}[matching]\n{name} = {value}\n", f"wrong at matching.{name}")
        for name in ("threshold", "margin", "smallest_face_px")
        for value in ("nan", "inf", "-inf", "-0.1", "true", "false")
    },
    **{
        f"{line}: milder than what was measured": (
            f"{LEAST}[matching]\n{line}\n",
            f"wrong at matching.{line.split()[0]}",
        )
        for line in ("threshold = 0.401", "threshold = 0.6", "margin = 0.059", "margin = 0", "smallest_face_px = 39.9")
    },
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_in_the_settings_is_told_by_its_place(case: str, tmp_path: Path):
    text, place = WRONG[case]
    with pytest.raises(UserError, match=rf"school\.toml (is )?{place}"):
        school(tmp_path, text)


IN_DUTCH = {
    "[matching]\nthreshold = 0,35 # streng": "Schrijf in regel 4 een punt in plaats van de komma: threshold = 0.35",
    '[matching]\nthreshold = "0,35"': "bij matching.threshold: schrijf een getal, zonder aanhalingstekens",
    "[matching]\nthreshold = 0.55": "bij matching.threshold: de waarde is hoogstens 0,4.",
    "[matching]\nmargin = 0.01": "bij matching.margin: de waarde is minstens 0,06.",
    "[matching]\nreference_months = 1.5": "bij matching.reference_months: schrijf een heel getal",
    '[matching]\nenabled = "ja"': "bij matching.enabled: schrijf true (ja) of false (nee)",
    "[matching]\ndpia_reference = 7": "bij matching.dpia_reference: schrijf een tekst, tussen aanhalingstekens",
    "[matching]\ncolour = 7": "bij matching.colour: zo’n instelling bestaat niet",
}


@pytest.mark.parametrize("line", IN_DUTCH)
def test_what_is_wrong_in_the_settings_is_told_in_dutch(line: str, tmp_path: Path):
    with pytest.raises(UserError) as error:
        school(tmp_path, LEAST + line)
    assert IN_DUTCH[line] in translator("nl").render(error.value.message)


def test_settings_in_another_encoding_are_told(tmp_path: Path):
    (tmp_path / "school.toml").write_bytes('name = "Zoë"\nworkspace_id = "x"\n'.encode("cp1252"))
    with pytest.raises(UserError, match=r"school\.toml cannot be read"):
        load_school(tmp_path / "school.toml")


def test_settings_that_are_a_folder_are_told(tmp_path: Path):
    (tmp_path / "school.toml").mkdir()
    with pytest.raises(UserError, match=r"school\.toml cannot be read"):
        load_school(tmp_path / "school.toml")


def test_settings_that_a_text_editor_marked_are_read(tmp_path: Path):
    assert school(tmp_path, "\ufeff" + LEAST).name == "Proef"


def test_own_numbers_reach_the_rules(tmp_path: Path):
    numbers = "group_only_min_persons = 5\nrecognisable_face_px = 12.5\nform_months = 6\n"
    own = school(tmp_path, LEAST + f"[parameters]\n{numbers}")
    ready = School("x", "x").load_protocol()
    protocol = own.load_protocol()
    assert protocol.parameters.group_only_min_persons == 5
    assert protocol.parameters.recognisable_face_px == 12.5
    assert protocol.parameters.form_months == protocol.parameters.validity.months == 6
    assert protocol.parameters.min_pupils == ready.parameters.min_pupils
    assert protocol.platforms == ready.platforms


@pytest.mark.parametrize("setting", ["threshold = 0.3", "margin = 0.1", "smallest_face_px = 60"])
def test_matching_may_be_stricter_than_what_was_measured(setting: str, tmp_path: Path):
    name, value = setting.split(" = ")
    policy = school(tmp_path, f"{LEAST}[matching]\n{setting}\n").matching.policy
    assert policy == replace(MatchingPolicy(), **{name: float(value)}) != MatchingPolicy()


WRONG_NUMBERS = {
    "min_persons = 5": "knows no min_persons. It knows: min_pupils, ",
    "min_pupils = 0": "min_pupils = 0.0 is milder than the protocol, which says 2",
    "min_pupils = 1": "min_pupils = 1.0 is milder than the protocol, which says 2",
    "min_pupils = 2.5": "wrong at min_pupils",
    "min_pupils = -2": "min_pupils = -2.0 is milder",
    "group_only_min_persons = 2": "group_only_min_persons = 2.0 is milder than the protocol, which says 3",
    "published_long_side_px = 1000": "published_long_side_px = 1000.0 is milder than the protocol, which says 2048",
    "recognisable_face_px = 16.5": "recognisable_face_px = 16.5 is milder than the protocol, which says 16.0",
    "recognisable_face_px = -1": "wrong at recognisable_face_px",
    "recognisable_face_px = nan": "wrong at parameters.recognisable_face_px",
    "recognisable_face_px = inf": "wrong at parameters.recognisable_face_px",
    "form_months = 13": "form_months = 13.0 is milder than the protocol, which says 12",
    "form_months = 0": "wrong at form_months",
    "form_year_end_month = 13": "knows no form_year_end_month",
    "form_year_end_day = 1": "knows no form_year_end_day",
    'form_months = "lang"': "wrong at parameters.form_months",
    **{
        f"{name} = {value}": f"wrong at parameters.{name}"
        for name, value in (("min_pupils", "true"), ("form_months", "true"), ("recognisable_face_px", "false"))
    },
}


@pytest.mark.parametrize("line", WRONG_NUMBERS)
def test_a_number_that_makes_no_sense_is_refused(line: str, tmp_path: Path):
    with pytest.raises(UserError, match=WRONG_NUMBERS[line]):
        school(tmp_path, f"{LEAST}[parameters]\n{line}\n").load_protocol()


def test_a_protocol_of_the_own_gives_no_form_more_than_a_year(tmp_path: Path):
    text = (PROTOCOLS / "ooh-2019.toml").read_text("utf-8")
    for months in (13, 0):
        (tmp_path / "eigen.toml").write_text(text.replace("form_months = 12", f"form_months = {months}"), "utf-8")
        with pytest.raises(UserError, match=r"wrong at parameters\.form_months"):
            school(tmp_path, LEAST + 'protocol = "eigen.toml"\n').load_protocol()


def test_an_own_protocol_may_lie_beside_the_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    text = (PROTOCOLS / "ooh-2019.toml").read_text("utf-8").replace('id = "ooh-2019"', 'id = "eigen"')
    (tmp_path / "eigen.toml").write_text(text, "utf-8")
    monkeypatch.chdir(PROTOCOLS.parent)  # a notebook runs somewhere else
    assert school(tmp_path, LEAST + 'protocol = "eigen.toml"\n').load_protocol().id == "eigen"


@pytest.mark.parametrize("protocol", ["nergens", "nergens.toml", "."])
def test_a_protocol_that_is_not_there_is_told(protocol: str, tmp_path: Path):
    with pytest.raises(UserError, match=r"There is no protocol|cannot be read"):
        school(tmp_path, f'{LEAST}protocol = "{protocol}"\n').load_protocol()


names = st.text(st.characters(exclude_categories=["Cs"]))


@given(name=names, dpia=names)
def test_any_name_of_a_school_survives_its_settings(name: str, dpia: str):
    table = tomllib.loads(new_school_file(name, translator("nl"), dpia))
    assert (table["name"], table["matching"]["dpia_reference"]) == (name, dpia)
    assert table["matching"]["enabled"] == bool(dpia)
