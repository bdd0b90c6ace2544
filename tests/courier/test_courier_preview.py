import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from concord.core.trouble import Trouble, Unreadable
from concord.courier.connectors.feed import Feed
from concord.courier.delta import whole_parcel
from concord.courier.extract import read_export
from concord.courier.preview import preview, values
from concord.courier.preview_words import previewed, words
from concord.courier.terms import Terms, read_terms


@pytest.fixture(scope="module")
def terms():
    return read_terms("886", "maintained")


def groups_of(path, terms):
    parcel = read_export(path).parcel(terms)
    return parcel, {each.category: each for each in preview(parcel, terms)}


def test_values_stand_under_the_category_clause_and_flow_of_the_agreement(export, terms):
    parcel, groups = groups_of(export(), terms)
    assert (parcel.flow, parcel.collection, parcel.term) == ("school-census", "SC", "AUT-2026")
    identity = groups["identity"]
    assert (identity.clause, identity.in_flow) == ("2f", True)
    assert ("A823432120001", "Surname", "Ó Example") in [(v.person, v.item, v.value) for v in identity.values]
    assert [v.item for v in groups["sen"].values] == ["SENprovision"]
    assert {v.person for v in groups["establishment"].values} == {""}


@given(
    st.recursive(
        st.text("abÓ ", min_size=1, max_size=4),
        lambda inner: st.lists(
            st.tuples(st.sampled_from(["PupilOnRoll", "UPN", "Odd"]), inner), min_size=1, max_size=3
        ),
        max_leaves=8,
    ),
    st.text("xyz", max_size=3),
)
@settings(max_examples=80, deadline=None)
def test_nothing_in_a_file_is_left_out_of_its_preview(shape, note):
    def build(parent, inner):
        if isinstance(inner, str):
            parent.text = inner
            return
        for name, part in inner:
            child = etree.SubElement(parent, name, odd=name)
            build(child, part)
            child.tail = "t-" + name
        parent.append(etree.Comment(f"c{note}"))

    root = etree.Element("Message")
    build(root, shape)
    root.addprevious(etree.Comment("before"))
    content = etree.tostring(etree.ElementTree(root), encoding="UTF-8", xml_declaration=True)
    shown = sorted(each.value for each in values(content, lambda item: None))
    pieces = re.findall(r"<!--(.*?)-->|odd=\"(.*?)\"|>([^<]+)(?=<)", content.decode())
    assert shown == sorted(text.strip() for piece in pieces for text in piece if text.strip())


def test_what_no_category_names_is_shown_as_such(export, terms):
    path = export()
    text = path.read_text(encoding="utf-8").replace("</PupilStatus>", "<Odd>secret</Odd></PupilStatus>")
    path.write_text(text, encoding="utf-8")
    _, groups = groups_of(path, terms)
    assert [(v.item, v.value, v.person) for v in groups["unnamed"].values if v.item == "Odd"] == [
        ("Odd", "secret", "A823432120001")
    ]
    assert not groups["unnamed"].in_flow


def test_the_text_of_a_preview_has_every_value_and_marks_what_is_confidential(export, terms):
    parcel, groups = groups_of(export(), terms)
    told = previewed(parcel, list(groups.values()), None)
    text = words([told])
    assert all(f"{each.item} {each.value}" in text for group in groups.values() for each in group.values)
    assert told["values"] == sum(group.document()["count"] for group in groups.values())


def test_a_feed_is_previewed_by_the_clause_of_the_feed(terms):
    parcel = whole_parcel(Feed("sen", {"u|1": {"UPN": "u", "SENprovision": "K"}}))
    groups = {each.category: each for each in preview(parcel, terms)}
    assert {group.clause for group in groups.values()} == {"2d"}
    assert [(v.person, v.value) for v in groups["sen"].values] == [("u|1", "K")]


@pytest.mark.parametrize("content", [b"<a>", b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', b"not a file", b""])
def test_what_cannot_be_shown_whole_is_not_shown_at_all(content):
    with pytest.raises(Unreadable):
        list(values(content, lambda item: None))


@pytest.mark.parametrize(
    ("kind", "collection", "flow"),
    [
        ("maintained", "SC", "school-census"),
        ("academy", "SC", "academy-census-copy"),
        ("maintained", "SWF", "workforce-census"),
        ("academy", "SWF", "academy-workforce-copy"),
        ("academy", "feed.pupils", "orchestra-feed"),
    ],
)
def test_the_kind_of_establishment_chooses_the_flow(terms, kind, collection, flow):
    assert Terms(terms.agreement, kind).flow_of(collection) == flow


def test_what_a_courier_does_not_send_and_an_unknown_authority_are_told(terms):
    with pytest.raises(Trouble):
        terms.flow_of("CTF")
    with pytest.raises(Trouble):
        read_terms("999", "maintained")
