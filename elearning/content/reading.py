"""What all readers of course files need."""

import uuid
from pathlib import Path
from typing import Any

import yaml

# Ids of modules, blocks and questions are made from their words, so that every register has the same ones.
NAMESPACE = uuid.UUID("6f1a7d0e-5a0b-4a53-9d55-0e1c7b8f2a10")


class CourseFileError(ValueError):
    """What in which file does not fit; nothing of the course was loaded."""


def key_of(*words: str) -> uuid.UUID:
    return uuid.uuid5(NAMESPACE, "/".join(words))


def read_yaml(path: Path) -> Any:
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as fault:
        raise CourseFileError(f"{path.parent.name}/{path.name}: {fault}") from fault
