"""The part of the annex about data and people: what, why, on what ground, where, how long, who, and rights."""

from __future__ import annotations

from dataclasses import asdict

from consent.messages import Message, say
from consent.protocol import Protocol
from consent.signing.post import ROLES, roles_in_words
from pipeline.dpia.blocks import Bullets, ByLanguage, Cell, Section, Table
from pipeline.dpia.live import Live
from pipeline.matching.conditions import why_not

DATABASE, FOLDER, NOWHERE = (
    say("the encrypted database"),
    say("the run folders of the workspace"),
    say("nowhere: they are read where they lie; what is taken in at the desk is copied into the workspace"),
)

PURPOSES = {
    "inform": say("to inform parents"),
    "marketing": say("to show the school"),
    "personal": say("to show the work of the school's people"),
    "none": say("none"),
}
"""What a protocol calls the purpose of a platform; another word of a school's own is shown as it is."""


def what_is_processed(now: Live) -> Section:
    """Every kind of data, of whom, and where it lies."""
    rows: list[tuple[Cell, ...]] = [
        (say("photos that somebody wants to publish, and exports of platforms"), say("whoever is on them"), NOWHERE),
        (
            say("register: id, name, role, group, birth date, day of leaving"),
            say("pupils, staff and others: {count} now", count=now.people),
            DATABASE,
        ),
        (
            say("consents: purpose, answer, who gave it, days, version and place of the form"),
            say("the same persons; their parents as givers"),
            DATABASE,
        ),
        (
            say("what was seen on a photo: places, sizes and direction of faces and persons, quality of the picture"),
            say("whoever is on it, without a name"),
            DATABASE,
        ),
        (
            say("who is on a photo, by an id: named by people, or found by comparing"),
            say("persons of the register"),
            say("the encrypted database and the tables of the run folders"),
        ),
        (_templates(now), say("only who gave consent for matching"), DATABASE),
        (
            say("published posts: their text, day and address, and what was seen on their pictures"),
            say("whoever is on them; {count} posts now", count=now.posts),
            DATABASE,
        ),
        (
            say(
                "reports: verdicts, reasons, ids (names only where somebody asks for them), small pictures on which "
                "every face without a yes is pixelated"
            ),
            say("whoever is on the photos"),
            FOLDER,
        ),
        (say("numbered pictures for naming by hand, with faces as they are"), say("whoever is on the photos"), FOLDER),
        (
            say("photos made fit to publish, and those that were approved, without metadata"),
            say("whoever is on the photos"),
            say("the run folders and the folder “approved” of the workspace"),
        ),
        (
            say("decisions and signatures: id and role of the signer, a personal code as a hash"),
            say("staff who sign"),
            DATABASE,
        ),
        (
            say("ledger: what was done and when, with digests, numbers and random tokens in place of persons"),
            say("nobody by name or id"),
            DATABASE,
        ),
    ]
    headings = (say("Data"), say("Of whom"), say("Where"))
    return Section(say("What is processed, and where it lies"), (Table(headings, tuple(rows)),))


def _templates(now: Live) -> Message:
    if not now.templates:
        return say("face templates (biometric data): none are kept now")
    return say(
        "face templates (biometric data, GDPR art. 9): {templates} of {persons} persons now",
        templates=now.templates,
        persons=now.enrolled,
    )


def why(now: Live) -> Section:
    """The sentences of the protocol that each rule carries out, and what platforms are for."""
    protocol = now.protocol
    rules = {**protocol.rules, **protocol.post_rules, **protocol.published_rules}
    in_order = sorted(rules.items(), key=lambda rule: (len(rule[0]), rule[0]))
    sentences = tuple((rule_id, ByLanguage(rule.title), rule.sentence) for rule_id, rule in in_order)
    platforms = tuple(
        (
            platform.name,
            PURPOSES.get(platform.purpose, platform.purpose),
            say("yes") if platform.in_use else say("no"),
            _signers(platform.signers) if platform.in_use else "–",
        )
        for platform in protocol.platforms.values()
    )
    return Section(
        say("Why"),
        (
            say(
                "To publish no photo of a child without consent, and to keep to the school's protocol. "
                "Each rule of the program carries out a sentence of that protocol, which is quoted here in Dutch:"
            ),
            Table((say("Rule"), say("Title"), say("The protocol")), sentences),
            say("The platforms, and whose signatures the protocol asks for:"),
            Table((say("Platform"), say("Purpose"), say("In use"), say("Signed by")), platforms),
            _numbers(protocol),
        ),
    )


def _signers(role_sets: tuple[tuple[str, ...], ...]) -> Message | str:
    """Each set of roles needs a person of its own."""
    together: Message | str = "–"
    for number, roles in enumerate(role_sets):
        one = roles_in_words(roles)
        together = say("{first} and {second}", first=together, second=one) if number else one
    return together


