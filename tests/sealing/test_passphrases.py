"""Passphrases and the slow hash: the real cost, forgiving typing, two halves, and never a crowd at once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from argon2.low_level import Type

from governance import sealing
from governance.sealing import passphrases

SALT = b"sixteen bytes ok"


def test_the_real_cost_is_64_mib_three_rounds_one_lane() -> None:
    real = passphrases.Cost()
    assert (real.memory, real.rounds, real.lanes) == (64 * 1024, 3, 1)


def test_the_cost_in_force_is_what_argon2id_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[object, ...]] = []

    def noted(*given: object) -> bytes:
        seen.append(given)
        return bytes(32)

    monkeypatch.setattr(passphrases, "COST", passphrases.Cost())
    monkeypatch.setattr(passphrases, "hash_secret_raw", noted)
    sealing.stretch("five words", SALT)
    sealing.code_keys(7, bytes(32))
    assert [call[2:] for call in seen] == [(3, 64 * 1024, 1, 32, Type.ID)] * 2


def test_the_real_cost_is_back_after_the_cheap_one() -> None:
    before = (passphrases.COST.rounds, passphrases.COST.memory)
    passphrases.COST.rounds, passphrases.COST.memory = 3, 64 * 1024
    try:
        with sealing.cheap_for_tests():
            assert passphrases.COST.memory == 8
        assert (passphrases.COST.rounds, passphrases.COST.memory) == (3, 64 * 1024)
    finally:
        passphrases.COST.rounds, passphrases.COST.memory = before


@pytest.mark.parametrize(
    "typed", ["Arbol  casa-pera", " ÁRBOL, casa, pera ", "a\u0301rbol\tcasa\npera", "árbol–casa–pera."]
)
def test_case_accents_hyphens_and_spaces_do_not_matter(typed: str) -> None:
    assert sealing.stretch(typed, SALT) == sealing.stretch("arbol casa pera", SALT)


def test_other_words_another_order_or_another_salt_stretch_to_something_else() -> None:
    roots = {
        sealing.stretch("arbol casa pera", SALT),
        sealing.stretch("casa arbol pera", SALT),
        sealing.stretch("arbol casa peras", SALT),
        sealing.stretch("arbol casa pera", SALT[::-1]),
    }
    assert len(roots) == 4


def test_what_proves_does_not_unlock() -> None:
    halves = sealing.split_stretched(sealing.stretch("arbol casa pera", SALT))
    assert len({halves.proof, halves.unlock, sealing.stretch("arbol casa pera", SALT)}) == 3
    assert len(halves.proof) == len(halves.unlock) == 32
    assert repr(halves.unlock) not in repr(halves)


def test_each_purpose_has_a_salt_of_its_own_under_the_pepper() -> None:
    salts = {sealing.salt_for(pepper, name) for pepper in (bytes(32), b"p" * 32) for name in ("account a", "account b")}
    assert len(salts) == 4
    assert all(len(salt) >= 16 for salt in salts)


@pytest.mark.parametrize("language", passphrases.LANGUAGES)
def test_a_new_passphrase_is_five_words_of_its_list(language: str) -> None:
    made = {sealing.new_passphrase(language) for _ in range(50)}
    assert len(made) == 50
    assert all(len(phrase.split()) == 5 for phrase in made)
    assert {word for phrase in made for word in phrase.split()} <= set(passphrases.word_list(language))


def test_never_more_than_two_run_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two hold the door open and wait for a third; the third never comes in while they are inside."""
    inside, most, counting = 0, 0, threading.Lock()
    two_in, third_in = threading.Barrier(2), threading.Event()

    def slow(*given: object) -> bytes:
        nonlocal inside, most
        with counting:
            inside, most = inside + 1, max(most, inside + 1)
            if inside > 2:
                third_in.set()
        two_in.wait(timeout=20)
        third_in.wait(timeout=0.05)
        with counting:
            inside -= 1
        return bytes(32)

    monkeypatch.setattr(passphrases, "hash_secret_raw", slow)
    with ThreadPoolExecutor(6) as crowd:
        signing_in = [crowd.submit(sealing.stretch, "words", SALT) for _ in range(3)]
        with_codes = [crowd.submit(sealing.code_keys, number, bytes(32)) for number in range(3)]
        assert all(run.result(timeout=60) for run in signing_in)
        assert all(run.result(timeout=60) for run in with_codes)
    assert most == 2
