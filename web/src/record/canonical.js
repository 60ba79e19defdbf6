// SPDX-License-Identifier: AGPL-3.0-or-later
// record/canonical.js: RFC 8785 (JCS) of the JSON that records may hold: one spelling each, judged in one pass over the bytes

import { Refusal } from '../base/refusal.js';

/** A record is 1 deep (spec/records.md, Limits of a line). */
export const NESTING_MAX = 8;
const DIGITS_MAX = 16;

const QUOTE = 0x22, COMMA = 0x2c, MINUS = 0x2d, DOT = 0x2e, ZERO = 0x30, NINE = 0x39, COLON = 0x3a;
const LIST = 0x5b, BACKSLASH = 0x5c, LIST_END = 0x5d, UNICODE = 0x75, OBJECT = 0x7b, OBJECT_END = 0x7d;
/** The letters that may follow a backslash, besides u: " \ b f n r t. */
const SHORT_ESCAPES = new Set([QUOTE, BACKSLASH, 0x62, 0x66, 0x6e, 0x72, 0x74]);
/** Controls that have a short escape, and so no other. */
const HAS_SHORT = new Set([0x08, 0x09, 0x0a, 0x0c, 0x0d]);
const SPACE = new Set([0x20, 0x09, 0x0a, 0x0d]);
const WORDS = ['true', 'false', 'null'];

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * What the outermost object says of itself, before anything of it is built.
 * @typedef {{ type: unknown, v: unknown, values: number }} Heading type and v: undefined where the member is missing, or neither a number nor a string of at most 64 bytes. values: how many stand
 *          in it, at any depth
 */

/** One pass; it builds nothing but the names of members. */
class Scanner {
	/** @param {Uint8Array} bytes @param {number} most values */
	constructor(bytes, most) {
		this.bytes = bytes;
		this.most = most;
		this.at = 0;
		/** @type {Heading} */
		this.heading = { type: undefined, v: undefined, values: 0 };
	}

	/** @param {number} depth of the object or list around it */
	value(depth) {
		if (++this.heading.values > this.most)
			throw new Refusal('limit', { detail: `more than ${this.most} values` });
		const byte = this.bytes[this.at];
		if (byte === QUOTE)
			this.string();
		else if (byte >= ZERO && byte <= NINE)
			this.number();
		else if (byte === OBJECT)
			this.object(depth + 1);
		else if (byte === LIST)
			this.list(depth + 1);
		else if (byte === MINUS)
			throw new Refusal('number_form', { detail: 'below zero' });
		else
			this.word();
	}

	/** @param {number} depth its own */
	object(depth) {
		this.open(depth);
		if (this.bytes[this.at] === OBJECT_END)
			return void this.at++;
		let before = '';
		for (let first = true; ; first = false) {
			const name = this.name();
			if (!first && name <= before) /* by UTF-16 code units, RFC 8785 §3.2.3 */
				throw new Refusal(name === before ? 'duplicate_member' : 'canonical', { detail: 'order of members' });
			before = name;
			this.expect(COLON);
			const start = this.at;
			this.value(depth);
			if (depth === 1 && (name === 'type' || name === 'v'))
				this.heading[name] = this.scalar(start);
			if (this.next(OBJECT_END))
				return;
		}
	}

	/** @param {number} depth its own */
	list(depth) {
		this.open(depth);
		if (this.bytes[this.at] === LIST_END)
			return void this.at++;
		for (;;) {
			this.value(depth);
			if (this.next(LIST_END))
				return;
		}
	}

	/** @param {number} depth */
	open(depth) {
		if (depth > NESTING_MAX)
			throw new Refusal('nesting');
		this.at++;
	}

	/** Past a comma: false; past the end of the object or list: true. @param {number} end */
	next(end) {
		if (this.bytes[this.at] === end) {
			this.at++;
			return true;
		}
		this.expect(COMMA);
		return false;
	}

	/** @param {number} byte */
	expect(byte) {
		if (this.bytes[this.at] !== byte)
			throw new Refusal(SPACE.has(this.bytes[this.at]) ? 'canonical' : 'json', { detail: `at byte ${this.at}` });
		this.at++;
	}

	/** A member's name; its text is needed for the order. @returns {string} */
	name() {
		if (this.bytes[this.at] !== QUOTE)
			this.expect(QUOTE);
		const start = this.at;
		this.string();
		return JSON.parse(decoder.decode(this.bytes.subarray(start, this.at)));
	}

	/** The value that begins at start, if it is a short string or a number. @param {number} start */
	scalar(start) {
		const first = this.bytes[start];
		const short = this.at - start <= 64 && (first === QUOTE || (first >= ZERO && first <= NINE));
		return short ? JSON.parse(decoder.decode(this.bytes.subarray(start, this.at))) : undefined;
	}

	/** RFC 8785 §3.2.2.3, for whole numbers 0 … 2^53−1. */
	number() {
		const bytes = this.bytes, start = this.at;
		let n = 0;
		while (bytes[this.at] >= ZERO && bytes[this.at] <= NINE) {
			if (this.at - start === DIGITS_MAX)
				throw new Refusal('number_form', { detail: `more than ${DIGITS_MAX} digits` });
			n = n * 10 + (bytes[this.at++] - ZERO); /* in this order: exact up to 2^53 */
		}
		const after = bytes[this.at];
		if (after === DOT || after === 0x65 || after === 0x45)
			throw new Refusal('number_form', { detail: 'not whole' });
		if (bytes[start] === ZERO && this.at > start + 1)
			throw new Refusal('json', { detail: 'leading zero' });
		if (n > Number.MAX_SAFE_INTEGER)
			throw new Refusal('number_form', { detail: 'above 2^53 − 1' });
	}

