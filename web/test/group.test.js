// SPDX-License-Identifier: AGPL-3.0-or-later
// group.test.js: both ways of computing against big integers and the library: field, points, sums; hashing against the vectors

import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { expand_message_xmd } from '@noble/curves/abstract/hash-to-curve.js';
import { ed25519, ED25519_TORSION_SUBGROUP, ristretto255, ristretto255_hasher } from '@noble/curves/ed25519.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { concat, fromNumber, toHex, toNumber } from '../src/base/bytes.js';
import { D, power } from '../src/group/curve.js';
import { digitCount, signedDigits } from '../src/group/digits.js';
import { big } from '../src/group/field_big.js';
import { quickerField } from '../src/group/field.js';
import { limbs } from '../src/group/field_limbs.js';
import { Group } from '../src/group/group.js';
import { expandMessage, hashToPoint, hashToScalar } from '../src/group/hash.js';
import { Edwards } from '../src/group/edwards.js';
import { encodePoint } from '../src/group/point.js';
import { decodeScalar, encodeScalar, L, mod } from '../src/group/scalar.js';

const P = 2n ** 255n - 19n;
const SEED = process.env.SEED ?? randomBytes(8).toString('hex');
let drawn = 0;
/** @param {number} n */
const bytes = (n) => new Uint8Array(createHash('shake256', { outputLength: n }).update(`${SEED} ${drawn++}`).digest());
const element = () => toNumber(bytes(64)) % P;
const scalar = () => mod(toNumber(bytes(64)));
/** @param {string} hex */
const unhex = (hex) => new Uint8Array(Buffer.from(hex, 'hex'));
const EDGES = [0n, 1n, 2n, 18n, 19n, 20n, 2n ** 22n, 2n ** 43n - 1n, 2n ** 128n, 2n ** 234n, 2n ** 254n - 1n, 2n ** 254n, P - 19n, P - 2n, P - 1n];
const groups = [limbs, big].map((field) => ({ name: field.name, field, group: new Group(field) }));

test.before(() => console.log(`# SEED=${SEED}`));

