"""The main job as a user runs it: `auditor check` on the sample article and on bad input."""

from __future__ import annotations

import contextlib
import http.server
import json
import re
import shutil
import socket
import ssl
import struct
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import trustme

from tests.conftest import ROOT, Run

SAMPLES = ROOT / "samples"
ARTICLE = SAMPLES / "consulates.txt"
NOW = "2020-08-01T00:00:00Z"
HOUSTON, CHENGDU = range(1, 8), range(8, 15)

# What was planted (see samples/make_samples.py), and nothing else: code, indexes of the images.
PLANTED = [
    ("MIS206", [3]),
    ("DUP402", [2, 5]),
    ("MIS205", [6, 12]),
    ("MIS201", [10]),
    ("CAP301", [1, 11]),
    ("MIS204", [13]),
]


def report_of(auditor: Run, folder: Path, *words: object) -> dict[str, Any]:
    """The JSON report of a check; "code" is its exit code."""
    file = folder / "report.json"
    said = auditor("check", *words, "-o", f"json={file}", "--now", NOW, "--no-progress")
    return {**json.loads(file.read_text()), "code": said.code}


def told(report: dict[str, Any]) -> list[tuple[str, list[int]]]:
    """Findings in short: code, indexes of images."""
    return sorted(
        (f["code"], [int(image.rpartition("#")[2]) for image in f["images"]]) for f in report["findings"]
    )


