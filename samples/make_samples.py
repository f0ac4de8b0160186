"""Turns our own scenes and texts into the samples: three articles, their pictures, a bucket in a folder.

    python samples/make_samples.py [FOLDER]

Running it again changes no byte (Pillow 13 on x86-64; another JPEG encoder gives other bytes, and
the addresses follow them). All pictures are drawings of `scenes.py` and `coast.py`, all texts are ours.

`consulates.txt` tells of the two consulates closed in July 2020 in the markup of a scraped news
corpus: a lead image, seven placeholders under each of two date-led captions. Addresses are
`s3://crabby-images/FIRST5/SHA1`, where SHA1 is the digest of the object, and `auditor.toml` maps the
bucket to the folder `bucket/`. Six faults are planted in it, and nothing else is wrong:

1. a missing object: Chengdu 3 (`moving-out`) was never stored
2. a truncated JPEG: Houston 3 (`vans`) is cut at 60 %; its name is the digest of the whole file
3. a near duplicate: Houston 5 is Houston 2 (`crowd`), re-encoded and made smaller
4. a photograph of the Houston group in the Chengdu group: Chengdu 4 is Houston 1 (`gate`)
5. an "image not available" card under two names: Houston 6 and Chengdu 5
6. a web page in place of a picture: Chengdu 6

`harbour.html` and `lighthouse.md` are sound: relative images, srcset, picture, lazy loading, figure
and figcaption, a data: image, image titles, an HTML figure in Markdown.
"""

from __future__ import annotations

import base64
import hashlib
import io
import shutil
import sys
from pathlib import Path
from typing import NamedTuple

import coast
import scenes
from PIL import Image, ImageDraw, ImageFont

HERE = Path(__file__).parent
BUCKET = "crabby-images"
# The corpus names its element with a namespace prefix; in bytes, because some viewers swallow the tag.
START_TAG = bytes.fromhex("3c616e746d6c3a696d6167653e").decode("ascii")
END_TAG = bytes.fromhex("3c2f616e746d6c3a696d6167653e").decode("ascii")

