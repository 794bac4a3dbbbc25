"""Notes and footnotes beside a CSV, which has no place for them (W3C Metadata Vocabulary for Tabular Data)."""

import json
from collections.abc import Sequence


def metadata(csv_name: str, columns: Sequence[str], notes: Sequence[str]) -> str:
    said = {
        "@context": "http://www.w3.org/ns/csvw",
        "url": csv_name,
        "tableSchema": {"columns": [{"name": name} for name in columns]},
        "notes": list(notes),
    }
    return json.dumps(said, ensure_ascii=False, indent=2)
