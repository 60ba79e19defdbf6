// SPDX-License-Identifier: AGPL-3.0-or-later
// letter-opened.test.js: what a link opens is judged as if it stood in the file; nothing is shown of what fails

import assert from 'node:assert/strict';
import test from 'node:test';
import { utf8 } from '../src/base/bytes.js';
import { reportOf } from '../src/letter/report.js';
import { encodeRecord } from '../src/record/record.js';
import { authority, fileOf, Made, read } from './maker.js';

const made = new Made();
const sealed = made.say({ type: 'sealed', ciphertext: new Uint8Array(40 + 4096) });
const bare = { ...made.words, signatures: [] };
const translation = (change = {}, ...by) => made.say({
	type: 'translation', on: '2027-01-10', language: 'fr', title: 'Au port', body: 'B', demands: [{ id: 'd1', text: 'x' }, { id: 'd2', text: 'y' }], ...change,
}, ...by);

/** @param {any[]} records @param {any[]} more lines of the file */
function opened(records, ...more) {
	const letter = read(fileOf([...made.head, sealed, ...more]));
	try {
		letter.openWords(records.map((record) => (typeof record === 'string' ? utf8(record) : encodeRecord(record))));
	} catch (fault) {
		assert.equal(fault.name, 'Refusal', fault.stack);
		assert.equal(letter.opened, null);
		return fault.code;
	}
	return letter;
}

test('the words without signatures, then translations', () => {
	const letter = opened([bare, translation(), translation({ language: 'de' })]);
	const report = reportOf(letter, '2027-02-01', 0);
	assert.deepEqual([report.sealed, report.opened, report.words.title, report.json.sealed], [true, true, 'On the harbour', true]);
	assert.deepEqual(report.translations.map(({ language }) => language), ['de', 'fr']);
	assert.deepEqual(report.parties.map(({ id }) => id), ['mayor', 'council']);
	assert.equal(opened([bare], made.words).shownWords.title, 'On the harbour'); /* also when they are in the file */
	assert.equal(opened([bare, translation()], made.words, translation()).opened.translations.length, 1);
});

test('anything else, and nothing is opened', () => {
	for (const [records, code] of [
		[[], 'sealed'], [[made.words], 'sealed'], [[{ ...bare, title: 'Another' }], 'words_other'], [[translation(), bare], 'sealed'], [[bare, bare], 'sealed'],
		[[bare, translation({ language: 'EN' })], 'language_own'], [[bare, translation({ demands: [] })], 'demands_other'], [[bare, translation({}, 'o1')], 'quorum_organisers'],
		[[bare, translation({ letter: sealed.letter.replace(/^./, (c) => (c === 'A' ? 'B' : 'A')) })], 'other_letter'], [[bare, translation(), translation()], 'repeated'],
		[[bare, made.say({ type: 'publication', outlet: 'x', on: '2027-01-01', source: { sha256: '', url: '' } })], 'sealed'], [[' {}'], 'canonical'], [['{"type":"letter","v":2}'], 'version'],
	])
		assert.equal(opened(records), code);
	const taken = new Made({ words: { addressees: [{ id: 'x', name: 'X', key: authority('o3').key }] } });
	const letter = read(fileOf([...taken.head]));
	assert.throws(() => letter.openWords([encodeRecord({ ...taken.words, signatures: [] })]), { code: 'key_taken' });
});
