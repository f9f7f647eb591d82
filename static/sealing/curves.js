/* X25519 (RFC 7748) and Ed25519 (RFC 8032) in plain BigInt, for browsers whose WebCrypto has neither.
   Not in even time: it runs on a voter's own device, for a key used once, where nobody can measure it. */

const P = (1n << 255n) - 19n;
export const ORDER = (1n << 252n) + 27742317777372353535851937790883648493n;
const D = 37095705934669439343138083508754565189542113879843219016388785533085940283555n;
const ROOT = 19681161376707505956807079304988542015446066515923890162744021073123829784752n; // of -1
const BASE_X = 15112221349535400772501151409588531511454012693041857206046113283949847762202n;
const BASE_Y = 46316835694926478169428394003475163141307993866256225615783033603165251855960n;

const mod = (a, m = P) => { const rest = a % m; return rest < 0n ? rest + m : rest; };

export const power = (base, exponent, m) => {
  let result = 1n;
  for (let b = mod(base, m), e = exponent; e > 0n; e >>= 1n) {
    if (e & 1n) result = (result * b) % m;
    b = (b * b) % m;
  }
  return result;
};

const inverse = (a) => power(a, P - 2n, P);

export const fromLittle = (bytes) => bytes.reduceRight((number, byte) => (number << 8n) | BigInt(byte), 0n);

export const toLittle = (number) => {
  const bytes = new Uint8Array(32);
  for (let at = 0; at < 32; at++, number >>= 8n) bytes[at] = Number(number & 255n);
  return bytes;
};

/* RFC 7748, section 5: the Montgomery ladder. `scalar` and `point` are 32 bytes each. */
export const x25519 = (scalar, point) => {
  const clamped = Uint8Array.from(scalar);
  clamped[0] &= 248; clamped[31] = (clamped[31] & 127) | 64;
  const k = fromLittle(clamped), u = fromLittle(point) & ((1n << 255n) - 1n);
  let [x2, z2, x3, z3, swap] = [1n, 0n, u, 1n, 0n];
  for (let t = 254n; t >= 0n; t--) {
    const bit = (k >> t) & 1n;
    if (swap ^ bit) [x2, x3, z2, z3] = [x3, x2, z3, z2];
    swap = bit;
    const a = mod(x2 + z2), b = mod(x2 - z2), aa = mod(a * a), bb = mod(b * b), e = mod(aa - bb);
    const da = mod(mod(x3 - z3) * a), cb = mod(mod(x3 + z3) * b);
    [x3, z3] = [mod((da + cb) ** 2n), mod(u * mod((da - cb) ** 2n))];
    [x2, z2] = [mod(aa * bb), mod(e * (aa + 121665n * e))];
  }
  if (swap) [x2, z2] = [x3, z3];
  return toLittle(mod(x2 * inverse(z2)));
};

export const x25519Public = (scalar) => x25519(scalar, toLittle(9n));

/* RFC 8032, section 5.1.4: points in extended coordinates (X, Y, Z, T). */
const add = ([x1, y1, z1, t1], [x2, y2, z2, t2]) => {
  const a = mod((y1 - x1) * (y2 - x2)), b = mod((y1 + x1) * (y2 + x2));
  const c = mod(2n * D * t1 * t2), d = mod(2n * z1 * z2);
  const [e, f, g, h] = [b - a, d - c, d + c, b + a];
  return [mod(e * f), mod(g * h), mod(f * g), mod(e * h)];
};

export const times = (number, point) => {
  let sum = [0n, 1n, 1n, 0n];
  for (; number > 0n; number >>= 1n, point = add(point, point)) if (number & 1n) sum = add(sum, point);
  return sum;
};

const BASE = [BASE_X, BASE_Y, 1n, mod(BASE_X * BASE_Y)];

export const encoded = ([x, y, z]) => {
  const unit = inverse(z);
  return toLittle(mod(y * unit) | ((mod(x * unit) & 1n) << 255n));
};

/* RFC 8032, section 5.1.3. Returns null for what is no point. */
export const decoded = (bytes) => {
  const number = fromLittle(bytes), sign = number >> 255n, y = number & ((1n << 255n) - 1n);
  if (bytes.length !== 32 || y >= P) return null;
  const u = mod(y * y - 1n), v = mod(D * y * y + 1n);
  let x = mod(u * v ** 3n) * power(u * v ** 7n, (P - 5n) / 8n, P) % P;
  if (mod(v * x * x) === mod(-u)) x = mod(x * ROOT);
  if (mod(v * x * x) !== u || (x === 0n && sign === 1n)) return null;
  if ((x & 1n) !== sign) x = P - x;
  return [x, y, 1n, mod(x * y)];
};

/* One of the eight points that become nothing when they are taken eight times, or what is no point. */
export const isSmall = (bytes) => {
  const point = decoded(bytes);
  if (!point) return true;
  const [x, y, z] = times(8n, point);
  return mod(x) === 0n && mod(y - z) === 0n;
};

/* An Ed25519 key as the X25519 key that it is, and back as the point whose first coordinate is even (RFC 7748, 4.1). */
export const toMontgomery = (bytes) => {
  const y = fromLittle(bytes) & ((1n << 255n) - 1n);
  return toLittle(mod((1n + y) * inverse(mod(1n - y))));
};
export const fromMontgomery = (bytes) => {
  const u = fromLittle(bytes);
  return decoded(toLittle(mod((u - 1n) * inverse(mod(u + 1n)))));
};
export const EIGHT_TIMES_BASE = times(8n, BASE);

const sha512 = async (...parts) => {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  parts.reduce((at, part) => { whole.set(part, at); return at + part.length; }, 0);
  return new Uint8Array(await crypto.subtle.digest("SHA-512", whole));
};

/* RFC 8032, section 5.1.5: the secret scalar and the prefix of a 32-byte seed. */
const expanded = async (seed) => {
  const digest = await sha512(seed);
  digest[0] &= 248; digest[31] = (digest[31] & 127) | 64;
  return [fromLittle(digest.slice(0, 32)), digest.slice(32)];
};

export const ed25519Public = async (seed) => encoded(times((await expanded(seed))[0], BASE));

/* RFC 8032, section 5.1.6. */
export const ed25519Sign = async (seed, message) => {
  const [scalar, prefix] = await expanded(seed), own = encoded(times(scalar, BASE));
  const r = fromLittle(await sha512(prefix, message)) % ORDER, start = encoded(times(r, BASE));
  const k = fromLittle(await sha512(start, own, message)) % ORDER;
  return Uint8Array.from([...start, ...toLittle((r + k * scalar) % ORDER)]);
};

/* RFC 8032, section 5.1.7, without the cofactor. Anything malformed is a no. */
export const ed25519Verify = async (own, message, signature) => {
  const start = decoded(signature.slice(0, 32)), point = decoded(own), s = fromLittle(signature.slice(32));
  if (signature.length !== 64 || !start || !point || s >= ORDER) return false;
  const k = fromLittle(await sha512(signature.slice(0, 32), own, message)) % ORDER;
  return encoded(times(s, BASE)).join() === encoded(add(start, times(k, point))).join();
};
