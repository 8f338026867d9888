import hashlib
import re

from hypothesis import given
from hypothesis import strategies as st

from webinar_app.certificates.rosette import BAND_WIDTH, ROSETTE_SIZE, band_path, rosette_path

NUMBER = "7K4M-Q2X9-ATP3-0ZTR"
numbers = st.text("0123456789ABCDEFGHJKMNPQRSTVWXYZ-", min_size=1, max_size=30)


def points(path: str) -> list[tuple[int, int]]:
    values = [int(value) for value in re.findall(r"-?\d+", path)]
    return list(zip(values[::2], values[1::2], strict=True))


def test_both_ornaments_never_change_for_an_issued_number() -> None:
    # Papers that people hold carry these lines; a change here makes them look forged.
    drawn = [hashlib.sha256(path.encode()).hexdigest()[:16] for path in (rosette_path(NUMBER), band_path(NUMBER))]

    assert drawn == ["b99896169b529c88", "49068751250da123"]


@given(numbers)
def test_rosette_path_stays_inside_its_box(number: str) -> None:
    assert all(0 <= x <= ROSETTE_SIZE and 0 <= y <= ROSETTE_SIZE for x, y in points(rosette_path(number)))


@given(numbers, st.sampled_from([26140, 27900]))
def test_band_path_stays_inside_its_box(number: str, height: int) -> None:
    assert all(0 <= x <= BAND_WIDTH and 0 <= y <= height for x, y in points(band_path(number, height)))


@given(numbers, numbers)
def test_two_numbers_never_share_a_rosette(one: str, other: str) -> None:
    assert (rosette_path(one) == rosette_path(other)) == (one == other)


def test_rosette_path_draws_twenty_closed_strands() -> None:
    path = rosette_path(NUMBER)

    assert (path.count("M"), path.count("z")) == (20, 20)
