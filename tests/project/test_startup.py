"""Starting costs little: no heavy library is loaded before somebody asks for what needs it, no work is done twice."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command

from project.static_files import collect_if_changed

ROOT = Path(__file__).parent.parent.parent
HEAVY = {"pandas", "numpy", "matplotlib", "xhtml2pdf", "openpyxl"}


def test_starting_django_loads_no_heavy_library():
    code = "import django, sys; django.setup(); print(*sys.modules)"
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "project.settings.test"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.split())
    assert "training.models" in loaded
    assert loaded & HEAVY == set()


@pytest.fixture
def own_static_root(settings, tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    (source / "page.css").write_text("p { color: black }")
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATICFILES_DIRS = [source]
    settings.STATIC_ROOT = tmp_path / "static"
    return source


def test_static_files_are_collected_once_and_again_when_one_changed(own_static_root, settings):
    assert collect_if_changed()
    assert not collect_if_changed()
    (own_static_root / "page.css").write_text("p { color: navy }")
    assert collect_if_changed()
    assert "navy" in (settings.STATIC_ROOT / "page.css").read_text()


def test_modules_import_each_other_by_the_names_that_say_what_is_in_them(own_static_root, settings):
    folder = own_static_root / "training" / "attendance"
    folder.mkdir(parents=True)
    (folder / "store.js").write_text("export const kept = 1;\n")
    (folder / "page.js").write_text('import { kept } from "./store.js";\n')
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": "project.static_files.NamedByContent"}}

    def collected():
        assert collect_if_changed()
        return [Path(settings.STATIC_ROOT / staticfiles_storage.stored_name(f"training/attendance/{name}.js"))
                for name in ("page", "store")]  # fmt: skip

    page, store = collected()
    assert page.read_text() == f'import {{ kept }} from "./{store.name}";\n'
    (folder / "store.js").write_text("export const kept = 2;\n")
    assert {one.name for one in collected()}.isdisjoint({page.name, store.name}), "so both are loaded anew"


def test_the_models_and_the_migrations_agree(db):
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
