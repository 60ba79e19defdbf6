// SPDX-License-Identifier: AGPL-3.0-or-later
// record-canonical.test.js: one spelling a line: the scanner agrees with JSON.parse and RFC 8785 written anew

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { utf8 } from '../src/base/bytes.js';
import { NESTING_MAX, parseCanonical, scanCanonical, writeCanonical } from '../src/record/canonical.js';
import { seeded } from './mutations.js';

const FOLDER = new URL('../../test/vectors/letters/', import.meta.url);

/** The slow way: parse, judge the values, write again, compare. @param {Uint8Array} line */
function isCanonical(line) {
	let text, value;
	try {
		text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(line);
		value = JSON.parse(text);
	} catch {
		return false;
	}
	if (value === null || typeof value !== 'object' || Array.isArray(value) || !isWithin(value, 1))
		return false;
	return jcs(value) === text;
}

function isWithin(value, depth) {
	if (typeof value === 'number')
		return Number.isInteger(value) && value >= 0 && !Object.is(value, -0) && value <= Number.MAX_SAFE_INTEGER;
	return value === null || typeof value !== 'object' || (depth <= NESTING_MAX && Object.values(value).every((entry) => isWithin(entry, depth + 1)));
}

function jcs(value) {
	if (Array.isArray(value))
		return `[${value.map(jcs).join(',')}]`;
	if (value === null || typeof value !== 'object')
		return JSON.stringify(value);
	return `{${Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${jcs(value[name])}`).join(',')}}`;
}

/** @param {string | Uint8Array} line */
function verdictOf(line) {
	try {
		scanCanonical(typeof line === 'string' ? utf8(line) : line);
		return 'accepted';
	} catch (fault) {
		assert.equal(fault.name, 'Refusal', fault.stack);
		return fault.code;
	}
}

const ACCEPTED = [
	'{}', '{"a":[]}', '{"a":{},"b":[{},[]]}', '{"type":"x","v":1}', '{"a":0,"b":9007199254740991}', '{"a":"\\b\\t\\n\\f\\r\\"\\\\/\\u0000\\u001f"}', '{"":1}',
	'{"a":"\u007f\u0080\u2028é€𝄞\uffff"}', '{"a":true,"b":false,"c":null}', '{"__proto__":{"__proto__":1}}', '{"10":1,"9":2}', '{"\ud83d\ude00":1,"\ufb33":2}',
];
test('what has this one spelling is accepted', () => {
	for (const line of ACCEPTED) {
		assert.equal(verdictOf(line), 'accepted', line);
		assert.deepEqual(parseCanonical(utf8(line)), JSON.parse(line));
		assert.equal(writeCanonical(JSON.parse(line)), line);
	}
});

const REFUSED = {
	json: ['', '{', '{"a"', '{"a":', '{"a":1', '{"a":1,', '{"a":1,}', '{,}', '{"a":[1,]}', '{"a":tru}', '{"a":"', '{"a":"\\', '{"a":"\\u00', '{"a":"\t"}', '{"a":"\\x"}', '{"a":01}', '{"a":00}',
		'{"a":"\\ud83d\\ude00"}', '{"a":NaN}', '{a:1}', "{'a':1}", '{"a":1}}', '{"a":1}x', '\ufeff{"a":1}', '{"a":+1}', '{"a":"\\u00gg"}'],
	canonical: [' {}', '{ }', '{}\r', '{} ', '{"a": 1}', '{"a" :1}', '{"a":1 }', '{"a":[ ]}', '{"b":1,"a":1}', '{"a":"\\/"}', '{"a":"\\u0061"}', '{"a":"\\u001F"}', '{"a":"\\u000a"}', '{"a":"\\u0022"}',
		'{"9":1,"10":2}', '{"\ufb33":2,"\ud83d\ude00":1}'],
	duplicate_member: ['{"a":1,"a":1}', '{"a":{"b":1,"b":2}}', '{"":1,"":1}'],
	number_form: ['{"a":-1}', '{"a":-0}', '{"a":1.5}', '{"a":1.0}', '{"a":1e2}', '{"a":0e0}', '{"a":1E2}', '{"a":9007199254740992}', '{"a":9999999999999999}', `{"a":1${'0'.repeat(5000)}}`],
	not_object: ['[]', '1', '"a"', 'null', '[{"a":1}]'],
	nesting: [`{"a":${'['.repeat(8)}${']'.repeat(8)}}`, '{"a":'.repeat(9) + '1' + '}'.repeat(9)],
};
for (const [code, lines] of Object.entries(REFUSED))
	test(`refused: ${code}`, () => {
		for (const line of lines) {
			assert.equal(isCanonical(utf8(line)), false, `the oracle accepts ${line}`);
			assert.ok(verdictOf(line) !== 'accepted', line);
			if (!['', ' {}', '\ufeff{"a":1}'].includes(line))
				assert.equal(verdictOf(line), code, line);
		}
	});

test('eight levels are accepted, the record itself being the first', () => {
	assert.equal(verdictOf(`{"a":${'['.repeat(7)}${']'.repeat(7)}}`), 'accepted');
	assert.equal(verdictOf('{"a":'.repeat(8) + '1' + '}'.repeat(8)), 'accepted');
});

test('UTF-8: every sequence of up to four odd bytes, as the platform\'s strict decoder judges it', () => {
	const odd = [0x00, 0x1f, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff];
	const [head, tail] = [utf8('{"a":"'), utf8('"}')];
	let accepted = 0;
	for (const a of odd)
		for (const b of odd)
			for (const c of odd)
				for (const d of [0x41, 0x80, 0xbf]) {
					const line = Uint8Array.from([...head, a, b, c, d, ...tail]);
					const got = verdictOf(line) === 'accepted';
					assert.equal(got, isCanonical(line), [a, b, c, d].join(' '));
					accepted += got ? 1 : 0;
				}
	assert.ok(accepted > 100);
});

test('mutated lines: accepted if and only if the slow way accepts them', (t) => {
	const seed = Number(process.env.SEED ?? Date.now() % 2 ** 32);
	t.diagnostic(`SEED=${seed}`);
	const below = seeded(seed);
	const lines = readFileSync(new URL('valid-life.letter', FOLDER), 'utf8').trim().split('\n').filter((line) => line.length < 1500).concat(ACCEPTED).map(utf8);
	const pieces = ['"', '\\', '\\u00', '0', '1', ',', ':', '{', '}', '[', ']', ' ', '-', '.', 'e', 'true', 'null', '"a":1,', '\u00e9', '\ud83d\ude00', '9007199254740991', '\\n', '\\u000b', '\\u001a'].map(utf8);
	const counts = { accepted: 0, refused: 0 };
	for (let i = 0; i < 20_000; i++) {
		let line = lines[below(lines.length)];
		for (let k = below(3); k >= 0; k--) {
			const at = below(line.length + 1), piece = pieces[below(pieces.length)], cut = below(3);
			line = Uint8Array.from([...line.subarray(0, at), ...(below(4) === 0 ? [below(256)] : piece), ...line.subarray(Math.min(line.length, at + cut))]);
		}
		const got = verdictOf(line) === 'accepted';
		assert.equal(got, isCanonical(line), new TextDecoder().decode(line));
		counts[got ? 'accepted' : 'refused']++;
	}
	assert.ok(counts.accepted > 100 && counts.refused > 100, JSON.stringify(counts));
});
