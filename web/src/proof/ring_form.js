// SPDX-License-Identifier: AGPL-3.0-or-later
// proof/ring_form.js: the shape of a ring proof: sizes, digits, bytes, what is hashed, generators (spec/protocol.md §1-3)

import { sha256 } from '@noble/hashes/sha2.js';
import { concat, u32be } from '../base/bytes.js';
import { Refusal } from '../base/refusal.js';
import { hashToPoint, hashToScalar } from '../group/hash.js';
import { decodePoints } from '../group/point.js';
import { decodeScalar } from '../group/scalar.js';

/** @typedef {import('../group/point.js').Point} Point */
/** @typedef {{ A: Point, B: Point, Q: Point[], Y: Point[], f: bigint[][], zA: bigint, z: bigint }} Proof f[j][i − 1] for i = 1 … 3 */

const DIGITS_MAX = 10;
export const RING_MAX = 4 ** DIGITS_MAX;

/** m, the digits of an index into a ring. @param {number} n keys @returns {number} @throws {Refusal} ring_size */
export function digitsOf(n) {
	if (!(n >= 1 && n <= RING_MAX))
		throw new Refusal('ring_size');
	let m = 1;
	while (4 ** m < n)
		m++;
	return m;
}

/** Digit j of k in base 4, from the lowest; without a branch: k may be secret. @param {number} k @param {number} j */
export const digit = (k, j) => (k >>> (2 * j)) & 3;

/** Bytes of a proof over n keys. @param {number} n @returns {number} @throws {Refusal} ring_size */
export const proofSize = (n) => 32 * (5 * digitsOf(n) + 4);

/** @param {Uint8Array} rosterId 32 bytes @param {string} label a body's id, or `*` @returns {Uint8Array} 32 bytes */
export const ringId = (rosterId, label) => sha256(concat('undersigned/1 ring', new Uint8Array(1), rosterId, label));

/** @type {Point[]} */
const made = [];

/** H_i. @param {number} i @returns {Point} the same object every time */
export const generator = (i) => (made[i] ??= hashToPoint('undersigned/1 generator', u32be(i)));

/** Bytes of the points at the head of a proof: A, B, Q_e, Y_e. @param {number} m */
export const pointsSize = (m) => 32 * (2 * m + 2);

/**
 * ξ. @param {{ letterId: Uint8Array, ringId: Uint8Array, n: number, tag: Uint8Array, points: Uint8Array }} hashed points: the head of the proof
 * @returns {bigint}
 */
export const challenge = ({ letterId, ringId, n, tag, points }) =>
	hashToScalar('undersigned/1 challenge', concat(letterId, ringId, u32be(n), tag, points));

/** @param {Uint8Array} bytes of the right size for m @param {number} m @returns {Proof | null} null: a point or a scalar is not canonical, or a point is the identity */
export function decodeProof(bytes, m) {
	const head = pointsSize(m);
	const points = decodePoints(bytes.subarray(0, head));
	if (typeof points === 'number')
		return null;
	/** @type {bigint[]} */
	const scalars = [];
	for (let at = head; at < bytes.length; at += 32) {
		const scalar = decodeScalar(bytes.subarray(at, at + 32));
		if (scalar === null)
			return null;
		scalars.push(scalar);
	}
	const f = Array.from({ length: m }, (_, j) => scalars.slice(3 * j, 3 * j + 3));
	const [zA, z] = scalars.slice(3 * m);
	return { A: points[0], B: points[1], Q: points.slice(2, 2 + m), Y: points.slice(2 + m), f, zA, z };
}
