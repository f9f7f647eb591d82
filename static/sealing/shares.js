/* Splitting a secret among people, byte for byte as governance/sealing/shamir.py does, and its printed text.
   Shamir's scheme (Communications of the ACM 22, 1979) over GF(256) with the polynomial of FIPS 197 (0x11b). */
import { joined, random, same, sha256, utf8 } from "./crypto.js";

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"; // RFC 4648, section 6
const CHECK_BYTES = 4;

/* What went wrong with shares; `message` names one of the sentences that the page brings along. */
export class ShareTrouble extends Error {}

const multiply = (a, b) => {
  let product = 0;
  for (; b; b >>= 1, a = (a << 1) ^ (a & 0x80 ? 0x11b : 0)) if (b & 1) product ^= a;
  return product;
};

const inverse = (a) => { // a**254
  let result = 1, power = a;
  for (let step = 0; step < 7; step++) {
    power = multiply(power, power);
    result = multiply(result, power);
  }
  return result;
};

export const base32 = (bytes) => {
  let letters = "", kept = 0, bits = 0;
  for (const byte of bytes) {
    kept = ((kept << 8) | byte) & 0xfff;
    for (bits += 8; bits >= 5; bits -= 5) letters += LETTERS[(kept >> (bits - 5)) & 31];
  }
  return bits ? letters + LETTERS[(kept << (5 - bits)) & 31] : letters;
};

/* Returns null when a letter, or the number of letters, cannot be. */
export const fromBase32 = (letters) => {
  if (!/^[A-Z2-7]*$/.test(letters) || [1, 3, 6].includes(letters.length % 8)) return null;
  const bytes = [];
  let kept = 0, bits = 0;
  for (const letter of letters) {
    kept = ((kept << 5) | LETTERS.indexOf(letter)) & 0xfff;
    bits += 5;
    if (bits >= 8) bytes.push((kept >> (bits -= 8)) & 255);
  }
  return Uint8Array.from(bytes);
};

export const inGroups = (letters) => letters.match(/.{1,4}/g).join(" ");
const check = async (raw) => (await sha256(utf8("real-voice share"), raw)).slice(0, CHECK_BYTES);

/* A share is {number, body}. Its text is what is printed: groups of four, with a check at the end. */
export const textOf = async ({ number, body }) => {
  const raw = joined(Uint8Array.of(number), body);
  return inGroups(base32(joined(raw, await check(raw))));
};

export const fromText = async (typed) => {
  const alike = { 0: "O", 1: "I", 8: "B" };
  const letters = typed.toUpperCase().replace(/[^\p{L}\p{N}]/gu, "").replace(/[018]/g, (sign) => alike[sign]);
  const whole = fromBase32(letters);
  if (!whole) throw new ShareTrouble("sign");
  const raw = whole.slice(0, -CHECK_BYTES);
  if (raw.length < 2 || !same(whole.slice(-CHECK_BYTES), await check(raw))) throw new ShareTrouble("sum");
  return { number: raw[0], body: raw.slice(1) };
};

export const split = async (secret, shares = 3, needed = 2) => {
  const whole = joined(secret, await check(secret));
  const polynomials = Array.from(whole, (byte) => joined(Uint8Array.of(byte), random(needed - 1)));
  const value = (coefficients, x) => coefficients.reduceRight((sum, each) => multiply(sum, x) ^ each, 0);
  return Array.from({ length: shares }, (_, at) => ({
    number: at + 1,
    body: Uint8Array.from(polynomials, (coefficients) => value(coefficients, at + 1)),
  }));
};

export const join = async (shares) => {
  const numbers = shares.map((share) => share.number);
  if (shares.length < 2 || new Set(numbers).size !== numbers.length) throw new ShareTrouble("same");
  if (new Set(shares.map((share) => share.body.length)).size !== 1) throw new ShareTrouble("apart");
  const weights = numbers.map((x) => numbers.reduce( // Lagrange's, for the value at 0
    (weight, other) => (other === x ? weight : multiply(weight, multiply(other, inverse(other ^ x)))), 1));
  const whole = shares[0].body.map((_, at) =>
    shares.reduce((sum, share, which) => sum ^ multiply(weights[which], share.body[at]), 0));
  const secret = whole.slice(0, -CHECK_BYTES);
  if (!same(whole.slice(-CHECK_BYTES), await check(secret))) throw new ShareTrouble("apart");
  return secret;
};
