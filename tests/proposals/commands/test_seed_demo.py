"""`manage.py seed_demo`: the demo it makes, once."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.test import RequestFactory
from pytest_django import Settings

from icm_portal.accounts.models import Agency, Membership, Role, User
from icm_portal.accounts.roles import CMS_ROLES, STATE_ROLES
from proposals.management import demo_people, demo_story
from proposals.management.commands.seed_demo import people_table
from proposals.models import Comment, Decision, DraftComment, Event, Note, Notification, Proposal, Submission, Thread
from proposals.queries.clearance import Standing, clearance_of
from proposals.status import Status, ThreadStatus
from proposals.workflow import available
from toolkit.completeness import submission_blockers
from toolkit.loading import load

ROWS = (Agency, User, Membership, Proposal, Submission, Thread, Comment, DraftComment, Note, Decision, Event)


@pytest.fixture(autouse=True)
def _demo(db: None, settings: Settings, tmp_path: Path) -> None:
    settings.DEMO = True
    settings.DATA_DIR = tmp_path
    demo_people.hashed.cache_clear()


def seed(verbosity: int = 1) -> list[str]:
    """Run the command and return the lines it prints."""
    out = StringIO()
    call_command("seed_demo", stdout=out, verbosity=verbosity)
    return out.getvalue().splitlines()


def signs_in(email: str, password: str) -> bool:
    """Whether a person gets in with this password."""
    return authenticate(RequestFactory().post("/"), email=email, password=password) is not None


def test_it_refuses_outside_demo_mode(settings: Settings) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError) as failed:
        seed()
    assert str(failed.value) == "The demo's people and proposals are made in demo mode only (ICM_MODE=embedded)."
    assert User.objects.count() == 0


def test_it_leaves_one_proposal_at_every_interesting_step() -> None:
    seed()
    standing = Counter((p.agency.code, p.status, p.round) for p in Proposal.objects.select_related("agency"))
    assert standing == {
        ("NL", Status.DRAFT, 1): 1,
        ("NL", Status.IN_REVIEW, 2): 1,
        ("NL", Status.CHANGES_REQUESTED, 2): 1,
        ("NL", Status.CONCLUDED, 1): 1,
        ("LK", Status.DRAFT, 1): 1,
    }
    assert set(Thread.objects.values_list("status", flat=True)) == set(ThreadStatus.values)
    assert DraftComment.objects.count() == 2
    assert Note.objects.values("agency").distinct().count() == 2
    assert Notification.objects.exists()
    asked = clearance_of(Proposal.objects.select_related("agency").get(status=Status.CHANGES_REQUESTED))
    cells = [cell for row in asked.rows for cell in row.asked]
    assert {cell.standing for cell in cells} == set(Standing)
    look = asked.proposal.early_looks.get()
    assert (look.is_open(datetime.now(UTC)), look.words.count()) == (True, 2)


def test_the_first_sample_is_ready_for_its_signatory() -> None:
    seed()
    proposal = Proposal.objects.get(title="Northland Integrated Care Partnerships")
    answers = {prompt: answer for section in proposal.sections.all() for prompt, answer in section.answers.items()}
    assert submission_blockers(load(), answers) == ()
    actor = demo_people.make_everybody(datetime.now(UTC))["signatory@northland.example"]
    assert [offer.name for offer in available(actor, proposal)] == ["submit", "withdraw"]


def test_run_again_it_changes_nothing() -> None:
    first = seed()
    before = [model.objects.count() for model in ROWS]
    second = seed()
    assert [model.objects.count() for model in ROWS] == before
    assert (first[0], second[0]) == ("Demo: 15 people, 5 new proposals.", "Demo: 15 people, 0 new proposals.")
    assert first[1:] == second[1:]


def test_it_is_silent_when_asked_to_be() -> None:
    assert seed(verbosity=0) == []


def test_every_role_of_both_sides_has_a_person_who_can_sign_in() -> None:
    lines = seed()
    roles = set(Membership.objects.values_list("agency__code", "role"))
    expected = {(code, role) for code in ("NL", "LK") for role in STATE_ROLES} | {("CMS", role) for role in CMS_ROLES}
    assert roles == expected
    password = lines[-1].removeprefix("Password of all demo people: ")
    assert len(password) >= 15
    assert [person.email for person in demo_people.PEOPLE if not signs_in(person.email, password)] == []
    assert lines[1:-1] == people_table()


def test_one_person_belongs_to_two_agencies_and_one_administers_the_site() -> None:
    seed()
    actuary = User.objects.get(email="actuary@consulting.example")
    assert set(actuary.memberships.values_list("agency__code", "role")) == {("NL", Role.EDITOR), ("LK", Role.VIEWER)}
    administrator = User.objects.get(is_staff=True)
    assert (administrator.email, administrator.memberships.count()) == ("admin@portal.example", 0)


def test_the_password_is_made_once_and_kept_where_only_its_owner_reads_it() -> None:
    lines = seed()
    path = demo_people.password_file()
    assert (path.stat().st_mode & 0o777, lines[-1].endswith(path.read_text())) == (0o600, True)


def test_a_lost_password_is_replaced_for_everybody() -> None:
    seed()
    demo_people.password_file().unlink()
    password = seed()[-1].removeprefix("Password of all demo people: ")
    assert signs_in("viewer@lakemont.example", password)


def test_what_people_changed_meanwhile_stays() -> None:
    seed()
    Membership.objects.filter(user__email="viewer@northland.example").update(ended_at=datetime.now(UTC))
    User.objects.filter(email="analyst@northland.example").update(name="Maren Dahl-Haugen")
    seed()
    assert Membership.objects.filter(user__email="viewer@northland.example", ended_at=None).count() == 0
    assert User.objects.get(email="analyst@northland.example").name == "Maren Dahl-Haugen"


def test_a_membership_that_ended_before_the_proposals_came_does_not_stop_it() -> None:
    seed()
    Membership.objects.filter(user__email="analyst@lakemont.example").update(ended_at=datetime.now(UTC))
    assert "analyst@lakemont.example" not in demo_people.make_everybody(datetime.now(UTC))


def test_every_step_of_the_story_happened_before_now_and_in_order() -> None:
    seed()
    for proposal in Proposal.objects.all():
        times = list(proposal.events.order_by("pk").values_list("at", flat=True))
        assert times == sorted(times)
        assert times[-1] <= datetime.now(UTC)


def test_a_story_whose_words_are_gone_says_which() -> None:
    seed()
    proposal = Proposal.objects.get(status=Status.CHANGES_REQUESTED)
    now = datetime.now(UTC)
    cast = demo_people.make_everybody(now)
    step = {
        "by": "analyst@northland.example", "do": "edit", "prompt": "es.overview.model", "field": "narrative",
        "replace": "words that are not there", "with": "others",
    }  # fmt: skip
    with pytest.raises(ValueError, match=r"es\.overview\.model: the words to replace are not there"):
        demo_story.STEPS["edit"](demo_story.Scene(step, cast, proposal, now, now))


def test_the_summary_of_changes_names_the_questions_by_their_numbers() -> None:
    seed()
    proposal = Proposal.objects.get(status=Status.IN_REVIEW)
    numbers = dict(proposal.threads.values_list("prompt_id", "number"))
    summary = proposal.submissions.get(round=2).change_summary
    for prompt_id, words in {
        "pd.participants.attribution": "contacts are defined",
        "pm.ss.target": "50,000 members",
        "qs.payment_link": "quality scores is described",
    }.items():
        assert f"{words} (Q{numbers[prompt_id]})" in summary
