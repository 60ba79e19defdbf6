// SPDX-License-Identifier: AGPL-3.0-or-later
// group/hash.js: hashing to bytes, to scalars and to the group (spec/protocol.md §1: expand_message_xmd, H2S, H2G)

import { sha512 } from '@noble/hashes/sha2.js';
import { concat, toNumber, u16be, utf8 } from '../base/bytes.js';
import { group } from './chosen.js';
import { mod } from './scalar.js';

/** @typedef {import('./point.js').Point} Point */
/** @typedef {string | Uint8Array} Dst a domain separation tag, at most 255 bytes */

const BLOCK = 128, DIGEST = 64, DST_MAX = 255, BLOCKS_MAX = 255;

/** expand_message_xmd of RFC 9380 (§5.3.1) with SHA-512. @param {Dst} dst @param {Uint8Array} message @param {number} n at most 16,320 @returns {Uint8Array} */
export function expandMessage(dst, message, n) {
	const tag = typeof dst === 'string' ? utf8(dst) : dst;
	if (tag.length === 0 || tag.length > DST_MAX || n > BLOCKS_MAX * DIGEST)
		throw new Error('a tag or a length beyond the limits');
	const end = concat(tag, new Uint8Array([tag.length]));
	const first = sha512(concat(new Uint8Array(BLOCK), message, u16be(n), new Uint8Array(1), end));
	const blocks = [new Uint8Array(DIGEST)];
	for (let i = 1; (i - 1) * DIGEST < n; i++) {
		const last = blocks[i - 1];
		blocks.push(sha512(concat(first.map((byte, k) => byte ^ last[k]), new Uint8Array([i]), end)));
	}
	return concat(...blocks.slice(1)).slice(0, n);
}

/** H2S. @param {Dst} dst @param {Uint8Array} message @returns {bigint} */
export const hashToScalar = (dst, message) => mod(toNumber(expandMessage(dst, message, 64)));

/** H2G. Variable time: for public messages. @param {Dst} dst @param {Uint8Array} message @returns {Point} */
export function hashToPoint(dst, message) {
	const point = group.derivePoint(expandMessage(dst, message, 64));
	if (group.isIdentity(point))
		throw new Error('a hash met the identity');
	return group.flatten(point);
}
