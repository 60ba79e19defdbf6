// SPDX-License-Identifier: AGPL-3.0-or-later
// group/point.js: elements of ristretto255 (RFC 9496; spec/protocol.md §1)

import { group } from './chosen.js';

/** @typedef {import('../base/refusal.js').Progress} Progress */
/** @typedef {import('./group.js').Point} Point opaque and immutable */

/** @type {Point} */
export const IDENTITY = group.identity;
/** G. @type {Point} */
export const BASE = group.base;

/** @param {Uint8Array} bytes @returns {Point | null} null: not 32 bytes, not canonical, or the identity */
export const decodePoint = (bytes) => group.decodePoint(bytes);

/**
 * Many at once: one square root each. @param {Uint8Array} bytes n·32 @param {Progress} [progress]
 * @returns {Point[] | number} the index of the first that is not canonical, or is the identity
 */
export const decodePoints = (bytes, progress) => group.decodePoints(bytes, progress);

/** Variable time: what is encoded gets published. @param {Point} p @returns {Uint8Array} 32 bytes */
export const encodePoint = (p) => group.encodePoint(p);
/** @param {Point} p @param {Point} q @returns {Point} */
export const add = (p, q) => group.add(p, q);
/** @param {Point} p @param {Point} q @returns {Point} */
export const subtract = (p, q) => group.subtract(p, q);
/** @param {Point} p @returns {Point} */
export const negate = (p) => group.negate(p);
/** @param {Point} p @param {Point} q @returns {boolean} */
export const isEqual = (p, q) => group.isEqual(p, q);
/** @param {Point} p @returns {boolean} */
export const isIdentity = (p) => group.isIdentity(p);

/** n·p, in variable time: for public data. @param {Point} p @param {bigint} n a scalar @returns {Point} */
export const multiply = (p, n) => group.multiScalar([p], [n]);

/**
 * n·p for a secret n, by the library, which does the same operations whatever n is. Its big integers are still not
 * constant-time: how long one operation takes depends on its operands, and no browser promises otherwise.
 * @param {Point} p @param {bigint} n a scalar @returns {Point}
 */
export const secretMultiply = (p, n) => group.secretMultiply(p, n);
