import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concord.core.seal.signature import new_key
from concord.core.seal.wire import Unsigned, keyid_of, sign_request, verify_request

KEY = new_key()
NOW = dt.datetime(2026, 10, 2, 3, 4, 5, tzinfo=dt.UTC)
URL = "https://hub.example/api/courier/uploads/u1?x=1"
BODY = b"sealed bytes"


def _verify(*, method="PATCH", url=URL, headers=None, body=BODY, key=KEY, now=NOW, seen=lambda nonce: False):
    verify_request(method, url, headers or _headers(), body, key.public_key(), now, seen)


def _headers(body=BODY):
    return sign_request("PATCH", URL, body, KEY, "c-1", now=NOW)


@given(st.binary(max_size=200), st.sampled_from(["GET", "POST", "PATCH"]))
@settings(max_examples=40, deadline=None)
def test_what_was_signed_verifies_whatever_the_body(body, method):
    headers = sign_request(method, URL, body, KEY, "c-1", now=NOW)
    assert keyid_of(headers) == "c-1"
    verify_request(
        method, URL, {k.upper(): v for k, v in headers.items()}, body, KEY.public_key(), NOW, lambda n: False
    )


@pytest.mark.parametrize(
    "changed",
    [
        {"method": "POST"},
        {"url": URL + "2"},
        {"url": URL.replace("https", "http")},
        {"body": BODY + b"x"},
        {"body": b""},
        {"key": new_key()},
    ],
)
def test_a_request_changed_on_its_way_is_not_verified(changed):
    with pytest.raises(Unsigned) as caught:
        _verify(**changed)
    assert caught.value.reason == "signature"


@pytest.mark.parametrize("minutes", [-6, 6, -60, 60 * 24])
def test_a_request_from_another_time_is_refused_as_a_matter_of_clocks(minutes):
    with pytest.raises(Unsigned) as caught:
        _verify(now=NOW + dt.timedelta(minutes=minutes))
    assert caught.value.reason == "clock"


@pytest.mark.parametrize("minutes", [-4, 0, 4])
def test_five_minutes_of_difference_are_allowed(minutes):
    _verify(now=NOW + dt.timedelta(minutes=minutes))


def test_the_same_request_twice_is_a_replay_and_an_unsigned_one_leaves_no_nonce():
    seen: set[str] = set()

    def once(nonce):
        known = nonce in seen
        seen.add(nonce)
        return known

    headers = _headers()
    with pytest.raises(Unsigned):
        _verify(headers=headers, body=b"other", seen=once)
    assert not seen
    _verify(headers=headers, seen=once)
    with pytest.raises(Unsigned) as caught:
        _verify(headers=headers, seen=once)
    assert caught.value.reason == "replay"


def test_a_signature_under_another_label_cannot_lend_its_clock_and_nonce():
    """Two labels: ours unsigned with a fresh nonce, and a true but old signature beside it."""
    old = sign_request("PATCH", URL, BODY, KEY, "c-1", now=NOW - dt.timedelta(days=1))
    inputs = old["Signature-Input"].replace("concord=", "other=")
    created = int(NOW.timestamp())
    fake = f'concord=("@method");created={created};keyid="c-1";nonce="aaaaaaaaaaaaaaaaaaaa";tag="x"'
    both = {
        "Content-Digest": old["Content-Digest"],
        "Signature-Input": f"{inputs}, {fake}",
        "Signature": old["Signature"].replace("concord=", "other=") + ", concord=:AAAA:",
    }
    with pytest.raises(Unsigned):
        _verify(headers=both)


@pytest.mark.parametrize("missing", ["Content-Digest", "Signature", "Signature-Input"])
def test_a_missing_header_is_told_without_a_traceback(missing):
    headers = {k: v for k, v in _headers().items() if k != missing}
    with pytest.raises(Unsigned):
        _verify(headers=headers)


@given(st.text(max_size=60))
@settings(max_examples=60, deadline=None)
def test_any_rubbish_as_signature_input_is_unsigned(text):
    with pytest.raises(Unsigned):
        _verify(headers={**_headers(), "Signature-Input": text})
    with pytest.raises(Unsigned):
        keyid_of({"signature-input": text})
