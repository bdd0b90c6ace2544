import os
import stat

import pytest

from concord.core.trouble import Trouble, Unreadable
from concord.courier.enrolment import enrol, read_enrolment
from concord.courier.home import Home
from concord.courier.hub import checked_address
from concord.courier.keys import make_key, read_key
from concord.courier.witness import heads
from conftest import connecting
from pretend_hub import ADDRESS, TOKEN


def test_enrolling_pins_the_hub_and_keeps_the_key_to_its_owner(home, hub, connect):
    made = enrol(home, ADDRESS, TOKEN, connect)
    assert read_enrolment(home) == made
    assert (made.establishment, made.recipient, made.kind) == ("886/2001", hub.recipient, "maintained")
    assert stat.S_IMODE(home.signing_key.stat().st_mode) == 0o600
    assert stat.S_IMODE(home.root.stat().st_mode) == 0o700
    assert heads(home)[-1].checkpoint.size == 1


@pytest.mark.parametrize("fault", ["lost", "late", "500", "html", "429"])
def test_an_answer_lost_on_its_way_does_not_use_up_the_token(home, hub, fault):
    first = dict.fromkeys(range(1, 5), fault)
    with pytest.raises(Trouble):
        enrol(home, ADDRESS, TOKEN, connecting(hub, first))
    assert enrol(home, ADDRESS, TOKEN, connecting(hub)).courier == "c-1"


def test_a_wrong_token_a_used_token_and_a_second_enrolment_are_told(home, hub, connect, tmp_path):
    with pytest.raises(Trouble, match="does not open"):
        enrol(home, ADDRESS, "guess", connect)
    enrol(home, ADDRESS, TOKEN, connect)
    with pytest.raises(Trouble, match="enrolled already"):
        enrol(home, ADDRESS, TOKEN, connect)
    with pytest.raises(Trouble, match="does not open"):
        enrol(Home(tmp_path / "other"), ADDRESS, TOKEN, connect)


def test_a_clock_an_hour_out_is_put_right_by_the_hubs(home, hub, connect):
    import datetime as dt

    hub.now = dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)
    assert enrol(home, ADDRESS, TOKEN, connect).courier == "c-1"


@pytest.mark.parametrize(
    "url", ["", "hub", "ftp://hub.example", "http://hub.example", "https://u:p@hub.example", "https://hub.example?x=1"]
)
def test_what_is_no_safe_address_is_refused(url):
    with pytest.raises(Unreadable):
        checked_address(url)


@pytest.mark.parametrize(
    "url", ["https://hub.example/", "http://127.0.0.1:8886", "http://[::1]:1/", "http://localhost"]
)
def test_https_anywhere_and_http_on_this_machine_are_addresses(url):
    assert checked_address(url) == url.rstrip("/")


@pytest.mark.skipif(os.name == "nt", reason="permissions are ACLs there")
def test_a_key_that_others_can_read_is_not_used(home):
    make_key(home)
    home.signing_key.chmod(0o644)
    with pytest.raises(Trouble, match="Others"):
        read_key(home)


@pytest.mark.parametrize("content", [b"", b"x", b"AAAA", b"\xff"])
def test_a_damaged_key_or_enrolment_is_told(home, content):
    home.signing_key.write_bytes(content)
    home.signing_key.chmod(0o600)
    with pytest.raises(Trouble):
        read_key(home)
    home.enrolment.write_bytes(content)
    with pytest.raises(Unreadable):
        read_enrolment(home)
