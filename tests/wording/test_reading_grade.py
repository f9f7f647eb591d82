"""How hard a text is to read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.wording.reading_grade import (
    grade,
    grade_label,
    hard_words,
    perspicuity,
    sentences_of,
    string_grade,
    syllables,
    syllables_es,
    words_of,
)

# As English dictionaries divide them.
ENGLISH = {
    1: "I the me be you your yes eye home used times rules asked called played through said does hour fire clothes"
    " we'll can't don't won't team's league week month 30",
    2: "table people little needles handled needed houses places boxes safely homeless something sometimes someone"
    " every maybe going trying saying player beyond review quiet science patient friendly special million union union's"
    " didn't isn't couldn't boss's welcome answer open kiosk naive create social station really Wednesday evening ID"
    " region woman's pages",
    3: "idea area period video methadone naloxone fentanyl overdose decision syringes somebody everyone"
    " government violence serious medium library easier happier racism usual October agreement employee announcement"
    " everything created suicide media HIV",
    4: "buprenorphine material society experience priority community January reality security situation",
    5: "university opportunity communication",
    6: "accessibility responsibility",
}
PAIRS = [(word, count) for count, words in ENGLISH.items() for word in words.split()]

SPANISH = {
    "y": 1, "bien": 1, "muy": 1, "pie": 1, "día": 2, "ciudad": 2, "guerra": 2, "queso": 2, "aquí": 2, "país": 2,
    "limpio": 2, "pingüino": 3, "aéreo": 4, "personas": 3, "jeringa": 3, "respuesta": 3, "reunión": 2, "naloxona": 4,
    "organización": 5,
}  # fmt: skip


@pytest.mark.parametrize(("word", "count"), PAIRS)
def test_syllables_are_counted_as_a_dictionary_does(word: str, count: int) -> None:
    assert syllables(word) == count


@pytest.mark.parametrize(("word", "count"), SPANISH.items())
def test_spanish_syllables_follow_strong_and_weak_vowels(word: str, count: int) -> None:
    assert syllables_es(word) == count


def test_sentences_are_cut_at_their_ends_and_not_at_abbreviations() -> None:
    assert len(sentences_of("We open at 11 a.m. on Friday. Dr. Lee is in. Is that all? Yes! It is 3.5 km…")) == 5


def test_a_sentence_may_run_over_a_line_end_but_not_over_a_heading_or_a_list() -> None:
    text = (
        "# What we do\nWe open\nthe doors.\n\n- Water\n- Socks and\n  gloves\n\n1. Come in\n2. Sit\n\n| a | b |\n\nEnd"
    )
    assert [" ".join(words_of(sentence)) for sentence in sentences_of(text)] == [
        "What we do", "We open the doors", "Water", "Socks and gloves", "Come in", "Sit", "a b", "End",
    ]  # fmt: skip


def test_the_grade_is_flesch_kincaid() -> None:
    # 6 words, 1 sentence, 6 syllables: 0.39 * 6 + 11.8 - 15.59 is below nought.
    assert grade("The cat sat on the mat.") == 0.0
    # 8 words, 1 sentence, 13 syllables: 0.39 * 8 + 11.8 * 13 / 8 - 15.59 = 6.705.
    assert grade("The decision of the board about every member.") == 6.7


def test_plain_writing_is_graded_low_and_office_writing_high() -> None:
    assert grade("We will stock pipes each day we are open. We count them each Friday.") < 4
    assert grade("Participants experiencing dissatisfaction may initiate a formal reconsideration procedure.") > 15


def test_placeholders_and_tags_count_as_nothing() -> None:
    plain = "Staff are days late. Ask them again."
    assert grade(plain) == grade("Staff are %(number_of_days)s days late. Ask them <strong>again</strong>.")
    assert grade(plain) == grade("Staff are {unbelievably} days late. Ask them again.")
    assert words_of("%(n)s {name} %s") == []


def test_no_words_no_grade() -> None:
    assert grade("") == string_grade("…") - 2.0 == 0.0
    assert grade_label("", "en") is None


def test_hard_words_leave_out_names_and_what_everyone_here_knows() -> None:
    text = "The Coalition gave naloxone. An administrator told Valentina about confidentiality. HIV. Administrator"
    assert hard_words(text) == ["administrator", "confidentiality"]


@pytest.mark.parametrize(
    ("string", "expected"),
    [
        ("Yes", 2.0), ("Send", 2.0), ("Naloxone", 2.0), ("Decision", 4.0), ("Decision record", 4.0),
        ("Information", 6.0), ("Accessibility", 10.0), ("Accessibility statement", 10.0), ("Answer %(n)s", 2.0),
    ],
)  # fmt: skip
def test_a_short_string_is_graded_by_its_hard_words(string: str, expected: float) -> None:
    assert string_grade(string) == expected


def test_a_longer_string_is_graded_by_the_formula() -> None:
    assert string_grade("Nothing is kept until you press send.") == grade("Nothing is kept until you press send.") < 6


def test_a_grade_is_only_shown_in_the_measure_of_the_texts_own_language() -> None:
    assert str(grade_label("We count them each Friday.", "en")) == "Reading grade 0.5"
    assert str(grade_label("No hay luz. Ven con tu tía.", "es")) == "very easy"
    hard = "La implementación interinstitucional de procedimientos administrativos requiere presupuestos."
    assert str(grade_label(hard, "es")) == "very hard"
    for other in ("fr", "pt", "ht", "zh", "vi", "pa", "ar"):
        assert grade_label("Merci pour le café.", other) is None


def test_perspicuity_is_szigriszt_pazos() -> None:
    # 4 words, 7 syllables, 1 sentence.
    assert perspicuity("Hoy abrimos la puerta.") == pytest.approx(206.835 - 62.3 * 7 / 4 - 4)


@given(st.text())
def test_any_text_has_a_grade_and_no_text_breaks_the_count(text: str) -> None:
    assert grade(text) >= 0
    assert string_grade(text) >= 0
    assert all(syllables(word) >= 1 and syllables_es(word) >= 1 for word in words_of(text))
    assert bool(sentences_of(text)) == bool(words_of(text))
