"""Notes against the published example of the Go implementation, and everything that is not one."""

from base64 import b64decode, b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.ledger import note

# The key and note that golang.org/x/mod/sumdb/note shows in its documentation.
NAME = "PeterNeumann"
VERIFIER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PRIVATE = b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
PUBLIC = b64decode(VERIFIER.split("+", 2)[2])[1:]
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
SIGNATURE = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
NOTE = f"{TEXT}\n\u2014 {NAME} {SIGNATURE}\n"
ROOT = b64encode(bytes(32)).decode()


def test_we_sign_what_the_reference_implementation_signs_byte_for_byte() -> None:
    assert note.public_key(PRIVATE) == PUBLIC
    assert note.verifier_key(NAME, PUBLIC) == VERIFIER
    assert note.sign(TEXT, NAME, PRIVATE) == NOTE


def test_we_open_what_the_reference_implementation_signed() -> None:
    assert note.open_note(NOTE, NAME, PUBLIC) == TEXT


def test_signatures_of_other_keys_are_let_be() -> None:
    stranger = b64encode(b"\x00\x00\x00\x01" + b"s" * 64).decode()
    assert note.open_note(f"{NOTE}\u2014 witness.example {stranger}\n", NAME, PUBLIC) == TEXT
    same_name = f"{TEXT}\n\u2014 {NAME} {stranger}\n\u2014 {NAME} {SIGNATURE}\n"
    assert note.open_note(same_name, NAME, PUBLIC) == TEXT


@pytest.mark.parametrize(
    "broken",
    [
        "", "\n\n", TEXT, NOTE[:-1], NOTE.replace("\n\n", "\n"), NOTE.replace("problem is", "problem was"),
        NOTE.replace("\u2014", "-"), NOTE.replace(NAME, "Somebody"), NOTE.replace(" x08go", " y08go"),
        NOTE.replace("AM=", "AN="), NOTE.replace("AM=", "AM"), NOTE.replace(SIGNATURE, ""),
        NOTE.replace(SIGNATURE, "x08g"), NOTE.replace(SIGNATURE, "é"), NOTE.replace("If", "If\t"), NOTE + "\n",
        NOTE + NOTE.splitlines(keepends=True)[-1] * 100,
        NOTE + NOTE.splitlines(keepends=True)[-1].replace("ZInN", "ZImN"),
        NOTE.replace(SIGNATURE, SIGNATURE[:16]), NOTE.replace("problem is", "problem is\ud800"),
    ],
)  # fmt: skip
def test_what_is_not_a_note_of_this_key_is_refused(broken: str) -> None:
    with pytest.raises(note.NoteBroken):
        note.open_note(broken, NAME, PUBLIC)


@given(st.text(max_size=300))
def test_any_text_is_opened_or_refused_and_nothing_else(text: str) -> None:
    with pytest.raises(note.NoteBroken):
        note.open_note(text, NAME, PUBLIC)


@given(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=80), st.binary(min_size=32, max_size=32)
)
def test_what_is_signed_can_be_opened_with_that_key_alone(line: str, private: bytes) -> None:
    signed = note.sign(f"{line}\n", "a/b", private)
    assert note.open_note(signed, "a/b", note.public_key(private)) == f"{line}\n"
    with pytest.raises(note.NoteBroken):
        note.open_note(signed, "a/b", PUBLIC)


@pytest.mark.parametrize(("text", "name"), [("a", NAME), ("a\r\n", NAME), ("a\n", ""), ("a\n", "a b"), ("a\n", "a+b")])
def test_what_could_not_be_read_back_is_never_signed(text: str, name: str) -> None:
    with pytest.raises(ValueError, match=r"name|text"):
        note.sign(text, name, PRIVATE)


@given(st.integers(0, 10**12), st.binary(min_size=32, max_size=32))
def test_a_checkpoint_reads_back_as_it_was(size: int, root: bytes) -> None:
    checkpoint = note.Checkpoint("real-voice/p/decisions", size, root)
    assert note.read_checkpoint(checkpoint.text()) == checkpoint


def test_a_checkpoint_looks_as_the_specification_shows_it() -> None:
    """The example of C2SP tlog-checkpoint."""
    text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    checkpoint = note.read_checkpoint(text)
    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20852163)
    assert checkpoint.text() == text
    assert note.read_checkpoint(f"{text}more\n") == checkpoint


@pytest.mark.parametrize(
    "text",
    [
        "", "\n", f"a\n1\n{ROOT}", f"a\n01\n{ROOT}\n", f"a\n-1\n{ROOT}\n", f"a\n١\n{ROOT}\n", f"a\n1 \n{ROOT}\n",
        f"a\n{'9' * 5000}\n{ROOT}\n", "a\n1\nAAAA\n", "a\n1\n!\n", "a\n1\n", f"\n1\n{ROOT}\n", f"a\n1\n{ROOT}\n\n",
        f"a\n1\n{ROOT}\n\nmore\n", f"a\n1\n{ROOT[:-2]}B=\n",
    ],
)  # fmt: skip
def test_what_is_not_a_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(note.NoteBroken):
        note.read_checkpoint(text)


def test_a_note_that_lost_its_last_new_line_says_so() -> None:
    with pytest.raises(note.NoteBroken, match="cut short: a new line must end it"):
        note.split(NOTE.removesuffix("\n"))
