// SPDX-License-Identifier: AGPL-3.0-or-later
// proof/ring_prove.js: the prover of the ring proof (spec/protocol.md §3, Prover)
//
// Secrets here: the index l, x, and every fresh scalar. The order of operations does not depend on them (secretSums,
// secretSelect), but no browser promises how long one operation takes, and big integers do depend on their values:
// this is best effort, and the spec says to say so.

import { concat } from '../base/bytes.js';
import { Refusal } from '../base/refusal.js';
import { secretSelect, secretSums } from '../group/msm.js';
import { add, BASE, encodePoint, IDENTITY, isEqual, isIdentity, secretMultiply, subtract } from '../group/point.js';
import { encodeScalar, mod } from '../group/scalar.js';
import { Meter } from './meter.js';
import { nonceScalars } from './nonce.js';
import { challenge, digit, digitsOf, generator } from './ring_form.js';
import { isGoodProof } from './ring_verify.js';
import { computeTag, tagBase } from './tag.js';

const COST_SUM = 3000; /* multiplications of the field for three multiples with common doublings, roughly */
const FOLD_BLOCK = 256; /* sums at a time: for memory, and for progress between them */
const COST_CHECK = 300; /* and for verifying, for each key */

/** @typedef {import('../group/point.js').Point} Point */
/** @typedef {import('../base/refusal.js').Progress} Progress */
/** @typedef {{ rA: bigint, rB: bigint, rho: bigint[], a: bigint[][] }} Fresh the scalars of step 1 */
/** @typedef {{ letterId: Uint8Array, ringId: Uint8Array, points: readonly Point[], index: number, secret: bigint, fresh: Uint8Array, progress?: Progress }} Act */

/** Step 1, in the order of "Randomness". @param {number} m @param {(i: number) => bigint} scalar @returns {Fresh} */
function drawFresh(m, scalar) {
	const rho = Array.from({ length: m }, (_, e) => scalar(2 + e));
	const a = Array.from({ length: m }, (_, j) => {
		const [a1, a2, a3] = [0, 1, 2].map((i) => scalar(2 + m + 3 * j + i));
		return [mod(-(a1 + a2 + a3)), a1, a2, a3];
	});
	return { rA: scalar(0), rB: scalar(1), rho, a };
}

/** σ_{j,i}: 1 where i is digit j of l, else 0; without a branch. @param {number} l @param {number} j @param {number} i @returns {bigint} */
const sigma = (l, j, i) => BigInt(((digit(l, j) ^ i) - 1) >>> 31);

/** Step 2: A and B. @param {number} m @param {number} l @param {Fresh} fresh @returns {Point[]} */
function commit(m, l, { rA, rB, a }) {
	const points = Array.from({ length: 8 * m + 1 }, (_, i) => generator(i));
	const digits = a.flatMap((row, j) => row.map((value, i) => ({ value, one: sigma(l, j, i) })));
	const inA = [rA, ...digits.map(({ value }) => value), ...digits.map(({ value }) => mod(-value * value))];
	const inB = [rB, ...digits.map(({ one }) => one), ...digits.map(({ value, one }) => mod(value * (1n - 2n * one)))];
	return [...secretSums(points, inA), ...secretSums(points, inB)];
}

/**
 * One coefficient of every entry of the next vector: Σ_i a_i·(four entries of this one) and the entry that l chooses; past the end stands the padding.
 * Σ_i a_i = 0, so a_0 is never multiplied by.
 * @param {readonly Point[]} vector @param {Point} pad @param {bigint[]} a of one digit @param {number} chosen that digit of l @param {Meter} meter
 * @returns {{ sums: Point[], selected: Point[] }}
 */
function foldOnce(vector, pad, a, chosen, meter) {
	const sums = [], selected = [], n = Math.ceil(vector.length / 4);
	for (let start = 0; start < n; start += FOLD_BLOCK) {
		const block = Math.min(FOLD_BLOCK, n - start);
		const quadruples = Array.from({ length: block }, (_, k) => [0, 1, 2, 3].map((i) => vector[4 * (start + k) + i] ?? pad));
		const differences = quadruples.flatMap(([first, ...rest]) => rest.map((point) => subtract(point, first)));
		sums.push(...secretSums(differences, a.slice(1), meter.part(COST_SUM * block)));
		selected.push(...quadruples.map((quadruple) => secretSelect(quadruple, chosen)));
	}
	return { sums, selected };
}

