"""The two ornaments of a certificate, computed from its number: the rosette and the band in the margin.

Both are functions of the SHA-256 of the number and of nothing else, so that the drawing on paper and the one on the
verification page can be compared by eye. Papers in people's hands carry these lines: changing a constant here makes
every certificate issued before look forged.
"""

import hashlib
import math

ROSETTE_SIZE = 2000
BAND_WIDTH = 1600

Point = tuple[float, float]


def rosette_path(number: str) -> str:
    """Give the rosette as one SVG path in a box of 2000 by 2000; draw it with no fill and a stroke of 5.

    Three braided rings. Their petals, folds, swing and turn come from twelve bytes of the digest.
    """
    digest = hashlib.sha256(number.encode()).digest()
    rings = ((0.78, 9, 0.17, 7), (0.52, 12, 0.26, 7), (0.25, 7, 0.42, 6))
    strands = []
    for ring, (radius, least_petals, least_swing, count) in enumerate(rings):
        a, b, c, d = digest[4 * ring : 4 * ring + 4]
        petals, folds = least_petals + a % 6, 1 + b % 4
        swing, turn = least_swing + c / 255 * 0.08, d / 255 * math.tau
        for strand in range(count):
            shift = strand * math.tau / petals / count
            strands.append(_closed(_ring(radius, petals, folds, swing, turn + petals * shift)))
    return "".join(strands)


def band_path(number: str, height: int = 27900) -> str:
    """Give the band as one SVG path in a box of 1600 by `height` hundredths of a millimetre; stroke 20, no fill."""
    digest = hashlib.sha256(b"band" + number.encode()).digest()
    waists, lean = 3 + digest[2] % 3, digest[3] / 40
    braids = (
        (14, 5800 + 100 * (digest[0] % 24), 1.0, 0.0),
        (12, 3100 + 100 * (digest[1] % 14), 0.62, 14 / 12 * math.pi),
    )
    strands = []
    for count, wave, share, start in braids:
        for strand in range(count):
            phase = strand / count * math.pi + start
            strands.append(_open(_strand(height, wave, share, phase, waists, lean)))
    return "".join(strands)


def _ring(radius: float, petals: int, folds: int, swing: float, turn: float) -> list[Point]:
    centre, steps = ROSETTE_SIZE / 2, petals * 5
    points = []
    for step in range(steps):
        angle = step / steps * math.tau
        wave = math.sin(petals * angle + turn) * (0.72 + 0.28 * math.cos(folds * angle))
        distance = radius * centre * (1 + swing * wave)
        points.append((centre + distance * math.cos(angle), centre + distance * math.sin(angle)))
    return points


def _strand(height: int, wave: int, share: float, phase: float, waists: int, lean: float) -> list[Point]:
    steps = max(30, height * 6 // wave)
    points = []
    for step in range(steps + 1):
        y = step / steps * height
        waist = 0.42 + 0.58 * abs(math.sin(math.pi * y / height * waists + lean))
        reach = (BAND_WIDTH / 2 - 80) * share * waist
        points.append((BAND_WIDTH / 2 + reach * math.sin(math.tau * y / wave + phase), y))
    return points


def _closed(points: list[Point]) -> str:
    return _smooth([points[-1], *points, points[0], points[1]]) + "z"


def _open(points: list[Point]) -> str:
    return _smooth([points[0], *points, points[-1]])


def _smooth(points: list[Point]) -> str:
    """Draw a Catmull-Rom curve through all but the first and the last point, which only give the directions there."""
    path = [f"M{points[1][0]:.0f} {points[1][1]:.0f}"]
    for at in range(2, len(points) - 1):
        before, start, end, after = points[at - 2 : at + 2]
        path.append(
            f"C{start[0] + (end[0] - before[0]) / 6:.0f} {start[1] + (end[1] - before[1]) / 6:.0f}"
            f" {end[0] - (after[0] - start[0]) / 6:.0f} {end[1] - (after[1] - start[1]) / 6:.0f}"
            f" {end[0]:.0f} {end[1]:.0f}"
        )
    return "".join(path)
