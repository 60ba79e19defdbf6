// SPDX-License-Identifier: AGPL-3.0-or-later
// mutations.js: for crossing tests: seeded small changes to letters and proofs, on which the command and the page must agree

import { createHash } from 'node:crypto';
import { decodeBase64url, encodeBase64url } from '../src/base/base64url.js';
import { concat, fromNumber, toNumber } from '../src/base/bytes.js';

/** @typedef {(n: number) => number} Below a number 0 … n−1 */

const L = 2n ** 252n + 27742317777372353535851937790883648493n;

/** Mulberry32: good enough to choose, and the same everywhere. @param {number} seed @returns {Below} */
export function seeded(seed) {
	let state = seed >>> 0;
	return (n) => {
		state = (state + 0x6d2b79f5) >>> 0;
		let t = Math.imul(state ^ (state >>> 15), 1 | state);
		t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
		return ((t ^ (t >>> 14)) >>> 0) % n;
	};
}

/** @template T @param {Below} below @param {readonly T[]} list @returns {T} */
export const pick = (below, list) => list[below(list.length)];

/** RFC 8785 of what JSON.parse gives. @param {any} value @returns {string} */
export function canonical(value) {
	if (Array.isArray(value))
		return `[${value.map(canonical).join(',')}]`;
	if (value === null || typeof value !== 'object')
		return JSON.stringify(value);
	return `{${Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(',')}}`;
}

/** @param {string} text */
export const idOf = (text) => encodeBase64url(new Uint8Array(createHash('sha256').update(text).digest()));

/** Places in a record: the object or list, and the name or index. @param {any} value @returns {[any, string | number][]} */
function places(value) {
	if (value === null || typeof value !== 'object')
		return [];
	return Object.keys(value).flatMap((name) => [[value, Array.isArray(value) ? Number(name) : name], ...places(value[name])]);
}

/** Values of the whole letter by the name of their member. @param {string[]} lines */
export function valuesByName(lines) {
	/** @type {Record<string, any[]>} */
	const values = {};
	for (const line of lines)
		for (const [holder, name] of places(JSON.parse(line)))
			(values[String(name)] ??= []).push(holder[name]);
	return values;
}

const ODD_TEXTS = ['', 'x', '\u200b', '\n', '\t', 'e\u0301', '\ud800', '\uffff', '"\\', '\u007f', 'a'.repeat(33), 'a'.repeat(301), '2026-02-30', '1999-12-31', '3000-01-01', '*', 'A', '-', 'en-', 'https://x y', '\u2028', '\ufeff', '\ud83d\ude00'];
const ODD_NUMBERS = [0, 1, 2, 16, 17, 100, 101, 65535, 65536, 1048576, 1048577, 2 ** 53 - 1, 2 ** 53, 1e21, -1, 0.5];

/** @param {Below} below @param {any} value */
function tweak(below, value) {
	if (typeof value === 'number')
		return below(2) ? value + pick(below, [1, -1]) : pick(below, ODD_NUMBERS);
	if (typeof value === 'string')
		return tweakText(below, value);
	if (Array.isArray(value)) {
		const list = [...value], i = below(list.length || 1);
		return pick(below, [() => list.filter((_, k) => k !== i), () => [...list, ...list.slice(i, i + 1)], () => list.reverse(), () => [], () => [...list, 'x']])();
	}
	return pick(below, [null, true, {}, [], '']);
}

/** @param {Below} below @param {string} text */
function tweakText(below, text) {
	const i = below(text.length || 1);
	const bytes = decodeBase64url(text);
	return pick(below, [
		() => pick(below, ODD_TEXTS),
		() => text.slice(0, i) + text.slice(i + 1),
		() => text + pick(below, ODD_TEXTS),
		() => text.slice(0, i) + pick(below, ['A', 'z', '0', '-', '_', ' ', '=', '\u00e9']) + text.slice(i + 1),
		() => (bytes && bytes.length >= 32 ? encodeBase64url(mutateBytes(below, bytes)) : text.toUpperCase()),
		() => (/^2\d{3}-\d\d-\d\d$/.test(text) ? `${text.slice(0, 8)}${pick(below, ['01', '28', '29', '30', '31', '00'])}` : text + text),
	])();
}

/** @param {Below} below @param {Uint8Array} bytes */
export function mutateBytes(below, bytes) {
	const out = bytes.slice();
	out[below(out.length)] ^= 1 << below(8);
	return out;
}

/** One member of a record, anywhere in it. @param {Below} below @param {any} record @param {Record<string, any[]>} values changed in place */
export function changeMember(below, record, values) {
	const [holder, name] = pick(below, places(record));
	pick(below, [
		() => { holder[name] = tweak(below, holder[name]); },
		() => { holder[name] = tweak(below, holder[name]); },
		() => { holder[name] = pick(below, values[String(name)] ?? ['']); },
		() => { holder[name] = pick(below, values[pick(below, Object.keys(values))]); },
		() => { if (Array.isArray(holder)) holder.splice(Number(name), 1); else delete holder[name]; },
		() => { if (!Array.isArray(holder)) holder[pick(below, ['zz', 'a', `${name}x`])] = pick(below, [0, '', [], 1]); },
		() => { if (name === 'v' || name === 'type' || below(4) === 0) holder.v = pick(below, [0, 1, 2, 3, 2 ** 53 - 1, '1']); },
	])();
}

