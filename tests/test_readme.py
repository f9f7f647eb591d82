"""The README says what is so: its settings table, its links, its promises."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from governance.config import SETTINGS
from governance.packages import PACKAGES
from governance.programme import founding

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_settings_table_is_the_one_the_program_reads() -> None:
    table = re.search(r"<!-- settings -->\n(.*)<!-- end of settings -->", README, re.DOTALL)
    rows = "".join(f"| `{each.name}` | {each.default} | {each.meaning} |\n" for each in SETTINGS)
    assert table is not None
    assert table[1] == rows


def test_every_link_into_the_repository_leads_somewhere() -> None:
    for document in ("README.md", "SECURITY.md"):
        text = (ROOT / document).read_text(encoding="utf-8")
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text):
            assert (ROOT / target).exists(), f"{document} leads to {target}"


def test_the_plan_it_shows_can_be_read() -> None:
    block = re.search(r"```toml\n(.*?)```", README, re.DOTALL)
    assert block is not None
    plan = founding.read_plan(tomllib.loads(block[1]))
    assert plan.seats[0].label == plan.people[0].seat


def test_every_make_target_it_names_is_there() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"make ([a-z-]+)", README)) <= targets


def test_it_names_the_packages_in_their_order() -> None:
    assert f"Packages import only to the left: {', '.join(PACKAGES)}." in README
    assert set(PACKAGES) <= set(re.findall(r"^\| `governance/([a-z]+)` \|", README, re.MULTILINE))


def test_its_table_names_each_folder_of_the_house() -> None:
    rows = re.findall(r"^\| (`governance/.+?) \|", README, re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"`governance/([a-z_]+)`", row)}
    assert named == {each.name for each in (ROOT / "governance").iterdir() if each.is_dir() and each.name[0] != "_"}
