// SPDX-License-Identifier: AGPL-3.0-or-later
// proof/ring_verify.js: the verifier of ring proofs, one by one and in batches (spec/protocol.md §3, Verifier, Batches)

import { sha512 } from '@noble/hashes/sha2.js';
import { concat, toNumber, u32be } from '../base/bytes.js';
import { add, IDENTITY, isIdentity } from '../group/point.js';
import { Meter } from './meter.js';
import { KeyCoefficients } from './ring_coefficients.js';
import { addCommitmentEquation, addKeyEquation, addTagEquation, readClaim, Terms } from './ring_equations.js';
import { digitsOf } from './ring_form.js';

/** @typedef {import('../group/point.js').Point} Point */
/** @typedef {import('../base/refusal.js').Progress} Progress */
/** @typedef {import('../base/refusal.js').Random} Random */
/** @typedef {import('./ring_equations.js').Claim} Claim */
/** @typedef {import('./ring_equations.js').Read} Read */
/** @typedef {{ tag: bigint, commitment: bigint, key: bigint }} Weights one for each equation */

/* a batch: what is decoded at a time, whatever the letter's length; and as many keys of rings wait to be summed */
const BATCH = 1024, KEYS_AT_ONCE = 1 << 16;
const NAME = 'undersigned/1 batch';
/* rough costs, in multiplications of the field, for honest progress */
const COST_DECODE = 270, COST_WEIGHT = 1000, COST_KEY = 1, COST_POINT = 250;

/** @param {Claim} claim */
const decodeWork = ({ proof }) => (COST_DECODE * proof.length) / 64;
/** Decoded, and its own points summed. @param {Claim} claim */
const claimWork = (claim) => decodeWork(claim) + COST_POINT * Math.ceil(claim.proof.length / 64);

/** @param {readonly Claim[]} claims @returns {number} */
const keyWork = (claims) => claims.reduce((sum, { ring }) => sum + COST_KEY * ring.points.length, 0);

/** @param {readonly Claim[]} claims @returns {number} */
function pointWork(claims) {
	const rings = new Set(claims.map(({ ring }) => ring.points)), points = new Set();
	for (const ring of rings)
		for (const point of ring)
			points.add(point);
	/* of a proof's bytes not quite half are points */
	return COST_POINT * (points.size + claims.reduce((sum, { proof }) => sum + Math.ceil(proof.length / 64), 0));
}

/** What it takes to evaluate all of these once. @param {readonly Claim[]} claims */
const evaluationWork = (claims) => keyWork(claims) + pointWork(claims);

/** (K) of one proof or several. @param {Terms} terms @param {readonly { read: Read, weight: bigint }[]} weighted @param {Meter} meter */
function addKeys(terms, weighted, meter) {
	/** @type {Map<readonly Point[], KeyCoefficients>} */
	const rings = new Map();
	for (const { read, weight } of weighted) {
		const { points } = read.claim.ring;
		let coefficients = rings.get(points);
		if (coefficients === undefined)
			rings.set(points, (coefficients = new KeyCoefficients(points.length, read.m)));
		coefficients.add(read.rows, read.xi, weight);
		addKeyEquation(terms, read, weight);
		meter.step(keyWork([read.claim]));
	}
	for (const [points, coefficients] of rings)
		coefficients.finish().forEach((scalar, k) => terms.add(points[k], scalar));
}

/** Each equation by itself, without weights. @param {Read} read @param {Meter} meter @returns {boolean} */
function holdsExactly(read, meter) {
	meter.expect(evaluationWork([read.claim]));
	const [tag, commitment, key] = [new Terms(), new Terms(), new Terms()];
	addTagEquation(tag, read, 1n);
	addCommitmentEquation(commitment, read, 1n);
	if (!tag.vanish() || !commitment.vanish())
		return false;
	addKeys(key, [{ read, weight: 1n }], meter);
	return key.vanish(meter.part(pointWork([read.claim])));
}

/** One proof. Variable time. @param {Claim} claim @param {Progress} [progress] @returns {boolean} @throws {import('../base/refusal.js').Refusal} ring_size */
export function isGoodProof(claim, progress) {
	const read = readClaim(claim);
	return read !== null && holdsExactly(read, new Meter(progress));
}

/** Drawn after all claims are fixed, from all of them (which fix their challenges) and fresh bytes. @param {readonly Claim[]} claims @param {Random} random @param {Meter} meter @returns {(i: number) => Weights} 128 bits each */
function drawWeights(claims, random, meter) {
	const hash = sha512.create().update(concat(NAME, new Uint8Array(1), random(32)));
	for (const { letterId, ring, tag, proof } of claims) {
		hash.update(sha512(concat(letterId, ring.id, tag, proof)));
		meter.step(COST_WEIGHT);
	}
	const seed = hash.digest();
	return (i) => {
		const bytes = sha512(concat(seed, u32be(i)));
		const [tag, commitment, key] = [0, 16, 32].map((at) => toNumber(bytes.subarray(at, at + 16)));
		return { tag, commitment, key };
	};
}

/** The work of a ring's keys: that of one proof, and that of all together. @param {number} n @param {number} proofs */
const ringWork = (n, proofs) => COST_KEY * n * proofs + COST_POINT * n;

