"""veraPDF, the validator of PDF/UA-1: the installed program, else its jar, fetched once through Maven."""

from __future__ import annotations

import shutil
from functools import cache

from deploy.say import BUILD, Stop, run

VERSION = "1.28.2"
JAR = BUILD / "verapdf" / f"greenfield-apps-{VERSION}.jar"
MAIN = "org.verapdf.apps.GreenfieldCliWrapper"


@cache
def verapdf_command() -> list[str]:
    """Return the command that validates (add `--flavour ua1 --format text FILE`); empty when there is none.

    Raises `Stop` when Maven is there but cannot fetch the program.
    """
    installed = shutil.which("verapdf")
    if installed:
        return [installed]
    java = shutil.which("java")
    if not java or not (JAR.exists() or fetch()):
        return []
    return [java, "-cp", str(JAR), MAIN]


def fetch() -> bool:
    """Fetch the jar from the Maven registry; False where Maven is missing."""
    maven = shutil.which("mvn")
    if not maven:
        return False
    artifact = f"-Dartifact=org.verapdf.apps:greenfield-apps:{VERSION}"
    copy = [maven, "-q", "-B", "dependency:copy", artifact, f"-DoutputDirectory={JAR.parent}"]
    run(copy, "veraPDF could not be fetched; is a Maven registry within reach?")
    if not JAR.exists():
        raise Stop(f"Maven did not write {JAR.name}.")
    return True
