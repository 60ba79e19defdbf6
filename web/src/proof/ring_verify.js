// SPDX-License-Identifier: AGPL-3.0-or-later
// proof/ring_verify.js: the verifier of ring proofs, one by one and in batches (spec/protocol.md §3, Verifier, Batches)

import { sha512 } from '@noble/hashes/sha2.js';
import { concat, toNumber, u32be } from '../base/bytes.js';
import { encodeScalar } from '../group/scalar.js';
import { Meter } from './meter.js';
import { KeyCoefficients } from './ring_coefficients.js';
import { addCommitmentEquation, addKeyEquation, addTagEquation, readClaim, Terms } from './ring_equations.js';

/** @typedef {import('../group/point.js').Point} Point */
/** @typedef {import('../base/refusal.js').Progress} Progress */
/** @typedef {import('../base/refusal.js').Random} Random */
/** @typedef {import('./ring_equations.js').Claim} Claim */
/** @typedef {import('./ring_equations.js').Read} Read */
/** @typedef {{ tag: bigint, commitment: bigint, key: bigint }} Weights one for each equation */

/* a batch: what is decoded at a time, whatever the letter's length */
const BATCH = 1024;
const NAME = 'undersigned/1 batch';
/* rough costs, in multiplications of the field, for honest progress */
const COST_DECODE = 270, COST_WEIGHT = 1000, COST_KEY = 1, COST_POINT = 250;

/** The work of gathering (K) of these. @param {readonly { read: Read }[]} list */
const keyWork = (list) => list.reduce((sum, { read }) => sum + COST_KEY * read.claim.ring.points.length, 0);

/** (K) of one proof or several. @param {Terms} terms @param {readonly { read: Read, weight: bigint }[]} weighted @param {Meter} meter */
function addKeys(terms, weighted, meter) {
	/** @type {Map<readonly Point[], KeyCoefficients>} */
	const rings = new Map();
	meter.expect(keyWork(weighted));
	for (const { read, weight } of weighted) {
		const { points } = read.claim.ring;
		let coefficients = rings.get(points);
		if (coefficients === undefined)
			rings.set(points, (coefficients = new KeyCoefficients(points.length, read.m)));
		coefficients.add(read.rows, read.xi, weight);
		addKeyEquation(terms, read, weight);
		meter.step(keyWork([{ read }]));
	}
	for (const [points, coefficients] of rings)
		coefficients.finish().forEach((scalar, k) => terms.add(points[k], scalar));
}

/** @param {Terms} terms @param {Meter} meter */
function vanish(terms, meter) {
	const work = COST_POINT * terms.scalars.size;
	meter.expect(work);
	return terms.vanish(meter.part(work));
}

/** Each equation by itself, without weights. @param {Read} read @param {Meter} meter @returns {boolean} */
function holdsExactly(read, meter) {
	const [tag, commitment, key] = [new Terms(), new Terms(), new Terms()];
	addTagEquation(tag, read, 1n);
	addCommitmentEquation(commitment, read, 1n);
	if (!vanish(tag, meter) || !vanish(commitment, meter))
		return false;
	addKeys(key, [{ read, weight: 1n }], meter);
	return vanish(key, meter);
}

/** One proof. Variable time. @param {Claim} claim @param {Progress} [progress] @returns {boolean} @throws {import('../base/refusal.js').Refusal} ring_size */
export function isGoodProof(claim, progress) {
	const read = readClaim(claim);
	return read !== null && holdsExactly(read, new Meter(progress));
}

/** Drawn after all claims are fixed, from all of them and fresh bytes. @param {readonly Read[]} reads @param {Random} random @param {Meter} meter @returns {Weights[]} 128 bits each */
function drawWeights(reads, random, meter) {
	const hash = sha512.create().update(concat(NAME, new Uint8Array(1), random(32)));
	meter.expect(COST_WEIGHT * reads.length);
	for (const { claim: { letterId, ring, tag, proof }, xi } of reads) {
		hash.update(sha512(concat(letterId, ring.id, u32be(ring.points.length), tag, proof, encodeScalar(xi))));
		meter.step(COST_WEIGHT);
	}
	const seed = hash.digest();
	return reads.map((_, i) => {
		const bytes = sha512(concat(seed, u32be(i)));
		const [tag, commitment, key] = [0, 16, 32].map((at) => toNumber(bytes.subarray(at, at + 16)));
		return { tag, commitment, key };
	});
}

/** A batch of claims that decode, with their weights. */
class Batch {
	/** @param {Read[]} reads @param {Random} random @param {Meter} meter */
	constructor(reads, random, meter) {
		this.reads = reads;
		this.weights = drawWeights(reads, random, meter);
		this.meter = meter;
	}

	/** All of [from, to), as one sum. @param {number} from @param {number} to @returns {boolean} */
	holds(from, to) {
		const terms = new Terms(), weighted = [];
		for (let i = from; i < to; i++) {
			const read = this.reads[i], { tag, commitment, key } = this.weights[i];
			addTagEquation(terms, read, tag);
			addCommitmentEquation(terms, read, commitment);
			weighted.push({ read, weight: key });
		}
		addKeys(terms, weighted, this.meter);
		return vanish(terms, this.meter);
	}

	/** By halves; what the halves name is checked exactly. @returns {number} the first bad one, −1: none */
	firstBad() {
		let from = 0, to = this.reads.length;
		if (to === 0 || this.holds(from, to))
			return -1;
		while (from < this.reads.length) {
			while (to - from > 1) {
				const middle = (from + to) >>> 1;
				if (this.holds(from, middle))
					from = middle;
				else
					to = middle;
			}
			if (!holdsExactly(this.reads[from], this.meter))
				return from;
			from++;
			to = this.reads.length;
		}
		throw new Error('a batch fails in which every proof is good');
	}
}

/**
 * The first bad proof of a list, whatever stands behind it. In batches: a wrong "all good" has a chance of 2^−128 each, and
 * a proof that is named was checked by itself. Variable time. The claims must stay as they are while this runs.
 * @param {readonly Claim[]} claims @param {{ random: Random, progress?: Progress }} given
 * @returns {number} its index, −1: all are good
 * @throws {import('../base/refusal.js').Refusal} ring_size
 */
export function firstBadProof(claims, { random, progress }) {
	const meter = new Meter(progress);
	for (const claim of claims)
		meter.expect(COST_DECODE * (claim.proof.length / 32));
	for (let start = 0; start < claims.length; start += BATCH) {
		/** @type {Read[]} */
		const reads = [];
		let unread = -1;
		for (let i = start; i < Math.min(start + BATCH, claims.length) && unread < 0; i++) {
			const read = readClaim(claims[i]);
			if (read === null)
				unread = i;
			else
				reads.push(read);
			meter.step(COST_DECODE * (claims[i].proof.length / 32));
		}
		const bad = new Batch(reads, random, meter).firstBad();
		if (bad >= 0)
			return start + bad;
		if (unread >= 0)
			return unread;
	}
	return -1;
}
