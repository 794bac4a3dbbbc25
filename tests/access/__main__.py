"""Working on the access matrix.

python -m tests.access             write matrix.txt anew from what the site answers now; read the difference
python -m tests.access mutate      take every check away, one by one, and see that the matrix notices
                                   (mutate PART: only those whose name holds it)
"""

import logging
import os
import sys
import tempfile

import django
from django.conf import settings
from django.db import transaction
from django.test.utils import setup_databases, setup_test_environment, teardown_databases


def main(arguments):
    os.environ["DJANGO_SETTINGS_MODULE"] = "project.settings.test"
    django.setup()
    logging.disable(logging.CRITICAL)
    setup_test_environment()
    before = setup_databases(verbosity=0, interactive=False)
    try:
        with tempfile.TemporaryDirectory() as folder, transaction.atomic():
            settings.DATA_DIR = folder
            if arguments[:1] == ["mutate"]:
                from tests.access.mutating import mutate  # models are ready only now

                return mutate(*arguments[1:])
            from tests.access.matrix import write  # models are ready only now

            return write()
    finally:
        teardown_databases(before, verbosity=0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
