"""How hard a text is to read: the Flesch-Kincaid grade for English, the INFLESZ word for Spanish.

A formula is a smoke alarm, not a judge: show the hard words beside it, and read the text back with two
members. It is for words by staff, the board and the program. A participant's words are never graded,
and only those who write for the public may import this module (tests/promises/test_15).

English: J. P. Kincaid and others, Derivation of New Readability Formulas (Research Branch Report 8-75,
1975). Spanish: the perspicuity of F. Szigriszt Pazos (1993), read on the INFLESZ scale of I. M. Barrio
Cantalejo and others (An Sist Sanit Navar 2008; 31(2): 135-152).
"""

from __future__ import annotations

import re

from governance.ruling.sentences import N_, Sentence

# Placeholders and tags stand for other words, or for none: they count as nothing.
_NEUTRAL = re.compile(r"%\(\w+\)[#0\- +]*\d*(?:\.\d+)?[a-z]|%[sd]|\{[\w.!:,]*\}|</?[a-zA-Z][^>]*>|https?://\S+")
_WORD = re.compile(r"[^\W_]+(?:[.,]\d+)*(?:['’][^\W\d_]+)*")
_LETTER = re.compile(r"[^\W\d_]")

# A line that begins so (a heading, a point of a list, a quotation, a row of a table) starts a new sentence.
_OWN_LINE = re.compile(r"[ \t]*(#{1,6}[ \t]|[-*+•>|]|\d{1,3}[.)][ \t])+")
_ABBREVIATION = re.compile(r"(?:\b(?:Mr|Mrs|Ms|Dr|St|No|vs|etc|e\.g|i\.e|approx)|\b[A-Za-z]\.[A-Za-z]|\b[A-Z])\.$")
_END = re.compile(r"[.!?…]+[\"”’')\]*_]*(?=\s)")


def words_of(text: str) -> list[str]:
    """Return the words of *text*. A number is a word; the parts of a hyphenated word are words."""
    return _WORD.findall(_NEUTRAL.sub(" ", text))


def sentences_of(text: str) -> list[str]:
    """Return the sentences of *text*; a heading, a point of a list and a row of a table is one by itself."""
    found = [sentence for block in _blocks(_NEUTRAL.sub(" ", text)) for sentence in _cut(block)]
    return [sentence for sentence in found if _WORD.search(sentence)]


def _blocks(text: str) -> list[str]:
    blocks, fresh = [""], False
    for line in text.splitlines():
        mark = _OWN_LINE.match(line)
        if mark or fresh or not line.strip():
            blocks.append("")
        blocks[-1] += " " + (line[mark.end() :] if mark else line).strip()
        fresh = bool(mark and "#" in mark.group())
    return blocks


def _cut(block: str) -> list[str]:
    sentences, start = [], 0
    for end in _END.finditer(block + " "):
        following = block[end.end() :].lstrip()
        if following[:1].islower() or (following and _ABBREVIATION.search(block[start : end.end()])):
            continue
        sentences.append(block[start : end.end()])
        start = end.end()
    return [*sentences, block[start:]]


# Words likely in our texts whose syllables the rules below would miscount.
_SYLLABLES = {
    "anyone": 3, "area": 3, "areas": 3, "behavior": 3, "behaviour": 3, "business": 2, "businesses": 3, "client": 2,
    "clients": 2, "diet": 2, "different": 3, "element": 3, "evening": 2, "evenings": 2, "everyone": 3, "eye": 1,
    "eyes": 1, "fuel": 2, "idea": 3, "ideas": 3, "influence": 3, "lion": 2, "maybe": 2, "museum": 3, "naive": 2,
    "poem": 2, "react": 2, "reality": 4, "recipe": 3, "ruin": 2, "science": 2, "seeing": 2, "soldier": 2, "someone": 2,
    "suicide": 3, "theater": 3, "wednesday": 2, "wednesdays": 2, "whoever": 3,
}  # fmt: skip

_SILENT = re.compile(
    r"(?<=[^aeiouyl])e$|(?<=[aeiouyrl]l)e$"  # hom(e), rul(e), but not ta-ble
    r"|(?<=[gq]u)es?$"  # leagu(e)
    r"|(?<=[^aeiouytdl])ed$|(?<=[aeiouyrl]l)ed$|(?<=[aeou]y)ed$"  # ask(e)d, but not need-ed
    r"|(?<=[^aeiouyszxcgl])(?<!sh)(?<!ch)es$|(?<=[aeiouyrl]l)es$"  # tim(e)s, but not box-es
    # saf(e)ly, hom(e)less, som(e)thing
    r"|(?<=[aeiouy][^aeiouy])e(?=(?:ly|less|ful|fully|ment|ness|some|thing|time|where|body|work|site|place|side|ware"
    r"|land|man|men|room|line|stone|base|page|hand|house|what|ty|guard)s?$)"
    r"|(?<=[aeiouy][^aeiouy]c)e(?=ments?$)"  # announc(e)ment
)
_SPOKEN_APART = re.compile(
    r"(?<![tcg])i(?=a(?!ge))|(?<![tscgxnl])i(?=o)|i(?=u)"  # medi-a, peri-od, medi-um, but not spe-cial, sta-tion
    r"|(?<![qg])u(?=a)|(?<![pg])e(?=o)|^cre(?=at)|^co(?=oper|ord|ali|er)"  # actu-al, vide-o, cre-ate
    r"|(?<![tc])i(?=e(?:t|n[ct]))|ci(?=et)"  # qui-et, experi-ence, but not pa-tient
    r"|[aeiou](?=ings?$)|(?<![aeou])y(?=ings?$)|[aeou](?=y[aeiou])"  # do-ing, try-ing, play-er
    r"|(?<=[aeiouy][^aeiouy])i(?=e(?:r|st)$)|(?<=[aeiouy][^aeiouy]{2})i(?=e(?:r|st)$)"  # easi-er
    r"|is(?=ms?$)"  # raci-sm
)


