"""The eight principles that a proposal serves.

They are those of the National Harm Reduction Coalition ("Principles of Harm Reduction", harmreduction.org), here in our
own words; the Coalition does not endorse this program.
"""

from dataclasses import dataclass

from governance.ruling.sentences import N_


@dataclass(frozen=True)
class Principle:
    """One of the eight, in our own words."""

    number: int
    name: str
    sentence: str


PRINCIPLES = {
    each.number: each
    for each in (
        Principle(1, N_("Less harm"), N_("Drug use is part of our world. We work to make it less harmful.")),
        Principle(2, N_("Many ways"), N_("People use in many ways, and some ways are safer than others.")),
        Principle(3, N_("Better lives"), N_("What counts is that life gets better, not that someone quits.")),
        Principle(4, N_("No judging, no forcing"), N_("Help comes with no judging, no strings and no force.")),
        Principle(5, N_("A real voice"), N_("People who use drugs have a real say in what is made for them.")),
        Principle(6, N_("Our own power"), N_("People who use drugs keep each other safe, and share what they know.")),
        Principle(
            7, N_("Fairness"), N_("Being poor, racism, being alone, and past hurt all make harm worse. We act on that.")
        ),
        Principle(8, N_("Honest about harm"), N_("Drugs can bring real harm and loss. We never make that small.")),
    )
}
