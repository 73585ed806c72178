"""Tags and notes among staff, on an order and in the list."""

import re

import pytest
from django.test import Client

from tests.console.making import AT, client_of, make_order, make_staff
from tradewind.core.models import AuditEntry, Staff
from tradewind.core.models.staff import Role
from tradewind.orders.models import OrderNote, OrderTag
from tradewind.orders.noting import NoteChanged, NotTheAuthor, edit_note, take_note_back, write_note
from tradewind.orders.tagging import tag_named, tags_in_use, tags_of


def refs(client: Client, query: str) -> list[str]:
    return re.findall(r"data-row>(TW-\w+)<", client.get(f"/console/orders{query}").content.decode())


def test_a_tag_is_made_once_found_by_and_taken_away(console: Client) -> None:
    order, other = make_order(1), make_order(2)
    make_order(3)
    for row, name in ((order, "Gift wrap"), (order, " gift  WRAP "), (other, "ｇｉｆｔ wrap")):
        console.post(f"/console/orders/{row.pk}/tags", {"tag": name})

    tag = OrderTag.objects.get()
    assert (tag.name, refs(console, f"?tag={tag.pk}")) == ("Gift wrap", ["TW-TEST000001", "TW-TEST000002"])
    assert '<span class="tag">Gift wrap</span>' in console.get("/console/orders").content.decode()
    acts = AuditEntry.objects.filter(action="order.tagged").order_by("pk").values_list("subject_id", "after")
    assert list(acts) == [(order.pk, {"tag": "Gift wrap"}), (other.pk, {"tag": "Gift wrap"})]
    for row in (order, other):
        console.post(f"/console/orders/{row.pk}/tags/{tag.pk}/removal")
    again = console.post(f"/console/orders/{order.pk}/tags/{tag.pk}/removal")
    assert again["Location"].endswith("?done=gone")
    # Nobody has it any more, so nobody is offered it.
    assert (tags_of(order.pk), tags_in_use()) == ([], [])


@pytest.mark.parametrize(("name", "words"), [("  ", "Please fill this in."), ("x" * 41, "At most 40 characters")])
def test_a_tag_that_cannot_be_is_refused_in_words(name: str, words: str, console: Client) -> None:
    answer = console.post(f"/console/orders/{make_order().pk}/tags", {"tag": name})

    assert (answer.status_code, words in answer.content.decode(), OrderTag.objects.count()) == (422, True, 0)


def test_a_note_is_written_once_marked_in_the_list_and_changed_by_its_author(console: Client, owner: Staff) -> None:
    order = make_order(1)
    make_order(2)
    address = f"/console/orders/{order.pk}"
    for _ in range(2):
        console.post(f"{address}/notes", {"key": "made-with-the-page", "text": "Calls <soon>\r\nAsk Mei"})

    note = OrderNote.objects.get()
    assert (note.text, refs(console, "?note=1")) == ("Calls <soon>\nAsk Mei", ["TW-TEST000001"])
    assert console.get("/console/orders").content.decode().count('title="Has a note"') == 1
    console.post(f"{address}/notes/{note.pk}", {"seen": "1", "text": "Called"})
    stale = console.post(f"{address}/notes/{note.pk}", {"seen": "1", "text": "Typed in <another> window"})
    page = stale.content.decode()
    assert stale.status_code == 422
    assert "Typed in &lt;another&gt; window" in page
    assert '<p class="letter">Called</p>' in page
    removed = console.post(f"{address}/notes/{note.pk}", {"seen": "2", "remove": "1"})
    late = console.post(f"{address}/notes/{note.pk}", {"seen": "2", "text": "Not lost"})
    assert (removed.status_code, late.status_code, "Not lost</textarea>" in late.content.decode()) == (302, 422, True)
    assert not OrderNote.objects.exists()
    assert not AuditEntry.objects.filter(after__icontains="call").exists()


def test_only_the_author_changes_a_note_and_only_as_it_was_seen(db: None) -> None:
    note = write_note(order_id=make_order().pk, key="k", text="Fragile", by="staff:1", at=AT)

    with pytest.raises(NotTheAuthor):
        edit_note(note_id=note.pk, seen=1, text="Mine", by="staff:2", at=AT)
    with pytest.raises(NotTheAuthor):
        take_note_back(note_id=note.pk, seen=1, by="staff:2", at=AT)
    with pytest.raises(NoteChanged):
        edit_note(note_id=note.pk, seen=2, text="Mine", by="staff:1", at=AT)

    assert OrderNote.objects.get().text == "Fragile"


def test_who_only_looks_is_offered_no_form(db: None) -> None:
    order = make_order()
    write_note(order_id=order.pk, key="k", text="Fragile", by="staff:1", at=AT)

    page = client_of(make_staff(Role.ANALYST)).get(f"/console/orders/{order.pk}").content.decode()

    assert ("Fragile" in page, "Write a note" in page, "New tag" in page) == (True, False, False)


def test_a_tag_of_the_same_name_is_one_however_it_is_written(db: None) -> None:
    assert tag_named("Straße", at=AT) == tag_named("STRASSE", at=AT)
