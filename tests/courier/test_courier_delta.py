import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concord.core.seal.delta import Delta, WrongBase, apply, compare, read_delta, write_delta
from concord.core.seal.signature import Forged
from concord.core.trouble import Unreadable
from concord.courier.connectors.feed import Feed
from concord.courier.run import run, station
from conftest import connecting

KEY = b"k" * 32
records = st.dictionaries(
    st.sampled_from("abcdefgh"), st.dictionaries(st.sampled_from(["UPN", "Surname"]), st.text(max_size=3)), max_size=8
)


def hashes_of(found):
    return compare("pupils", KEY, found, {})[1]


@given(st.lists(records, min_size=1, max_size=6))
@settings(max_examples=80, deadline=None)
def test_a_chain_of_deltas_always_leads_to_the_set_at_the_school(history):
    from concord.core.seal.canonical import canonical

    held, marks = {}, {}
    for now in history:
        delta, after = compare("pupils", KEY, now, marks)
        if delta is not None:
            held = apply(read_delta(write_delta(delta)), held)
        marks = after
        assert canonical(held) == canonical(now)


def test_only_what_changed_is_sent():
    before = {f"p{n}": {"UPN": str(n), "Surname": "Example"} for n in range(1500)}
    after = {**before, "p7": {"UPN": "7", "Surname": "Changed"}}
    del after["p9"]
    delta, _ = compare("pupils", KEY, after, hashes_of(before))
    assert (list(delta.put), delta.drop, delta.whole) == (["p7"], ("p9",), False)
    assert len(write_delta(delta)) < 600
    assert compare("pupils", KEY, before, hashes_of(before))[0] is None


def test_a_delta_on_another_base_or_to_another_digest_is_not_applied():
    first, second = {"a": {"x": "1"}, "b": {"x": "2"}}, {"a": {"x": "3"}, "b": {"x": "2"}}
    delta, _ = compare("pupils", KEY, second, hashes_of(first))
    with pytest.raises(WrongBase):
        apply(delta, second)
    with pytest.raises(WrongBase):
        apply(delta, {})
    forged = Delta("pupils", KEY, delta.base, delta.base, False, delta.put, ())
    with pytest.raises(Forged):
        apply(forged, first)


@pytest.mark.parametrize("place", range(3))
def test_a_delta_with_a_line_that_is_no_change_is_unreadable(place):
    delta, _ = compare("pupils", KEY, {"a": {"x": "1"}, "b": {"x": "2"}}, {})
    lines = write_delta(delta).split(b"\n")[:-1]
    for bad in (
        b"{}",
        b"[]",
        b'{"put":{"id":"a"}}',
        b'{"drop":{"id":1}}',
        lines[1] + b" ",
        lines[2 if place == 1 else 1],
    ):
        changed = [*lines[:place], bad, *lines[place + 1 :]]
        if changed != lines:
            with pytest.raises(Unreadable):
                read_delta(b"\n".join([*changed, b""]))
    with pytest.raises(Unreadable):
        read_delta(b"\n".join(lines))


def feed(**names):
    return Feed("pupils", {upn: {"UPN": upn, "Surname": name} for upn, name in names.items()})


def go(home, connect, given_feed, **more):
    with station(home, connect) as at:
        return run(at, [], [given_feed], **more)


def test_the_feed_sends_the_whole_set_once_and_then_only_changes(enrolled, hub, connect):
    sizes = []
    for given_feed in (feed(a="One", b="Two"), feed(a="One", b="Two"), feed(a="One", b="New"), feed(a="One", b="Two")):
        report = go(enrolled, connect, given_feed)
        assert report.status == 0
        sizes.append((report.files[0]["outcome"], len(hub.accepted)))
        assert hub.sets["feed.pupils"] == given_feed.records
    assert sizes == [("sent", 1), ("unchanged", 1), ("sent", 2), ("sent", 3)]


def test_a_hub_that_holds_another_set_gets_the_whole_one_in_the_same_run(enrolled, hub, connect):
    go(enrolled, connect, feed(a="One", b="Two"))
    hub.sets.clear()
    report = go(enrolled, connect, feed(a="One", b="New"))
    assert (report.status, report.files[0]["outcome"]) == (0, "sent")
    assert hub.sets["feed.pupils"] == feed(a="One", b="New").records


def test_a_delta_lost_half_way_is_finished_before_the_next_is_measured(enrolled, hub, connect, unchecked):
    go(enrolled, connect, feed(a="One", b="Two"))
    for n in range(1, 12):
        changed = feed(a="One", b=f"N{n}")
        go(enrolled, connecting(hub, dict.fromkeys(range(n, 60), "late")), changed)
        later = feed(a=f"M{n}", b="Two", c="Three")
        assert go(enrolled, connect, later).status == 0
        assert hub.sets["feed.pupils"] == later.records


def test_an_export_that_lost_most_of_its_records_is_held_back_unless_a_person_says_so(enrolled, hub, connect):
    go(enrolled, connect, feed(**{f"p{n}": "X" for n in range(10)}))
    for left in (feed(), feed(p1="X")):
        report = go(enrolled, connect, left)
        assert (report.status, len(hub.accepted)) == (2, 1)
        assert "--may-shrink" in report.files[0]["todo"]
    assert go(enrolled, connect, feed(p1="X"), may_shrink=True).status == 0
    assert hub.sets["feed.pupils"] == feed(p1="X").records


def test_a_refused_feed_is_sent_as_it_is_when_the_refusal_ends(enrolled, hub, connect):
    hub.refusal = {"flow": "orchestra-feed", "clause": "2d", "says": "No agreement."}
    assert go(enrolled, connect, feed(a="One")).status == 3
    hub.refusal = None
    assert go(enrolled, connect, feed(a="Two")).status == 0
    assert hub.sets["feed.pupils"] == feed(a="Two").records


def test_a_folder_that_holds_the_feed_s_tables_and_no_census_is_no_trouble(enrolled, connect, tmp_path):
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "pupils.csv").write_text("UPN\n")
    with station(enrolled, connect) as at:
        sent = run(at, [tmp_path / "tables"], [feed(A823432120001="Example")])
    assert (sent.status, [one["outcome"] for one in sent.files]) == (0, ["sent"])
    with station(enrolled, connect) as at:
        empty = run(at, [tmp_path / "tables"])
    assert (empty.status, empty.files[0]["error"]) == (2, "There is nothing to send.")
