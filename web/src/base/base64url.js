// SPDX-License-Identifier: AGPL-3.0-or-later
// base/base64url.js: base64url without padding, canonical (RFC 4648 §5; spec/records.md, Form)

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const VALUE = new Int8Array(128).fill(-1);
for (let i = 0; i < 64; i++)
	VALUE[ALPHABET.charCodeAt(i)] = i;

/** @param {Uint8Array} bytes @returns {string} */
export function encodeBase64url(bytes) {
	const chunks = [];
	let text = '';
	for (let i = 0; i < bytes.length; i += 3) {
		const b = bytes[i + 1] ?? 0, c = bytes[i + 2] ?? 0;
		const digits = ALPHABET[bytes[i] >> 2] + ALPHABET[((bytes[i] & 3) << 4) | (b >> 4)] + ALPHABET[((b & 15) << 2) | (c >> 6)] + ALPHABET[c & 63];
		text += i + 3 <= bytes.length ? digits : digits.slice(0, bytes.length - i + 1);
		if (text.length > 8192) {
			chunks.push(text);
			text = '';
		}
	}
	return chunks.join('') + text;
}

/** @param {string} text @returns {Uint8Array | null} null: not canonical (a foreign character, padding, stray bits, an impossible length) */
export function decodeBase64url(text) {
	const rest = text.length % 4;
	if (rest === 1)
		return null;
	const out = new Uint8Array(Math.floor((text.length * 3) / 4));
	let held = 0, bits = 0, at = 0;
	for (let i = 0; i < text.length; i++) {
		const code = text.charCodeAt(i);
		const value = code < 128 ? VALUE[code] : -1;
		if (value < 0)
			return null;
		held = ((held << 6) | value) & 0xffff;
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			out[at++] = held >> bits;
		}
	}
	return (held & ((1 << bits) - 1)) === 0 ? out : null;
}