	word() {
		for (const word of WORDS) {
			let i = 0;
			while (i < word.length && this.bytes[this.at + i] === word.charCodeAt(i))
				i++;
			if (i === word.length)
				return void (this.at += i);
		}
		throw new Refusal(SPACE.has(this.bytes[this.at]) ? 'canonical' : 'json', { detail: `at byte ${this.at}` });
	}

	string() {
		const bytes = this.bytes, end = bytes.length;
		let at = this.at + 1;
		for (;;) {
			if (at >= end)
				throw new Refusal('json', { detail: 'a string does not end' });
			const byte = bytes[at];
			if (byte === QUOTE)
				break;
			if (byte === BACKSLASH)
				at = this.escape(at);
			else if (byte < 0x20)
				throw new Refusal('json', { detail: 'a bare control character' });
			else if (byte < 0x80)
				at++;
			else
				at = this.character(at);
		}
		this.at = at + 1;
	}

	/** The one escape that each control, quote and backslash has (RFC 8785 §3.2.2.2). @param {number} at */
	escape(at) {
		const bytes = this.bytes;
		const letter = bytes[at + 1];
		if (SHORT_ESCAPES.has(letter))
			return at + 2;
		if (letter !== UNICODE)
			throw new Refusal(letter === 0x2f ? 'canonical' : 'json', { detail: 'escape' });
		let code = 0;
		for (let i = 2; i < 6; i++) {
			const digit = hexDigit(bytes[at + i]);
			if (digit < 0)
				throw new Refusal(bytes[at + i] >= 0x41 && bytes[at + i] <= 0x46 ? 'canonical' : 'json', { detail: 'escape' });
			code = code * 16 + digit;
		}
		if (code >= 0x20 || HAS_SHORT.has(code))
			throw new Refusal(code >= 0xd800 && code < 0xe000 ? 'json' : 'canonical', { detail: 'escape' });
		return at + 6;
	}

	/** A character of two to four bytes (RFC 3629): no longer form than needed, no surrogates, nothing above 10FFFF. @param {number} at */
	character(at) {
		const bytes = this.bytes;
		const first = bytes[at];
		const more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;
		const second = bytes[at + 1];
		let fits = first >= 0xc2 && first <= 0xf4 && isContinuation(second);
		if (first === 0xe0 || first === 0xf0)
			fits &&= second >= (first === 0xe0 ? 0xa0 : 0x90);
		if (first === 0xed || first === 0xf4)
			fits &&= second <= (first === 0xed ? 0x9f : 0x8f);
		for (let i = 2; i <= more; i++)
			fits &&= isContinuation(bytes[at + i]);
		if (!fits)
			throw new Refusal('json', { detail: 'not UTF-8' });
		return at + 1 + more;
	}
}

/** @param {number | undefined} byte */
const isContinuation = (byte) => byte !== undefined && (byte & 0xc0) === 0x80;

/** Lower case only. @param {number} byte */
function hexDigit(byte) {
	if (byte >= ZERO && byte <= NINE)
		return byte - ZERO;
	return byte >= 0x61 && byte <= 0x66 ? byte - 0x61 + 10 : -1;
}

/**
 * Accepts exactly one spelling: a JSON object in RFC 8785 form, UTF-8, with whole numbers 0 … 2^53−1, distinct names and at most NESTING_MAX levels. `true`, `false` and `null` pass
 * (newer records may hold them). Time in proportion to the line; allocates nothing but the names.
 * Refusals: json, canonical, duplicate_member, nesting, number_form, not_object, limit.
 * @param {Uint8Array} line without LF @param {number} [most] values, at any depth
 * @returns {Heading}
 */
export function scanCanonical(line, most = Infinity) {
	const scanner = new Scanner(line, most);
	if (line[0] !== OBJECT) {
		scanner.value(0);
		throw new Refusal('not_object');
	}
	scanner.object(1);
	if (scanner.at !== line.length)
		throw new Refusal(SPACE.has(line[scanner.at]) ? 'canonical' : 'json', { detail: 'after the object' });
	return scanner.heading;
}

/** A line that scanCanonical let pass, as JavaScript's values. @param {Uint8Array} line @returns {Record<string, unknown>} */
export const parseCanonical = (line) => JSON.parse(decoder.decode(line));

/**
 * RFC 8785 of a value made of objects, lists, strings without lone surrogates and whole numbers. The order of members does not matter.
 * @param {unknown} value @returns {string}
 */
export function writeCanonical(value) {
	if (Array.isArray(value))
		return `[${value.map(writeCanonical).join(',')}]`;
	if (value === null || typeof value !== 'object')
		return JSON.stringify(value); /* RFC 8785 takes strings and numbers from here */
	const members = /** @type {Record<string, unknown>} */ (value);
	const names = Object.keys(members).sort(); /* by UTF-16 code units */
	return `{${names.map((name) => `${JSON.stringify(name)}:${writeCanonical(members[name])}`).join(',')}}`;
}
