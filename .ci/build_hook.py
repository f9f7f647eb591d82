"""What hatchling runs before it packs a wheel or a source archive: the translations are compiled."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CustomBuildHook(BuildHookInterface):
    """Compiles each catalogue beside its words. Hatchling looks for a class of this name."""

    def initialize(self, version, build_data):
        """Do it before the files are collected."""
        for words in Path(self.root, "governance", "translations").rglob("*.po"):
            with words.open("rb") as source, words.with_suffix(".mo").open("wb") as compiled:
                write_mo(compiled, read_po(source, locale=words.parts[-3]))
