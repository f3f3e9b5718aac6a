"""The images and the compose file: they describe a production that starts."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.say import ROOT
from tests.toolchain.test_settings import start

DEFAULT = re.compile(r"\$\{\w+:-([^}]*)\}")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return loaded


def test_the_compose_file_names_every_part_of_a_production(compose: dict[str, Any]) -> None:
    assert set(compose["services"]) == {
        "migrate",
        "web",
        "worker",
        "beat",
        "database",
        "redis",
        "mail",
        "files",
        "clamav",
        "bucket",
    }
    images = {service["image"] for service in compose["services"].values()}
    assert all(re.fullmatch(r"icm-portal|[\w/]+:[\w.-]*\d[\w.-]*", image) for image in images)


def test_the_portal_starts_with_the_environment_of_the_compose_file(compose: dict[str, Any], tmp_path: Path) -> None:
    env = {name: DEFAULT.sub(r"\1", value) for name, value in compose["services"]["web"]["environment"].items()}
    show = "print(settings.ICM_MODE, settings.STORAGES['default']['OPTIONS']['endpoint_url'], settings.EMAIL_PORT)"
    ended = start(env, show, tmp_path)
    assert (ended.stderr, ended.stdout) == ("", "production http://files:9000 1025\n")


def test_the_virus_scanner_of_the_compose_file_is_asked_where_it_listens_and_says_when_it_is_well(
    compose: dict[str, Any],
) -> None:
    scanner = compose["services"]["clamav"]
    assert {compose["services"][name]["environment"]["CLAMAV_ADDRESS"] for name in ("web", "worker", "beat")} == {
        "tcp://clamav:3310"
    }
    assert scanner["healthcheck"]["test"] == ["CMD", "clamdscan", "--ping", "1"]
    assert [volume.partition(":")[0] for volume in scanner["volumes"]] == ["signatures"]
    assert "signatures" in compose["volumes"]
    # Nobody waits for it: files are scanned once it answers.
    assert all("clamav" not in service.get("depends_on", {}) for service in compose["services"].values())


def test_everything_of_ours_runs_without_rights(compose: dict[str, Any]) -> None:
    for name in ("web", "worker", "beat", "migrate"):
        service = compose["services"][name]
        assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"]), name
        assert service["security_opt"] == ["no-new-privileges:true"], name


def test_the_image_has_stages_a_user_and_a_health_check() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    stages = [line.split()[-1] for line in lines if line.startswith("FROM ")]
    assert stages == ["packages", "static", "portal"]
    last = lines[lines.index("FROM python:3.13-slim-bookworm AS portal") :]
    assert [line for line in last if line.startswith("USER ")] == ["USER portal"]
    assert [line.split()[0] for line in last if line.startswith(("HEALTHCHECK", "CMD"))] == ["HEALTHCHECK", "CMD"]


def test_docker_itself_accepts_the_compose_file(compose: dict[str, Any]) -> None:
    # Only where the plugin is at hand; what it would say is tested above as far as that is possible without it.
    docker = shutil.which("docker")
    if docker and subprocess.run([docker, "compose", "version"], capture_output=True, check=False).returncode == 0:
        checked = subprocess.run([docker, "compose", "config", "-q"], cwd=ROOT, capture_output=True, check=False)
        assert checked.returncode == 0, checked.stderr
    assert compose["name"] == "icm-portal"
