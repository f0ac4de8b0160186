"""Where the camera stood, as the file of a picture tells it."""

import pytest

from auditor.model import Picture
from auditor.rules import _files

HOUSTON = pytest.approx((29.7324, -95.3942), abs=0.001)


def _picture(**fields: str) -> Picture:
    told = {name.replace("_", ":", 1).replace("_", "-"): text for name, text in fields.items()}
    return Picture("jpeg", "image/jpeg", 8, 8, metadata=told)


@pytest.mark.parametrize(
    "fields",
    [
        {"exif_gps": "29.732391,-95.394177"},
        {"xmp_gps_latitude": "29,43.9435N", "xmp_gps_longitude": "95,23.6506W"},
        {"xmp_gps_latitude": "29,43,56.6N", "xmp_gps_longitude": "95,23,39.0W"},
        {"exif_gps": "", "xmp_gps_latitude": "29.732391", "xmp_gps_longitude": "-95.394177"},
    ],
)
def test_every_spelling_of_a_position_is_read(fields: dict[str, str]) -> None:
    known = _files.position(_picture(**fields))
    assert known is not None
    assert known[0] == ("exif:gps" if fields.get("exif_gps") else "xmp:gps-latitude")
    assert tuple(known[1]) == HOUSTON


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"exif_gps": "0.000000,0.000000"},
        {"exif_gps": "29.7"},
        {"exif_gps": "north,west"},
        {"xmp_gps_latitude": "29,43.9435N"},
        {"xmp_gps_latitude": "129,43.9435N", "xmp_gps_longitude": "95,23.6506W"},
        {"xmp_gps_latitude": "9" * 400, "xmp_gps_longitude": "95"},
    ],
)
def test_what_is_no_position_is_none(fields: dict[str, str]) -> None:
    assert _files.position(_picture(**fields)) is None
