// SPDX-License-Identifier: AGPL-3.0-or-later
// base/bytes.js: byte strings: joining, comparing, numbers in and out

const encoder = new TextEncoder();

/** UTF-8. @param {string} text @returns {Uint8Array} */
export const utf8 = (text) => encoder.encode(text);

/** @param {...(Uint8Array | string)} parts strings stand for their UTF-8 @returns {Uint8Array} */
export function concat(...parts) {
	const slices = parts.map((part) => (typeof part === 'string' ? utf8(part) : part));
	const out = new Uint8Array(slices.reduce((n, slice) => n + slice.length, 0));
	let at = 0;
	for (const slice of slices) {
		out.set(slice, at);
		at += slice.length;
	}
	return out;
}

/** Big-endian, 4 bytes. @param {number} n 0 … 2^32−1 @returns {Uint8Array} */
export const u32be = (n) => new Uint8Array([n >>> 24, n >>> 16, n >>> 8, n]);

/** Big-endian, 2 bytes. @param {number} n 0 … 65535 @returns {Uint8Array} */
export const u16be = (n) => new Uint8Array([n >>> 8, n]);

/** @param {Uint8Array} a @param {Uint8Array} b @returns {number} below, at or above 0, as a stands before, at or after b; a prefix stands before */
export function compare(a, b) {
	const n = Math.min(a.length, b.length);
	for (let i = 0; i < n; i++)
		if (a[i] !== b[i])
			return a[i] - b[i];
	return a.length - b.length;
}

/** @param {Uint8Array} a @param {Uint8Array} b */
export const equal = (a, b) => a.length === b.length && compare(a, b) === 0;

/** @param {Uint8Array} bytes @returns {string} lower case */
export const toHex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** Little-endian. @param {Uint8Array} bytes @returns {bigint} */
export function toNumber(bytes) {
	return bytes.length === 0 ? 0n : BigInt('0x' + toHex(Uint8Array.from(bytes).reverse()));
}

/** Little-endian. @param {bigint} n 0 … 256^size − 1 @param {number} size @returns {Uint8Array} */
export function fromNumber(n, size) {
	const hex = n.toString(16).padStart(2 * size, '0');
	const out = new Uint8Array(size);
	for (let i = 0; i < size; i++)
		out[size - 1 - i] = parseInt(hex.slice(2 * i, 2 * i + 2), 16);
	return out;
}