def syllables(word: str) -> int:
    """Return how many syllables an English *word* has, by rule; a number counts as one, an acronym by its letters."""
    if not _LETTER.search(word):
        return 1
    if word.isupper() and 1 < len(word) < 6:
        return len(word)
    lower = word.lower().replace("’", "'")
    stem, _, ending = lower.partition("'")
    # The ending is heard in did-n't and in boss-'s, not in can't or in man's.
    spoken = bool(re.search(r"[^aeiouyrlw]n't$|(?:[sxz]|[sc]h|[cg]e)'s$", lower))
    stem = stem[:-1] if ending == "t" and spoken else stem
    if stem in _SYLLABLES:
        return _SYLLABLES[stem] + spoken
    stem = re.sub("^every", "evry", stem)
    groups = len(re.findall("[aeiouyáéíóú]+", stem))
    return max(1, groups - len(_SILENT.findall(stem)) + len(_SPOKEN_APART.findall(stem))) + spoken


def grade(text: str) -> float:
    """Return the Flesch-Kincaid grade of an English *text*: 5.0 is read at the end of US grade 5. Never under 0.

    For a label or a button use `string_grade`.
    """
    words, sentences = words_of(text), sentences_of(text)
    if not words:
        return 0.0
    heard = sum(map(syllables, words))
    return max(0.0, round(0.39 * len(words) / len(sentences) + 11.8 * heard / len(words) - 15.59, 1))


# Said every day by the people the service is for, and shorter words would be less clear.
_EVERYDAY = frozenset({
    "another", "anybody", "anyone", "december", "everybody", "everyone", "everything", "everywhere", "family",
    "february", "fentanyl", "however", "january", "methadone", "naloxone", "november", "october", "overdose",
    "overdoses", "saturday", "september", "suboxone", "syringes", "xylazine",
})  # fmt: skip


def hard_words(text: str) -> list[str]:
    """Return the words of an English *text* with three syllables or more, each once, in order of appearance.

    Left out: names (a capital inside a sentence), acronyms, and words everyone here knows, such as naloxone.
    """
    found: dict[str, str] = {}
    for sentence in sentences_of(text):
        for place, word in enumerate(words_of(sentence)):
            name = word[0].isupper() and (place > 0 or word.isupper())
            if not name and syllables(word) >= 3 and word.lower() not in _EVERYDAY:
                found.setdefault(word.lower(), word)
    return list(found.values())


SHORT = 4


def string_grade(string: str) -> float:
    """Return the grade of one English *string* of the interface, from 0.

    The formula says nothing about fewer than four words: it would give “Yes” less than 0 and “Naloxone”
    20. Such a string is graded by its hard words alone: 2, and 2 more for each syllable past the second
    in each of them. So a button may hold one word of four syllables, or two of three, and stay within 6.
    """
    if len(words_of(string)) >= SHORT:
        return grade(string)
    return 2.0 + 2.0 * sum(syllables(word) - 2 for word in hard_words(string))


# INFLESZ: the lowest perspicuity that earns each word. In the original: muy fácil, bastante fácil, normal, algo
# difícil, muy difícil.
_INFLESZ = (
    (80, N_("very easy")), (65, N_("quite easy")), (55, N_("normal")), (40, N_("somewhat hard")),
)  # fmt: skip
_HARDEST = N_("very hard")


def grade_label(text: str, lang: str) -> Sentence | None:
    """Return how hard *text* is, in the measure of its own language: a grade for English, a word for Spanish.

    None for every other language: an English grade would mean nothing there. None for a text without words.
    """
    words = words_of(text)
    if not words:
        return None
    if lang == "en":
        return Sentence(N_("Reading grade {grade}"), grade=string_grade(text))
    if lang == "es":
        ease = perspicuity(text)
        return Sentence(next((word for lowest, word in _INFLESZ if ease >= lowest), _HARDEST))
    return None


def perspicuity(text: str) -> float:
    """Return how easy a Spanish *text* is to read, about 0 to 100 (Szigriszt Pazos 1993). ValueError without words."""
    words, sentences = words_of(text), sentences_of(text)
    if not words:
        raise ValueError("There are no words to measure.")
    return 206.835 - 62.3 * sum(map(syllables_es, words)) / len(words) - len(words) / len(sentences)


def syllables_es(word: str) -> int:
    """Return how many syllables a Spanish *word* has: each strong or accented vowel is one; two weak ones share one."""
    spoken = re.sub(r"(?<=q)u(?=[eéií])|(?<=g)u(?=[eéií])", "", word.lower())
    groups = re.findall("[aeiouáéíóúü]+", spoken)
    return max(1, sum(max(1, len(re.findall("[aeoáéíóú]", group))) for group in groups))
