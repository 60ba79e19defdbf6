// SPDX-License-Identifier: AGPL-3.0-or-later
// proof/ring_equations.js: the verifier's three equations as sums that must be the identity (spec/protocol.md §3: C, K, T)

import { multiScalar } from '../group/msm.js';
import { BASE, decodePoint, isIdentity } from '../group/point.js';
import { mod } from '../group/scalar.js';
import { challenge, decodeProof, digitsOf, generator, pointsSize, proofSize } from './ring_form.js';
import { tagBase } from './tag.js';

/** @typedef {import('../group/point.js').Point} Point */
/** @typedef {import('../base/refusal.js').Progress} Progress */
/** @typedef {{ id: Uint8Array, points: readonly Point[], size?: number }} Ring the keys in order, and how many where that is known before they are decoded; keys of several rings may be the same objects, and then count once */
/** @typedef {{ letterId: Uint8Array, ring: Ring, tag: Uint8Array, proof: Uint8Array }} Claim */
/** @typedef {import('./ring_form.js').Proof & { claim: Claim, m: number, xi: bigint, powers: bigint[], T: Point, U: Point, rows: bigint[][] }} Read a claim decoded; powers: ξ^0 … ξ^m; rows: f with f_{j,0} */

/** @param {Claim} claim @returns {Read | null} null: bad by its size or encodings, or ξ = 0 */
export function readClaim(claim) {
	const { letterId, ring, tag, proof } = claim;
	const n = ring.points.length, m = digitsOf(n);
	if (proof.length !== proofSize(n))
		return null;
	const T = decodePoint(tag), parts = T && decodeProof(proof, m);
	if (T === null || parts === null)
		return null;
	const xi = challenge({ letterId, ringId: ring.id, n, tag, points: proof.subarray(0, pointsSize(m)) });
	if (xi === 0n)
		return null;
	const powers = [1n];
	for (let e = 1; e <= m; e++)
		powers.push(mod(powers[e - 1] * xi));
	const rows = parts.f.map(([f1, f2, f3]) => [mod(xi - f1 - f2 - f3), f1, f2, f3]);
	return { ...parts, claim, m, xi, powers, T, U: tagBase(letterId), rows };
}

/** A sum of multiples, gathered: a point that comes again is multiplied once. */
export class Terms {
	constructor() {
		/** @type {Map<Point, bigint>} */
		this.scalars = new Map();
	}

	/** @param {Point} point @param {bigint} scalar any integer */
	add(point, scalar) {
		this.scalars.set(point, (this.scalars.get(point) ?? 0n) + scalar);
	}

	/** @param {Progress} [progress] @returns {Point} */
	sum(progress) {
		return multiScalar([...this.scalars.keys()], [...this.scalars.values()].map(mod), progress);
	}

	/** Whether the sum is the identity. @param {Progress} [progress] */
	vanish(progress) {
		return isIdentity(this.sum(progress));
	}
}

/** (T): ξ^m·T − Σ_e ξ^e·Y_e − z·U. @param {Terms} terms @param {Read} read @param {bigint} weight */
export function addTagEquation(terms, { m, T, U, Y, z, powers }, weight) {
	terms.add(T, weight * powers[m]);
	Y.forEach((point, e) => terms.add(point, -mod(weight * powers[e])));
	terms.add(U, -weight * z);
}

/** (C): z_A·H_0 + Σ f_{j,i}·H_{1+4j+i} + Σ f_{j,i}(ξ − f_{j,i})·H_{1+4m+4j+i} − ξ·B − A. @param {Terms} terms @param {Read} read @param {bigint} weight */
export function addCommitmentEquation(terms, { m, A, B, zA, xi, rows }, weight) {
	terms.add(generator(0), weight * zA);
	rows.forEach((row, j) => row.forEach((f, i) => {
		const weighted = mod(weight * f);
		terms.add(generator(1 + 4 * j + i), weighted);
		terms.add(generator(1 + 4 * m + 4 * j + i), weighted * (xi - f));
	}));
	terms.add(B, -weight * xi);
	terms.add(A, -weight);
}

/** (K) without the keys: − Σ_e ξ^e·Q_e − z·G. @param {Terms} terms @param {Read} read @param {bigint} weight */
export function addKeyEquation(terms, { Q, z, powers }, weight) {
	Q.forEach((point, e) => terms.add(point, -mod(weight * powers[e])));
	terms.add(BASE, -weight * z);
}