for (const { name, field, group } of groups) {
	const w = field.width;
	/** @param {...bigint} numbers */
	const row = (...numbers) => {
		const out = field.allocate(numbers.length + 2);
		numbers.forEach((n, i) => field.setNumber(out, i * w, n));
		return out;
	};

	test(`${name}: the field agrees with big integers, sums unreduced too`, () => {
		const numbers = [...EDGES, ...Array.from({ length: 30 }, element)];
		for (const a of numbers)
			for (const b of numbers) {
				const r = row(a, b), out = 2 * w;
				const is = (/** @type {bigint} */ n) => assert.equal(field.toNumber(r, out), ((n % P) + P) % P);
				field.multiply(r, out, r, 0, r, w), is(a * b);
				field.add(r, out, r, 0, r, w), is(a + b);
				field.subtract(r, out, r, 0, r, w), is(a - b);
				assert.equal(field.isZero(r, out), a === b);
				assert.equal(field.isOdd(r, out), (((a - b + P) % P) & 1n) === 1n);
				field.subtract(r, out, r, w, r, out), is(2n * b - a);
				field.add(r, 3 * w, r, out, r, w);
				field.multiply(r, out, r, out, r, 3 * w), is((2n * b - a) * (3n * b - a));
				field.subtract(r, out, r, 0, r, w), field.square(r, out, r, out, 3), is((a - b) ** 8n);
				field.add(r, out, r, 0, r, w), field.carry(r, out, r, out), is(a + b);
				field.choose(r, out, r, 0, r, w, 1), is(b);
				field.choose(r, out, r, 0, r, w, 0), is(a);
			}
		const r = row(1n, P - 1n);
		field.add(r, 0, r, 0, r, w);
		assert.ok(field.isZero(r, 0), 'p is 0');
	});

	test(`${name}: bytes become elements`, () => {
		for (const n of [...EDGES, ...Array.from({ length: 50 }, element)]) {
			const r = row();
			field.setBytes(r, w, concat(new Uint8Array([9, 9, 9]), fromNumber(n, 32)), 3);
			assert.equal(field.toNumber(r, w), n);
		}
	});

	test(`${name}: decoding accepts what the library accepts, but the identity, and encoding gives the bytes back`, () => {
		const small = Array.from({ length: 20 }, (_, i) => BigInt(i));
		const odd = [...small, ...small.map((n) => P - n), ...small.map((n) => P + n), 2n ** 256n - 1n].map((n) => fromNumber(n, 32));
		const high = ristretto255.Point.BASE.toBytes();
		high[31] |= 128;
		const points = Array.from({ length: 40 }, () => ristretto255.Point.BASE.multiply(scalar()).toBytes());
		const shifted = points.slice(0, 10).map((point) => fromNumber((toNumber(point) + P) % 2n ** 256n, 32));
		let accepted = 0;
		for (const encoding of [...odd, high, ...points, ...shifted, ...Array.from({ length: 200 }, () => bytes(32).map((byte, i) => (i === 0 ? byte & 254 : i === 31 ? byte & 127 : byte)))]) {
			let expected = null;
			try {
				expected = ristretto255.Point.fromBytes(encoding);
			} catch {}
			const point = group.decodePoint(encoding);
			assert.equal(point !== null, expected !== null && !expected.is0(), toHex(encoding));
			if (point === null)
				continue;
			accepted++;
			assert.deepEqual(group.encodePoint(point), encoding);
			group.toLibrary(point).assertValidity();
		}
		assert.ok(accepted > 50 && accepted < 200);
		assert.equal(group.decodePoint(points[0].subarray(1)), null);
		assert.equal(group.decodePoint(concat(points[0], points[1])), null);
	});

	test(`${name}: decoding in bulk names the first bad one`, () => {
		const good = Array.from({ length: 5 }, () => ristretto255.Point.BASE.multiply(scalar()).toBytes());
		const told = [];
		const all = group.decodePoints(concat(...good), (done, total) => told.push([done, total]));
		assert.deepEqual(all.map((point) => toHex(group.encodePoint(point))), good.map(toHex));
		assert.deepEqual(told, [[5, 5]]);
		assert.equal(group.decodePoints(concat(...good.slice(0, 3), new Uint8Array(32), good[4], new Uint8Array(32))), 3);
		assert.deepEqual(group.decodePoints(new Uint8Array(0)), []);
		assert.throws(() => group.decodePoints(new Uint8Array(33)));
	});

	test(`${name}: bytes lead to the point that the library finds`, () => {
		/* where the map's denominator is 0: i·r² = −d, and i·r² = −1/d */
		const root = power(2n, (P - 1n) / 4n), half = (/** @type {bigint} */ n) => [power(n, (P + 3n) / 8n)].flatMap((r) => [r, (r * root) % P]).find((r) => (r * r - n) % P === 0n) ?? 0n;
		const poles = [half((D * root) % P), half((power(D, P - 2n) * root) % P)];
		assert.ok(poles.every((n) => n > 0n));
		const halves = [...EDGES, ...poles, P, P + 1n, 2n ** 255n - 1n, 2n ** 255n, 2n ** 256n - 1n].map((n) => fromNumber(n, 32));
		const tries = [...halves.flatMap((h) => [concat(h, halves[3]), concat(halves[1], h)]), ...Array.from({ length: 100 }, () => bytes(64))];
		for (const drawn of tries)
			assert.equal(toHex(group.encodePoint(group.derivePoint(drawn))), toHex(ristretto255_hasher.deriveToCurve(drawn).toBytes()), toHex(drawn));
	});

	test(`${name}: all four points of an element are equal, encode alike and add alike`, () => {
		const point = Edwards.BASE.multiply(scalar()), other = group.fromLibrary(Edwards.BASE.multiply(scalar()));
		const reference = new ristretto255.Point(ed25519.Point.fromAffine(point.toAffine())).toBytes();
		ED25519_TORSION_SUBGROUP.forEach((hex, i) => {
			const torsion = Edwards.fromHex(hex, true), inCoset = torsion.double().double().is0();
			const moved = group.fromLibrary(point.add(torsion)), small = group.fromLibrary(torsion);
			assert.equal(group.isEqual(moved, group.fromLibrary(point)), inCoset, String(i));
			assert.equal(group.isIdentity(small), inCoset);
			assert.equal(toHex(group.encodePoint(moved)) === toHex(reference), inCoset);
			assert.equal(group.isEqual(group.add(moved, other), group.add(group.fromLibrary(point), other)), inCoset);
		});
		assert.equal(toHex(group.encodePoint(group.identity)), '00'.repeat(32));
		assert.ok(group.isEqual(group.identity, group.identity) && !group.isEqual(group.identity, group.base) && !group.isIdentity(group.base));
	});

	test(`${name}: adding, subtracting, negating, multiplying`, () => {
		for (const [a, b] of [[1n, 1n], [1n, L - 1n], [0n, 5n], [5n, 5n], ...Array.from({ length: 10 }, () => [scalar(), scalar()])]) {
			const [A, B] = [a, b].map((n) => group.multiScalar([group.base], [n]));
			const is = (/** @type {import('../src/group/point.js').Point} */ point, /** @type {bigint} */ n) =>
				assert.equal(toHex(group.encodePoint(point)), toHex(ristretto255.Point.BASE.multiplyUnsafe(mod(n)).toBytes()));
			is(A, a);
			is(group.add(A, B), a + b);
			is(group.subtract(A, B), a - b);
			is(group.negate(A), -a);
			is(group.add(A, group.negate(A)), 0n);
			if (a !== 0n) {
				is(group.secretMultiply(A, b), a * b);
				is(group.secretMultiply(group.base, b), b);
			}
			is(group.multiScalar([A], [b]), a * b);
			is(group.secretMultiply(A, 0n), 0n);
			is(group.flatten(A), a);
			is(group.flatten(group.subtract(A, A)), 0n);
			is(group.secretMultiply(group.subtract(A, A), 5n), 0n);
		}
	});

	test(`${name}: sums of many multiples, of all sizes`, () => {
		let point = group.multiScalar([group.base], [7n]);
		const points = Array.from({ length: 1000 }, () => (point = group.add(point, group.base)));
		const logs = points.map((_, i) => 8n + BigInt(i));
		for (const size of [0, 1, 2, 3, 7, 100, 150, 151, 1000]) {
			const scalars = logs.slice(0, size).map((_, i) => [scalar(), 0n, 1n, L - 1n, (L - 1n) / 2n, scalar() >> 125n, scalar()][i % 7]);
			const sum = group.multiScalar(points.slice(0, size), scalars);
			const log = scalars.reduce((total, n, i) => total + n * logs[i], 0n);
			assert.equal(toHex(group.encodePoint(sum)), toHex(ristretto255.Point.BASE.multiplyUnsafe(mod(log)).toBytes()), String(size));
		}
		const inBlocks = new Group(field, 300), told = [];
		const scalars = points.map(scalar);
		assert.ok(group.isEqual(inBlocks.multiScalar(points, scalars, (done, total) => told.push(done / total)), group.multiScalar(points, scalars)));
		assert.deepEqual(told, told.slice().sort((a, b) => a - b));
		assert.equal(told.at(-1), 1);
		const same = new Array(300).fill(points[3]), n = scalar();
		assert.ok(group.isIdentity(group.multiScalar(same, same.map((_, i) => (i % 2 ? n : mod(-n))))));
		assert.ok(group.isEqual(group.multiScalar(same, same.map(() => 1n)), group.multiScalar([points[3]], [300n])));
		assert.throws(() => group.multiScalar(points, [1n]));
	});

	test(`${name}: the prover's sums and its choice`, () => {
		const points = Array.from({ length: 12 }, () => group.multiScalar([group.base], [scalar()]));
		for (const scalars of [[0n, 1n, L - 1n], [scalar(), scalar(), scalar(), scalar()], [scalar()]]) {
			const k = scalars.length, sums = group.secretSums(points, scalars);
			assert.equal(sums.length, points.length / k);
			sums.forEach((sum, g) => {
				const terms = scalars.map((n, i) => ristretto255.Point.fromBytes(group.encodePoint(points[k * g + i])).multiplyUnsafe(n));
				assert.equal(toHex(group.encodePoint(sum)), toHex(terms.reduce((a, b) => a.add(b)).toBytes()));
			});
		}
		points.slice(0, 4).forEach((point, i) => assert.ok(group.isEqual(group.secretSelect(points.slice(0, 4), i), point)));
		assert.throws(() => group.secretSums(points, [1n, 1n, 1n, 1n, 1n]));
	});
}

