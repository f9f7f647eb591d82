"""How long each thing is kept: every such number of the house stands here and nowhere else.

Source: `docs/domain.md` R-PRIV-07 and R-ID-04. What is thrown away, and when, each package does for its own tables
(`forget_*`, `retire`, `forgetting.py`); it asks this page for how long.
"""

from datetime import timedelta

# Messages. Words are counted from the end of their month, urgent ones from the end of their week.
WORDS = timedelta(days=90)
URGENT_WORDS = timedelta(days=30)

# That a form was sent, so that a second tap sends nothing twice. No form is open for longer than half a day.
SENT_FORMS = timedelta(days=1)
OPEN_FORM = timedelta(hours=12)

# That a word from a tablet without a network was taken, so that it is taken once: from the first of its month, for as
# long as such a tablet stays enrolled without a touch (`ENROLLED`) and could bring it again.
TAKEN_FROM_TABLETS = timedelta(days=431)

# That a message came in a flood without a solved puzzle, until a reader has sorted it: after its week at most.
FLOOD_MARKS = timedelta(days=14)

# What was answered and not sent, in the sealed cookie of one's own phone, after the last press.
SAID_ON_A_PHONE = timedelta(minutes=30)

# What was marked on a ballot and not cast, sealed to the card or the pass in the tab of one's own phone, after the last
# touch. The first page after that drops it.
MARKS_ON_A_PHONE = timedelta(minutes=30)

# That somebody at a kiosk asked for a worker: to the end of the quarter of an hour after these minutes, or until one
# goes there. Then how long the kiosk says that a worker is on the way, to the end of that quarter too.
CALLS = timedelta(minutes=15)
ON_THE_WAY = timedelta(minutes=5)

# Ballots, from the close of their vote at most; sooner once the board adopts the record (R-ID-04).
BALLOTS = timedelta(days=90)

# What was typed when a sign-in had ended, until its writer has signed in again.
TYPED_BEFORE_SIGN_IN = timedelta(hours=12)

# What somebody wrote in a long form and did not send, after the last word of it.
DRAFTS = timedelta(days=14)

# Sign-ins: without a touch on a device that others use too, in all, and the rows behind them. Two days hold a sign-in
# in every time zone.
SIGN_IN_WITHOUT_A_TOUCH = timedelta(minutes=15)
SIGN_IN = timedelta(hours=12)
SIGN_IN_ROWS = timedelta(days=2)
FAILED_TRIES = timedelta(hours=1)

# What an operator is told of a day: how full the disk was, how many errors of a kind there were.
DAILY_FIGURES = timedelta(days=14)

# A token of a form on a page of nobody, which no sign-in ends.
TOKEN_OF_NOBODY = timedelta(hours=1)

# The backup from before an upgrade: what is destroyed may not live on in it.
BACKUP_BEFORE_UPGRADE = timedelta(days=14)

# The last copy of a public page while the database does not answer: a word that was taken back is not shown for ever.
LAST_COPY = timedelta(days=2)

# What a code opened: then it is asked for again, for the page may stand open on a shared screen. On one's own phone the
# browser then drops its cookie.
OPENED_BY_CODE = timedelta(minutes=20)

# The letters by which a voter looked for a ballot, in a sealed cookie of one's own phone, after they were sent. The
# browser then drops it.
LOOKED_FOR = timedelta(minutes=20)

# What one person asked for and a second one has not agreed to; how long every member is shown what moved power.
ASKED_FOR = timedelta(days=14)
NOTICES = timedelta(days=14)
ITS_WEEK = timedelta(days=7)  # What names the week alone in which it was asked for ends these days behind its time.

# That a screen is a kiosk, after its last touch: a tablet that was off must not be enrolled again each morning. The
# longest that browsers keep a cookie (RFC 6265bis).
ENROLLED = timedelta(days=400)
