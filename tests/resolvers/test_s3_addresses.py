"""s3: addresses, against a real S3 implementation on loopback and against the published signatures."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from typing import Any

import pytest

from auditor.config import BucketSettings, Settings
from auditor.errors import ResolveError
from auditor.exchange import Answer, Call, HeadersFor
from auditor.guard import Guard
from auditor.model import Asset
from auditor.resolvers import s3
from auditor.resolving import Crawl, Request
from auditor.signing import Credentials, encode_key, sign

KEYS = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret"}
BODY = b"an object's bytes"
DIGEST = hashlib.sha1(BODY).hexdigest()


def test_the_signature_is_the_one_that_aws_published() -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html, GET Object."""
    credentials = Credentials("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
    headers = sign(
        "https://examplebucket.s3.amazonaws.com/test.txt",
        credentials,
        "us-east-1",
        dt.datetime(2013, 5, 24, tzinfo=dt.UTC),
        {"Range": "bytes=0-9"},
    )
    assert headers["Authorization"].endswith(
        "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
    )


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("token", [None, "a/token+of=many//characters"])
@pytest.mark.parametrize("extra", [{}, {"x-amz-request-payer": "requester"}])
@pytest.mark.parametrize(
    "key",
    [
        "a.png",
        "a//b.png",
        "/lead.png",
        "trail/",
        "a b+c.png",
        "图.png",
        "a%2Fb.png",
        "a~b'(c)!*.png",
        "a=b&c?d#e",
    ],
)
def test_the_signature_is_the_one_that_botocore_makes(
    monkeypatch: pytest.MonkeyPatch, key: str, extra: dict[str, str], token: str | None
) -> None:
    """Among them the keys with slashes that ready-made signers fold, and so ask for another object."""
    auth = pytest.importorskip("botocore.auth")
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials as Reference

    now = dt.datetime(2026, 11, 27, 12, 34, 56, 789, tzinfo=dt.UTC)
    monkeypatch.setattr(auth, "get_current_datetime", lambda *_, **__: now.replace(tzinfo=None))
    url = "https://minio.example:9000/bucket/" + encode_key(key)
    request = AWSRequest("GET", url, headers=dict(extra))
    auth.S3SigV4Auth(Reference("AKIDEXAMPLE", "secret", token), "s3", "eu-west-3").add_auth(request)
    theirs = {name.lower(): value.replace(", ", ",") for name, value in request.headers.items()}
    ours = sign(url, Credentials("AKIDEXAMPLE", "secret", token), "eu-west-3", now, extra)
    assert {name.lower(): value for name, value in ours.items()} == theirs


def test_credentials_show_no_secret() -> None:
    assert "wJalr" not in repr(Credentials("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI"))


@pytest.mark.parametrize(
    "url",
    [
        "s3://bucket",
        "s3://bucket/",
        "s3:///key",
        "s3://../key",
        "s3://a..b/key",
        "s3://bucket/a/../b",
        "s3://bucket/./b",
        "s3://bucket/..%2f..%2fetc/passwd",
        "s3://bucket/a%0d%0ab",
        "s3://arn:aws:s3:us-east-1:123456789012:accesspoint%2fx/key",
    ],
)
def test_what_an_endpoint_could_be_tricked_with_is_invalid(url: str) -> None:
    with pytest.raises(ResolveError) as caught:
        s3.locate(url, Settings(), {})
    assert (caught.value.state, caught.value.reason) == ("invalid", "bad-url")


@pytest.mark.parametrize(
    ("settings", "environment", "expected"),
    [
        (Settings(), {}, "https://s3.us-east-1.amazonaws.com/bucket/a%20b"),
        (Settings(s3_region="cn-north-1"), {}, "https://s3.cn-north-1.amazonaws.com.cn/bucket/a%20b"),
        (Settings(), {"AWS_REGION": "eu-west-1"}, "https://s3.eu-west-1.amazonaws.com/bucket/a%20b"),
        (Settings(s3_endpoint="http://minio:9000/"), {}, "http://minio:9000/bucket/a%20b"),
        (Settings(s3_endpoint="http://h/base"), {}, "http://h/base/bucket/a%20b"),
        (Settings(), {"AWS_ENDPOINT_URL": "http://h:1"}, "http://h:1/bucket/a%20b"),
        (
            Settings(s3={"bucket": BucketSettings(path_style=False, region="eu-west-3")}),
            {},
            "https://bucket.s3.eu-west-3.amazonaws.com/a%20b",
        ),
        (
            Settings(s3_endpoint="http://a", s3={"bucket": BucketSettings(endpoint="http://b")}),
            {},
            "http://b/bucket/a%20b",
        ),
    ],
)
def test_a_bucket_is_looked_for_where_the_settings_say(
    settings: Settings, environment: dict[str, str], expected: str
) -> None:
    assert s3.locate("s3://bucket/a%20b", settings, environment).url == expected


@pytest.mark.parametrize("key", ["a//b", "/a", "ü/字", "a+b c%.jpg", "a=b&c?d#e", "~x-._"])
def test_a_key_is_encoded_as_it_is_signed(key: str) -> None:
    from urllib.parse import quote, unquote

    place = s3.locate(f"s3://bucket/{quote(key, safe='')}", Settings(), {})
    assert unquote(place.url.removeprefix("https://s3.us-east-1.amazonaws.com/bucket/")) == key
    assert place.url.endswith(encode_key(key))


@pytest.mark.parametrize(
    ("anonymous", "own", "signed"),
    [(None, None, True), (True, None, False), (None, True, False), (True, False, True)],
)
def test_credentials_are_used_unless_the_bucket_is_open(
    anonymous: bool | None, own: bool | None, signed: bool
) -> None:
    settings = Settings(s3_anonymous=anonymous, s3={"bucket": BucketSettings(anonymous=own)})
    assert (s3.locate("s3://bucket/k", settings, KEYS).credentials is not None) is signed


def test_without_keys_in_the_environment_nobody_is_asked_for_them() -> None:
    assert s3.locate("s3://bucket/k", Settings(), {"AWS_PROFILE": "x"}).credentials is None


def test_a_buckets_own_keys_come_before_those_of_the_environment() -> None:
    own = BucketSettings(access_key="own", secret_key="hidden", session_token="token")
    settings = Settings(s3={"bucket": own})
    place = s3.locate("s3://bucket/k", settings, KEYS)
    assert place.credentials == Credentials("own", "hidden", "token")
    assert s3.locate("s3://other/k", settings, KEYS).credentials == Credentials("AKIDEXAMPLE", "secret")
    assert (
        s3.locate("s3://bucket/k", Settings(s3={"bucket": own}, s3_anonymous=True), KEYS).credentials is None
    )


@pytest.mark.parametrize("region", ["evil.example/", "us-east-1@evil.example", "x" * 40])
def test_what_is_no_region_never_becomes_part_of_a_host(region: str) -> None:
    settings = Settings(s3={"bucket": BucketSettings(region=region)})
    with pytest.raises(ResolveError) as caught:
        s3.locate("s3://bucket/k", settings, {})
    assert caught.value.reason == "bad-url"
    assert s3.lane("s3://bucket/k", settings, {}) == ""


class Stub:
    """A bucket that answers with the given answers in turn and keeps what it was asked."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, dict[str, str]]] = []

    async def get(self, url: str, headers: HeadersFor, **_: Any) -> Answer:
        self.asked.append((url, dict(headers(Guard().hop(url)))))
        return self.answers.pop(0)

    async def resolve(self, url: str, settings: Settings) -> Asset:
        return await s3.resolve(Call(url, None, (), settings, self.get))


async def test_whoever_pays_says_so_under_the_signature(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    bucket = Stub(Answer(200, {}, BODY, ("https://s3.us-east-1.amazonaws.com/bucket/k",)))
    await bucket.resolve("s3://bucket/k", Settings(s3={"bucket": BucketSettings(requester_pays=True)}))
    ((_, headers),) = bucket.asked
    assert headers["x-amz-request-payer"] == "requester"
    assert "x-amz-request-payer" in headers["Authorization"].partition("SignedHeaders=")[2]


@pytest.mark.parametrize(
    "answer",
    [
        Answer(301, {"x-amz-bucket-region": "eu-west-3"}, b"", ("https://s3.example/",)),
        Answer(400, {}, b"<Error><Region>eu-west-3</Region></Error>", ("https://s3.example/",)),
    ],
)
async def test_a_bucket_of_another_region_is_asked_there(answer: Answer) -> None:
    bucket = Stub(answer, Answer(200, {}, BODY, ("https://s3.eu-west-3.amazonaws.com/bucket/k",)))
    assert (await bucket.resolve("s3://bucket/k", Settings(s3_anonymous=True))).body == BODY
    assert [url for url, _ in bucket.asked] == [
        "https://s3.us-east-1.amazonaws.com/bucket/k",
        "https://s3.eu-west-3.amazonaws.com/bucket/k",
    ]


async def test_a_region_that_is_none_is_not_followed() -> None:
    bucket = Stub(Answer(301, {"x-amz-bucket-region": "evil.example/"}, b"", ("https://s3.example/",)))
    with pytest.raises(ResolveError):
        await bucket.resolve("s3://bucket/k", Settings(s3_anonymous=True))
    assert len(bucket.asked) == 1


@pytest.mark.parametrize(("algorithm", "fits"), [("sha1", True), ("md5", False), (None, True)])
def test_a_content_address_is_held_against_the_bytes(algorithm: str | None, fits: bool) -> None:
    settings = BucketSettings(content_address=algorithm)  # type: ignore[arg-type]
    found = s3.content_address(settings, f"{DIGEST[:5]}/{DIGEST}.jpg", BODY)
    assert not found if fits else found["expected"] == DIGEST


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    boto3 = pytest.importorskip("boto3", reason="moto's server needs boto3")
    server_module = pytest.importorskip("moto.server", reason="the test extra is not installed")
    server = server_module.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    client = boto3.client(
        "s3", endpoint_url=url, region_name="us-east-1",
        aws_access_key_id="AKIDEXAMPLE", aws_secret_access_key="secret",
    )  # fmt: skip
    client.create_bucket(Bucket="crabby-images")
    for key in ("e3752/open.jpg", "odd//字 +%.jpg", DIGEST, "0" * 40):
        client.put_object(
            Bucket="crabby-images", Key=key, Body=BODY, ACL="public-read", ContentType="image/jpeg"
        )
    client.put_object(Bucket="crabby-images", Key="closed.jpg", Body=BODY, ContentType="image/jpeg")
    yield url
    client.close()
    server.stop()


@pytest.mark.filterwarnings("ignore")  # moto's and werkzeug's own
@pytest.mark.parametrize(
    ("url", "signed", "verdict"),
    [
        ("s3://crabby-images/e3752/open.jpg", False, "ok"),
        ("s3://crabby-images/e3752/open.jpg", True, "ok"),
        ("s3://crabby-images/odd//%E5%AD%97%20+%25.jpg", True, "ok"),
        ("s3://crabby-images/closed.jpg", True, "ok"),
        ("s3://crabby-images/closed.jpg", False, "denied/http-403"),
        ("s3://crabby-images/none.jpg", True, "missing/no-such-key"),
        ("s3://no-such-bucket/none.jpg", True, "missing/no-such-bucket"),
    ],
)
async def test_an_object_is_asked_for(
    endpoint: str, monkeypatch: pytest.MonkeyPatch, url: str, signed: bool, verdict: str
) -> None:
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    async with Crawl(Settings(s3_endpoint=endpoint, s3_anonymous=not signed)) as crawl:
        async for _, answer in crawl.run([Request(url)]):
            told = "ok" if isinstance(answer, Asset) else f"{answer.state}/{answer.reason}"
            assert told == verdict, answer
            if isinstance(answer, Asset):
                assert (answer.body, answer.declared_type, answer.final_url) == (BODY, "image/jpeg", url)


@pytest.mark.filterwarnings("ignore")
async def test_bytes_that_do_not_hash_to_their_key_are_told(endpoint: str) -> None:
    settings = Settings(
        s3_endpoint=endpoint, s3_anonymous=True, s3={"crabby-images": BucketSettings(content_address="sha1")}
    )
    async with Crawl(settings) as crawl:
        assert "content-address" not in (await crawl.fetch(f"s3://crabby-images/{DIGEST}")).evidence
        wrong = await crawl.fetch(f"s3://crabby-images/{'0' * 40}")
    assert wrong.evidence["content-address"] == "sha1"
    assert (wrong.evidence["expected"], wrong.evidence["got"]) == ("0" * 40, DIGEST)


@pytest.mark.filterwarnings("ignore")
async def test_the_named_endpoint_opens_no_door_for_other_addresses(endpoint: str) -> None:
    async with Crawl(Settings(s3_endpoint=endpoint, s3_anonymous=True)) as crawl:
        assert (await crawl.fetch("s3://crabby-images/e3752/open.jpg")).body == BODY
        with pytest.raises(ResolveError) as caught:
            await crawl.fetch(f"{endpoint}/crabby-images/e3752/open.jpg")
    assert caught.value.reason == "private-address"


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("signed", [False, True])
async def test_an_object_that_is_as_it_was_is_not_sent_again(
    endpoint: str, monkeypatch: pytest.MonkeyPatch, signed: bool
) -> None:
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    settings = Settings(
        s3_endpoint=endpoint,
        s3_anonymous=not signed,
        s3={"crabby-images": BucketSettings(content_address="sha1")},
    )
    url = f"s3://crabby-images/{DIGEST}"
    async with Crawl(settings) as crawl:
        first = await crawl.fetch(url)
        second = await crawl.fetch(url, etag=first.evidence["etag"])
        third = await crawl.fetch(url, etag='"another"')
    assert (second.http_status, second.body) == (304, b"")
    assert "content-address" not in second.evidence
    assert (third.http_status, third.body) == (200, BODY)
