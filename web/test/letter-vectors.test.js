// SPDX-License-Identifier: AGPL-3.0-or-later
// letter-vectors.test.js: every letter of test/vectors: the same first line at fault, the same state

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import test from 'node:test';
import { openSealed } from '../src/letter/seal.js';
import { reportOf } from '../src/letter/report.js';
import { stateOf, toJson } from '../src/letter/state.js';
import { read, verdict } from './maker.js';

const FOLDER = new URL('../../test/vectors/letters/', import.meta.url);
const fileOf = (name) => new Uint8Array(readFileSync(new URL(`${name}.letter`, FOLDER)));
const expected = JSON.parse(readFileSync(new URL('expected.json', FOLDER), 'utf8'));
const TODAY = '2027-04-01';

test('expected.json names every letter', () => {
	const files = readdirSync(FOLDER).filter((name) => name.endsWith('.letter')).map((name) => name.slice(0, -7));
	assert.deepEqual(files.sort(), Object.keys(expected).sort());
	assert.equal(files.length, 293);
});

for (const [name, want] of Object.entries(expected))
	if (want.valid)
		test(name, () => {
			const letter = read(fileOf(name));
			const json = toJson(stateOf(letter, TODAY));
			const { link, ...members } = want;
			for (const [member, value] of Object.entries(members))
				assert.deepEqual(json[member], value, member);
			assert.deepEqual(reportOf(letter, TODAY, 0).json, json);
			if (link) {
				assert.equal(letter.shownWords, null);
				openSealed(letter, `https://example.org/x#${link}`);
				assert.equal(reportOf(letter, TODAY, 0).words.title, 'On the relief of the valley');
				assert.throws(() => openSealed(letter, link.replace(/^./, (c) => (c === 'A' ? 'B' : 'A'))), { code: 'link' });
			}
		});

test('letters at fault: the first line', () => {
	for (const [name, want] of Object.entries(expected).filter(([, { valid }]) => !valid)) {
		const got = verdict(fileOf(name));
		const [code, line] = got.split(' ');
		assert.equal(Number(line), want.line, `${name}: ${got}`);
		assert.equal(code === 'newer', want.valid === null, `${name}: ${got}`);
	}
});

test('a valid letter cut anywhere is at fault in the line that is cut, or misses what is due after its last', () => {
	const file = fileOf('valid-base');
	const lines = (part) => part.reduce((n, byte) => n + (byte === 10 ? 1 : 0), 0);
	const head = file.subarray(0, file.length - 1);
	for (let at = 0; at < file.length; at += 397) {
		const part = head.subarray(0, at);
		const whole = part.length > 0 && part.at(-1) === 10;
		const got = verdict(part);
		if (got !== 'valid')
			assert.equal(got.split(' ')[1], String(lines(part) + 1), got);
		else
			assert.ok(whole && lines(part) >= 7);
		if (!whole && part.length > 0)
			assert.match(got, /^truncated /);
	}
});