/**
 * Step 3: Σ_k p_{k,e}·X_k for e = 0 … m − 1, one digit of k at a time. Before digit j each entry is a polynomial with the
 * coefficients 0 … j; all that lies past the last key is t^j·(last key).
 * @param {readonly Point[]} ring @param {number} l @param {bigint[][]} a @param {Meter} meter @returns {Point[]}
 */
function fold(ring, l, a, meter) {
	const m = a.length, last = ring[ring.length - 1];
	let coefficients = [ring];
	for (let j = 0; j < m; j++) {
		/** @type {Point[][]} */
		const next = [];
		for (let e = 0; e <= j; e++) {
			const { sums, selected } = foldOnce(coefficients[e], e === j ? last : IDENTITY, a[j], digit(l, j), meter);
			next[e] = e === 0 ? sums : sums.map((sum, k) => add(sum, next[e][k]));
			next[e + 1] = selected;
		}
		coefficients = next;
	}
	return coefficients.slice(0, m).map(([only]) => only);
}

/** @param {number} n @param {number} m */
function foldWork(n, m) {
	let sums = 0;
	for (let j = 0, length = n; j < m; j++) {
		length = Math.ceil(length / 4);
		sums += length * (j + 1);
	}
	return COST_SUM * sums;
}

/** Step 5. @param {number} m @param {Act} act @param {Fresh} fresh @param {bigint} xi @returns {Uint8Array} the scalars of the proof */
function respond(m, { index, secret }, { rA, rB, rho, a }, xi) {
	const f = a.flatMap((row, j) => [1, 2, 3].map((i) => mod(sigma(index, j, i) * xi + row[i])));
	let power = 1n, z = 0n;
	for (const value of rho) {
		z -= value * power;
		power = mod(power * xi);
	}
	return concat(...[...f, mod(rB * xi + rA), mod(secret * power + z)].map(encodeScalar));
}

/**
 * Proves that the owner of points[index] signs, and gives its tag on this letter. The proof is verified before it is given.
 * About 4/3·N secret multiplications; time and order of operations depend on N alone, as far as a browser can promise.
 * @param {Act} act points: the ring's keys in order; secret: a scalar, not 0; fresh: 32 random bytes, used once
 * @returns {{ tag: Uint8Array, proof: Uint8Array }}
 * @throws {Refusal} ring_size; not_in_ring: the secret is not that of the key
 */
export function proveRing(act) {
	const { letterId, ringId, points, index, secret, progress } = act;
	const n = points.length, m = digitsOf(n);
	if (!(index >= 0 && index < n) || secret === 0n || !isEqual(points[index], secretMultiply(BASE, secret)))
		throw new Refusal('not_in_ring');
	const tag = computeTag(secret, letterId), U = tagBase(letterId);
	const fresh = drawFresh(m, nonceScalars('ring', secret, concat(letterId, ringId, tag), act.fresh));
	const meter = new Meter(progress), check = COST_CHECK * n;
	meter.expect(foldWork(n, m) + check);
	const folded = fold(points, index, fresh.a, meter);
	const Q = folded.map((point, e) => add(point, secretMultiply(BASE, fresh.rho[e])));
	meter.step(0); /* a sign of life: these are short, but not where nothing is compiled */
	const Y = fresh.rho.map((value) => secretMultiply(U, value));
	meter.step(0);
	const elements = [...commit(m, index, fresh), ...Q, ...Y];
	meter.step(0);
	const head = concat(...elements.map(encodePoint));
	const xi = challenge({ letterId, ringId, n, tag, points: head });
	if (xi === 0n || elements.some(isIdentity))
		throw new Error('the fresh bytes gave a proof that nobody accepts; start again with others');
	const proof = concat(head, respond(m, act, fresh, xi));
	if (!isGoodProof({ letterId, ring: { id: ringId, points }, tag, proof }, meter.part(check)))
		throw new Error('the proof does not verify');
	return { tag, proof };
}
