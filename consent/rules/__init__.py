"""The rules about a photo, one file each, in the order in which a report shows them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from consent.facts import Case
from consent.findings import Finding
from consent.rules.r01_several_children import several_children
from consent.rules.r02_consent_for_platform import consent_for_platform
from consent.rules.r04_written_and_renewed import written_and_renewed
from consent.rules.r05_preferably_anonymous import preferably_anonymous
from consent.rules.r09_platform_in_use import platform_in_use
from consent.rules.r10_everyone import everyone
from consent.rules.r11_film_and_sound import film_and_sound
from consent.rules.r12_no_personal_data import no_personal_data
from consent.rules.r16_objection import objection


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the protocol: its id there, and the pure function that applies it."""

    id: str
    check: Callable[[Case], Iterable[Finding]]
    looks: bool = True
    """Whether it looks at the photo; the others speak of files that cannot be opened too."""


RULES = (
    Rule("R9", platform_in_use, looks=False),
    Rule("R16", objection),
    Rule("R2", consent_for_platform),
    Rule("R4", written_and_renewed),
    Rule("R10", everyone),
    Rule("R12", no_personal_data, looks=False),
    Rule("R1", several_children),
    Rule("R11", film_and_sound),
    Rule("R5", preferably_anonymous),
)
