// SPDX-License-Identifier: AGPL-3.0-or-later
// proof/code.js: the written code of a chain's state (spec/protocol.md §6)

import { sha256 } from '@noble/hashes/sha2.js';
import { concat, equal, u16be } from '../base/bytes.js';
import { Refusal } from '../base/refusal.js';
import { STATE_SIZE } from './edition.js';

/** @typedef {{ state: Uint8Array, edition: number }} Chain */

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';
const CHARS = 40, GROUP = 4, BYTES = 25, CHECKED = STATE_SIZE + 2;
/* ASCII alone: what else toLowerCase() and \s know would make two spellings of one code */
const IGNORED = /[ \t\n\v\f\r-]/g;

/** @param {Uint8Array} checked the state and the edition @returns {Uint8Array} 3 bytes */
const checkOf = (checked) => sha256(concat('undersigned/1 code', new Uint8Array(1), checked)).subarray(0, BYTES - CHECKED);

/** @param {string} chars 40 of them @returns {string} */
const grouped = (chars) => Array.from({ length: CHARS / GROUP }, (_, i) => chars.slice(GROUP * i, GROUP * (i + 1))).join('-');

/** Lower case, ten groups of four joined by '-'. @param {Chain} chain @returns {string} */
export function encodeCode({ state, edition }) {
	const checked = concat(state, u16be(edition));
	const bytes = concat(checked, checkOf(checked));
	let chars = '';
	for (let bit = 0; bit < 8 * BYTES; bit += 5) {
		const two = (bytes[bit >> 3] << 8) | (bytes[(bit >> 3) + 1] ?? 0);
		chars += ALPHABET[(two >> (11 - (bit & 7))) & 31];
	}
	return grouped(chars);
}

/** Without what is ignored, in lower case. @param {string} text @returns {string} */
const normal = (text) => text.replace(IGNORED, '').replace(/[A-Z]/g, (letter) => letter.toLowerCase());

/** @param {string} chars 40 of them, normal @returns {Uint8Array | null} null: a foreign character */
function base32(chars) {
	const bytes = new Uint8Array(BYTES);
	let held = 0, bits = 0, at = 0;
	for (const char of chars) {
		const value = ALPHABET.indexOf(char);
		if (value < 0)
			return null;
		held = ((held << 5) | value) & 0xfff;
		bits += 5;
		if (bits >= 8) {
			bits -= 8;
			bytes[at++] = held >> bits;
		}
	}
	return bytes;
}

/** @param {Uint8Array} bytes */
const holds = (bytes) => equal(checkOf(bytes.subarray(0, CHECKED)), bytes.subarray(CHECKED));

/**
 * Read without regard to case, ASCII white space and '-'.
 * @param {string} text @returns {Chain}
 * @throws {Refusal} code_form (length, characters), code_check
 */
export function decodeCode(text) {
	const chars = normal(text);
	const bytes = chars.length === CHARS ? base32(chars) : null;
	if (bytes === null)
		throw new Refusal('code_form');
	if (!holds(bytes))
		throw new Refusal('code_check');
	return { state: bytes.slice(0, STATE_SIZE), edition: (bytes[STATE_SIZE] << 8) | bytes[STATE_SIZE + 1] };
}

/** All texts one slip away: one character wrong, or two neighbours swapped. @param {string} chars */
function* slips(chars) {
	for (let i = 0; i < chars.length; i++)
		for (const other of ALPHABET)
			if (other !== chars[i])
				yield chars.slice(0, i) + other + chars.slice(i + 1);
	for (let i = 0; i + 1 < chars.length; i++)
		if (chars[i] !== chars[i + 1])
			yield chars.slice(0, i) + chars[i + 1] + chars[i] + chars.slice(i + 2);
}

/**
 * What a code was meant to be that fails by one wrong character (a foreign one too) or two swapped neighbours. At most 1,279 times SHA-256.
 * @param {string} text @returns {string | null} null: holds as it stands, or no code or more than one is that near
 */
export function suggestCode(text) {
	const chars = normal(text);
	if (chars.length !== CHARS)
		return null;
	const found = new Set();
	const bytes = base32(chars);
	if (bytes !== null && holds(bytes))
		return null;
	for (const slip of slips(chars)) {
		const candidate = base32(slip);
		if (candidate !== null && holds(candidate))
			found.add(slip);
	}
	return found.size === 1 ? grouped([...found][0]) : null;
}

/**
 * Which groups differ from the code, for the re-typing check. A foreign character is only another difference.
 * @param {string} typed @param {string} code @returns {number[]} 0 … 9, ascending
 * @throws {Refusal} code_form: not 40 characters, so that groups cannot be told apart
 */
export function wrongGroups(typed, code) {
	const chars = normal(typed), right = normal(code);
	if (chars.length !== CHARS)
		throw new Refusal('code_form');
	return Array.from({ length: CHARS / GROUP }, (_, i) => i).filter((i) => chars.slice(GROUP * i, GROUP * (i + 1)) !== right.slice(GROUP * i, GROUP * (i + 1)));
}
