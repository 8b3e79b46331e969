"""The demo world without its hotline: staff, tariff, register, a small pool."""

import pytest
from django.utils import timezone

from answerable.cli.world import build


@pytest.fixture
def world(transactional_db):
    build(at=timezone.now(), size=1200, tell=lambda line: None, with_hotline=False)
