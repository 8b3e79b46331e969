"""Every kind of entry in the public log has words."""

from answerable.transparency.schema import checks
from answerable.web.templatetags.words.facts import LOG_KINDS


def test_every_kind_of_entry_is_said_in_both_languages():
    assert LOG_KINDS.keys() == checks().keys()