test('limbs: exact at the outermost of what is promised', () => {
	/* every limb half of the next one's unit, in every pattern of signs that sums worst; four such added up on both sides */
	const tops = [22, 43, 64, 85, 107, 128, 149, 170, 192, 213, 234, 255];
	const value = (/** @type {Float64Array} */ row) => row.reduce((sum, limb) => sum + BigInt(limb), 0n);
	const signs = [() => 1, () => -1, (/** @type {number} */ i) => (i % 2 ? 1 : -1), (/** @type {number} */ i) => (i < 6 ? 1 : -1)];
	const out = new Float64Array(12);
	for (const first of signs)
		for (const second of signs)
			for (const [s, t] of [[4, 4], [2, 8], [16, 1], [3, 4]]) {
				const [a, b] = [[first, s], [second, t]].map(([sign, times]) => Float64Array.from(tops, (top, i) => times * sign(i) * 2 ** (top - 1)));
				limbs.multiply(out, 0, a, 0, b, 0);
				assert.equal(limbs.toNumber(out, 0), (((value(a) * value(b)) % P) + P) % P);
				tops.forEach((top, i) => assert.ok(Math.abs(out[i]) <= 1.001 * 2 ** (top - 1)));
				if (s === 4) {
					limbs.square(out, 0, a, 0);
					assert.equal(limbs.toNumber(out, 0), value(a) ** 2n % P);
				}
			}
});

