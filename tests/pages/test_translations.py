"""English is complete: every sentence has one, what is shown is what is written, and no template speaks Chinese alone."""

import ast
import re
import subprocess
from pathlib import Path

import pytest
from django.core.cache import caches
from django.utils import timezone

from answerable.cli.world import build
from answerable.numbers.models import Number
from answerable.parties.models import Authorisation
from answerable.web.templatetags import words

WEB = Path(words.__file__).parents[2]
PO = WEB / "locale" / "en" / "LC_MESSAGES" / "django.po"
CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]+")
SAID = re.compile(r"{%-?\s*(translate|trans|blocktranslate|blocktrans)\b(.*?)%}", re.S)
BLOCK = re.compile(r"{%\s*blocktranslate\b(?P<head>.*?)%}(?P<text>.*?){%\s*endblocktranslate\s*%}", re.S)
VARIABLE = re.compile(r"%\(\w+\)s")


def entries():
    """Read the catalogue: (msgid, its translations, flags) each; the header is left out."""
    for block in PO.read_text().split("\n\n"):
        lines = [line for line in block.splitlines() if line and not line.startswith("#~")]
        flags = " ".join(line for line in lines if line.startswith("#,"))
        said: dict[str, str] = {}
        key = ""
        for line in lines:
            if line.startswith("#"):
                continue
            name, text = re.fullmatch(r'(?:(\w+(?:\[\d])?) )?(".*")', line).groups()
            key = name or key
            said[key] = said.get(key, "") + ast.literal_eval(text)
        if said.get("msgid"):
            yield said["msgid"], [text for name, text in said.items() if name.startswith("msgstr")], flags


def templates():
    return sorted((WEB / "templates").rglob("*.html"))


def flat(text):
    """Write a sentence as `trimmed` does, with its variables as the catalogue names them."""
    lines = " ".join(line.strip() for line in text.strip().splitlines())
    return re.sub(r"{{\s*(\w+)\s*}}", r"%(\1)s", lines)


def test_every_sentence_has_its_english_and_none_is_a_guess():
    unsaid = [msgid for msgid, texts, flags in entries() if not all(texts) or "fuzzy" in flags]
    assert unsaid == []


def test_english_says_the_same_variables():
    differing = [
        msgid
        for msgid, texts, _ in entries()
        for text in texts
        if sorted(set(VARIABLE.findall(msgid))) != sorted(set(VARIABLE.findall(text)))
    ]
    assert differing == []


def test_english_has_no_chinese():
    assert [text for _, texts, _ in entries() for text in texts if CHINESE.search(text.replace("简体中文", ""))] == []


def test_catalogue_has_every_sentence_of_the_templates():
    known, missing = {msgid for msgid, _, _ in entries()}, []
    for path in templates():
        text = path.read_text()
        said = [m[0] or m[1] for m in re.findall(r"""{%\s*translate\s+(?:"([^"]*)"|'([^']*)')""", text)]
        blocks = [re.split(r"{%\s*plural\s*%}", match["text"])[0] for match in BLOCK.finditer(text)]
        missing += [f"{path.name}: {one}" for one in [*said, *map(flat, blocks)] if one not in known]
    assert missing == []


def test_compiled_catalogue_is_the_written_one(tmp_path):
    compiled = tmp_path / "django.mo"
    subprocess.run(["msgfmt", "--check-format", "-o", compiled, PO], check=True)
    assert compiled.read_bytes() == PO.with_suffix(".mo").read_bytes()


def test_no_template_speaks_chinese_outside_a_sentence_to_translate():
    left = []
    for path in templates():
        if path.name == "500.html":  # both languages in one page, without any code that could fail too
            continue
        text = SAID.sub("", BLOCK.sub("", path.read_text())).replace("简体中文", "")
        left += [f"{path.name}: {found}" for found in CHINESE.findall(re.sub(r"{#.*?#}|０-９", "", text))]
    assert left == []


@pytest.mark.parametrize("table", words.TABLES)
def test_every_word_of_the_data_has_its_english(table):
    said = words.TABLES[table]
    chinese_only = [key for key, word in said.items() if not word[1] or CHINESE.search(word[1])]
    assert chinese_only == []


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/numbers/",
        "/prices/",
        "/operator/",
        "/who/",
        "/who/4002000000/",
        "/reports/",
        "/sign-in/",
        "/desk/sign-in/",
        "/nowhere/",
    ],
)
def test_public_page_in_english_leaves_no_chinese(client, db, path):
    for cache in caches.all(initialized_only=True):  # another test's operator and answers
        cache.clear()
    build(at=timezone.now(), size=12, tell=lambda line: None, with_hotline=False)
    page = client.get(path, headers={"Accept-Language": "en"}).content.decode()
    shown = page.replace("简体中文", "")
    for grant in Authorisation.objects.all():  # a document's title stays as it is
        shown = shown.replace(grant.document, "")
    assert Number.objects.exists()
    assert CHINESE.findall(shown) == []
