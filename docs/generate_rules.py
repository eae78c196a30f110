"""Write docs/rules.md from the rules' own docstrings and the protocol: `python docs/generate_rules.py`."""

import inspect
from pathlib import Path

from consent.protocol import RuleText, load_protocol
from consent.published import PUBLISHED_RULES, PublishedRule
from consent.rules import RULES, Rule
from consent.signing import POST_RULES, SigningRule

PAGE = Path(__file__).parent / "rules.md"
PROTOCOL = load_protocol("ooh-2019")


def rules_page() -> str:
    """The whole page as Markdown."""
    parts = [
        "# The rules",
        f"<!-- Written by docs/generate_rules.py: change the docstring of a rule, or {PROTOCOL.id}.toml. -->",
        f"Source: {PROTOCOL.source}. Rules are applied in this order; the strictest outcome decides.",
        *(_rule(rule) for rule in RULES),
        "## Rules about the whole post",
        "They decide whether what is signed for may go, and are never milder than the rules above: a signature clears "
        "nobody. Beside these, every file must be one that the rules about photos let pass today, and a no to any "
        "question, from anybody who may sign, blocks.",
        *(_about_the_post(rule) for rule in POST_RULES if rule.id in PROTOCOL.post_rules),
        "### What is asked",
        "The program cannot see the answers. It asks, and a person answers. R7 and R8 are shown by who signs.",
        _questions(),
        "## Rules about posts that are public",
        "A published picture is judged twice, by what was known on its day and by what is known today; "
        "`consent/published/standing.py` says how the two make its standing. These rules say who then does what.",
        *(_published(rule) for rule in PUBLISHED_RULES),
    ]
    return "\n\n".join(parts) + "\n"


def _rule(rule: Rule) -> str:
    text, file = PROTOCOL.rules[rule.id], Path(inspect.getfile(rule.check))
    cases = f"Cases: [{rule.id}.yaml](../tests/rules/{rule.id}.yaml)."
    return _part(rule, text, f"[{file.name}](../consent/rules/{file.name}). {cases}")


def _about_the_post(rule: SigningRule) -> str:
    text, file = PROTOCOL.post_rules[rule.id], Path(inspect.getfile(rule.check))
    name = f"{rule.id}-post" if rule.id in PROTOCOL.rules else rule.id
    cases = f"Cases: [{name}.yaml](../tests/rules/{name}.yaml)."
    return _part(rule, text, f"[{file.name}](../consent/signing/{file.name}). {cases}")


def _published(rule: PublishedRule) -> str:
    text, file = PROTOCOL.published_rules[rule.id], Path(inspect.getfile(rule.check))
    return _part(rule, text, f"[{file.name}](../consent/published/{file.name}).")


def _part(rule: Rule | SigningRule | PublishedRule, text: RuleText, where: str) -> str:
    says = inspect.cleandoc(rule.check.__doc__ or "").replace("\nExample: ", "\n\nExample: ")
    about = f"Decides when it holds: {text.owner}. Code: {where}"
    return "\n\n".join([f"## {rule.id}: {text.title['en']}", f"> {text.sentence}", says, about])


def _questions() -> str:
    rows = [("id", "rule", "question", "platforms", "decides"), ("---",) * 5]
    for rule_id, rule in PROTOCOL.post_rules.items():
        platforms = ", ".join(rule.platforms) or "all"
        rows.append((rule_id, rule.title["en"], rule.question["en"], platforms, rule.owner))
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


if __name__ == "__main__":
    PAGE.write_text(rules_page(), encoding="utf-8", newline="\n")