/** What is no longer canonical, or only just. @param {Below} below @param {string} line */
export function misspell(below, line) {
	const members = line.slice(1, -1).split(/,(?=")/);
	const i = below(members.length), j = below(members.length);
	/** @param {string[]} list */
	const joined = (list) => `{${list.join(',')}}`;
	return pick(below, [
		() => { [members[i], members[j]] = [members[j], members[i]]; return joined(members); },
		() => joined(members.filter((_, k) => k !== i)),
		() => joined([...members.slice(0, i + 1), ...members.slice(i)]),
		() => line.replace(':', ': '),
		() => line.replace(/"v":1/, pick(below, ['"v":1.0', '"v":01', '"v":1e0', '"v":-0', '"v":2', '"v":"1"', '"v":true'])),
		() => line.replace(/[a-z](?=[^"]*"[^"]*$)/, (c) => `\\u00${c.charCodeAt(0).toString(16)}`),
		() => line + pick(below, [' ', '\r', '{}', ',', '\0', line]),
		() => line.slice(0, below(line.length)),
		() => line.slice(1 + below(20)),
	])();
}

/** Until something differs. @param {string[]} lines @param {() => Uint8Array} change @returns {Uint8Array} */
export function differing(lines, change) {
	const before = Buffer.from(lines.map((line) => `${line}\n`).join(''));
	for (;;) {
		const bytes = change();
		if (!before.equals(bytes))
			return bytes;
	}
}

/** @param {Below} below @param {string[]} lines @returns {Uint8Array} one change to a letter's lines */
export const mutateLetter = (below, lines) => differing(lines, () => changeLines(below, lines));

/** @param {Below} below @param {string[]} lines @returns {Uint8Array} */
function changeLines(below, lines) {
	const out = [...lines];
	const i = below(out.length), j = below(out.length);
	const whole = () => Buffer.from(out.map((line) => `${line}\n`).join(''));
	/** @param {Record<string, any[]>} values */
	const change = (values) => {
		const record = JSON.parse(out[i]);
		changeMember(below, record, values);
		out[i] = canonical(record);
		return whole();
	};
	return new Uint8Array(pick(below, [
		() => mutateBytes(below, whole()),
		() => { const bytes = whole(); bytes[below(bytes.length)] = pick(below, [0, 0x0a, 0x0d, 0x20, 0x22, 0x5c, 0x7b, 0x7d, 0x80, 0xc0, 0xed, 0xff]); return bytes; },
		() => { const bytes = whole(), at = below(bytes.length); return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + below(3))]); },
		() => change(valuesByName(lines)),
		() => change(valuesByName(lines)),
		() => change(valuesByName(lines)),
		() => { out[i] = misspell(below, out[i]); return whole(); },
		() => { out.splice(i, 1); return whole(); },
		() => { out.splice(j, 0, out[i]); return whole(); },
		() => { out.splice(j, 0, ...out.splice(i, 1)); return whole(); },
		() => { [out[i], out[j]] = [out[j], out[i]]; return whole(); },
		() => { out.splice(j, 0, pick(below, ['', '{}', '{"type":"x","v":1}', '{"type":"letter","v":2}', '{"type":"roster","v":2}', '{"type":"keys","v":2}', '[]', '{"type":"roster","v":9007199254740992}'])); return whole(); },
		() => whole().subarray(0, whole().length - 1 - below(3)),
	])());
}

/** The elements of a proof: 32 bytes each. @param {Uint8Array} proof */
const elements = (proof) => Array.from({ length: proof.length / 32 }, (_, i) => proof.subarray(32 * i, 32 * i + 32));

/** @param {Below} below @param {Uint8Array} proof @param {Uint8Array} other a proof of the same letter @returns {Uint8Array} */
export function mutateProof(below, proof, other) {
	const parts = elements(proof), others = elements(other);
	const i = below(parts.length), j = below(parts.length);
	const scalar = toNumber(parts[i]);
	/** @param {Uint8Array} part */
	const set = (part) => concat(...parts.map((each, k) => (k === i ? part : each)));
	return pick(below, [
		() => mutateBytes(below, proof),
		() => mutateBytes(below, proof),
		() => concat(...parts.map((each, k) => (k === i ? parts[j] : k === j ? parts[i] : each))),
		() => set(fromNumber((scalar + L) % 2n ** 256n, 32)),
		() => set(fromNumber((scalar + 1n) % 2n ** 256n, 32)),
		() => set(fromNumber(((L - (scalar % L)) % L) % 2n ** 256n, 32)),
		() => set(new Uint8Array(32)),
		() => set(fromNumber(scalar ^ (1n << 255n), 32)),
		() => set(fromNumber((2n ** 255n - 19n - (scalar % 2n ** 255n) + 2n ** 256n) % 2n ** 256n, 32)),
		() => set(others[i % others.length]),
		() => concat(...parts.map((each, k) => (k < i ? each : others[k % others.length]))),
		() => other,
		() => concat(proof, new Uint8Array(32)),
		() => proof.subarray(0, proof.length - pick(below, [1, 32, 160])),
	])();
}

/** One signature, withdrawal or vote of a letter with a mutated proof or tag. @param {Below} below @param {string[]} lines @returns {Uint8Array} */
export const mutateOneProof = (below, lines) => differing(lines, () => changeOneProof(below, lines));

/** @param {Below} below @param {string[]} lines @returns {Uint8Array} */
function changeOneProof(below, lines) {
	const holders = lines.flatMap((line, i) => (/"proof":"/.test(line) ? [i] : []));
	const [i, j] = [pick(below, holders), pick(below, holders)];
	const record = JSON.parse(lines[i]), other = JSON.parse(lines[j]);
	const name = below(6) === 0 ? 'tag' : 'proof';
	const bytes = (/** @type {any} */ from) => decodeBase64url(from[name]) ?? new Uint8Array(0);
	record[name] = encodeBase64url(mutateProof(below, bytes(record), bytes(other)));
	return new Uint8Array(Buffer.from(lines.map((line, k) => `${k === i ? canonical(record) : line}\n`).join('')));
}
