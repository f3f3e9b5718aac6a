"""`manage.py export_packet`."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.exports.packets import page_texts
from tests.worlds import World


def export(*words: object) -> str:
    out = StringIO()
    call_command("export_packet", *map(str, words), stdout=out)
    return out.getvalue()


def test_a_round_is_written(world: World, tmp_path: Path) -> None:
    proposal = world.submitted()
    path = tmp_path / "packet.pdf"
    said = export(proposal.number.lower(), "--output", path, "--round", 1)
    pages = page_texts(path.read_bytes())
    fingerprint = proposal.submissions.get().fingerprint[:12].upper()
    assert said == f"{path}: {len(pages)} pages, fingerprint {fingerprint}\n"
    assert not any("DRAFT" in page for page in pages)


def test_what_was_never_submitted_gives_its_draft(world: World, tmp_path: Path) -> None:
    path = tmp_path / "packet.pdf"
    export(world.draft().pk, "--output", path)
    assert all("DRAFT" in page for page in page_texts(path.read_bytes()))


def test_cms_s_copy_is_marked(world: World, tmp_path: Path) -> None:
    path = tmp_path / "packet.pdf"
    export(world.submitted().number, "--output", path, "--audience", "cms")
    assert all("notforrelease" in page for page in page_texts(path.read_bytes()))


def test_errors_are_one_sentence(world: World, tmp_path: Path) -> None:
    proposal = world.draft()
    number = proposal.number
    path = tmp_path / "packet.pdf"
    nowhere = tmp_path / "missing" / "packet.pdf"
    for words, sentence in (
        (("XX-ICM-0001", "--output", path), "There is no proposal XX-ICM-0001."),
        ((world.ohio.agency.pk, "--output", path), f"There is no proposal {world.ohio.agency.pk}."),
        ((number, "--output", path, "--round", 3), f"{number} has no submitted round 3."),
        ((number, "--output", path, "--audience", "cms"), f"{number} was never submitted, so CMS has no packet of it."),
        ((number, "--output", nowhere), f"{nowhere}: the folder {nowhere.parent} does not exist."),
        ((number, "--output", tmp_path), f"{tmp_path}: Is a directory."),
    ):
        with pytest.raises(CommandError) as caught:
            export(*words)
        assert str(caught.value) == sentence