/**
 * Whether all are good: one sum, ring by ring, so that the keys of a ring are gone through once, however many signed in it and in whatever order.
 * @param {readonly Claim[]} claims @param {Random} random @param {Meter} meter @returns {boolean}
 */
function allHold(claims, random, meter) {
	/** @type {Map<Claim['ring'], Claim[]>} */
	const rings = new Map();
	for (const claim of claims) {
		const others = rings.get(claim.ring);
		if (others)
			others.push(claim);
		else
			rings.set(claim.ring, [claim]);
	}
	const ordered = [...rings.values()].flat();
	for (const [{ size }, of] of rings)
		meter.expect(ringWork(size ?? 0, of.length));
	meter.expect(claims.reduce((sum, claim) => sum + claimWork(claim) + COST_WEIGHT, 0));
	const weights = drawWeights(ordered, random, meter);
	let sum = IDENTITY, terms = new Terms(), i = 0;
	const settle = () => {
		sum = add(sum, terms.sum());
		terms = new Terms();
	};
	for (const [{ points }, of] of rings) {
		const n = points.length, coefficients = new KeyCoefficients(n, digitsOf(n));
		for (const claim of of) {
			const read = readClaim(claim);
			if (read === null)
				return false;
			const { tag, commitment, key } = weights(i++);
			addTagEquation(terms, read, tag);
			addCommitmentEquation(terms, read, commitment);
			addKeyEquation(terms, read, key);
			coefficients.add(read.rows, read.xi, key);
			meter.step(claimWork(claim) + COST_KEY * n);
			if (i % BATCH === 0)
				settle();
		}
		coefficients.finish().forEach((scalar, k) => terms.add(points[k], scalar));
		meter.step(COST_POINT * n);
		if (terms.scalars.size > KEYS_AT_ONCE)
			settle();
	}
	settle();
	return isIdentity(sum);
}

/** A batch of claims that decode, with their weights. */
class Batch {
	/** @param {Read[]} reads @param {Random} random @param {Meter} meter that expects the weights and the first evaluation */
	constructor(reads, random, meter) {
		this.reads = reads;
		this.weights = drawWeights(reads.map(({ claim }) => claim), random, meter);
		this.meter = meter;
	}

	/** All of [from, to), as one sum. @param {number} from @param {number} to @returns {boolean} */
	holds(from, to) {
		const terms = new Terms(), weighted = [];
		for (let i = from; i < to; i++) {
			const read = this.reads[i], { tag, commitment, key } = this.weights(i);
			addTagEquation(terms, read, tag);
			addCommitmentEquation(terms, read, commitment);
			weighted.push({ read, weight: key });
		}
		addKeys(terms, weighted, this.meter);
		return terms.vanish(this.meter.part(pointWork(weighted.map(({ read }) => read.claim))));
	}

	/** By halves; what the halves name is checked exactly. @returns {number} the first bad one, −1: none */
	firstBad() {
		const { length } = this.reads;
		if (length === 0 || this.holds(0, length))
			return -1;
		for (let from = 0, to = length; from < length; from++, to = length) {
			while (to - from > 1) {
				const middle = (from + to) >>> 1;
				this.meter.expect(evaluationWork(this.reads.slice(from, middle).map(({ claim }) => claim)));
				if (this.holds(from, middle))
					from = middle;
				else
					to = middle;
			}
			if (!holdsExactly(this.reads[from], this.meter))
				return from;
		}
		throw new Error('a batch fails in which every proof is good');
	}
}

/**
 * Where the first bad one of many stands: in at most a batch of them, found by halves. So the keys of the rings are gone through a few times, and not for each batch.
 * @param {readonly Claim[]} claims one of them is bad @param {Random} random @param {Meter} meter @returns {[number, number]} from, to: all before are good
 */
function narrowed(claims, random, meter) {
	let from = 0, to = claims.length;
	while (to - from > BATCH) {
		const middle = (from + to) >>> 1;
		if (allHold(claims.slice(from, middle), random, meter))
			from = middle;
		else
			to = middle;
	}
	return [from, to];
}

/**
 * The first bad proof of a list, whatever stands behind it. All at once; where one is bad, in halves, and the last of these as a batch: a wrong "all good" has a chance of 2^−128 each, and
 * a proof that is named was checked by itself. Variable time. The claims must stay as they are while this runs.
 * @param {readonly Claim[]} claims @param {{ random: Random, progress?: Progress }} given
 * @returns {number} its index, −1: all are good
 * @throws {import('../base/refusal.js').Refusal} ring_size
 */
export function firstBadProof(claims, { random, progress }) {
	const meter = new Meter(progress), many = claims.length > BATCH;
	if (many && allHold(claims, random, meter))
		return -1;
	const [from, to] = many ? narrowed(claims, random, meter) : [0, claims.length], some = claims.slice(from, to);
	meter.expect(some.reduce((sum, claim) => sum + decodeWork(claim) + COST_WEIGHT, evaluationWork(some)));
	/** @type {Read[]} */
	const reads = [];
	for (const claim of some) {
		const read = readClaim(claim);
		meter.step(decodeWork(claim));
		if (read === null)
			break;
		reads.push(read);
	}
	const bad = new Batch(reads, random, meter).firstBad();
	if (bad >= 0)
		return from + bad;
	if (reads.length < some.length)
		return from + reads.length;
	if (many)
		throw new Error('a sum fails in which every proof is good');
	return -1;
}
