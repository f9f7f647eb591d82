/* What a ballot needs of cryptography, on WebCrypto and BigInt alone; curves.js stands in where a browser is older.
   Bytes go in and out as Uint8Array. The Python side is governance/sealing/blind.py and hpke.py. */
import * as Curves from "./curves.js";

const subtle = () => {
  if (!globalThis.crypto || !crypto.subtle) throw new Error("no WebCrypto here");
  return crypto.subtle;
};
export const utf8 = (text) => new TextEncoder().encode(text);
export const text = (bytes) => new TextDecoder("utf-8", { fatal: true }).decode(bytes);
export const random = (length) => crypto.getRandomValues(new Uint8Array(length));
export const same = (a, b) => a.length === b.length && a.every((byte, at) => byte === b[at]);

export const joined = (...parts) => {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  parts.reduce((at, part) => { whole.set(part, at); return at + part.length; }, 0);
  return whole;
};

export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
export const fromHex = (letters) => {
  if (!/^([0-9a-f]{2})*$/i.test(letters)) throw new Error("not hex");
  return Uint8Array.from(letters.match(/../g) || [], (pair) => parseInt(pair, 16));
};
export const base64 = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
export const fromBase64 = (letters) => Uint8Array.from(atob(letters), (sign) => sign.charCodeAt(0));

const number = (bytes) => BigInt("0x" + (hex(bytes) || "0"));
const bytesOf = (value, length) => fromHex(value.toString(16).padStart(2 * length, "0"));

const digest = async (name, ...parts) => new Uint8Array(await subtle().digest(name, joined(...parts)));
export const sha256 = (...parts) => digest("SHA-256", ...parts);
export const sha512 = (...parts) => digest("SHA-512", ...parts);

/* RFC 8785 for strings, whole numbers, lists and objects; anything else has no place in a ballot. */
export const canonical = (value) => {
  if (typeof value === "string") {
    encodeURIComponent(value); // Throws for half a sign (3.2.2.2).
    return JSON.stringify(value);
  }
  if (typeof value === "number" && Number.isSafeInteger(value)) return String(value);
  if (Array.isArray(value)) return "[" + value.map(canonical).join(",") + "]";
  if (typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype) {
    const members = Object.keys(value).sort().map((name) => `${canonical(name)}:${canonical(value[name])}`);
    return `{${members.join(",")}}`;
  }
  throw new Error("not for canonical JSON");
};

/* HMAC and HKDF with SHA-256 (RFC 2104, RFC 5869). An empty salt counts as 32 zeros. */
const hmac = async (key, ...parts) => {
  const filled = key.length ? key : new Uint8Array(32);
  const made = await subtle().importKey("raw", filled, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await subtle().sign("HMAC", made, joined(...parts)));
};
const expand = async (key, info, length) => {
  let block = new Uint8Array(0), whole = block;
  for (let count = 1; whole.length < length; count++) {
    block = await hmac(key, block, info, Uint8Array.of(count));
    whole = joined(whole, block);
  }
  return whole.slice(0, length);
};
export const hkdf = async (secret, salt, info, length) => expand(await hmac(salt, secret), info, length);

/* X25519 (RFC 7748) and Ed25519 (RFC 8032): WebCrypto's, or ours where it has none or `plain` asks for ours. */
const PKCS8 = {
  X25519: fromHex("302e020100300506032b656e04220420"),
  Ed25519: fromHex("302e020100300506032b657004220420"),
};
const privateKey = (kind, seed, uses, extractable = false) =>
  subtle().importKey("pkcs8", joined(PKCS8[kind], seed), { name: kind }, extractable, uses);
const known = {};
const has = (kind, uses) =>
  known[kind] || (known[kind] = privateKey(kind, new Uint8Array(32).fill(7), uses).then(() => true, () => false));
const native = async (kind, plain) => !plain && (await has(kind, kind === "X25519" ? ["deriveBits"] : ["sign"]));

const publicOf = async (kind, seed, uses) => {
  const { x } = await subtle().exportKey("jwk", await privateKey(kind, seed, uses, true));
  return fromBase64(x.replace(/-/g, "+").replace(/_/g, "/"));
};
export const x25519Public = async (secret, plain) =>
  (await native("X25519", plain)) ? publicOf("X25519", secret, ["deriveBits"]) : Curves.x25519Public(secret);
