"""Points of Curve25519 in Edwards form (RFC 8032, section 5.1): what a proof about a counting key is made of.

Plain whole numbers, and so not in even time: it is for numbers that anybody may see. Standard library alone: the
verifier in one file holds it. The same points in the browser are in static/sealing/curves.js.
"""

from __future__ import annotations

BYTES = 32
ORDER = 2**252 + 27742317777372353535851937790883648493  # Of the group that every honest key lies in.
_P = 2**255 - 19
_D = -121665 * pow(121666, -1, _P) % _P
_ROOT = pow(2, (_P - 1) // 4, _P)  # Of -1.
_SIGN = 1 << 255

Point = tuple[int, int, int, int]  # X, Y, Z, T with x = X/Z, y = Y/Z, xy = T/Z.

_NONE: Point = (0, 1, 1, 0)
# The second coordinates of the eight points that become nothing when they are taken eight times.
_ORDER_8 = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
_SMALL = frozenset({0, 1, _P - 1, _ORDER_8, _P - _ORDER_8})


def add(one: Point, other: Point) -> Point:
    """Return the sum of two points, also of a point and itself (RFC 8032, section 5.1.4)."""
    (x1, y1, z1, t1), (x2, y2, z2, t2) = one, other
    a, b = (y1 - x1) * (y2 - x2) % _P, (y1 + x1) * (y2 + x2) % _P
    c, d = 2 * _D * t1 * t2 % _P, 2 * z1 * z2 % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def times(number: int, point: Point) -> Point:
    """Return *point* so many times; *number* is none below 0."""
    total = _NONE
    while number:
        if number & 1:
            total = add(total, point)
        point = add(point, point)
        number >>= 1
    return total


def minus(point: Point) -> Point:
    """Return the point that makes nothing with this one."""
    x, y, z, t = point
    return -x % _P, y, z, -t % _P


def encoded(point: Point) -> bytes:
    """Return a point as 32 bytes (RFC 8032, section 5.1.2)."""
    x, y, z, _ = point
    unit = pow(z, -1, _P)
    return (y * unit % _P | (_SIGN if x * unit % _P & 1 else 0)).to_bytes(BYTES, "little")


def decoded(raw: bytes) -> Point:
    """Return the point that 32 bytes stand for (RFC 8032, section 5.1.3). Raises ValueError for what is none."""
    number = int.from_bytes(raw, "little")
    y = number % _SIGN
    if len(raw) != BYTES or y >= _P:
        raise ValueError("This is not how a point is written.")
    return _with(y, is_odd=bool(number & _SIGN))


def is_small(raw: bytes) -> bool:
    """Whether 32 bytes stand for one of the eight points that hide nothing: taken eight times they are nothing.

    True as well of what is written in another form than its own, so that nothing passes that is not plain.
    """
    y = int.from_bytes(raw, "little") % _SIGN
    return len(raw) != BYTES or y >= _P or y in _SMALL


def is_nothing(point: Point) -> bool:
    """Whether a point is the one that changes no other."""
    x, y, z, _ = point
    return x == 0 and y == z


def has_its_order(point: Point) -> bool:
    """Whether a point lies in the group of honest keys, and is not nothing."""
    return not is_nothing(point) and is_nothing(times(ORDER, point))


def to_montgomery(raw: bytes) -> bytes:
    """Return the X25519 key that the Ed25519 key *raw* is, written as RFC 7748 does (its section 4.1).

    Raises ValueError for the point that is nothing.
    """
    y = int.from_bytes(raw, "little") % _SIGN
    return ((1 + y) * pow(1 - y, -1, _P) % _P).to_bytes(BYTES, "little")


def from_montgomery(public: bytes) -> Point:
    """Return the point that an X25519 key is. Of the two it may be, the one whose first coordinate is even.

    Raises ValueError for a key of the other curve, the twist, and for one that is written in another form than its own.
    """
    u = int.from_bytes(public, "little")
    if len(public) != BYTES or u >= _P - 1:
        raise ValueError("This is not how a key is written.")
    return _with((u - 1) * pow(u + 1, -1, _P) % _P, is_odd=False)


def _with(y: int, *, is_odd: bool) -> Point:
    """Return the point with this second coordinate (RFC 8032, section 5.1.3, steps 2 to 4)."""
    u, v = (y * y - 1) % _P, (_D * y * y + 1) % _P
    x = u * v**3 * pow(u * v**7, (_P - 5) // 8, _P) % _P
    if v * x * x % _P != u:
        x = x * _ROOT % _P
    if v * x * x % _P != u or (x == 0 and is_odd):
        raise ValueError("This is no point of the curve.")
    x = x if bool(x & 1) == is_odd else _P - x
    return x % _P, y, 1, x * y % _P


BASE = _with(4 * pow(5, -1, _P) % _P, is_odd=False)
EIGHT_TIMES_BASE = times(8, BASE)
