// SPDX-License-Identifier: AGPL-3.0-or-later
// proof/aead.js: XChaCha20-Poly1305 (RFC 8439; draft-irtf-cfrg-xchacha-03) over whole byte strings
//
// The sum of Poly1305 is taken in big integers: its key serves once, and whoever could time a browser so finely holds it already.

import { concat } from '../base/bytes.js';

const TAG = 16, BLOCK = 64, ROUNDS = 10;
const SIGMA = [0x61707865, 0x3320646e, 0x79622d32, 0x6b206574]; /* "expand 32-byte k" */
const P = 2n ** 130n - 5n, CLAMP = 0x0ffffffc0ffffffc0ffffffc0fffffffn;

/** @param {Uint8Array} bytes @param {number} n words, little-endian */
function words(bytes, n) {
	const view = new DataView(bytes.buffer, bytes.byteOffset);
	return Array.from({ length: n }, (_, i) => view.getUint32(4 * i, true));
}

/** a += b; d ^= a; d turns left. @param {Uint32Array} s @param {number} a @param {number} b @param {number} d @param {number} by */
function mix(s, a, b, d, by) {
	s[a] += s[b];
	const n = s[d] ^ s[a];
	s[d] = (n << by) | (n >>> (32 - by));
}

/** @param {Uint32Array} s @param {number} a @param {number} b @param {number} c @param {number} d */
function quarter(s, a, b, c, d) {
	mix(s, a, b, d, 16);
	mix(s, c, d, b, 12);
	mix(s, a, b, d, 8);
	mix(s, c, d, b, 7);
}

/** s: sixteen words after the rounds. @param {Uint32Array} s */
function rounds(s) {
	for (let i = 0; i < ROUNDS; i++) {
		for (let k = 0; k < 4; k++)
			quarter(s, k, 4 + k, 8 + k, 12 + k);
		for (let k = 0; k < 4; k++)
			quarter(s, k, 4 + ((k + 1) & 3), 8 + ((k + 2) & 3), 12 + ((k + 3) & 3));
	}
}

/** The first state: its counter 0. @param {Uint8Array} key 32 bytes @param {Uint8Array} nonce 24 bytes */
function begin(key, nonce) {
	const sub = Uint32Array.from([...SIGMA, ...words(key, 8), ...words(nonce, 4)]);
	rounds(sub); /* HChaCha20 */
	return Uint32Array.from([...SIGMA, ...sub.subarray(0, 4), ...sub.subarray(12), 0, 0, ...words(nonce.subarray(16), 2)]);
}

/** Block after block of the key stream. @param {Uint32Array} state its counter goes on @param {Uint8Array} data @returns {Uint8Array} data, en- or deciphered */
function cipher(state, data) {
	const out = new Uint8Array(data.length), s = new Uint32Array(16);
	for (let at = 0; at < data.length; at += BLOCK) {
		s.set(state);
		rounds(s);
		state.forEach((word, i) => (s[i] += word));
		state[12]++;
		for (let i = 0; i < BLOCK && at + i < data.length; i++)
			out[at + i] = data[at + i] ^ (s[i >> 2] >>> (8 * (i & 3)));
	}
	s.fill(0);
	return out;
}

/** @param {Uint8Array} key 32 bytes @param {Uint8Array} ad @param {Uint8Array} sealed @returns {Uint8Array} 16 bytes */
function tagOf(key, ad, sealed) {
	const padded = (/** @type {Uint8Array} */ bytes) => concat(bytes, new Uint8Array(-bytes.length & 15));
	const data = concat(padded(ad), padded(sealed), new Uint8Array(16));
	const view = new DataView(data.buffer), at = data.length - 16;
	view.setBigUint64(at, BigInt(ad.length), true);
	view.setBigUint64(at + 8, BigInt(sealed.length), true);
	const number = (/** @type {DataView} */ v, /** @type {number} */ i) => v.getBigUint64(i, true) | (v.getBigUint64(i + 8, true) << 64n);
	const keys = new DataView(key.buffer, key.byteOffset);
	const r = number(keys, 0) & CLAMP;
	let sum = 0n;
	for (let i = 0; i < data.length; i += 16)
		sum = ((sum + number(view, i) + 2n ** 128n) * r) % P;
	sum += number(keys, 16);
	const tag = new DataView(new ArrayBuffer(TAG));
	tag.setBigUint64(0, BigInt.asUintN(64, sum), true);
	tag.setBigUint64(8, BigInt.asUintN(64, sum >> 64n), true);
	return new Uint8Array(tag.buffer);
}

/** The state after the block that gives the tag's key, and that key. @param {Uint8Array} key @param {Uint8Array} nonce */
function start(key, nonce) {
	if (key.length !== 32 || nonce.length !== 24)
		throw new Error('a key has 32 bytes, a nonce 24');
	const state = begin(key, nonce);
	return { state, once: cipher(state, new Uint8Array(BLOCK)).subarray(0, 32) };
}

/** @param {Uint8Array} key 32 bytes @param {Uint8Array} nonce 24 bytes, never used before with this key @param {Uint8Array} ad @param {Uint8Array} plain @returns {Uint8Array} plain's length + 16 */
export function sealBytes(key, nonce, ad, plain) {
	const { state, once } = start(key, nonce), sealed = cipher(state, plain);
	const out = concat(sealed, tagOf(once, ad, sealed));
	state.fill(0), once.fill(0);
	return out;
}

/** @param {Uint8Array} key 32 bytes @param {Uint8Array} nonce 24 bytes @param {Uint8Array} ad @param {Uint8Array} bytes @returns {Uint8Array | null} null: made with another key, nonce or ad, or changed since */
export function openBytes(key, nonce, ad, bytes) {
	if (bytes.length < TAG)
		return null;
	const { state, once } = start(key, nonce), sealed = bytes.subarray(0, -TAG), tag = bytes.subarray(-TAG);
	const wrong = tagOf(once, ad, sealed).reduce((all, byte, i) => all | (byte ^ tag[i]), 0);
	const plain = wrong ? null : cipher(state, sealed);
	state.fill(0), once.fill(0);
	return plain;
}
