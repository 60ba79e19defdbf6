// SPDX-License-Identifier: AGPL-3.0-or-later
// mutated_lines.js: for crossing tests: lines of every type with one or two changes, at every member, at the edges of the form; and whole letters

import { readdirSync, readFileSync } from 'node:fs';
import { encodeBase64url } from '../src/base/base64url.js';
import { BASE, encodePoint } from '../src/group/point.js';
import { TYPES } from '../src/record/types.js';
import { canonical, changeMember, misspell, mutateBytes, mutateLetter, mutateOneProof, pick, valuesByName } from './mutations.js';
import { mutateAndSign } from './resigned.js';

/** @typedef {import('./mutations.js').Below} Below */
/** @typedef {import('../src/record/kinds.js').Kind} Kind */

const LETTERS = new URL('../../test/vectors/letters/', import.meta.url);

/** @param {string} name @returns {string[]} */
const linesOf = (name) => readFileSync(new URL(name, LETTERS), 'utf8').trimEnd().split('\n');

const letters = readdirSync(LETTERS).filter((name) => /^(valid|newer)-.*\.letter$/.test(name)).map(linesOf);
const enrolment = canonical({ body: 'mint', keys: [3, 4, 5].map((edition) => ({ edition, key: encodeBase64url(encodePoint(BASE)), proof: 'A'.repeat(86) })), series: 'town', type: 'enrolment', v: 1 });

/** @returns {Map<string, string[]>} valid lines by type; the short ones, few of a kind */
function sortByType() {
	/** @type {Map<string, Set<string>>} */
	const lines = new Map(Object.keys(TYPES).map((type) => [type, new Set()]));
	for (const line of [...letters.flat(), enrolment]) {
		const { type, v } = JSON.parse(line), some = lines.get(type);
		if (some && v === 1 && some.size < 12 && line.length < 40_000)
			some.add(line);
	}
	return new Map([...lines].filter(([, some]) => some.size > 0).map(([type, some]) => [type, [...some]]));
}

const byType = sortByType();
const values = valuesByName([...byType.values()].flat());
export const TYPES_THERE = [...byType.keys()];

/* ---- values at the edges of a kind ---- */

/** Around every range that texts may not hold, and what UTF-8 makes of it. */
const CODE_POINTS = [
	0x00, 0x08, 0x09, 0x0a, 0x0d, 0x1f, 0x20, 0x22, 0x2f, 0x5c, 0x7e, 0x7f, 0x80, 0x9f, 0xa0, 0xac, 0xad, 0xae, 0x34e, 0x34f, 0x350, 0x61b, 0x61c, 0x61d, 0x115e, 0x115f, 0x1160, 0x1161,
	0x17b3, 0x17b4, 0x17b5, 0x17b6, 0x180d, 0x180e, 0x180f, 0x200a, 0x200b, 0x200c, 0x200d, 0x200e, 0x200f, 0x2010, 0x2027, 0x2028, 0x202e, 0x202f, 0x205f, 0x2060, 0x206f, 0x2070, 0x27ff, 0x2800,
	0x2801, 0x3163, 0x3164, 0x3165, 0xd7ff, 0xe000, 0xfdcf, 0xfdd0, 0xfdef, 0xfdf0, 0xfefe, 0xfeff, 0xff00, 0xff9f, 0xffa0, 0xffa1, 0xffef, 0xfff0, 0xfffb, 0xfffc, 0xfffd, 0xfffe, 0xffff, 0x10000,
	0x1bc9f, 0x1bca0, 0x1bca3, 0x1bca4, 0x1d172, 0x1d173, 0x1d17a, 0x1d17b, 0x1fffe, 0x1ffff, 0x20000, 0xdffff, 0xe0000, 0xe00ff, 0xe0100, 0xe01ef, 0xe01f0, 0xe0fff, 0xe1000, 0xffffe, 0x10fffd, 0x10fffe, 0x10ffff,
];
const NUMBERS = [0, 1, 2, 3, 9, 10, 16, 17, 20, 99, 100, 101, 9999, 10000, 10001, 65535, 65536, 999999999, 1e9, 1e9 + 1, 2 ** 20 - 1, 2 ** 20, 2 ** 20 + 1, 2 ** 32, 2 ** 53 - 1, 2 ** 53, 2 ** 53 + 2];
const DAYS = ['2000-01-01', '1999-12-31', '2999-12-31', '3000-01-01', '2024-02-29', '2023-02-29', '2100-02-29', '2400-02-29', '2000-02-29', '2026-00-01', '2026-13-01', '2026-01-00', '2026-01-32', '2026-04-31',
	'2026-06-30', '2026-9-01', '02026-01-01', '2026-01-1', '2026/01/01', '2026-01-01 ', '٢٠٢٦-٠١-٠١', '2026-01-01T', ''];