def _numbers(protocol: Protocol) -> Message:
    numbers = protocol.parameters
    return say(
        "A form counts until {day}-{month} or {months} months, whichever is first. A photo shows {pupils} pupils or "
        "more; a group is {group} persons or more. A face smaller than {pixels} px on the photo as published counts as "
        "recognised by nobody.",
        day=numbers.form_year_end_day,
        month=numbers.form_year_end_month,
        months=numbers.form_months,
        pupils=numbers.min_pupils,
        group=numbers.group_only_min_persons,
        pixels=numbers.recognisable_face_px,
    )


def grounds(now: Live) -> Section:
    """On what ground of the law each processing rests."""
    matching: Cell = (
        say("explicit consent for matching, a purpose of its own (GDPR art. 9(2)(a))")
        if now.matches
        else say("not done: {why}", why=why_not(now.school.matching) or "")
    )
    return Section(
        say("On what ground"),
        (
            Table(
                (say("Processing"), say("Ground")),
                (
                    (
                        say("publishing a photo"),
                        say("consent for each platform (GDPR art. 6(1)(a)); under 16 years that of the parents"),
                    ),
                    (
                        say("looking at photos to find who may not be published"),
                        say("the duty to publish only with consent and to protect by design (GDPR art. 24 and 25)"),
                    ),
                    (say("comparing faces"), matching),
                    (
                        say("keeping consents, also those that ended"),
                        say("proof that there was consent (GDPR art. 7(1))"),
                    ),
                    (say("reports, signatures and ledger"), say("accountability (GDPR art. 5(2))")),
                ),
            ),
        ),
    )


def where() -> Section:
    """Where data are, and that they go nowhere."""
    return Section(
        say("Where, and who else gets it"),
        (
            Bullets(
                (
                    say(
                        "On a computer of the school. The database is encrypted (SQLCipher, AES-256); its key lies in "
                        "the computer's keyring, or with the school."
                    ),
                    say(
                        "The program sends nothing anywhere. Only fetching the models uses the internet, once, and "
                        "nothing of the school goes along."
                    ),
                    say(
                        "Unless the school itself lets other computers of its own help to look (--scheduler): then "
                        "photos and templates go to these over an encrypted connection (TLS), and are not kept there."
                    ),
                    say("There is no processor and no transfer to another country."),
                    say("Run folders are not encrypted by the program: keep the computer's disk encrypted."),
                )
            ),
        ),
    )


KEPT = {
    "run_folders_months": say("run folders, since the run"),
    "working_pictures_days": say("numbered pictures, since the run; they go at once when the photos are signed"),
    "observations_months": say("what was seen on a photo, since it was looked at"),
    "unused_templates_months": say("face templates that may not be used, since they could be used last"),
    "decisions_months": say("decisions of people about faces, since they were made"),
    "published_months": say("published posts, since they were last in an export"),
    "proof_months": say("consents as proof, since the person left or was forgotten"),
    "imports_days": say("photos taken in at the desk, since then"),
    "approved_months": say("approved photos, since the approval"),
    "signatures_months": say("signatures, since the last one for a post, and as long as the post is kept"),
    "calibrations_months": say("calibrations that a later one took the place of"),
}
"""The periods of `[retention]` in school.toml, in words."""


def how_long(now: Live) -> Section:
    """How long each kind of data is kept, as school.toml says."""
    periods = asdict(now.school.retention)
    rows = tuple((KEPT[name], _period(name, count)) for name, count in periods.items())
    return Section(
        say("How long"),
        (
            say(
                "photo-consent purge applies these periods. What a person asks for goes at once, whatever stands here."
            ),
            Table((say("Data"), say("Kept")), rows),
            say("The ledger is kept as long as the workspace: it names nobody."),
        ),
    )


def _period(name: str, count: int) -> Message:
    return say("{count} months", count=count) if name.endswith("_months") else say("{count} days", count=count)


def who(now: Live) -> Section:
    """Who works with it: the roles, never the persons."""
    roles = tuple((ROLES.get(role, role), count) for role, count in sorted(now.signers.items()))
    told = (
        Table((say("Role"), say("Persons who may sign")), roles)
        if roles
        else say("Nobody is named in school.toml who may sign.")
    )
    return Section(
        say("Who"),
        (
            say("The school is the controller. Whoever has the key of the database can read the register."),
            told,
        ),
    )


def rights(now: Live) -> Section:
    """What somebody can ask for, and how it is done."""
    rows: list[tuple[Cell, ...]] = [
        (
            say("withdrawing consent"),
            say(
                "A line in the register (register import) counts from its day on. No verdict becomes milder by it. "
                "A withdrawal for matching erases the templates at once."
            ),
        ),
        (
            say("objection"),
            say("A line in the register goes before every yes; the photo is not published."),
        ),
        (
            say("what is public already"),
            say("recheck judges every kept post again, and says what must come down, by whom and when."),
        ),
        (
            say("erasure"),
            say("forget erases a person's templates and names, and lists the files outside its reach."),
        ),
        (
            say("access and correction"),
            say("The register holds what was imported; a line that is imported again corrects it."),
        ),
        (
            say("a person decides"),
            say("Every verdict has its reasons and an owner, and people can decide otherwise."),
        ),
    ]
    return Section(say("Rights"), (Table((say("Right"), say("How")), tuple(rows)),))
