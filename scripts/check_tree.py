"""House rules a linter does not know: sizes of files and functions, no machine's path, no registry's address."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

FILE_LINES, FUNCTION_LINES, TEMPLATE_LINES = 400, 50, 150
CODE = {".py", ".css", ".js", ".sh", ""}
GENERATED = re.compile(r"/migrations/|^requirements.*\.txt$")
MACHINE = re.compile(r"(?<![\w.:/-])/(?:home|root|Users|work|opt|mnt|tmp)/[\w.-]+")
REGISTRY = re.compile(r"pypi\.org|pythonhosted\.org|npmjs\.(?:com|org)|--(?:extra-)?index-url[ =]\S*:|find-links")


def tracked() -> list[Path]:
    """Every file git knows or would take in."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607
        check=True,
        capture_output=True,
    )
    names = listed.stdout.decode().split("\0")
    return sorted({Path(name) for name in names if name and Path(name).is_file()})


def too_long(path: Path, text: str) -> Iterator[str]:
    lines = text.count("\n")
    if path.suffix == ".html" and lines > TEMPLATE_LINES:
        yield f"{path}: {lines} lines; a template has at most {TEMPLATE_LINES}"
    if path.suffix in CODE and lines > FILE_LINES and not GENERATED.search(path.as_posix()):
        yield f"{path}: {lines} lines; a file has at most {FILE_LINES}"
    if path.suffix == ".py":
        yield from long_functions(path, text)


def long_functions(path: Path, text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > FUNCTION_LINES:
                yield f"{path}:{node.lineno}: {node.name} has {lines} lines; a function has at most {FUNCTION_LINES}"


def addresses(path: Path, text: str) -> Iterator[str]:
    for number, line in enumerate(text.splitlines(), start=1):
        for found in (*MACHINE.finditer(line), *REGISTRY.finditer(line)):
            yield f"{path}:{number}: {found.group()} belongs to one machine or registry"


def faults() -> Iterator[str]:
    for path in tracked():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        yield from too_long(path, text)
        if path != Path(__file__).relative_to(Path.cwd()):
            yield from addresses(path, text)


def main() -> int:
    found = list(faults())
    sys.stdout.write("".join(f"{fault}\n" for fault in found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