const URLS = ['', 'http://x', 'https://', 'https://x', 'HTTPS://x', 'http:/x', 'ftp://x', 'https://ü', 'https://x y', 'https://x\u007f', 'https://~', 'https://!', ' https://x', `https://${'x'.repeat(2040)}`, `https://${'x'.repeat(2041)}`, 'http://a\n'];
const LANGUAGES = ['en', 'EN', 'e', 'abcdefgh', 'abcdefghi', 'en-', 'en-x', 'en-12345678', 'en-123456789', 'en--x', '1n', 'en_GB', 'é', '', `en${'-abcdefgh'.repeat(3)}-abcde`, `en${'-abcdefgh'.repeat(3)}-abcdef`, 'zh-Hant-TW'];
const IDS = ['a', 'A', '*', '', '-a', 'a-', 'a--b', 'a1', '1a', 'a'.repeat(32), 'a'.repeat(33), 'a_b', 'a.b', 'á', 'a '];

/** A text of so many bytes, of characters of one to four. @param {Below} below @param {number} bytes */
function textOf(below, bytes) {
	const wide = pick(below, ['x', 'é', '€', '😀', '"', '\\', '\n']), size = Buffer.byteLength(wide);
	return bytes <= 0 ? '' : wide.repeat(Math.floor(bytes / size)) + 'y'.repeat(bytes % size);
}

/** @param {Below} below @param {number} size */
function nameOf(below, size) {
	const bytes = Uint8Array.from({ length: size }, () => below(256)), name = encodeBase64url(bytes);
	return pick(below, [
		() => name,
		() => `${name}=`,
		() => name.slice(0, -1),
		() => `${name}A`,
		() => name.slice(0, -1) + pick(below, [...'AQgwBRhx_-+/']), /* stray bits, mostly */
		() => encodeBase64url(bytes.subarray(1)),
		() => encodeBase64url(new Uint8Array(size)),
		() => encodeBase64url(new Uint8Array(size + 1)),
		() => encodeBase64url(new Uint8Array(size).fill(255)),
		() => '',
	])();
}

/** @param {Below} below @param {Kind} kind @returns {any} a value in, at or just beyond what the kind takes */
function edge(below, kind) {
	switch (kind.kind) {
	case 'text': return textOf(below, pick(below, [kind.min, kind.max, kind.max + 1, kind.max - 1, 0, 1, 2]));
	case 'id': return pick(below, IDS);
	case 'name': return nameOf(below, 32);
	case 'bytes': return nameOf(below, Math.min(pick(below, [kind.min, kind.min + kind.step, kind.max, kind.min - 1, kind.min + 1, kind.min + kind.step - 1]), 20_000));
	case 'number': return pick(below, [kind.min, kind.max, kind.min - 1, kind.max + 1, kind.max - 1, ...NUMBERS]);
	case 'day': return pick(below, DAYS);
	case 'choice': return pick(below, [...kind.of, '', 'none', kind.of[0].toUpperCase(), `${kind.of[0]} `]);
	case 'language': return pick(below, LANGUAGES);
	case 'url': return pick(below, URLS);
	default: return pick(below, [[], {}, null, '', 0, true]);
	}
}

/** Lists at their ends, in and out of order, with doubles. @param {Below} below @param {any[]} list @param {Extract<Kind, { kind: 'list' }>} kind */
function edgeOfList(below, list, { min, max, of }) {
	const entry = (/** @type {number} */ i) => Object.fromEntries(Object.entries(of.members).map(([name, kind]) => {
		const old = list[i % (list.length || 1)]?.[name];
		return [name, kind.kind === 'id' ? `e${String(i).padStart(5, '0')}` : kind.kind === 'number' && name === 'edition' ? i : old ?? edge(below, kind)];
	}));
	const many = (/** @type {number} */ n) => Array.from({ length: Math.min(Math.max(n, 0), 2000) }, (_, i) => entry(i));
	return pick(below, [() => many(min), () => many(min - 1), () => many(max), () => many(max + 1), () => [...list].reverse(), () => [...list, ...list], () => [...list, null], () => list.slice(1)])();
}

