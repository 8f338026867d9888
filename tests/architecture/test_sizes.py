"""Limits of `docs/architecture.md`: a clear function is never split to meet an aim, but a limit holds."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LIMITS = {
    "templates/**/*.html": 200,
    "static/js/**/*.js": 250,
    "static/css/*.css": 400,
    "webinar_app/**/*.py": 400,
    "tests/**/*.py": 600,
    "benchmarks/*.py": 400,
}
FUNCTION, TEST_FUNCTION = 50, 40


def lines_of(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def functions(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


@pytest.mark.parametrize("pattern", LIMITS)
def test_no_file_is_too_long(pattern):
    too_long = {str(path.relative_to(ROOT)): lines_of(path) for path in ROOT.glob(pattern)}

    assert {name: count for name, count in too_long.items() if count > LIMITS[pattern]} == {}


@pytest.mark.parametrize(("folder", "limit"), [("webinar_app", FUNCTION), ("tests", TEST_FUNCTION)])
def test_no_function_is_too_long(folder, limit):
    too_long = {
        f"{path.relative_to(ROOT)}:{name}": length
        for path in (ROOT / folder).rglob("*.py")
        for name, length in functions(path)
        if length > limit
    }

    assert too_long == {}
