"""What stands beside a CSV, which has no place for it (W3C Metadata Vocabulary for Tabular Data)."""

import json
from collections.abc import Mapping, Sequence


def metadata(csv_name: str, columns: Sequence[str], notes: Sequence[str], described: Mapping[str, str] = {}) -> str:
    """`notes` are sentences; `described` the same for programs, as terms with their prefix (`dc:date`)."""
    said = {
        "@context": "http://www.w3.org/ns/csvw",
        "url": csv_name,
        **described,
        "tableSchema": {"columns": [{"name": name} for name in columns]},
        "notes": list(notes),
    }
    return json.dumps(said, ensure_ascii=False, indent=2)