test('the choice of arithmetic ends, under a coarse clock too', () => {
	let calls = 0;
	assert.ok([limbs, big].includes(quickerField(() => 100 * Math.floor(calls++ / 7))));
	assert.ok([limbs, big].includes(quickerField()));
});

test('digits add up to their scalar', () => {
	for (let c = 2; c <= 15; c++) {
		const scalars = [0n, 1n, L - 1n, 2n ** 252n, 2n ** 253n - 1n, scalar(), scalar()], count = digitCount(c);
		const digits = signedDigits(scalars, c);
		scalars.forEach((n, i) => {
			const mine = [...digits.subarray(i * count, (i + 1) * count)];
			assert.equal(mine.reduce((sum, digit, k) => sum + BigInt(digit) * 2n ** BigInt(c * k), 0n), n);
			assert.ok(mine.every((digit) => digit > -(2 ** (c - 1)) && digit <= 2 ** (c - 1)));
		});
	}
});

test('scalars: below ℓ, 32 bytes, one spelling', () => {
	for (const n of [0n, 1n, L - 1n, scalar()])
		assert.equal(decodeScalar(encodeScalar(n)), n);
	for (const refused of [fromNumber(L, 32), fromNumber(L + 1n, 32), fromNumber(2n ** 256n - 1n, 32), new Uint8Array(31), new Uint8Array(33), new Uint8Array(0)])
		assert.equal(decodeScalar(refused), null);
	assert.throws(() => encodeScalar(L));
	assert.throws(() => encodeScalar(-1n));
	assert.equal(mod(-1n), L - 1n);
});

test('hashing: every vector', () => {
	const vectors = JSON.parse(readFileSync(new URL('../../test/vectors/hashing.json', import.meta.url), 'utf8'));
	for (const row of vectors.expand_message_xmd)
		assert.equal(toHex(expandMessage(row.dst, unhex(row.msg), row.len)), row.out);
	for (const row of vectors.hash_to_group)
		assert.equal(toHex(encodePoint(hashToPoint(row.dst, unhex(row.msg)))), row.out);
	for (const row of vectors.hash_to_scalar)
		assert.equal(toHex(encodeScalar(hashToScalar(row.dst, unhex(row.msg)))), row.out);
});

test('hashing: any length, as the library; tags and lengths have their limits', () => {
	for (const n of [1, 31, 32, 63, 64, 65, 128, 129, 1000, 16320])
		for (const [tag, size] of [[1, 0], [3, 1], [255, 200]]) {
			const dst = bytes(tag), message = bytes(size);
			assert.equal(toHex(expandMessage(dst, message, n)), toHex(expand_message_xmd(message, dst, n, sha512)), `${n} ${tag}`);
		}
	assert.throws(() => expandMessage('', bytes(1), 64));
	assert.throws(() => expandMessage(bytes(256), bytes(1), 64));
	assert.throws(() => expandMessage('x', bytes(1), 16321));
});
