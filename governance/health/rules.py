"""From when on the doctor calls something late."""

from datetime import timedelta

LONGEST_ROUND = timedelta(minutes=15)  # Longer than one takes on a slow machine with a year's messages.
OLDEST_BACKUP = timedelta(days=2)  # One is made each day from the release hour on; so a night may lie between.
COPY_SEALED = timedelta(days=1)  # What an upgrade left: the first round after it does that.
LOOKED_AGAIN = timedelta(days=7)  # At what takes long to look at: a minute for a million lines.
CERTIFICATE_RENEWED = timedelta(days=10)  # What renews one by itself does so a month before it ends.
