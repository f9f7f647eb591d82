/* The letters of a card, as governance/ballots/passes/card_letters.py has them: what is wrong with typed ones.
   The last two letters of a new card check the others; a card of before has no such letters. */

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const CODE_LETTERS = 20, PASS_LETTERS = 40, GROUP = 4;
const LOOKS_LIKE = { 0: "O", 1: "I", 8: "B" };

export const lettersIn = (typed) =>
  typed.toUpperCase().replace(/[^\p{L}\p{N}]/gu, "").replace(/[018]/g, (sign) => LOOKS_LIKE[sign]);

/* The powers of x in the field of 32 elements, with x^5 = x^2 + 1. */
const POWERS = [1];
while (POWERS.length < LETTERS.length - 1) {
  const doubled = POWERS[POWERS.length - 1] << 1;
  POWERS.push(doubled >= LETTERS.length ? doubled ^ 0b100101 : doubled);
}

const sums = (letters) => {
  let plain = 0, weighted = 0;
  letters.forEach((letter, at) => {
    const value = LETTERS.indexOf(letter);
    if (!value) return;
    plain ^= value;
    weighted ^= POWERS[(POWERS.indexOf(value) + at) % POWERS.length];
  });
  return [plain, weighted];
};
const isWhole = (letters) => sums(letters).every((sum) => sum === 0);

/* The place of the one letter that is wrong; -1 when more are. */
const wrongAt = (letters) => {
  const [plain, weighted] = sums(letters);
  if (!plain || !weighted) return -1;
  const at = (POWERS.indexOf(weighted) - POWERS.indexOf(plain) + POWERS.length) % POWERS.length;
  return at < letters.length ? at : -1;
};

/* Whether two neighbours that change places would make it whole. */
const isTurned = (letters) => letters.slice(1).some((letter, at) =>
  isWhole([...letters.slice(0, at), letter, letters[at], ...letters.slice(at + 2)]));

const groupOf = (at) => Math.floor(at / GROUP) + 1;

/* {kind, group, typed, whole}, or null where nothing is wrong. Of a pass only the number of letters is looked at. */
export const faultOf = (written) => {
  const letters = [...lettersIn(written)];
  const whole = letters.length > (CODE_LETTERS + PASS_LETTERS) / 2 ? PASS_LETTERS : CODE_LETTERS;
  const fault = (kind, group = 0, typed = 0) => ({ kind, group, typed, whole });
  if (letters.length !== whole) return fault(letters.length < whole ? "few" : "many", 0, letters.length);
  const strange = letters.findIndex((letter) => !LETTERS.includes(letter));
  if (strange >= 0) return fault("sign", groupOf(strange));
  if (whole === PASS_LETTERS || isWhole(letters)) return null;
  const at = wrongAt(letters);
  return at >= 0 ? fault("letter", groupOf(at)) : fault(isTurned(letters) ? "swapped" : "some");
};