export const x25519 = async (secret, other, plain) => {
  let shared;
  if (await native("X25519", plain)) {
    const theirs = await subtle().importKey("raw", other, { name: "X25519" }, false, []);
    const mine = await privateKey("X25519", secret, ["deriveBits"]);
    shared = new Uint8Array(await subtle().deriveBits({ name: "X25519", public: theirs }, mine, 256));
  } else {
    shared = Curves.x25519(secret, other);
  }
  if (shared.every((byte) => byte === 0)) throw new Error("not a key"); // RFC 9180, section 7.1.4
  return shared;
};
export const ed25519Public = async (seed, plain) =>
  (await native("Ed25519", plain)) ? publicOf("Ed25519", seed, ["sign"]) : Curves.ed25519Public(seed);
export const sign = async (seed, message, plain) => {
  if (!(await native("Ed25519", plain))) return Curves.ed25519Sign(seed, message);
  return new Uint8Array(await subtle().sign("Ed25519", await privateKey("Ed25519", seed, ["sign"]), message));
};
export const signatureHolds = async (own, message, signature, plain) => {
  if (!(await native("Ed25519", plain))) return Curves.ed25519Verify(own, message, signature);
  try {
    const key = await subtle().importKey("raw", own, { name: "Ed25519" }, false, ["verify"]);
    return await subtle().verify("Ed25519", key, signature, message);
  } catch {
    return false;
  }
};

/* HPKE, base mode (RFC 9180): DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM. */
const KEM = joined(utf8("KEM"), Uint8Array.of(0, 0x20));
const SUITE = joined(utf8("HPKE"), Uint8Array.of(0, 0x20, 0, 1, 0, 2));
const NOTHING = new Uint8Array(0);
const labeledExtract = (suite, salt, label, secret) => hmac(salt, utf8("HPKE-v1"), suite, utf8(label), secret); // 4
const labeledExpand = (suite, key, label, info, length) =>
  expand(key, joined(Uint8Array.of(0, length), utf8("HPKE-v1"), suite, utf8(label), info), length);
const schedule = async (exchanged, enc, receiver, info) => { // 4.1 and 5.1
  const eae = await labeledExtract(KEM, NOTHING, "eae_prk", exchanged);
  const shared = await labeledExpand(KEM, eae, "shared_secret", joined(enc, receiver), 32);
  const pskHash = await labeledExtract(SUITE, NOTHING, "psk_id_hash", NOTHING);
  const context = joined(Uint8Array.of(0), pskHash, await labeledExtract(SUITE, NOTHING, "info_hash", info));
  const secret = await labeledExtract(SUITE, shared, "secret", NOTHING);
  const raw = await labeledExpand(SUITE, secret, "key", context, 32);
  const nonce = await labeledExpand(SUITE, secret, "base_nonce", context, 12);
  return [await subtle().importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]), nonce];
};
const gcm = (nonce, aad) => ({ name: "AES-GCM", iv: nonce, additionalData: aad || NOTHING });
/* `options`: plain (our own X25519), aad, and ephemeral, which signed-seal.js and test vectors have to give. */
export const hpkeSeal = async (receiver, filled, info, { plain, aad, ephemeral } = {}) => {
  const secret = ephemeral || random(32), enc = await x25519Public(secret, plain);
  const [key, nonce] = await schedule(await x25519(secret, receiver, plain), enc, receiver, info);
  return joined(enc, new Uint8Array(await subtle().encrypt(gcm(nonce, aad), key, filled)));
};
export const hpkeOpen = async (secret, sealed, info, { plain, aad } = {}) => {
  const enc = sealed.slice(0, 32), own = await x25519Public(secret, plain);
  const [key, nonce] = await schedule(await x25519(secret, enc, plain), enc, own, info);
  return new Uint8Array(await subtle().decrypt(gcm(nonce, aad), key, sealed.slice(32)));
};

/* The seals of governance/sealing/hpke.py: a version, then the padded words. */
const BUCKETS = [512, 2048, 8192, 16384];
export const padded = (words) => {
  const bucket = BUCKETS.find((size) => size >= words.length + 4);
  if (!bucket) throw new Error("too long to seal");
  return joined(bytesOf(BigInt(words.length), 4), words, new Uint8Array(bucket - words.length - 4));
};
export const unpadded = (filled) => {
  const length = Number(number(filled.slice(0, 4))), rest = filled.slice(4 + length);
  const fits = BUCKETS.includes(filled.length) && length + 4 <= filled.length;
  if (!fits || rest.some((byte) => byte !== 0)) throw new Error("wrong padding");
  return filled.slice(4, 4 + length);
};
export const seal = async (receiver, words, info, plain) =>
  joined(Uint8Array.of(1), await hpkeSeal(receiver, padded(words), info, { plain }));
