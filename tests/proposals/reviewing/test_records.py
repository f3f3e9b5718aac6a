"""Activity, notices, the glossary, and the number in the header."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse

from icm_portal.accounts.actor import Actor
from icm_portal.accounts.models import Role
from proposals import record
from proposals.actions.drafting import change_details
from proposals.models import Event, Notification
from proposals.queries import history
from proposals.status import Verb
from tests.worlds import NOW, World, answer, make_actor, narrative_answer, signed_in


def test_each_side_reads_its_own_record(world: World) -> None:
    proposal = world.answered()
    url = reverse("proposals:activity", args=[proposal.pk])
    state = [line.text for line in signed_in(world.ohio.editor).get(url).context["entries"]]
    cms = [line.text for line in signed_in(world.cms.lead).get(url).context["entries"]]
    assert "Ohio signatory submitted round 2" in state
    assert "Ohio submitted round 2" in cms
    assert "CMS requested changes to round 1" in state
    assert "CMS lead requested changes to round 1" in cms
    assert [line for line in cms if "saved" in line or "started" in line] == []


def test_saves_within_ten_minutes_are_one_line(world: World) -> None:
    proposal = world.draft()
    for text in ("One.", "Two.", "Three."):
        answer(proposal, world.ohio.editor, "es.overview.model", narrative_answer(text))
    lines = signed_in(world.ohio.editor).get(reverse("proposals:activity", args=[proposal.pk])).context["entries"]
    assert [line.text for line in lines] == ["Ohio editor saved Overview", "Ohio editor started the proposal"]


def test_a_long_record_goes_on_another_page(world: World) -> None:
    proposal = world.draft()
    for minute in range(60):
        now = NOW + timedelta(minutes=minute)
        change_details(actor=world.ohio.editor, proposal=proposal, title=f"T{minute}", model_type="", now=now)
    url = reverse("proposals:activity", args=[proposal.pk])
    client = signed_in(world.ohio.editor)
    assert len(client.get(url).context["entries"]) == 50
    assert len(client.get(f"{url}?page=2").context["entries"]) == 11
    assert client.get(f"{url}?page=nonsense").status_code == 200


def test_an_empty_feed_says_what_to_do(world: World) -> None:
    text = signed_in(world.texas.editor).get(reverse("proposals:feed")).content.decode()
    assert "Nothing has happened yet." in text


def test_notices_are_counted_in_the_header_and_marked_as_read(world: World) -> None:
    world.questioned()
    client = signed_in(world.ohio.editor)
    url = reverse("proposals:notifications")
    page = client.get(url)
    assert page.context["unread_notices"] == 2
    assert [line.text for line in page.context["lines"]] == [
        "CMS requested changes to round 1",
        "CMS began the review of round 1",
    ]
    client.post(url)
    assert client.get(url).context["unread_notices"] == 0
    assert Notification.objects.filter(recipient=world.ohio.editor.user, read_at__isnull=True).count() == 0
    assert Notification.objects.filter(recipient=world.ohio.signatory.user, read_at__isnull=True).exists()


def test_the_header_stops_counting_at_a_hundred(world: World) -> None:
    proposal, reader = world.questioned(), world.ohio.viewer
    Notification.objects.filter(recipient=reader.user).delete()
    for number, words in ((99, "99<span"), (2, "100+<span")):
        for _ in range(number):
            event = record.append(proposal=proposal, verb=Verb.CHANGES_REQUESTED, actor=world.cms.lead, now=NOW)
            Notification.objects.create(recipient=reader.user, event=event)
        page = signed_in(reader).get(reverse("proposals:glossary")).content.decode()
        assert f'<span class="count">{words}' in page


def test_notices_end_with_the_access_they_came_from(world: World) -> None:
    world.questioned()
    membership = world.ohio.editor.membership
    membership.agency = world.texas.agency
    membership.save()
    page = signed_in(world.ohio.editor).get(reverse("proposals:notifications"))
    assert page.context["lines"] == []
    assert page.context["unread_notices"] == 0


def test_the_glossary_is_searched(world: World) -> None:
    client = signed_in(world.ohio.viewer)
    url = reverse("proposals:glossary")
    everything = client.get(url).context
    assert everything["count"] == everything["all"]
    letters = [letter for letter, _ in everything["letters"]]
    assert letters == sorted(set(letters))
    found = client.get(url, {"q": "ACO-like"}).context
    assert found["letters"][0][1][0].term == "ACO-like entity"
    assert "No term holds “zzzz”" in client.get(url, {"q": "zzzz"}).content.decode()


def test_one_event_is_readable_where_the_query_finds_it(world: World) -> None:
    proposal = world.in_review()
    for verb in Verb:
        for author in (world.ohio.editor, world.cms.lead):
            Event.objects.create(
                proposal=proposal, verb=verb, actor=author.user, actor_agency=author.agency, round=1, at=NOW
            )
    everything = list(Event.objects.filter(proposal=proposal))
    for reader in (world.ohio.editor, world.texas.editor, world.cms.lead):
        found = set(Event.objects.filter(history.readable_events(reader), proposal=proposal))
        assert {item for item in everything if history.is_readable(reader, item.verb, item.actor_agency_id)} == found


def test_the_header_counts_what_the_notices_list_however_many(world: World) -> None:
    """Also for a person in two agencies, each of which counts its own."""
    proposal = world.in_review()
    reader = world.ohio.editor
    Notification.objects.filter(recipient=reader.user).delete()
    beside = Actor(reader.user, make_actor(world.texas.agency, Role.EDITOR, name="In both").membership)
    for number in range(history.MANY_UNREAD + 1):
        event = record.append(proposal=proposal, verb=Verb.CHANGES_REQUESTED, actor=world.cms.lead, now=NOW)
        Notification.objects.create(event=event, recipient=reader.user)
        if number in {1, history.MANY_UNREAD - 1, history.MANY_UNREAD}:
            listed = min(history.notices(reader, NOW).count(), history.MANY_UNREAD)
            assert (history.unread_count(reader, NOW), history.unread_count(beside, NOW)) == (listed, 0)
