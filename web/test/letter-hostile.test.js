// SPDX-License-Identifier: AGPL-3.0-or-later
// letter-hostile.test.js: files made to hurt: they are refused at their first fault, early, without running out of stack or memory

import assert from 'node:assert/strict';
import test from 'node:test';
import { concat, utf8 } from '../src/base/bytes.js';
import { KeyIndex } from '../src/letter/key_index.js';
import { Letter } from '../src/letter/letter.js';
import { LINE_MAX, LineSplitter } from '../src/record/lines.js';
import { Made, random, verdict } from './maker.js';

const MIB = 1024 * 1024;
const made = new Made();

/** Feeds chunks until one is refused. @param {() => Uint8Array} chunk @param {number} most */
function fed(chunk, most) {
	const letter = new Letter({ random });
	for (let i = 0; i < most; i++)
		try {
			letter.feed(chunk(i));
		} catch (fault) {
			assert.equal(fault.name, 'Refusal', fault.stack);
			return { code: fault.code, line: fault.line, chunks: i + 1, bytes: letter.bytes };
		}
	return null;
}

test('a line that does not end is refused once it is longer than any may be, and not gathered further', () => {
	const filler = new Uint8Array(MIB).fill(0x78), first = concat('{"body":"', filler);
	assert.deepEqual(fed((i) => (i === 0 ? first : filler), 100), { code: 'limit', line: 1, chunks: 64, bytes: 64 * MIB + 9 });
	const splitter = new LineSplitter();
	const exact = concat('{', new Uint8Array(LINE_MAX - 1));
	assert.deepEqual([...splitter.push(exact)], []);
	assert.deepEqual([...splitter.push(utf8('\n'))].map((line) => line.length), [LINE_MAX]);
	assert.throws(() => [...new LineSplitter().push(concat(exact, 'x\n'))], { code: 'limit', line: 1 });
});

test('what is no letter at all is refused at its first byte', () => {
	for (const start of ['PK\x03\x04', '%PDF', '\ufeff{', ' {', '\n', '[', '\x00'])
		assert.deepEqual(fed(() => concat(start, new Uint8Array(MIB)), 2), { code: 'json', line: 1, chunks: 1, bytes: MIB + utf8(start).length });
});

test('deep, long and many: no stack runs out', () => {
	const deep = (open) => `{"a":${open.repeat(2 * MIB)}`;
	assert.equal(verdict([deep('[')]), 'nesting 1');
	assert.equal(verdict([deep('{"a":')]), 'nesting 1');
	assert.equal(verdict([`{"a":${'1'.repeat(4 * MIB)}}`]), 'number_form 1');
	assert.equal(verdict([`{"a":[${'[],'.repeat(MIB)}[]]}`]), 'type 1');
	assert.equal(verdict([`{"a":"${'\\u0001'.repeat(MIB)}"}`]), 'type 1');
	const members = Array.from({ length: 200_000 }, (_, i) => `"a${String(i).padStart(6, '0')}":0`).join(',');
	assert.equal(verdict([`{${members}}`]), 'type 1');
	assert.equal(verdict([`{${members},"type":"letter","v":1}`]), 'limit 1');
	for (const type of ['roster', 'keys'])
		for (const value of ['{}', '0', '[]'])
			assert.equal(verdict([`{"bodies":[${`${value},`.repeat(MIB)}0],"type":"${type}","v":1}`]), 'list_length 1');
});

test('a hundred thousand keys: each found where it stands, none twice, whatever they have in common', () => {
	const count = 100_000;
	const alike = (i) => { /* all in the last bytes: a hash of the first ones would put them in one place */
		const key = new Uint8Array(32).fill(9);
		key.set([i & 255, (i >> 8) & 255, i >> 16], 26);
		return key;
	};
	const index = new KeyIndex(random);
	for (let from = 0; from < count; from += 1000) {
		const run = new Uint8Array(32 * 1000);
		for (let i = 0; i < 1000; i++)
			run.set(alike(from + i), 32 * i);
		assert.equal(index.add(run), -1);
	}
	assert.equal(index.count, count);
	for (let i = 0; i < count; i += 777)
		assert.deepEqual(index.find(alike(i)), { run: Math.floor(i / 1000), at: i % 1000 });
	assert.equal(index.find(alike(count)), null);
	assert.equal(index.add(concat(alike(count + 1), alike(5))), 1);
});