/** One member that the table of types lists, deep down or not, gets a value at the edge. @param {Below} below @param {any} holder @param {import('../src/record/kinds.js').Members} members */
function setEdge(below, holder, members) {
	const name = pick(below, Object.keys(members)), kind = members[name], value = holder?.[name];
	if (typeof holder !== 'object' || holder === null)
		return;
	if (kind.kind === 'object' && below(8) !== 0)
		setEdge(below, value, kind.members);
	else if (kind.kind === 'list' && Array.isArray(value) && value.length > 0 && below(3) !== 0)
		setEdge(below, pick(below, value), kind.of.members);
	else
		holder[name] = kind.kind === 'list' && Array.isArray(value) ? edgeOfList(below, value, kind) : edge(below, kind);
}

/* ---- spelling ---- */

const NOT_UTF8 = ['c080', 'eda080', 'edbfbf', 'f4908080', 'e08080', 'f0808080', 'f8888080', 'c3', 'ff', 'e282', 'f09f98', '80', 'efbfbe', 'efbbbf'].map((hex) => Buffer.from(hex, 'hex'));

/** Other spellings of what stands there. @param {Below} below @param {string} line @returns {Uint8Array} */
function respell(below, line) {
	const bytes = Buffer.from(line), at = below(bytes.length);
	/** @param {string} text at a place inside a string, mostly */
	const insert = (text) => {
		const opening = [...line.matchAll(/":"/g)].map(({ index }) => index + 3), place = opening.length === 0 ? 0 : pick(below, opening);
		return Buffer.from(line.slice(0, place) + text + line.slice(place));
	};
	const point = pick(below, CODE_POINTS), utf16 = [...String.fromCodePoint(point)].join('');
	/** @param {RegExp} what @param {(text: string) => string} how one of the places where it stands */
	const replaceOne = (what, how) => {
		const found = [...line.matchAll(what)];
		if (found.length === 0)
			return insert('\\u0041');
		const { index, 0: text } = pick(below, found);
		return Buffer.from(line.slice(0, index) + how(text) + line.slice(index + text.length));
	};
	return new Uint8Array(pick(below, [
		() => Buffer.from(misspell(below, line)),
		() => insert(JSON.stringify(utf16).slice(1, -1)), /* as it should be written */
		() => insert(utf16),
		() => insert([...Array(utf16.length).keys()].map((i) => `\\u${utf16.charCodeAt(i).toString(16).padStart(4, '0')}`).join('')),
		() => insert(pick(below, ['\\/', '\\"', '\\\\', '\\b', '\\f', '\\n', '\\r', '\\t', '\\a', '\\u', '\\u00', '\\u001F', '\\u001f', '\\u0000', '\\ud800', '\\udc00\\ud800', '\\ud83d\\ude00', '\\U0041', '\\', '"', '\\u000a', '\\u007f'])),
		() => Buffer.concat([bytes.subarray(0, at), pick(below, NOT_UTF8), bytes.subarray(at)]),
		() => mutateBytes(below, bytes),
		() => { const out = Buffer.from(bytes); out[at] = below(256); return out; },
		() => Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + below(3))]),
		() => replaceOne(/:\d+/g, (number) => `:${pick(below, ['-0', '00', '01', '1.0', '1e0', '1E1', '9007199254740991', '9007199254740992', '9007199254740993', '99999999999999999', '1234567890123456', '12345678901234567', '-1', '+1', '0x1', `${number.slice(1)}.`, '.5', 'NaN', ''])}`),
		() => replaceOne(/:("[^"]*"|\d+)/g, () => `:${pick(below, ['null', 'true', 'false', 'True', 'nul', '[]', '{}', `${'['.repeat(6)}${']'.repeat(6)}`, `${'['.repeat(7)}${']'.repeat(7)}`, `${'['.repeat(8)}${']'.repeat(8)}`, '{"a":{"a":{"a":{}}}}', '[,]', '[1,]', '{"a":1,}', '""""'])}`),
		() => replaceOne(/[,:{}[\]]/g, (mark) => pick(below, ['', `${mark} `, ` ${mark}`, `${mark}${mark}`, `${mark}\t`, ';'])),
		() => replaceOne(/"[a-z_0-9]+":/g, (name) => pick(below, [name.toUpperCase(), `"\\u00${name.charCodeAt(1).toString(16)}${name.slice(2)}`, name.slice(1), `"z":0,${name}`, `"\ud83d\ude00":0,${name}`, `"":0,${name}`, `${name}${name}`])),
	])());
}

/** A roster or letter of a later version: only its form is judged. @param {Below} below @param {string} line */
function newer(below, line) {
	const record = JSON.parse(line);
	record.v = pick(below, [2, 3, 2 ** 53 - 1, 2 ** 53]);
	pick(below, [
		() => { record[pick(below, ['zz', 'a', '', '😀', '\uffff', '\u0000'])] = pick(below, [null, true, 0, 2 ** 53 - 1, 2 ** 53, '', '\u0000', '\ufdd0', [], {}, [[[[[[]]]]]], [[[[[[[]]]]]]], [[[[[[[[]]]]]]]]]); },
		() => { const room = TYPES[record.type].line - canonical({ ...record, zz: '' }).length; if (room < 1 << 17) record.zz = 'x'.repeat(room + pick(below, [-1, 0, 1])); },
		() => {},
	])();
	return canonical(record);
}

/** @param {Below} below @param {string} line @returns {Uint8Array} */
function changeLine(below, line) {
	const record = JSON.parse(line);
	const bytes = (/** @type {string} */ text) => new Uint8Array(Buffer.from(text));
	return pick(below, [
		() => { changeMember(below, record, values); return bytes(canonical(record)); },
		() => { changeMember(below, record, values); return bytes(canonical(record)); },
		() => { setEdge(below, record, TYPES[record.type].members); return bytes(canonical(record)); },
		() => { setEdge(below, record, TYPES[record.type].members); return bytes(canonical(record)); },
		() => { setEdge(below, record, TYPES[record.type].members); return bytes(canonical(record)); },
		() => { setEdge(below, record, TYPES[record.type].members); setEdge(below, record, TYPES[record.type].members); return bytes(canonical(record)); },
		() => respell(below, line),
		() => respell(below, line),
		() => respell(below, line),
		() => { setEdge(below, record, TYPES[record.type].members); return respell(below, canonical(record)); },
		() => (record.type === 'letter' || record.type === 'roster' ? (below(2) ? respell(below, newer(below, line)) : bytes(newer(below, line))) : bytes(canonical({ ...record, v: pick(below, [0, 2, 2 ** 53 - 1]) }))),
	])();
}

/** @param {string} kind @param {Uint8Array} bytes @returns {Uint8Array} a case of test/storm/judge.c */
const caseOf = (kind, bytes) => new Uint8Array(Buffer.concat([Buffer.from(kind), bytes]));

/** @param {Below} below @returns {Uint8Array} one line, by itself: kind R */
export function lineCase(below) {
	const line = pick(below, /** @type {string[]} */ (byType.get(pick(below, TYPES_THERE)))), before = Buffer.from(line);
	for (;;) {
		const changed = changeLine(below, line);
		if (!before.equals(changed))
			return caseOf('R', changed);
	}
}

const small = letters.filter((lines) => lines.length < 40 && lines.join('').length < 16_000);

/**
 * One letter with a line that is another: kind F. every: a letter with a record of every type, and its authorities' seeds, whose changes are signed anew.
 * @param {Below} below @param {{ lines: string[], seeds: Map<string, Uint8Array> } | null} every @returns {Uint8Array}
 */
export function letterCase(below, every) {
	if (every !== null && below(2) === 0)
		return caseOf('F', mutateAndSign(below, every.lines, every.seeds));
	return caseOf('F', mutateLetter(below, pick(below, small)));
}

/** A letter in which one proof or tag is another: kind F. @param {Below} below @returns {Uint8Array} */
export const letterProofCase = (below) => caseOf('F', mutateOneProof(below, pick(below, small.filter((lines) => lines.some((line) => /"proof":"/.test(line))))));
