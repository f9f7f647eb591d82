"""Set up, then run the demo programme: it makes var/, loads the demo, prints the cards and serves."""

import os
import sys

from setup import BIN, ROOT, setup

if __name__ == "__main__":
    setup()
    os.chdir(ROOT)
    command = os.path.join(BIN, "governance")
    sys.stdout.flush()
    os.execv(command, [command, "demo", *sys.argv[1:]])  # noqa: S606 - our own command; Ctrl-C reaches it alone.
