"""What is signed for: files that the rules about photos let pass."""

from collections.abc import Iterator

from consent.findings import Finding, Outcome
from consent.judging import Decision
from consent.messages import say
from consent.signing.post import PostCase

FILES = "files"
"""The rule id of a finding about the files of a post, which each have a verdict of their own."""


def every_file_cleared(case: PostCase) -> Iterator[Finding]:
    """There is something to publish, and the rules about photos let every file of it pass, today.

    Why: a signature is about the message and the choice. It is no consent, and clears nobody.
    Example: two signatures and a photo that is held: the post is held.
    """
    against = [file.name for file in case.files if file.decision is not Decision.PUBLISH]
    if against:
        reason = say("These files may not go: {files}.", files=", ".join(against))
        yield Finding(FILES, Outcome.HOLD, reason, owner="director")
    elif case.files:
        yield Finding(
            FILES, Outcome.PASS, say("The rules about photos let every file pass: {count}.", count=len(case.files))
        )
    else:
        yield Finding(FILES, Outcome.HOLD, say("There is nothing to publish."), owner="director")
