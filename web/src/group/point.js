// SPDX-License-Identifier: AGPL-3.0-or-later
// group/point.js: elements of ristretto255 (RFC 9496; spec/protocol.md §1)

import { ristretto255 } from '@noble/curves/ed25519.js';

/** @typedef {import('../base/refusal.js').Progress} Progress */
/** @typedef {InstanceType<typeof ristretto255.Point>} Point opaque and immutable */

/** @type {Point} */
export const IDENTITY = ristretto255.Point.ZERO;
/** G. @type {Point} */
export const BASE = ristretto255.Point.BASE;

/** @param {Uint8Array} bytes @returns {Point | null} null: not 32 bytes, not canonical, or the identity */
export function decodePoint(bytes) {
	try {
		const point = ristretto255.Point.fromBytes(bytes);
		return point.is0() ? null : point;
	} catch {
		return null;
	}
}

/** @param {Uint8Array} bytes n·32 @param {Progress} [progress] @returns {Point[] | number} the index of the first that is no canonical point, or the identity */
export function decodePoints(bytes, progress) {
	const points = [], n = bytes.length / 32;
	for (let i = 0; i < n; i++) {
		const point = decodePoint(bytes.subarray(32 * i, 32 * i + 32));
		if (point === null)
			return i;
		points.push(point);
		progress?.(i + 1, n);
	}
	return points;
}

/** @param {Point} p @returns {Uint8Array} 32 bytes */
export const encodePoint = (p) => p.toBytes();
/** @param {Point} p @param {Point} q */
export const add = (p, q) => p.add(q);
/** @param {Point} p @param {Point} q */
export const subtract = (p, q) => p.subtract(q);
/** @param {Point} p */
export const negate = (p) => p.negate();
/** @param {Point} p @param {Point} q */
export const isEqual = (p, q) => p.equals(q);
/** @param {Point} p */
export const isIdentity = (p) => p.is0();

/** n·p, in variable time: for public data. @param {Point} p @param {bigint} n a scalar @returns {Point} */
export const multiply = (p, n) => p.multiplyUnsafe(n);

/**
 * n·p for a secret n, by the library's multiplication with a fixed sequence of operations. Big integers of a browser are
 * still not constant-time: the time of one addition depends on its operands.
 * @param {Point} p @param {bigint} n a scalar @returns {Point}
 */
export const secretMultiply = (p, n) => (n === 0n ? IDENTITY : p.multiply(n));