export const openSealed = async (secret, sealed, info, plain) => {
  if (sealed[0] !== 1) throw new Error("another kind of seal");
  return unpadded(await hpkeOpen(secret, sealed.slice(1), info, { plain }));
};

/* Blind signatures (RFC 9474) as RSABSSA-SHA384-PSSZERO-Randomized; `salt` is there for the other variants. */
export const issuer = async (spki, salt = 0) => {
  const key = await subtle().importKey("spki", spki, { name: "RSA-PSS", hash: "SHA-384" }, true, ["verify"]);
  const { n, e } = await subtle().exportKey("jwk", key);
  const [modulus, exponent] = [n, e].map((part) => number(fromBase64(part.replace(/-/g, "+").replace(/_/g, "/"))));
  const bits = modulus.toString(2).length;
  if (bits < 2048 || exponent !== 65537n) throw new Error("not an issuer's key");
  return { key, n: modulus, e: exponent, bits, bytes: Math.ceil(bits / 8), salt };
};
const mask = async (seed, length) => { // MGF1, RFC 8017 B.2.1
  const blocks = [];
  for (let at = 0; at * 48 < length; at++) blocks.push(await digest("SHA-384", seed, bytesOf(BigInt(at), 4)));
  return joined(...blocks).slice(0, length);
};
const encoded = async (message, bits, salt) => { // EMSA-PSS-ENCODE, RFC 8017 9.1.1
  const length = Math.ceil(bits / 8);
  const hashed = await digest("SHA-384", new Uint8Array(8), await digest("SHA-384", message), salt);
  const block = joined(new Uint8Array(length - salt.length - 50), Uint8Array.of(1), salt);
  const over = await mask(hashed, block.length);
  const masked = block.map((byte, at) => byte ^ over[at]);
  masked[0] &= 255 >> (8 * length - bits);
  return joined(masked, hashed, Uint8Array.of(0xbc));
};
const inverted = (a, n) => { // Euclid's way; 0n when there is no inverse
  let [x, y, u, v] = [a % n, n, 1n, 0n];
  while (x) [x, y, u, v] = [y % x, x, v - (y / x) * u, u];
  return y === 1n ? ((v % n) + n) % n : 0n;
};
const below = (n, bytes) => { // Fair: what is too large is drawn again.
  for (;;) {
    const drawn = number(random(bytes)) & ((1n << BigInt(n.toString(2).length)) - 1n);
    if (drawn > 0n && drawn < n) return drawn;
  }
};
export const prepare = (message) => joined(random(32), message); // RFC 9474 4.1
export const blind = async (by, prepared, salt, given) => { // 4.2; the last two only test vectors have to give
  let inverse = given ? number(given) : 0n, r = inverse && inverted(inverse, by.n);
  while (!inverse) inverse = inverted((r = below(by.n, by.bytes)), by.n);
  const message = number(await encoded(prepared, by.bits - 1, salt || random(by.salt)));
  const blinded = (message * Curves.power(r, by.e, by.n)) % by.n;
  return { message: bytesOf(blinded, by.bytes), inverse: bytesOf(inverse, by.bytes) };
};
export const verify = (by, prepared, signature) => // 4.5
  subtle().verify({ name: "RSA-PSS", saltLength: by.salt }, by.key, signature, prepared);
export const finalize = async (by, prepared, blindSignature, inverse) => { // 4.4
  if (blindSignature.length !== by.bytes || inverse.length !== by.bytes) throw new Error("wrong length");
  const signature = bytesOf((number(blindSignature) * number(inverse)) % by.n, by.bytes);
  if (!(await verify(by, prepared, signature))) throw new Error("the issuer's signature does not hold");
  return signature;
};
/* What a member shows of a signature: the random prefix and, behind it, the signature. */
export const grant = (prepared, signature) => joined(prepared.slice(0, 32), signature);
export const grantHolds = (by, message, shown) => verify(by, joined(shown.slice(0, 32), message), shown.slice(32));
