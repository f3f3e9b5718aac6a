"""A page that was opened long ago costs no more to save, to keep fresh or to read back than one opened just now."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module
from random import Random
from time import process_time
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.test.utils import CaptureQueriesContext

from icm_portal.accounts.actor import Actor
from proposals.actions.revising import Written, move_on
from proposals.actions.sections import SectionConflict, save_section
from proposals.merging import ROW_PARTS, Marks, Piece, changed, marked, of_others, pieces
from proposals.models import AnswerChange, Proposal, Section, SectionRevision
from proposals.queries.at_revision import answers_at
from proposals.queries.newer import has_been_stored, newer_answers
from proposals.queries.section_history import Narrowed, items, lines
from tests.worlds import NOW, World, narrative_answer, not_applicable
from toolkit.answers import Answer
from toolkit.loading import load
from toolkit.types import Prompt

KEY, MODEL, GOALS = "es.overview", "es.overview.model", "es.overview.goals"
AGES = (1, 500)


def stored(proposal: Proposal) -> Section:
    section = Section.objects.get(proposal=proposal, key=KEY)
    section.proposal = proposal
    return section


def typed(proposal: Proposal, author: Actor, saves: int, prompt_id: str = GOALS) -> None:
    """Somebody types for a while: so many saves of one answer, each as autosave writes it."""
    section = stored(proposal)
    written: list[Written] = [
        move_on(
            section, proposal=proposal, wanted={prompt_id: not_applicable(f"Text {section.revision}. " + "More. " * 99)},
            author=author.user, now=NOW,
        )
        for _ in range(saves)
    ]  # fmt: skip
    section.save()
    SectionRevision.objects.bulk_create(item.revision for item in written)
    AnswerChange.objects.bulk_create(change for item in written for change in item.changes)


def save(actor: Actor, proposal: Proposal, base: int, words: str, prompt_id: str = MODEL) -> None:
    value = narrative_answer(words) if prompt_id == MODEL else not_applicable(words)
    save_section(actor=actor, section=stored(proposal), base_revision=base, changes={prompt_id: value}, now=NOW)


@pytest.fixture
def rows_read(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """How many rows of history were read so far."""
    read = 0
    for model in (SectionRevision, AnswerChange):
        original = model.from_db

        def counted(*args: Any, original: Any = original) -> Any:
            nonlocal read
            read += 1
            return original(*args)

        monkeypatch.setattr(model, "from_db", counted)
    return lambda: read


@contextmanager
def counted(rows_read: Callable[[], int]) -> Iterator[list[tuple[int, int]]]:
    """Yield a list that holds afterwards how many queries were made and how many rows of history they gave."""
    found: list[tuple[int, int]] = []
    before = rows_read()
    with CaptureQueriesContext(connection) as queries:
        yield found
    found.append((len(queries), rows_read() - before))


@pytest.mark.parametrize("saves", AGES)
def test_a_save_from_an_old_page_reads_one_row_however_old_it_is(
    world: World, rows_read: Callable[[], int], saves: int
) -> None:
    proposal = world.draft()
    save(world.ohio.editor, proposal, 0, "Mine.")
    typed(proposal, world.ohio.signatory, saves)
    with counted(rows_read) as other_prompt:
        save(world.ohio.editor, proposal, 1, "Mine, longer.")
    with counted(rows_read) as same_prompt, pytest.raises(SectionConflict):
        save(world.ohio.editor, proposal, 1, "Mine too.", GOALS)
    assert (other_prompt, same_prompt) == ([(10, 0)], [(8, 2)])


@pytest.mark.parametrize("saves", AGES)
def test_whatever_else_an_old_page_asks_for_reads_a_row_for_each_prompt_at_most(
    world: World, rows_read: Callable[[], int], saves: int
) -> None:
    proposal = world.draft()
    save(world.ohio.editor, proposal, 0, "Mine.")
    typed(proposal, world.ohio.signatory, saves)
    goals, unknown = load().prompt(GOALS), not_applicable("Never stored.")
    with counted(rows_read) as newer:
        assert list(newer_answers(world.ohio.editor, stored(proposal), 1)) == [GOALS]
    with counted(rows_read) as earlier:
        assert list(answers_at(stored(proposal), 1)) == [MODEL]
    with counted(rows_read) as kept:
        assert not has_been_stored(world.ohio.signatory, stored(proposal), goals, unknown, 1)
    with counted(rows_read) as history:
        section = stored(proposal)
        assert len(items(section, Narrowed(), list(lines(section, Narrowed())[:15]), {})) == 2
    assert (newer, earlier, kept, history) == ([(3, 1)], [(3, 1)], [(2, 0)], [(4, 0)])


def test_a_save_from_an_old_page_takes_no_longer(world: World) -> None:
    taken: dict[int, list[float]] = {saves: [] for saves in AGES}
    proposals = {saves: world.draft(title=f"{saves}") for saves in AGES}
    for saves, proposal in proposals.items():
        save(world.ohio.editor, proposal, 0, "Mine.", GOALS)
        typed(proposal, world.ohio.editor, saves)
    for number in range(12):  # by turns, so that whatever else the machine does meets both
        for saves, proposal in proposals.items():
            begun = process_time()
            save(world.ohio.editor, proposal, 1, f"Mine {number}.", GOALS)
            taken[saves].append(process_time() - begun)
    assert min(taken[AGES[1]]) < 2 * min(taken[AGES[0]])


def test_what_a_person_stored_after_a_page_was_drawn_is_known_and_no_colleague_s(world: World) -> None:
    proposal = world.draft()
    for actor, words in ((world.ohio.editor, "One."), (world.ohio.editor, "Two."), (world.ohio.signatory, "Three.")):
        save(actor, proposal, stored(proposal).revision, words, GOALS)
    goals, editor = load().prompt(GOALS), world.ohio.editor
    known = {
        (words, since): has_been_stored(editor, stored(proposal), goals, not_applicable(words), since)
        for words in ("One.", "Two.", "Three.", "Four.")
        for since in (0, 1, 2)
    }
    assert {key for key, found in known.items() if found} == {
        ("One.", 0), ("Two.", 0), ("Two.", 1), ("Three.", 0), ("Three.", 1), ("Three.", 2),
    }  # fmt: skip


def test_the_register_written_for_older_revisions_is_the_one_that_saving_writes(world: World) -> None:
    proposal = world.draft()
    for number, actor in enumerate((world.ohio.editor, world.ohio.editor, world.ohio.signatory, world.ohio.editor)):
        save(actor, proposal, number, f"Text {number}.", MODEL if number < 3 else GOALS)
    section = Section.objects.defer(None).get(proposal=proposal, key=KEY)
    written, summary = registered(AnswerChange.objects.filter(section=section)), (section.touched, section.sitting)
    section.touched, section.sitting = {}, 0

    replayed = import_module("proposals.migrations.0011_fill_register_of_changes")._replayed(apps, section)

    assert (registered(replayed), json.loads(json.dumps([section.touched, section.sitting]))) == (written, [*summary])


def test_the_migration_fills_the_register_and_empties_it_again(world: World) -> None:
    proposals = [world.draft(title=str(number)) for number in range(3)]
    for number, actor in enumerate((world.ohio.editor, world.ohio.signatory, world.ohio.editor)):
        for proposal in proposals:
            save(actor, proposal, number, f"Text {number}.", (MODEL, MODEL, GOALS)[number])
    migration = import_module("proposals.migrations.0011_fill_register_of_changes").Migration
    then = MigrationExecutor(connection).loader.project_state(("proposals", "0011_fill_register_of_changes")).apps
    editor, written, summaries = connection.schema_editor(), registered(AnswerChange.objects.all()), summarised()
    connection.check_constraints()  # a migration begins with nothing pending

    for operation in reversed(migration.operations):
        operation.reverse_code(then, editor)
    assert (AnswerChange.objects.count(), {tuple(found) for _, *found in summarised()}) == (0, {("{}", 0)})
    for operation in migration.operations:
        operation.code(then, editor)

    assert (registered(AnswerChange.objects.all()), summarised()) == (written, summaries)
    with pytest.raises(IntegrityError), transaction.atomic():
        AnswerChange.objects.update(digest="")


def summarised() -> list[tuple[int, str, int]]:
    rows = Section.objects.defer(None).order_by("pk").values_list("pk", "touched", "sitting")
    return [(pk, json.dumps(touched, sort_keys=True), sitting) for pk, touched, sitting in rows]


def test_what_a_server_without_the_register_saved_is_a_conflict_and_is_entered(world: World) -> None:
    proposal = world.draft()
    save(world.ohio.editor, proposal, 0, "Base.")
    for words in ("Theirs.", "Theirs, longer."):
        saved_without_register(proposal, world.ohio.signatory, words)
    with pytest.raises(SectionConflict) as raised:
        save(world.ohio.editor, proposal, 1, "Mine.")
    assert [item.theirs for item in raised.value.conflicts] == [narrative_answer("Theirs, longer.")]

    save(world.ohio.editor, proposal, 1, "Goals.", GOALS)

    section = Section.objects.defer(None).get(proposal=proposal, key=KEY)
    written = registered(AnswerChange.objects.filter(section=section))
    summary = json.loads(json.dumps([section.touched, section.sitting]))
    section.touched, section.sitting = {}, 0
    replayed = import_module("proposals.migrations.0011_fill_register_of_changes")._replayed(apps, section)
    assert (registered(replayed), json.loads(json.dumps([section.touched, section.sitting]))) == (written, summary)
    assert [row[0] for row in written] == [1, 2, 3, 4]


def saved_without_register(proposal: Proposal, author: Actor, words: str) -> None:
    """What the code from before the register writes."""
    section, after = stored(proposal), narrative_answer(words)
    change = {MODEL: {"before": section.answers.get(MODEL), "after": after}}
    number = section.revision + 1
    SectionRevision.objects.create(section=section, revision=number, author=author.user, at=NOW, changes=change)
    Section.objects.filter(pk=section.pk).update(
        answers={**section.answers, MODEL: after}, revision=number, updated_by=author.user, updated_at=NOW
    )


def registered(rows: Iterable[AnswerChange]) -> list[tuple[object, ...]]:
    found = [(x.revision, x.prompt_id, x.sitting, x.author_id, x.at, x.opens, x.leads, x.digest) for x in rows]
    return sorted(found)


# --- the summary says what the whole history says -------------------------------------------------------------------


def random_answer(chance: Random, *, may_be_blank: bool) -> Answer | None:
    """Some milestones, in which cells and all rows but two come and go; sometimes none, or another way to answer."""
    if may_be_blank and chance.random() < 0.1:
        return None if chance.random() < 0.5 else not_applicable()
    rows = [
        {"_row": f"{number:08x}", **{key: f"{key} {chance.randrange(3)}" for key in ("title", "owner") if chance.random() < 0.8}}
        for number in range(5)
        if number > 2 or chance.random() < 0.7
    ]  # fmt: skip
    return {"disposition": "answered", "fields": {"milestones": rows} if rows else {}}


def scanned(
    prompt: Prompt, history: list[tuple[int, Answer | None, Answer | None]], author: int, since: int
) -> set[Piece]:
    """The pieces that others changed last, found by reading every revision after one."""
    found: set[Piece] = set()
    for number, (who, before, after) in enumerate(history, start=1):
        if number > since:
            moved = changed(prompt, before, after)
            found = found - moved if who == author else found | moved
    return found


@pytest.mark.parametrize("seed", range(20))
def test_the_marks_of_an_answer_tell_what_reading_its_whole_history_would(seed: int) -> None:
    chance, prompt = Random(seed), load().prompt("pd.timeline.plan")  # noqa: S311 - no secret
    marks: Marks = {}
    history: list[tuple[int, Answer | None, Answer | None]] = []
    before: Answer | None = None
    for number in range(1, 41):
        after, who = random_answer(chance, may_be_blank=seed % 2 == 0), chance.randrange(3)
        history.append((who, before, after))
        marks = marked(prompt, marks, before=before, after=after, revision=number, author=who)
        before = after
    standing = pieces(prompt, before)
    was_there = {row: "".join(str(int(row in pieces(prompt, new))) for _, _, new in history) for row in standing}

    def counts(piece: Piece) -> bool:
        """Not the cells of rows that are gone, nor the empty ones of rows that came back: their row tells."""
        row = piece[:ROW_PARTS]
        return len(piece) <= ROW_PARTS or piece in standing or "0" not in was_there.get(row, "10").lstrip("0")

    for author in range(3):
        for since in range(41):
            whole, told = scanned(prompt, history, author, since), set(of_others(marks, author=author, since=since))
            assert {piece for piece in told if counts(piece)} == {piece for piece in whole if counts(piece)}


def test_of_rows_that_are_gone_the_newest_marks_stay() -> None:
    prompt = load().prompt("pd.timeline.plan")
    marks: Marks = {}
    for number in range(1, 601):
        row = {"_row": f"{number:08x}", "title": "T"}
        table: Answer = {"disposition": "answered", "fields": {"milestones": [row]}}
        marks = marked(prompt, marks, before=None, after=table, revision=2 * number - 1, author=1)
        marks = marked(prompt, marks, before=table, after=None, revision=2 * number, author=1)
    assert sorted(number for number, _ in marks.values()) == [*range(202, 1200, 2), 1200, 1200]