SOFT_404 = b"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Page not found</title></head>
<body><h1>Page not found</h1><p>The picture you asked for has moved or was removed.</p></body></html>
"""


class Stored(NamedTuple):
    """One object of the bucket: its name, and its bytes (None: it was never stored)."""

    name: str
    body: bytes | None


def jpeg(image: Image.Image, quality: int = 80) -> bytes:
    return _saved(image, "JPEG", quality=quality, optimize=True)


def webp(image: Image.Image, quality: int = 78) -> bytes:
    return _saved(image, "WEBP", quality=quality, method=4)


def png(image: Image.Image) -> bytes:
    return _saved(image.quantize(96, dither=Image.Dither.NONE), "PNG", optimize=True)


def _saved(image: Image.Image, file_format: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, file_format, **options)
    return file.getvalue()


def narrowed(image: Image.Image, width: int) -> Image.Image:
    return image.resize((width, round(image.height * width / image.width)), Image.Resampling.LANCZOS)


def card() -> bytes:
    """The picture a careless host serves for what it has lost."""
    image = Image.new("L", (640, 420), 226)
    pen = ImageDraw.Draw(image)
    pen.rectangle([30, 30, 609, 389], outline=168, width=6)
    pen.rectangle([250, 90, 390, 190], outline=150, width=6)
    pen.polygon([(262, 178), (300, 130), (326, 160), (350, 138), (378, 178)], fill=150)
    pen.ellipse([350, 104, 370, 124], fill=150)
    for row, words in enumerate(("IMAGE NOT", "AVAILABLE")):
        letters = Image.new("L", (60, 12), 0)
        ImageDraw.Draw(letters).text((1, 0), words, fill=255, font=ImageFont.load_default_imagefont())
        large = letters.resize((360, 72), Image.Resampling.NEAREST)
        image.paste(120, (140, 225 + row * 72), large)
    return _saved(image, "PNG", optimize=True)


def named(body: bytes, stored: bytes | None = None) -> Stored:
    """An object under the digest of `body`; `stored` is what lies there in its place."""
    return Stored(_sha1(body), body if stored is None else stored)


def _sha1(body: bytes) -> str:
    return hashlib.sha1(body, usedforsecurity=False).hexdigest()


def bucket() -> tuple[Stored, list[Stored], list[Stored]]:
    """The lead image and the two groups of seven, with the faults of the docstring."""
    drawn = {
        name: getattr(scenes, name)().finish()
        for name in ("skyline", "gate", "crowd", "vans", "night", "plaque", "columns", "cordon", "flag")
    }
    gate, crowd, vans = (jpeg(drawn[name]) for name in ("gate", "crowd", "vans"))
    smaller = jpeg(narrowed(drawn["crowd"], 640), quality=62)
    unavailable = card()
    houston = [
        named(gate),
        named(crowd),
        named(vans, vans[: len(vans) * 6 // 10]),
        named(png(narrowed(drawn["night"], 640))),
        named(smaller),
        named(unavailable),
        named(webp(drawn["plaque"])),
    ]
    chengdu = [
        named(jpeg(drawn["columns"])),
        named(jpeg(drawn["cordon"])),
        Stored(_sha1(b"moving-out"), None),
        houston[0],
        named(b"a portrait, lost", unavailable),
        named(b"a farewell, lost", SOFT_404),
        named(jpeg(drawn["flag"])),
    ]
    return named(jpeg(drawn["skyline"])), houston, chengdu


def placeholder(stored: Stored) -> str:
    return f'{START_TAG}data:image/s3,"s3://{BUCKET}/{stored.name[:5]}/{stored.name}" alt=""{END_TAG}'


CONSULATES = """\
{lead}
2020年7月下旬，中美两国在四天之内先后关闭了对方的一处总领事馆。这是两国建交四十多年来少有的对等行动，休斯敦和成都两座相隔万里的城市因此同时成为新闻的焦点。
美国国务院7月21日通知中方，要求中国驻休斯敦总领事馆在七十二小时内停止一切业务，所有人员撤离。消息公开的当晚，附近居民看到馆舍院内冒出烟雾，消防车赶到后停在门外，没有进入院子。
中国驻休斯敦总领事馆设立于1979年，是两国建交之后中国在美国开设的第一家总领事馆，负责得克萨斯等南部数州的领事事务。期限到来的那个下午，街道两侧站满了记者、侨胞和旁观的市民，搬运车辆一趟趟驶出大门。
2020年7月24日，中国驻休斯敦总领事馆关闭当天的现场
{houston}
就在休斯敦馆闭馆的同一天，中国外交部通知美国驻华使馆，撤销美国驻成都总领事馆的设立许可，并对停止业务和人员撤离提出了具体要求。外交部表示，这是对美方做法的正当回应。
美国驻成都总领事馆开设于1985年，业务范围覆盖四川、重庆、云南、贵州和西藏。闭馆之前的周末，领馆路一带实行交通管制，不少市民专程来到路口，用手机记录下这一刻。工作人员把箱子装上卡车，门口的标识也被遮盖起来。
2020年7月27日，美国驻成都总领事馆关闭当天的现场
{chengdu}
上午十时，馆舍正式关闭，中方主管部门随后从正门进入并实施接管。围观的人群渐渐散去，道路在当天恢复通行。
两处馆舍关闭之后，原来由它们办理的签证、公证和侨务事项分别转到其他领事机构。对往来两地的学生、商人和家庭来说，办事的路程变得更远了。
"""

CONFIGURATION = """\
# The pictures of consulates.txt lie beside it, under the names they have in the bucket.
[map]
"s3://crabby-images" = "bucket"
"""

HARBOUR = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>The harbour that learned to wait</title>
</head>
<body>
<article>
<h1>The harbour that learned to wait</h1>
<p><time datetime="2024-05-18">18 May 2024</time></p>
<p>For a hundred years the town of Varnholm counted its days by the ferry. When the new bridge opened,
nobody expected the quay to stay busy. Two winters later it is busier than before, and slower.</p>
<figure>
<img src="pictures/pier-640.jpg" srcset="pictures/pier-640.jpg 640w, pictures/pier.jpg 960w"
 sizes="(min-width: 50em) 60em, 100vw" width="960" height="600"
 alt="Two orange cranes over stacked containers">
<figcaption>The east pier in April 2024, a week after the second crane was repaired.</figcaption>
</figure>
<p>The cranes unload in the morning, while the wind is low. In the afternoon they stand still, and the
men who work them go home to eat, which their fathers never did.</p>
<figure>
<picture>
<source type="image/webp" srcset="pictures/ferry.webp">
<img src="pictures/ferry.jpg" width="900" height="600" alt="A white ferry with a red funnel under way">
</picture>
<figcaption>The ferry <i>Solvei</i> leaves for the outer islands in the last week of spring.</figcaption>
</figure>
<p>Some of the fishing families sold their boats. Others mend nets for the museum, and for the few who
still put out at four o'clock.</p>
<figure>
<img data-src="pictures/nets.jpg" loading="lazy" width="800" height="600"
 alt="Green nets, orange floats and a coil of rope">
<figcaption>Nets and floats laid out to dry in front of the old ice house.</figcaption>
</figure>
<p>At the end of the mole a lamp turns as it always has. A keeper comes once a month to clean the glass.</p>
<figure>
<img src="data:image/jpeg;base64,{lamp}" width="120" height="107" alt="Rings of glass around a lamp">
<figcaption>The lens of the mole light, cleaned by hand every month.</figcaption>
</figure>
<p>The town has learned to wait, says the harbour master, and it suits the town.</p>
</article>
</body>
</html>
"""

