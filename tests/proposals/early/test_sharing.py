"""A state shares sections early: what is copied, whom it names, how long it lasts, and what the record says."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.utils import timezone

from icm_portal.accounts.actor import Actor
from icm_portal.accounts.models import Role
from proposals import policy
from proposals.actions import early as actions
from proposals.actions.discussing import EmptyText, Place, TextTooLong
from proposals.actions.early import EarlyRefused, EarlyWish, end_early, renew_early, share_early
from proposals.actions.mail import choose_mail
from proposals.actions.submitting import recall, withdraw
from proposals.models import EarlyLook, EarlyWords, Event, Notification, Proposal
from proposals.queries import history
from proposals.queries.early import EarlyCopy
from proposals.status import EARLY_VERBS, Audience, audience_of
from proposals.tasks import send_digests, send_notifications
from tests.proposals.early.scenes import MODEL, OVERVIEW, advice, reply, share
from tests.worlds import NOW, World, answer, fresh, hand_over, make_actor, narrative_answer, not_applicable
from toolkit.loading import load

TODAY = NOW.date()


def wish(world: World, **changed: object) -> EarlyWish:
    """What Ohio may wish, but for what is changed."""
    whole = EarlyWish([OVERVIEW], [world.cms.reviewer.user.email], TODAY + timedelta(days=14), "Which authority?")
    return replace(whole, **changed)  # type: ignore[arg-type]


def told(verb: str) -> list[str]:
    return sorted(Notification.objects.filter(event__verb=verb).values_list("recipient__name", flat=True))


def test_the_answers_of_the_chosen_sections_are_copied_and_no_others(world: World) -> None:
    draft = world.draft()
    answer(draft, world.ohio.editor, MODEL, narrative_answer("Shared words."))
    answer(draft, world.ohio.editor, "qs.goals", not_applicable("Kept inside."))
    look = share(world, draft)

    answer(draft, world.ohio.editor, MODEL, narrative_answer("Newer words."))

    stored = EarlyLook.objects.get(pk=look.pk)
    assert (stored.section_keys, stored.title) == ([OVERVIEW], "Buckeye Health Homes")
    assert stored.content == {"answers": {OVERVIEW: {MODEL: narrative_answer("Shared words.")}}, "conditions": {}}


def test_of_other_sections_only_what_conditions_look_at_is_copied(world: World) -> None:
    draft = world.draft()
    context = {"disposition": "answered", "fields": {"tribes_present": True, "narrative": "<p>Kept inside.</p>"}}
    answer(draft, world.ohio.editor, "pr.context", context)
    answer(draft, world.ohio.editor, "pd.stakeholders.input", not_applicable("Shared words."))

    look = share(world, draft, keys=("pd.stakeholders",))

    shared = {"pd.stakeholders": {"pd.stakeholders.input": not_applicable("Shared words.")}}
    seen = {"pr.context": {"disposition": "answered", "fields": {"tribes_present": True}}}
    assert look.content == {"answers": shared, "conditions": seen}
    section = load().section("pd.stakeholders")
    assert {prompt.section_id for prompt, _ in EarlyCopy(look).prompts(section)} == {section.id}


def test_a_copy_is_renewed_only_by_an_act(world: World) -> None:
    draft = world.draft()
    look = share(world, draft, now=NOW)
    answer(draft, world.ohio.editor, MODEL, narrative_answer("Newer words."))
    Proposal.objects.filter(pk=draft.pk).update(title="Newer title")
    assert EarlyLook.objects.get(pk=look.pk).content["answers"] == {OVERVIEW: {}}

    renew_early(actor=world.ohio.signatory, look=look, now=NOW + timedelta(days=1))

    stored = EarlyLook.objects.get(pk=look.pk)
    assert stored.content["answers"] == {OVERVIEW: {MODEL: narrative_answer("Newer words.")}}
    assert (stored.title, stored.copied_at) == ("Newer title", NOW + timedelta(days=1))
    assert told("early_renewed") == []


def test_those_named_are_told_once_by_a_notice_and_a_mail_without_content(world: World) -> None:
    look = share(world, world.draft(title="Secret title"), wanted="Secret wish")
    event = Event.objects.get(verb="early_shared")
    assert (event.object_id, event.section_key) == (str(look.pk), "")
    assert told("early_shared") == [world.cms.reviewer.user.name]

    assert send_notifications(event.pk) == 1

    [message] = mail.outbox
    assert message.to == [world.cms.reviewer.user.email]
    assert message.subject == f"{look.proposal.number}: Ohio shared sections of a draft early, for informal advice"
    assert f"/early/{look.pk}/" in message.body
    assert f"/proposals/{look.proposal_id}/" not in message.body
    assert "Secret" not in f"{message.subject} {message.body}"


def test_what_cannot_be_shared_is_refused_with_its_field_and_nothing_is_stored(world: World) -> None:
    draft, address = world.draft(), world.cms.reviewer.user.email
    many = [f"reviewer{number}@cms.example" for number in range(11)]
    refused: list[tuple[dict[str, object], str]] = [
        ({"section_keys": []}, "sections"),
        ({"section_keys": ["no.such"]}, "sections"),
        ({"addresses": []}, "reviewers"),
        ({"addresses": many}, "reviewers"),
        ({"addresses": [address, "nobody@cms.example"]}, "reviewers"),
        ({"addresses": [world.cms.observer.user.email]}, "reviewers"),
        ({"addresses": [world.texas.editor.user.email]}, "reviewers"),
        ({"ends_on": TODAY}, "ends_on"),
        ({"ends_on": TODAY + timedelta(days=61)}, "ends_on"),
        ({"words": "  "}, "wanted"),
        ({"words": "x" * 2001}, "wanted"),
    ]
    for changed, field in refused:
        with pytest.raises(EarlyRefused) as refusal:
            share_early(actor=world.ohio.editor, proposal=draft, wish=wish(world, **changed), now=NOW)
        assert refusal.value.field == field, changed
    assert (EarlyLook.objects.count(), Event.objects.filter(verb="early_shared").count()) == (0, 0)


def test_how_much_is_shared_has_limits(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = world.draft()
    monkeypatch.setattr(actions, "MOST_SECTIONS", 1)
    with pytest.raises(EarlyRefused, match="Choose up to 1 sections"):
        share(world, draft, keys=(OVERVIEW, "es.program"))
    for _ in range(5):
        share(world, draft)
    with pytest.raises(EarlyRefused, match="Up to 5 early looks are open at once"):
        share(world, draft)


def test_an_address_is_read_as_people_write_it_and_counts_once(world: World) -> None:
    spelled = [f" {world.cms.lead.user.email.upper()}", world.cms.lead.user.email]
    look = share_early(actor=world.ohio.team_lead, proposal=world.draft(), wish=wish(world, addresses=spelled), now=NOW)
    [reader] = look.readers.all()
    assert (reader.reviewer, reader.address) == (world.cms.lead.user, world.cms.lead.user.email)


def test_it_ends_with_its_last_day_in_the_time_zone_of_the_state(world: World) -> None:
    look = share(world, world.draft(world.texas, "Lone Star"), days=1, now=NOW)
    end = datetime(2027, 1, 16, 23, 59, tzinfo=ZoneInfo("America/Chicago"))
    seen = [policy.can_view_early_look(world.cms.reviewer, look, end + timedelta(minutes=late)) for late in (-1, 0)]
    assert (look.ends_at, seen) == (end, [True, False])


def test_only_writers_of_the_state_without_a_limit_share_renew_and_end(world: World) -> None:
    draft = world.draft()
    look = share(world, draft, now=NOW)
    limited = make_actor(world.ohio.agency, Role.EDITOR, name="Actuary", section_ids=[OVERVIEW])
    writers = {world.ohio.editor, world.ohio.signatory, world.ohio.team_lead}
    for actor in [*world.everybody, limited]:
        assert policy.can_share_early(actor, draft) == (actor in writers), actor
        if actor in writers:
            renew_early(actor=actor, look=look, now=NOW)
            continue
        for act in (renew_early, end_early):
            with pytest.raises(PermissionDenied):
                act(actor=actor, look=look, now=NOW)
        with pytest.raises(PermissionDenied):
            share_early(actor=actor, proposal=draft, wish=wish(world), now=NOW)


@pytest.mark.parametrize("status", ["submitted", "in_review", "concluded", "questioned"])
def test_it_is_shared_while_the_state_writes_and_not_otherwise(world: World, status: str) -> None:
    proposal: Proposal = getattr(world, status)()
    assert policy.can_share_early(world.ohio.editor, proposal) == (status == "questioned")


# --- the end --------------------------------------------------------------------------------------------------------


def test_the_end_by_the_state_counts_at_once_and_is_the_last_word(world: World) -> None:
    look = share(world, world.draft(), now=NOW)
    thread = advice(world.cms.reviewer, look, "Think of section 1932.")

    end_early(actor=world.ohio.editor, look=look, now=NOW)

    stored = EarlyLook.objects.get(pk=look.pk)
    assert not policy.can_view_early_look(world.cms.reviewer, stored, NOW)
    assert policy.can_view_early_look(world.ohio.viewer, stored, NOW)
    for act in (end_early, renew_early):
        with pytest.raises(PermissionDenied):
            act(actor=world.ohio.editor, look=look, now=NOW)
    for actor in (world.ohio.editor, world.cms.reviewer):
        with pytest.raises(PermissionDenied):
            reply(actor, thread, "Too late.")
    with pytest.raises(PermissionDenied):
        advice(world.cms.reviewer, look, "Too late.")
    assert EarlyWords.objects.count() == 1


def test_a_submission_ends_it_for_good(world: World) -> None:
    draft = world.complete_draft()
    look = share(world, draft, now=NOW)
    hand_over(draft, world.ohio.signatory)
    stored = EarlyLook.objects.select_related("proposal").get(pk=look.pk)
    assert (stored.ended_at, stored.is_open(NOW)) == (NOW + timedelta(days=1), False)

    recall(actor=world.ohio.signatory, proposal=fresh(draft), reason="Typo.", now=NOW + timedelta(days=2))

    stored.proposal.refresh_from_db()
    assert stored.proposal.status == "draft"
    assert not policy.can_view_early_look(world.cms.reviewer, stored, NOW + timedelta(days=2))


def test_a_withdrawal_ends_it(world: World) -> None:
    look = share(world, world.draft(), now=NOW)
    withdraw(actor=world.ohio.signatory, proposal=look.proposal, reason="No money.", now=NOW)
    assert EarlyLook.objects.get(pk=look.pk).ended_at == NOW


def test_whoever_reviews_no_more_reads_no_more(world: World) -> None:
    look = share(world, world.draft(), now=NOW)
    membership = world.cms.reviewer.membership
    membership.role = Role.OBSERVER
    membership.save()
    assert not policy.can_view_early_look(world.cms.reviewer, look, NOW)


def test_it_moves_no_clock_and_leaves_the_proposal_as_it_is(world: World) -> None:
    draft = fresh(world.draft())
    look = share(world, draft)
    reply(world.ohio.editor, advice(world.cms.reviewer, look, "Think of section 1932."), "We do.")
    end_early(actor=world.ohio.editor, look=look, now=timezone.now())
    after = fresh(draft)
    names = [field.name for field in Proposal._meta.fields]
    assert {name: getattr(after, name) for name in names} == {name: getattr(draft, name) for name in names}


# --- advice ---------------------------------------------------------------------------------------------------------


def test_advice_and_replies_reach_those_they_concern(world: World) -> None:
    cms, ohio = world.cms, world.ohio
    look = share(world, world.draft(), cms.reviewer, cms.lead)
    thread = advice(cms.reviewer, look, "Think of <b>section 1932</b>.<script>x</script>")
    reply(ohio.signatory, thread, "We do.")
    reply(cms.lead, thread, "Good.")

    assert told("early_advised") == [ohio.editor.user.name]
    assert told("early_replied") == sorted([cms.reviewer.user.name] * 2 + [ohio.editor.user.name] * 2)
    assert thread.body == "<p>Think of <strong>section 1932</strong>.</p>"
    assert [(words.thread_id, words.prompt_id) for words in look.words.order_by("pk")] == [
        (None, MODEL), (thread.pk, MODEL), (thread.pk, MODEL),
    ]  # fmt: skip


def test_once_the_sharer_has_left_the_team_leads_are_told(world: World) -> None:
    look = share(world, world.draft())
    world.ohio.editor.membership.ended_at = NOW - timedelta(days=900)
    world.ohio.editor.membership.save()
    advice(world.cms.reviewer, look, "Think of section 1932.")
    assert told("early_advised") == [world.ohio.team_lead.user.name]


def test_advice_belongs_to_what_is_shared(world: World) -> None:
    look = share(world, world.draft())
    for place in (Place("es.program"), Place("es.program", "es.program.name"), Place(OVERVIEW, "qs.goals"), Place()):
        with pytest.raises(EarlyRefused) as refusal:
            actions.advise(actor=world.cms.reviewer, look=look, place=place, body="Hm.", now=timezone.now())
        assert refusal.value.field == "about"
    for body, error in (("  ", EmptyText), ("x" * 20_001, TextTooLong)):
        with pytest.raises(error):
            advice(world.cms.reviewer, look, body)
    assert not EarlyWords.objects.exists()


def test_how_much_is_said_has_limits(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "MOST_THREADS", 1)
    monkeypatch.setattr(actions, "MOST_REPLIES", 1)
    look = share(world, world.draft())
    thread = advice(world.cms.reviewer, look, "One.")
    reply(world.ohio.editor, thread, "One.")
    with pytest.raises(EarlyRefused, match="up to 1 pieces of advice"):
        advice(world.cms.reviewer, look, "Two.")
    with pytest.raises(EarlyRefused, match="up to 1 replies"):
        reply(world.ohio.editor, thread, "Two.")


def test_nobody_but_those_named_advises(world: World) -> None:
    look = share(world, world.draft())
    for actor in world.everybody:
        if actor != world.cms.reviewer:
            with pytest.raises(PermissionDenied):
                advice(actor, look, "Hm.")


# --- the policy -----------------------------------------------------------------------------------------------------


def test_predicate_and_filter_say_the_same_of_every_look(world: World) -> None:
    looks = _looks_at_every_step(world)
    limited = make_actor(world.ohio.agency, Role.EDITOR, name="Actuary", section_ids=[OVERVIEW])
    for now in (NOW, NOW + timedelta(days=40)):
        for actor in [*world.everybody, limited]:
            listed = EarlyLook.objects.filter(policy.visible_early_looks(actor, now))
            rows = EarlyLook.objects.select_related("proposal")
            seen = {row for row in rows if policy.can_view_early_look(actor, row, now)}
            assert (set(listed), listed.count()) == (seen, len(seen)), actor
            assert seen == {looks[name] for name in _expected(world, actor, limited, now)}, actor


def _looks_at_every_step(world: World) -> dict[str, EarlyLook]:
    cms, sent = world.cms, world.complete_draft(title="Sent")
    looks = {
        "open": share(world, world.draft(title="Open"), cms.reviewer, cms.lead, now=NOW),
        "short": share(world, world.draft(title="Short"), days=1, now=NOW - timedelta(days=2)),
        "ended": share(world, world.draft(title="Ended"), now=NOW),
        "sent": share(world, sent, now=NOW),
        "returned": share(world, world.questioned(title="Returned"), now=NOW),
        "texas": share(world, world.draft(world.texas, "Lone Star"), now=NOW),
    }
    end_early(actor=world.ohio.editor, look=looks["ended"], now=NOW)
    hand_over(sent, world.ohio.signatory)
    return looks


def _expected(world: World, actor: Actor, limited: Actor, now: datetime) -> set[str]:
    """Who reads which look."""
    if actor == limited:
        return set()
    if actor.is_state:
        is_texas = actor.agency == world.texas.agency
        return {"texas"} if is_texas else {"open", "short", "ended", "sent", "returned"}
    named = {world.cms.reviewer.user: {"open", "returned", "texas"}, world.cms.lead.user: {"open"}}
    return named.get(actor.user, set()) if now == NOW else set()


def test_only_the_state_reads_of_it_in_the_record(world: World) -> None:
    proposal = world.questioned()
    look = share(world, proposal)
    reply(world.ohio.editor, advice(world.cms.reviewer, look, "Think of section 1932."), "We do.")
    renew_early(actor=world.ohio.editor, look=look, now=timezone.now())
    end_early(actor=world.ohio.editor, look=look, now=timezone.now())
    assert {audience_of(verb) for verb in EARLY_VERBS} == {Audience.STATE}
    early = Q(verb__in=EARLY_VERBS)
    for actor in world.everybody:
        seen = set(history.feed(actor).filter(early).values_list("verb", flat=True))
        assert seen == (set(EARLY_VERBS) if actor.agency == world.ohio.agency else set()), actor
    assert not history.events(world.cms.reviewer, proposal).filter(early).exists()


def test_notices_of_it_go_when_it_ends(world: World) -> None:
    look = share(world, world.draft())
    thread = advice(world.cms.reviewer, look, "Think of section 1932.")
    reply(world.ohio.editor, thread, "We do.")

    def seen(actor: Actor) -> list[str]:
        return sorted(history.notices(actor, timezone.now()).values_list("event__verb", flat=True))

    both = [["early_replied", "early_shared"], ["early_advised"]]
    assert [seen(world.cms.reviewer), seen(world.ohio.editor)] == both
    assert history.unread_count(world.cms.reviewer, timezone.now()) == 2
    end_early(actor=world.ohio.editor, look=look, now=timezone.now())
    assert [seen(world.cms.reviewer), seen(world.ohio.editor)] == [[], ["early_advised"]]


def test_the_mail_of_the_day_leads_to_the_look_and_not_to_the_proposal(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose_mail(actor=world.cms.reviewer, wanted={"other": "daily"}, now=NOW)
    look = share(world, world.draft())
    reply(world.ohio.editor, advice(world.cms.reviewer, look, "Think of section 1932."), "We do.")
    noon = timezone.now().replace(hour=18, minute=0) + timedelta(days=1)
    monkeypatch.setattr(timezone, "now", lambda: noon)
    assert send_digests() == 1
    [message] = mail.outbox
    assert f"/early/{look.pk}/" in message.body
    assert f"/proposals/{look.proposal_id}/" not in message.body
