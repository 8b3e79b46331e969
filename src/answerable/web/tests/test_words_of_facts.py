"""Every fact that an action names has words: the trail is read by people."""

import ast
from pathlib import Path

import answerable
from answerable.web.templatetags.words.facts import FACTS

WRITERS = {"record", "_record", "_answer", "move"}


def named():
    """List the facts that are named by literal text where they are recorded."""
    for path in sorted(Path(answerable.__file__).parent.rglob("*.py")):
        if "tests" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in WRITERS:
                given = [*node.args, *(word.value for word in node.keywords if word.arg == "what")]
                texts = [one.value for one in given if isinstance(one, ast.Constant) and isinstance(one.value, str)]
                yield from (text for text in texts if text.count(".") == 1 and text.replace(".", "").isidentifier())


def test_every_fact_is_said_in_both_languages():
    facts = set(named())
    assert len(facts) > 100
    assert sorted(facts - FACTS.keys()) == []
