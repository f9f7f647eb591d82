"""What a message may be about, in the words that stand on the screens."""

from dataclasses import dataclass

from governance.ruling.sentences import N_


@dataclass(frozen=True)
class Topic:
    """One thing a message may be about. Any number may be picked, and none is fine (R-FB-01)."""

    key: str
    label: str


TOPICS = (
    Topic("supplies", N_("Supplies")),
    Topic("needle-limit", N_("How many needles")),
    Topic("injecting", N_("Safer injecting")),
    Topic("smoking", N_("Safer smoking")),
    Topic("drug-checking", N_("Drug checking")),
    Topic("drug-alert", N_("Bad drugs going around")),
    Topic("overdose", N_("Overdose")),
    Topic("naloxone", N_("Naloxone")),
    Topic("stopping", N_("Cutting down or stopping")),
    Topic("respect", N_("How I was treated")),
    Topic("thanks", N_("Thanks")),
    Topic("privacy", N_("Privacy")),
    Topic("ban", N_("Being told to stay out")),
    Topic("wait", N_("The wait")),
    Topic("hours", N_("Open hours")),
    Topic("building", N_("The building")),
    Topic("bathroom", N_("The bathroom")),
    Topic("access", N_("Getting in and around")),
    Topic("van", N_("The van")),
    Topic("food", N_("Food")),
    Topic("water", N_("Water")),
    Topic("safety", N_("Feeling safe")),
    Topic("security", N_("Guards at the door")),
    Topic("police", N_("Police")),
    Topic("jail", N_("Jail")),
    Topic("women", N_("Women")),
    Topic("language", N_("My language")),
    Topic("testing", N_("Health tests")),
    Topic("referral", N_("Being sent somewhere else")),
    Topic("forms", N_("Forms")),
    Topic("research", N_("Studies and surveys")),
    Topic("jobs", N_("Jobs")),
    Topic("board", N_("The board")),
    Topic("kiosk", N_("This screen")),
    Topic("grief", N_("Losing someone")),
)

# What most people come to say stands on the first screen of topics; the others are one tap away.
COMMON_TOPICS = ("supplies", "needle-limit", "respect", "wait", "hours", "smoking", "bathroom", "safety")

TOPIC_KEYS = frozenset(topic.key for topic in TOPICS)
