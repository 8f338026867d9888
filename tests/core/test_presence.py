import pytest

from webinar_app.core.presence import PresenceKind, PresenceRun, fold, intervals

OPEN, PROOF, CLOSE = PresenceKind


def run(kind: PresenceKind, first: int, last: int | None = None, connection: str = "a") -> PresenceRun:
    return PresenceRun(connection, kind, first, first if last is None else last)


@pytest.mark.parametrize(
    ("runs", "stays"),
    [
        ([], []),
        ([run(OPEN, 0)], [(0, 2_500)]),
        ([run(CLOSE, 9)], []),
        ([run(OPEN, 0), run(PROOF, 5_000, 20_000)], [(0, 22_500)]),
        ([run(PROOF, 0, 10_000), run(PROOF, 25_000, 30_000)], [(0, 32_500)]),
        ([run(PROOF, 0, 10_000), run(PROOF, 25_001, 30_000)], [(0, 12_500), (25_001, 32_500)]),
        ([run(PROOF, 0, 10_000), run(CLOSE, 25_000)], [(0, 25_000)]),
        ([run(PROOF, 0, 10_000), run(CLOSE, 25_001)], [(0, 12_500)]),
        ([run(PROOF, 0, 10_000), run(CLOSE, 4_000), run(PROOF, 6_000)], [(0, 4_000)]),
        ([run(PROOF, 0, 9_000), run(PROOF, 2_000, 3_000)], [(0, 11_500)]),
        ([run(OPEN, 0), run(OPEN, 1_000, connection="b")], [(0, 2_500), (1_000, 3_500)]),
    ],
)
def test_runs_become_stays(runs: list[PresenceRun], stays: list[tuple[int, int]]) -> None:
    assert intervals(runs) == stays
    assert intervals(fold(runs)) == stays


def test_fold_keeps_one_run_and_the_first_close() -> None:
    runs = [run(OPEN, 0), run(PROOF, 0, 5_000), run(PROOF, 5_000, 9_000), run(CLOSE, 9_500), run(CLOSE, 9_900)]

    assert fold(runs) == [run(PROOF, 0, 9_000), run(CLOSE, 9_500)]
