"""The world of the matrix, once for all tests of a module."""

import logging

import pytest
from django.conf import settings
from django.db import transaction

from tests.access.world import build_world


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    """With a second factor asked of nobody, so that roles and scopes are what decides."""
    folder = settings.DATA_DIR
    settings.DATA_DIR = tmp_path_factory.mktemp("data")
    with django_db_blocker.unblock(), transaction.atomic():
        yield build_world()
        transaction.set_rollback(True)
    settings.DATA_DIR = folder


@pytest.fixture(autouse=True)
def quiet():
    """Thousands of refusals are what is asked for; none of them has to be read."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)
