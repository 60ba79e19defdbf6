// SPDX-License-Identifier: AGPL-3.0-or-later
// bench/measure.js: how long proving and verifying take, in Node or in a page: it imports group and proof alone, and needs a clock and random bytes

import { ed25519 } from '@noble/curves/ed25519.js';
import { compare, concat } from '../src/base/bytes.js';
import { group } from '../src/group/chosen.js';
import { BASE, decodePoints, encodePoint, secretMultiply } from '../src/group/point.js';
import { mod } from '../src/group/scalar.js';
import { firstBadProof, proveRing, ringId } from '../src/proof/ring.js';

/** @typedef {import('../src/base/refusal.js').Random} Random */
/** @typedef {import('../src/proof/ring.js').Claim} Claim */
/** @typedef {{ random: Random, now: () => number, told?: (name: string, ms: number) => void }} Place now: a clock in milliseconds; told: after each figure */
/** @typedef {{ keys: Uint8Array[], secrets: bigint[] }} Town member keys in ascending order, and their secrets */

const FIRST_SECRET = 2n ** 200n + 12345n;

/** Keys x·G, (x+1)·G, …: made quickly, as good as others to a stopwatch. @param {number} n @returns {Town} */
export function makeTown(n) {
	let point = secretMultiply(BASE, FIRST_SECRET);
	const members = Array.from({ length: n }, (_, i) => {
		const member = { key: encodePoint(point), secret: mod(FIRST_SECRET + BigInt(i)) };
		point = group.add(point, BASE);
		return member;
	});
	members.sort((a, b) => compare(a.key, b.key));
	return { keys: members.map(({ key }) => key), secrets: members.map(({ secret }) => secret) };
}

/** @param {Town} town @param {number} from @param {number} to @param {string} label */
function ringOf(town, from, to, label) {
	const points = decodePoints(concat(...town.keys.slice(from, to)));
	if (typeof points === 'number')
		throw new Error('a key of the town is bad');
	return { id: ringId(new Uint8Array(32), label), points, secrets: town.secrets.slice(from, to) };
}

/** @param {Place} place @param {() => unknown} work @param {number} [times] @returns {number} the least milliseconds of one run */
function clock({ now }, work, times = 1) {
	let best = Infinity;
	for (let i = 0; i < times; i++) {
		const start = now();
		work();
		best = Math.min(best, now() - start);
	}
	return best;
}

/** Milliseconds of one Ed25519 verification of the library: what the other figures are compared with. @param {Place} place @returns {number} */
export function yardstick(place) {
	const seed = new Uint8Array(32).fill(7), message = new Uint8Array(32);
	const key = ed25519.getPublicKey(seed), signature = ed25519.sign(message, seed), rounds = 20;
	const run = () => {
		for (let i = 0; i < rounds; i++)
			ed25519.verify(signature, message, key);
	};
	run();
	return clock(place, run, 3) / rounds;
}

/** @param {Place} place @param {ReturnType<typeof ringOf>} ring @param {number} index @returns {Claim} */
function signOne({ random }, ring, index) {
	const letterId = new Uint8Array(32).fill(1);
	return { letterId, ring, ...proveRing({ letterId, ringId: ring.id, points: ring.points, index, secret: ring.secrets[index], fresh: random(32) }) };
}

/**
 * Signing, its own verification within, and verifying one proof, for rings of n; decoding the keys is counted apart.
 * @param {Place} place @param {number} n @returns {{ decode: number, sign: number, verify: number }}
 */
export function measureRing(place, n) {
	const town = makeTown(n), times = n <= 1024 ? 3 : 1;
	/** @type {ReturnType<typeof ringOf> | undefined} */
	let ring;
	const decode = clock(place, () => (ring = ringOf(town, 0, n, '*')));
	if (ring === undefined)
		throw new Error('no ring');
	const keys = ring;
	/** @type {Claim[]} */
	let claims = [];
	const sign = clock(place, () => (claims = [signOne(place, keys, n >> 1)]), times);
	const verify = clock(place, () => mustBeGood(place, claims), times);
	return { decode, sign, verify };
}

/** @param {Place} place @param {readonly Claim[]} claims @param {{ gap: number }} [seen] the longest time without news */
function mustBeGood({ random, now }, claims, seen) {
	let last = now();
	const news = () => {
		if (seen)
			seen.gap = Math.max(seen.gap, now() - last);
		last = now();
	};
	if (firstBadProof(claims, { random, progress: news }) !== -1)
		throw new Error('a good proof is refused');
	news();
}

/**
 * A letter of so many signatures over n keys in so many bodies, every other one in the ring `*`. Few proofs are made and come
 * again: to a stopwatch the same as others. Decoding the keys is counted apart.
 * @param {Place} place @param {{ n?: number, bodies?: number, signatures?: number, made?: number }} [size]
 * @returns {{ decode: number, verify: number, gap: number }} gap: the longest time without progress
 */
export function measureLetter(place, { n = 10_000, bodies = 40, signatures = 400, made = 4 } = {}) {
	const town = makeTown(n), each = n / bodies;
	/** @type {ReturnType<typeof ringOf> | undefined} */
	let all;
	const decode = clock(place, () => (all = ringOf(town, 0, n, '*')));
	if (all === undefined)
		throw new Error('no ring');
	const star = all;
	const rings = Array.from({ length: bodies }, (_, i) => ({
		id: ringId(new Uint8Array(32), `body-${i}`), points: star.points.slice(i * each, (i + 1) * each), secrets: star.secrets.slice(i * each, (i + 1) * each),
	}));
	const starClaims = Array.from({ length: made }, (_, i) => signOne(place, star, (i * 997) % n));
	const bodyClaims = rings.map((ring, i) => signOne(place, ring, i % each));
	const claims = Array.from({ length: signatures }, (_, i) => (i % 2 ? starClaims[(i >> 1) % made] : bodyClaims[(i >> 1) % bodies]));
	const seen = { gap: 0 };
	return { decode, verify: clock(place, () => mustBeGood(place, claims, seen)), gap: seen.gap };
}

/** All figures. @param {Place} place @param {{ sizes?: number[], letter?: boolean }} [what] @returns {{ field: string, yardstick: number, figures: Record<string, number> }} milliseconds */
export function measureAll(place, { sizes = [64, 256, 1024, 10_000], letter = true } = {}) {
	const unit = yardstick(place);
	/** @type {Record<string, number>} */
	const figures = {};
	const put = (/** @type {string} */ name, /** @type {number} */ ms) => {
		figures[name] = ms;
		place.told?.(name, ms);
	};
	for (const n of sizes)
		for (const [name, ms] of Object.entries(measureRing(place, n)))
			put(`${name} ${n}`, ms);
	if (letter)
		for (const [name, ms] of Object.entries(measureLetter(place)))
			put(`letter of 400: ${name}`, ms);
	return { field: group.field.name, yardstick: unit, figures };
}
