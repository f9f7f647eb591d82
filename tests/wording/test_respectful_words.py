"""The language check: advice for what staff and the board publish."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.wording.respectful_words import (
    ASK_FOR,
    Advice,
    Fact,
    StaffText,
    TextKind,
    WordLevel,
    advice,
    load_rows,
    missing_facts,
)
from governance.wording.respectful_words import off_at_first as off_list

ROWS = load_rows()
HEADER = "term,pattern_note,suggestion,why,applies_to,caveat\n"

# Modelled on answers, records and proposals a programme would publish.
PUBLISHED = (
    "Ten is not enough. People run out and use one again. You do not have to bring any back.",
    "The bathroom is clean and the water is clean. We knock softly after ten minutes.",
    "Our biggest grant does not let us buy pipes. We use gift money for them.",
    "We are sorry. Test results are now given in the side room only. The old form is gone.",
    "Nobody may be kept out for life. Each time has an end date, a reason, supplies and a review.",
    "Running out means using one again. That spreads illness and hurts veins.",
    "Some people are watched by someone who hurts them. A side door. A worker outside.",
    "We failed to attend the last two meetings. That was our fault.",
    "One sample cannot speak for all. It had fentanyl and a strong sleep drug.",
    "More than half present hold lived or living experience seats. Two members signed this view.",
)

# What a person without this list might write, the row that answers, and what is found.
HITS = (
    ("He is an addict.", "addict", "addict"),
    ("Former addicts may apply.", "former addict", "Former addicts"),
    ("No junkies in the hall.", "junkie", "junkies"),
    ("It cuts drug abuse.", "drug abuse / substance abuse", "drug abuse"),
    ("It cuts drug\nabuse.", "drug abuse / substance abuse", "drug\nabuse"),
    ("Clients must be clean.", "clean (of a person)", "be clean"),
    ("Bring back dirty needles.", "clean / dirty needle", "dirty needles"),
    ("IV drug users come first.", "IV drug user / IVDU / injector", "IV drug users"),
    ("Participants failed to attend.", "failed (treatment, test, to engage)", "failed to attend"),
    ("We have zero\u00a0tolerance.", "zero tolerance", "zero\u00a0tolerance"),
    ("We opened a MAT clinic.", "MAT / medication-assisted treatment", "MAT"),
)


def heard(text: str, lang: str = "en", kind: TextKind = TextKind.STAFF_PUBLISHED, **choices) -> list[Advice]:
    return advice(StaffText(text, kind), ROWS, lang=lang, **choices)


def found(text: str, **choices) -> list[str]:
    return [hit.found for hit in heard(text, **choices)]


@pytest.mark.parametrize(("text", "term", "word"), HITS)
def test_a_hit_names_the_row_the_word_and_where_it_stands(text: str, term: str, word: str) -> None:
    (hit,) = heard(text)
    assert (hit.term, hit.found, text[hit.start : hit.end]) == (term, word, word)
    assert hit.why
    assert hit.suggestions


@pytest.mark.parametrize("text", PUBLISHED)
@pytest.mark.parametrize("kind", TextKind)
def test_good_published_sentences_hear_nothing_to_avoid(text: str, kind: TextKind) -> None:
    assert not [hit for hit in heard(text, kind=kind) if hit.level is WordLevel.AVOID]


def test_two_options_are_offered_and_the_caveat_says_when_the_word_may_stay() -> None:
    (hit,) = heard("A dirty test.")
    assert hit.suggestions == ("negative or positive test", "the test found (drug)")
    assert hit.caveat == "Participants' own words stay."


def test_of_overlapping_hits_the_longest_wins() -> None:
    assert found("For IV drug users and drug users and users.") == ["IV drug users", "drug users", "users"]


def test_a_row_that_is_off_keeps_its_words_silent() -> None:
    assert found("A drug user and a user.", off=off_list(ROWS) | {"drug user"}) == ["user"]
    assert found("A drug user.", off=off_list(ROWS) | {"drug user"}) == []


def test_some_rows_wait_until_the_board_turns_them_on() -> None:
    assert found("A peer helps each patient.") == []
    assert found("A peer helps each patient.", off=frozenset()) == ["peer", "patient"]


def test_other_languages_wait_until_local_speakers_have_read_their_rows() -> None:
    assert found("Es un drogadicto y un toxicómano.", lang="es") == []
    assert found("Es un drogadicto y un toxicómano.", lang="es", off=frozenset()) == ["drogadicto", "toxicómano"]
    assert found("Il est drogué.", lang="fr", off=frozenset()) == ["drogué"]


def test_only_the_rows_of_the_texts_own_language_speak() -> None:
    assert found("He is an addict.", lang="es", off=frozenset()) == []


def test_a_word_inside_a_longer_word_with_accents_is_no_hit() -> None:
    assert found("La recaída.", lang="es", off=frozenset()) == ["recaída"]
    assert found("putaña", lang="es", off=frozenset()) == []


@pytest.mark.parametrize(
    "text",
    [
        "A member said: “I am a junkie and proud of it.”",
        'A member said: "I am a junkie and proud of it."',
        "> I am a junkie\nWe heard this.",
        "Un membre : « Je suis un junkie. »",
    ],
)
def test_quoted_words_are_left_alone(text: str) -> None:
    assert found(text) == []


def test_a_mark_that_nobody_closed_hides_nothing() -> None:
    assert found('The 5" pipe.\n\nNo junkies. A 6" pipe.') == ["junkies"]
    assert found("He said “no. No junkies.") == ["junkies"]


def test_the_caller_may_name_further_passages_as_somebody_elses_words() -> None:
    assert found("No junkies.", quoted=[(3, 10)]) == []


def test_proper_names_stay_as_they_are() -> None:
    text = "The National Institute on Drug Abuse pays for it. The Vandu Drug Users Union agreed."
    assert found("The National Institute on Drug Abuse pays.") == []
    assert found(text) == ["Drug Users"]
    assert found(text, names=["Vandu Drug Users Union", "National Institute on Drug Abuse"]) == []


@pytest.mark.parametrize("text", ["We put a mat down.", "An odd day.", "A service user logged in with a user name."])
def test_look_alikes_are_no_hits(text: str) -> None:
    assert found(text) == []


def test_a_row_speaks_only_where_it_applies() -> None:
    assert found("No junkies.", kind=TextKind.SERVICE_RULES) == []
    assert found("Zero tolerance.", kind=TextKind.SERVICE_RULES) == ["Zero tolerance"]


def test_a_plain_string_is_refused_so_that_no_other_text_slips_in() -> None:
    with pytest.raises(TypeError, match="StaffText"):
        advice("No junkies.", ROWS, lang="en")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="StaffText"):
        missing_facts("You are banned.")  # type: ignore[arg-type]


WORDS = st.sampled_from([*(word for _, _, word in HITS), "“", "”", '"', "\n", "\n\n> ", "we", "and", ".", "’", "café"])


@given(st.lists(WORDS).map(" ".join))
def test_hits_are_what_stands_there_in_order_and_never_overlap(text: str) -> None:
    last = 0
    for hit in heard(text, off=frozenset()):
        assert text[hit.start : hit.end] == hit.found
        assert last <= hit.start < hit.end
        last = hit.end


def test_the_list_is_whole_and_each_term_stands_once() -> None:
    assert len({row.term for row in ROWS}) == len(ROWS) == 88
    languages = [row.lang for row in ROWS]
    assert {lang: languages.count(lang) for lang in languages} == {"en": 73, "es": 9, "fr": 3, "pt": 2, "ht": 1}
    assert all(row.why and all(row.suggestions) for row in ROWS)


@pytest.mark.parametrize(
    "line",
    [
        "x,lang=en ;; level=avoid ;; case_sensitive=no ;; regex=(,y,z,ui,",
        "x,lang=en ;; level=maybe ;; case_sensitive=no ;; regex=a,y,z,ui,",
        "x,lang=en ;; level=avoid ;; case_sensitive=no ;; regex=a,y,z,feedback,",
        "x,lang=en ;; level=avoid ;; regex=a,y,z,ui,",
        "x",
    ],
)
def test_a_row_that_breaks_the_format_is_named(line: str, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(HEADER + line + "\n", encoding="utf-8")
    with pytest.raises(ValueError, match="row “x”"):
        load_rows(path)


BANS = (
    ("You are banned.", {Fact.END, Fact.SUPPLIES, Fact.REVIEW}),
    ("You cannot come in until May 3.", {Fact.SUPPLIES, Fact.REVIEW}),
    ("You cannot come in until May 3. The van has supplies for you. You can ask for a review.", set()),
    ("He was told to leave for 30 days.\nThe van has naloxone and supplies.", {Fact.REVIEW}),
    ("She was barred with no end date and no supplies. She asked for a review.", {Fact.END, Fact.SUPPLIES}),
    ("Stay away for 10 decisions.", {Fact.END, Fact.SUPPLIES, Fact.REVIEW}),
    ("You can’t come in.\n\nThe van has supplies until May 3. Ask for a review.", set(Fact)),
)


@pytest.mark.parametrize(("text", "missing"), BANS)
def test_a_paragraph_about_a_ban_must_say_when_it_ends_where_supplies_are_and_how_to_ask_for_a_review(
    text: str, missing: set[Fact]
) -> None:
    flagged = missing_facts(StaffText(text, TextKind.SERVICE_RULES))
    assert {fact for flag in flagged for fact in flag.missing} == missing
    assert set(ASK_FOR) == set(Fact)


def test_the_sentence_about_the_ban_is_pointed_out_once_a_paragraph() -> None:
    text = "Hello there. You are banned. You are barred.\n\nThe hall is open."
    (flag,) = missing_facts(StaffText(text, TextKind.STAFF_PUBLISHED))
    assert flag.sentence == text[flag.start : flag.end] == "You are banned."


def test_a_participants_quoted_story_of_a_ban_is_not_held_against_anybody() -> None:
    assert missing_facts(StaffText("You said: “Told me Im banned. no paper no date nothing.”", TextKind.UI)) == []