class Bucket(http.server.SimpleHTTPRequestHandler):
    """Serves the sample's bucket as a bucket would."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments, directory=str(SAMPLES / "bucket"))

    def log_message(self, *_: object) -> None:
        pass

    def guess_type(self, path: Any) -> str:
        return "binary/octet-stream"


@contextlib.contextmanager
def served(
    handler: type[http.server.BaseHTTPRequestHandler] = Bucket,
    address: str = "127.0.0.1",
    tls: ssl.SSLContext | None = None,
) -> Iterator[int]:
    """The port of a web server on loopback."""
    with http.server.ThreadingHTTPServer((address, 0), handler) as server:
        if tls is not None:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


def refusing(status: int, **headers: str) -> type[http.server.BaseHTTPRequestHandler]:
    """A host that answers everything with this status (underscores in names of headers are hyphens)."""

    class Refusing(Bucket):
        def do_GET(self) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.send_header("Content-Length", "0")
            self.end_headers()

    return Refusing


class LargePicture(Bucket):
    """Serves one picture of more than 64 KB, whatever part of it is asked for."""

    body = b"BM" + struct.pack("<IIIIiiHH24x", 480_054, 0, 54, 40, 400, 400, 1, 24) + bytes(480_000)

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        with contextlib.suppress(OSError):  # they leave when they have seen enough
            self.wfile.write(self.body)


@pytest.fixture
def web() -> Iterator[int]:
    with served() as port:
        yield port


# --- the sample -------------------------------------------------------------------------------


def test_the_sample_shows_its_six_planted_faults_and_no_other(auditor: Run, tmp_path: Path) -> None:
    report = report_of(auditor, tmp_path, ARTICLE)
    assert told(report) == sorted(PLANTED)
    assert report["code"] == 1
    assert report["summary"]["verdict"] == "fail"


def test_each_image_of_the_sample_gets_its_own_caption_and_the_lead_none(
    auditor: Run, tmp_path: Path
) -> None:
    article = report_of(auditor, tmp_path, ARTICLE)["articles"][0]
    assert [image["role"] for image in article["images"]] == ["lead"] + ["body"] * 14
    captions = [image["caption"] for image in article["images"]]
    assert captions[0] is None
    assert {captions[i]["text"][:10] for i in HOUSTON} == {"2020年7月24日"[:10]}
    assert {captions[i]["text"][:10] for i in CHENGDU} == {"2020年7月27日"[:10]}
    assert [group["images"] for group in article["captions"]] == [[*HOUSTON], [*CHENGDU]]


def test_the_report_is_valid_against_its_own_schema(auditor: Run, tmp_path: Path) -> None:
    report_of(auditor, tmp_path, ARTICLE)
    schema = json.loads(auditor("config", "schema", "--report").out)
    report = json.loads((tmp_path / "report.json").read_text())
    jsonschema.validate(report, schema)
    assert list(report) == list(schema["$defs"]["Report"]["required"]) or set(report) >= set(
        schema["$defs"]["Report"]["required"]
    )


def test_two_runs_with_the_same_clock_give_the_same_bytes(auditor: Run, tmp_path: Path) -> None:
    report_of(auditor, tmp_path, ARTICLE)
    first = (tmp_path / "report.json").read_bytes()
    report_of(auditor, tmp_path, ARTICLE, "-o", f"sarif={tmp_path / 'other.sarif'}")
    assert (tmp_path / "report.json").read_bytes() == first


def test_pictures_from_a_web_server_give_the_same_findings(auditor: Run, tmp_path: Path, web: int) -> None:
    source = f"http://127.0.0.1:{web}"
    report = report_of(
        auditor, tmp_path, ARTICLE, "--map", f"s3://crabby-images={source}", "--allow-private", source[7:]
    )
    assert told(report) == sorted(PLANTED)
    assert report["code"] == 1


def test_a_fast_check_says_that_it_looked_at_beginnings_only(auditor: Run, tmp_path: Path) -> None:
    large = tmp_path / "large.md"
    with served(LargePicture) as port:
        large.write_text(f"# Quay\n\n![a quay](http://127.0.0.1:{port}/large.bmp)\n")
        report = report_of(auditor, tmp_path, large, "--isolated", "--fast", "--allow-private", "127.0.0.1")
        said = auditor("check", large, "--isolated", "--fast", "--allow-private", "127.0.0.1")
    image = report["articles"][0]["images"][0]
    assert (image["outcome"]["state"], image["outcome"]["decodes"]) == ("ok", None)
    asset = image["asset"]
    assert (asset["sha256"], asset["format"], asset["width_px"]) == (None, "bmp", 400)
    assert asset["size_bytes"] == len(LargePicture.body)
    assert [(warning["code"], warning["count"]) for warning in report["run"]["warnings"]] == [("fast", 1)]
    assert "--fast: of 1 only type and size were looked at" in " ".join(said.out.split())


def test_no_output_holds_a_secret(auditor: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "hidden-key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hidden-secret")
    with served(refusing(403), "127.0.0.1") as port:
        host = f"127.0.0.1:{port}"
        (tmp_path / "auditor.toml").write_text(
            f'[hosts."{host}"]\nauth = "me:hidden-auth"\nheaders = {{"X-Key" = "hidden-header"}}\n'
        )
        (tmp_path / "story.html").write_text(
            f'<p>text</p><img alt="a" src="http://me:hidden-1@{host}/a.jpg">'
            f'<img alt="b" src="http://{host}/b.jpg?X-Amz-Signature=hidden-2&amp;X-Amz-Credential=hidden-3">'
            f'<img alt="c" src="http:/me:hidden-4@{host}/c.jpg?w=1&amp;sign=hidden-5">'
            f'<img alt="d" src="s3://bucket/d.jpg"><img alt="e" src="http://me:hidden-6@[bad/">'
        )
        outputs = [
            f"{name}={tmp_path / name}.out" for name in ("json", "html", "sarif", "junit", "csv", "markdown")
        ]
        monkeypatch.chdir(tmp_path)
        said = auditor(
            *("check", "story.html", "-v", "--no-progress", "--allow-private", host, "--timeout", "3"),
            *(
                "--s3-endpoint",
                f"http://{host}",
                "--base-url",
                "https://me:hidden-7@news.example/?token=hidden-8",
            ),
            *(word for output in outputs for word in ("-o", output)),
        )
    texts = [said.out, said.err, *(path.read_text() for path in tmp_path.glob("*.out"))]
    assert len(texts) == 2 + len(outputs)
    for text in texts:
        assert "hidden" not in text


def test_pictures_over_tls_of_a_private_authority_give_the_same_findings(
    auditor: Run, tmp_path: Path
) -> None:
    authority, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    with served(tls=context) as port:
        words = ["--map", f"s3://crabby-images=https://127.0.0.1:{port}"]
        words += ["--allow-private", f"127.0.0.1:{port}", "--ca-file", str(tmp_path / "ca.pem")]
        report = report_of(auditor, tmp_path, ARTICLE, *words)
    assert told(report) == sorted(PLANTED)
    assert report["code"] == 1


def test_what_could_not_be_verified_is_told_with_its_cause_and_accuses_nobody(
    auditor: Run, tmp_path: Path
) -> None:
    with (
        served(refusing(403), "127.0.0.1") as closed,
        served(refusing(503, Retry_After="1"), "127.0.0.2") as busy,
        socket.create_server(("127.0.0.3", 0)) as taken,
    ):
        nobody = taken.getsockname()[1]
        taken.close()
        hosts = [f"127.0.0.1:{closed}", f"127.0.0.2:{busy}", f"127.0.0.3:{nobody}"]
        pictures = "\n\n".join(f"![a quay](http://{host}/quay.jpg)" for host in hosts)
        (tmp_path / "story.md").write_text(f"# Quay\n\n{pictures}\n")
        said = auditor(
            *("check", tmp_path / "story.md", "--isolated", "--select", "MIS", "-v", "--no-progress"),
            *("--allow-private", "127.0.0.0/8", "--timeout", "3", "-o", f"json={tmp_path / 'report.json'}"),
        )
    report = json.loads((tmp_path / "report.json").read_text())
    outcomes = [image["outcome"] for image in report["articles"][0]["images"]]
    assert [(o["state"], o["reason"], o["verdict"]) for o in outcomes] == [
        ("denied", "http-403", "unverified"),
        ("unreachable", "http-5xx", "unverified"),
        ("unreachable", "connect", "unverified"),
    ]
    assert {finding["level"] for finding in report["findings"]} <= {"warning", "note"}
    assert said.code == 3
    words = " ".join(said.out.split())
    for cause in ("HTTP 403 Forbidden", "HTTP 503 Service Unavailable", "127.0.0.3 refused the connection"):
        assert cause in words
    assert "this accuses nobody" in words
    assert "3 not verified" in words
    lines = {line.split()[1].rstrip(":"): line for line in said.err.splitlines() if line.startswith("host ")}
    assert list(lines) == hosts
    assert "1 requests, 0 came, 1 did not, 0 asked again, 0 told to wait" in lines[hosts[0]]
    assert re.search(
        r"3 requests, .* 2 asked again, 3 told to wait, waited [12]\.\d s, pace ", lines[hosts[1]]
    )


def test_without_rules_the_report_still_says_what_could_not_be_verified(auditor: Run, tmp_path: Path) -> None:
    (tmp_path / "story.md").write_text("# Quay\n\n![a quay](http://127.0.0.1:9/quay.jpg)\n")
    said = auditor("check", tmp_path / "story.md", "--isolated", "--select", "CAP311")
    words = " ".join(said.out.split())
    assert "could not be verified" in words
    assert "nothing is accused for it" in words
    assert said.code == 3


def test_without_leave_a_private_server_is_not_asked(auditor: Run, tmp_path: Path, web: int) -> None:
    source = f"http://127.0.0.1:{web}"
    report = report_of(auditor, tmp_path, ARTICLE, "--map", f"s3://crabby-images={source}")
    states = {image["outcome"]["state"] for image in report["articles"][0]["images"]}
    assert states == {"blocked"}
    assert report["code"] in (1, 3)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_pictures_from_an_s3_server_give_the_same_findings(
    auditor: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    boto3 = pytest.importorskip("boto3")
    from moto.server import ThreadedMotoServer

    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        endpoint = f"http://{host}:{port}"
        s3 = boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1")
        s3.create_bucket(Bucket="crabby-images")
        for path in sorted((SAMPLES / "bucket").rglob("*")):
            if path.is_file():
                key = path.relative_to(SAMPLES / "bucket").as_posix()
                s3.put_object(Bucket="crabby-images", Key=key, Body=path.read_bytes())
        report = report_of(auditor, tmp_path, ARTICLE, "--isolated", "--s3-endpoint", endpoint)
    finally:
        server.stop()
    assert told(report) == sorted(PLANTED)


def test_offline_nothing_is_checked_and_captions_are_still_paired(auditor: Run, tmp_path: Path) -> None:
    report = report_of(auditor, tmp_path, ARTICLE, "--isolated", "--offline")
    images = report["articles"][0]["images"]
    assert {image["outcome"]["state"] for image in images} == {"unchecked"}
    assert [bool(image["caption"]) for image in images] == [False] + [True] * 14
    assert report["code"] == 3
    assert report["summary"]["verdict"] == "incomplete"


@pytest.mark.parametrize("name", ["harbour.html", "lighthouse.md"])
def test_the_healthy_samples_pass(auditor: Run, tmp_path: Path, name: str) -> None:
    report = report_of(auditor, tmp_path, SAMPLES / name)
    assert [f for f in report["findings"] if f["level"] != "note"] == []
    assert report["code"] == 0
    assert any(image["caption"] for image in report["articles"][0]["images"])


def test_a_strangers_configuration_cannot_open_what_is_private(
    auditor: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, web: int
) -> None:
    stranger, desk = tmp_path / "stranger", tmp_path / "desk"
    stranger.mkdir()
    desk.mkdir()
    monkeypatch.chdir(desk)
    (tmp_path / "secret.png").write_bytes((SAMPLES / "pictures").glob("*").__next__().read_bytes())
    (stranger / "auditor.toml").write_text(
        f'allow-private = ["127.0.0.1:{web}"]\n[map]\n"s3://files" = ".."\n'
    )
    (stranger / "story.html").write_text(
        f'<p>text</p><img alt="a" src="http://127.0.0.1:{web}/x.jpg"><img alt="b" src="s3://files/secret.png">'
        '<img alt="c" src="../secret.png">'
    )
    report = report_of(auditor, tmp_path, stranger / "story.html", "--offline")
    assert [i["outcome"]["state"] for i in report["articles"][0]["images"]] == [
        "unchecked",
        "unchecked",
        "blocked",
    ]
    online = report_of(auditor, tmp_path, stranger / "story.html", "--s3-endpoint", "http://127.0.0.1:1")
    assert online["articles"][0]["images"][0]["outcome"]["state"] == "blocked"
    assert {warning["code"] for warning in report["run"]["warnings"]} == {"config-untrusted"}


# --- bad input --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "body", "words"),
    [
        ("missing.txt", None, ["missing.txt", "no such file"]),
        ("empty.txt", b"", ["empty.txt", "empty"]),
        ("blank.txt", b" \n\n", ["blank.txt", "empty"]),
        ("picture.txt", b"\x89PNG\r\n\x1a\n" + bytes(50), ["picture.txt", "PNG"]),
        ("endless.html", b"<p>x" * 600_001, ["endless.html", "more than 600,000 tags", "split it"]),
        ("nothing/", None, ["nothing", "articles"]),
    ],
)
def test_an_input_that_cannot_be_read_is_one_line_and_the_others_are_audited(
    auditor: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    body: bytes | None,
    words: list[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "good.md").write_text("# Harbour\n\nNo picture here.\n")
    if name.endswith("/"):
        (tmp_path / name).mkdir()
    elif body is not None:
        (tmp_path / name).write_bytes(body)
    said = auditor("check", name, "good.md", "--isolated", "-o", "json=report.json")
    lines = [line for line in said.err.splitlines() if line.startswith("error: ")]
    assert len(lines) == 1
    assert all(word.lower() in lines[0].lower() for word in words), lines[0]
    assert said.code == 3
    report = json.loads((tmp_path / "report.json").read_text())
    assert [article["id"] for article in report["articles"]] == ["good.md"]
    assert [source["error"] is None for source in report["inputs"]] == [False, True]


def test_several_articles_are_compared_with_each_other(auditor: Run, tmp_path: Path) -> None:
    picture = next((SAMPLES / "pictures").glob("*.jpg"))
    for name in "ab":
        shutil.copy(picture, tmp_path / f"{name}.jpg")
        (tmp_path / f"{name}.md").write_text(f"# Story {name}\n\nText.\n\n![a quay]({name}.jpg)\n")
    report = report_of(auditor, tmp_path, tmp_path / "a.md", tmp_path / "b.md", "--isolated")
    assert [group["kind"] for group in report["duplicates"]] == ["exact"]
    assert len(report["duplicates"][0]["members"]) == 2


def test_the_base_url_is_the_address_of_the_page(auditor: Run, tmp_path: Path) -> None:
    page = '<article><h1>Quay</h1><p>Text.</p><img src="/a.jpg" alt="a"></article>'
    (tmp_path / "page.html").write_text(f'<link rel=canonical href="https://other.example/"> {page}')
    told_url = "https://example.org/story"
    report = report_of(auditor, tmp_path, tmp_path / "page.html", "--offline", "--base-url", told_url)
    article = report["articles"][0]
    assert article["url"] == told_url
    assert article["images"][0]["url"] == "https://example.org/a.jpg"
    assert "REF104" not in report["summary"]["by_code"]  # the page's own host is no filler's


def test_a_linked_sheet_beside_the_article_is_read_and_a_missing_one_is_told(
    auditor: Run, tmp_path: Path
) -> None:
    (tmp_path / "page.html").write_text(
        "<link rel=stylesheet href=style.css><link rel=stylesheet href=none.css><h1>Quay</h1><p>Text.</p>"
    )
    (tmp_path / "style.css").write_text("body { background: url(missing.png) }")
    report = report_of(auditor, tmp_path, tmp_path / "page.html", "--isolated")
    [image] = report["articles"][0]["images"]
    assert (image["address"], image["role"]) == ("missing.png", "chrome")
    assert image["outcome"]["state"] == "missing"
    assert [warning["code"] for warning in report["run"]["warnings"]] == ["stylesheet-unread"]


def test_a_baseline_makes_todays_findings_known(auditor: Run, tmp_path: Path) -> None:
    known = tmp_path / "known.json"
    assert auditor("check", ARTICLE, "--now", NOW, "--write-baseline", known, "-q").code == 1
    report = report_of(auditor, tmp_path, ARTICLE, "--baseline", known)
    assert report["code"] == 0
    assert {finding["lifecycle"] for finding in report["findings"]} == {"persisting"}


def test_diff_tells_what_was_fixed_between_two_reports(auditor: Run, tmp_path: Path) -> None:
    report_of(auditor, tmp_path, ARTICLE)
    before = (tmp_path / "report.json").rename(tmp_path / "before.json")
    copy = tmp_path / "copy"
    shutil.copytree(SAMPLES, copy)
    text = (copy / "consulates.txt").read_bytes()
    lines = text.splitlines(keepends=True)
    del lines[17]  # the placeholder whose image is missing
    (copy / "consulates.txt").write_bytes(b"".join(lines))
    report_of(auditor, tmp_path, copy / "consulates.txt")
    said = auditor("diff", before, tmp_path / "report.json", "--output-format", "json")
    changes = {(f["code"], f["lifecycle"]) for f in json.loads(said.out)["findings"]}
    assert ("MIS201", "fixed") in changes
    assert ("MIS204", "persisting") in changes
    assert said.code == 0


def test_the_demo_needs_no_network(auditor: Run) -> None:
    said = auditor("demo", "--output-format", "json")
    assert told(json.loads(said.out)) == sorted(PLANTED)
    assert said.code == 1
