"""The doctor names what is missing and what brings it, without loading what could fail."""

import subprocess
import sys
from collections import namedtuple
from dataclasses import replace

import pytest
from click.testing import CliRunner

from consent.messages import say
from pipeline import doctor
from pipeline.doctor import FAMILIES, LIBRARIES, Ailment, family_of, missing_libraries
from pipeline.models.store import ModelStore, default_store


def texts(ailments):
    return [(str(a.what), str(a.remedy), a.needed) for a in ailments]


def loader_without(*missing):
    def load(name):
        if name in missing:
            raise OSError(f"{name}: cannot open shared object file")

    return load


def test_importing_the_doctor_loads_nothing_that_may_fail():
    code = "import sys, pipeline.doctor; print(sorted({'cv2', 'mediapipe', 'onnx', 'onnxruntime'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_the_loader_of_the_system_is_asked():
    assert missing_libraries(("libmade-up.so.9",)) == ("libmade-up.so.9",)


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_missing_library_is_found(library):
    assert missing_libraries(load=loader_without(library)) == (library,)


@pytest.mark.parametrize(
    ("os_release", "missing", "command"),
    [
        ({"ID": "debian"}, LIBRARIES, "sudo apt-get install libgl1 libglib2.0-0 libxcb1 libegl1 libgles2"),
        ({"ID": "linuxmint", "ID_LIKE": "ubuntu debian"}, ("libEGL.so.1",), "sudo apt-get install libegl1"),
        ({"ID": "fedora"}, ("libGL.so.1", "libEGL.so.1"), "sudo dnf install libglvnd-glx libglvnd-egl"),
        ({"ID": "rocky", "ID_LIKE": "rhel centos fedora"}, ("libGLESv2.so.2",), "sudo dnf install libglvnd-gles"),
        ({"ID": "opensuse-leap", "ID_LIKE": "suse opensuse"}, ("libGL.so.1",), "sudo zypper install libglvnd"),
        ({"ID": "opensuse-tumbleweed"}, ("libgthread-2.0.so.0",), "sudo zypper install libgthread-2_0-0"),
        ({"ID": "arch"}, ("libEGL.so.1", "libGLESv2.so.2"), "sudo pacman -S libglvnd"),
    ],
)
def test_the_package_of_the_system_is_named(monkeypatch, os_release, missing, command):
    monkeypatch.setattr(doctor, "_os_release", lambda: os_release)
    ((what, remedy, needed),) = texts(doctor._libraries(missing))
    assert all(library in what for library in missing)
    assert remedy == f"Run: {command}"
    assert needed


@pytest.mark.parametrize("os_release", [{}, {"ID": "made-up"}, {"ID": "made-up", "ID_LIKE": "up made"}])
def test_an_unknown_system_still_learns_which_files(monkeypatch, os_release):
    assert family_of(os_release) is None
    monkeypatch.setattr(doctor, "_os_release", lambda: os_release)
    ((what, remedy, needed),) = texts(doctor._libraries(("libGL.so.1",)))
    assert "libGL.so.1" in what
    assert "packages of your system" in remedy
    assert needed


def test_every_family_knows_every_library():
    for family in FAMILIES:
        assert set(family.packages) == set(LIBRARIES)


def test_a_module_that_does_not_load_is_a_sentence():
    ((what, _, needed),) = texts(doctor._modules(["no_such_module_here"]))
    assert "no_such_module_here does not load" in what
    assert needed


@pytest.mark.parametrize(
    ("version", "fine"),
    [((3, 10), False), ((3, 11), True), ((3, 14), True), ((3, 15), False), ((4, 0), False)],
)
def test_python_versions(version, fine):
    assert (list(doctor._python(version)) == []) == fine


def test_two_builds_of_opencv_are_a_warning():
    assert list(doctor._opencv_builds(("opencv-contrib-python",))) == []
    ((what, remedy, needed),) = texts(doctor._opencv_builds(("opencv-python", "opencv-contrib-python")))
    assert "opencv-python, opencv-contrib-python" in what
    assert "pip uninstall opencv-python opencv-contrib-python" in remedy
    assert not needed


def test_installed_distributions_are_found_whatever_their_spelling():
    assert doctor.installed(("pytest", "opencv-contrib-python", "no-such-distribution")) == (
        "pytest",
        "opencv-contrib-python",
    )


@pytest.mark.parametrize(("priority", "key", "advised"), [(0, "", True), (5, "", False), (0, "k", False)])
def test_a_key_needs_a_place(monkeypatch, priority, key, advised):
    monkeypatch.setattr("keyring.get_keyring", lambda: namedtuple("Backend", "priority")(priority))
    monkeypatch.setenv("PHOTO_CONSENT_KEY", key)
    found = texts(doctor._key())
    assert [needed for _, _, needed in found] == ([False] if advised else [])
    assert all("PHOTO_CONSENT_KEY" in remedy for _, remedy, _ in found)


def test_missing_models_are_advice_with_the_command(tmp_path):
    store = ModelStore(tmp_path / "cache" / "models")
    found = texts(doctor._models(store))
    assert len(found) == len(store.models)
    assert all("photo-consent models fetch" in what and not needed for what, _, needed in found)


def test_a_full_disk_is_said_before_fetching(monkeypatch, tmp_path):
    empty = ModelStore(tmp_path / "cache" / "models")
    usage = namedtuple("Usage", "total used free")
    monkeypatch.setattr("shutil.disk_usage", lambda folder: usage(10**9, 10**9 - 10**6, 10**6))
    ((what, _, needed),) = texts(doctor._disk(empty))
    assert "1 MB free" in what
    assert not needed
    monkeypatch.setattr("shutil.disk_usage", lambda folder: usage(10**12, 0, 10**12))
    assert list(doctor._disk(empty)) == []


def test_no_room_is_needed_when_the_models_are_here(monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda folder: namedtuple("Usage", "free")(0))
    assert list(doctor._disk(default_store())) == []


NEEDED = Ailment(say("The house is gone."), say("Build one."), needed=True)


@pytest.mark.parametrize(
    ("ailments", "status", "said"),
    [
        ((), 0, ["Everything that the program needs is here."]),
        ((replace(NEEDED, needed=False),), 0, ["ADVICE: The house is gone.", "Build one."]),
        ((replace(NEEDED, needed=False), NEEDED), 1, ["ADVICE: ", "NEEDED: The house is gone.", "Build one."]),
    ],
    ids=["well", "advice", "needed"],
)
def test_exit_status(monkeypatch, ailments, status, said):
    monkeypatch.setenv("PHOTO_CONSENT_LANGUAGE", "en")
    monkeypatch.setattr(doctor, "diagnose", lambda: ailments)
    result = CliRunner().invoke(doctor.doctor)
    assert result.exit_code == status
    for text in said:
        assert text in result.output
    assert ("Everything" in result.output) == (status == 0)


def test_this_machine_can_run_the_program():
    """The tests that follow look at photos: here at the latest one learns why they could not."""
    assert [str(a.what) for a in doctor.diagnose() if a.needed] == []


def test_a_missing_library_is_said_once_and_not_as_a_module(monkeypatch):
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(doctor, "missing_libraries", lambda: ("libGL.so.1",))
    monkeypatch.setattr(doctor, "MODULES", ("no_such_module_here",))
    needed = [str(a.what) for a in doctor.diagnose() if a.needed]
    assert len(needed) == 1
    assert "libGL.so.1" in needed[0]