LIGHTHOUSE = """\
---
title: Two hundred and eleven steps
date: 2023-09-02
lang: en
---

# Two hundred and eleven steps

The lighthouse at Skarre Head went dark in the autumn of 1987, and was lit again last month by the
grandson of its last keeper. The road to it is still a path, and the path is still wet.

![A red and white tower on a green headland](pictures/lighthouse.jpg "The tower in its new paint.")

Inside, nothing was straight. The plaster had come off in sheets, and the steps had to be counted twice
because some of them had gone.

![Stone steps winding up towards a bright opening][stairs]

*Looking up from the ground floor: the light at the top is the sky.*

What survived was the glass. It had been wrapped in sailcloth and forgotten, and when the cloth was
cut away it threw the colours of the morning across the whole room.

<figure>
<img src="pictures/lens.jpg" width="720" height="640" alt="Concentric rings of glass in a brass frame">
<figcaption>The old lens in its brass frame, back in the lantern room after thirty-six years.</figcaption>
</figure>

The keeper comes up every evening. He does not have to, he says: a switch in the village would do.

[stairs]: pictures/stairs.jpg
"""


def files() -> dict[str, bytes]:
    """All samples: path below the folder, and bytes."""
    lead, houston, chengdu = bucket()
    article = CONSULATES.format(
        lead=placeholder(lead),
        houston="\n".join(map(placeholder, houston)),
        chengdu="\n".join(map(placeholder, chengdu)),
    )
    drawn = (coast.pier, coast.ferry, coast.nets, coast.lighthouse, coast.lens, coast.stairs)
    pier, ferry, nets, tower, lens, stairs = (draw().finish() for draw in drawn)
    lamp = base64.b64encode(jpeg(narrowed(lens, 120), 70)).decode("ascii")
    made = {
        "consulates.txt": article.encode(),
        "auditor.toml": CONFIGURATION.encode(),
        "harbour.html": HARBOUR.replace("{lamp}", lamp).encode(),
        "lighthouse.md": LIGHTHOUSE.encode(),
        "pictures/pier.jpg": jpeg(pier),
        "pictures/pier-640.jpg": jpeg(narrowed(pier, 640)),
        "pictures/ferry.jpg": jpeg(ferry),
        "pictures/ferry.webp": webp(ferry),
        "pictures/nets.jpg": jpeg(nets),
        "pictures/lighthouse.jpg": jpeg(tower),
        "pictures/lens.jpg": jpeg(lens),
        "pictures/stairs.jpg": jpeg(stairs),
    }
    for name, body in (lead, *houston, *chengdu):
        if body is not None:
            made[f"bucket/{name[:5]}/{name}"] = body
    return made


def main(folder: Path = HERE) -> None:
    """Write all samples below `folder`, in place of the pictures that lay there."""
    made = files()
    for below in ("bucket", "pictures"):
        shutil.rmtree(folder / below, ignore_errors=True)
    for path, body in made.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(body)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
