// SPDX-License-Identifier: AGPL-3.0-or-later
// letter-bundle.test.js: a signing bundle holds what signing in one ring needs, and nothing else

import assert from 'node:assert/strict';
import test from 'node:test';
import { reportOf } from '../src/letter/report.js';
import { fileOf, Made, member, nameOf, NO_SOURCE, read, roster, verdict } from './maker.js';

const A = [0, 1, 2, 3], B = [4, 5, 6, 7, 8];
const made = new Made();
const [list, a, b] = made.rosters[0];
const bundle = (...lines) => verdict(lines, { mode: 'bundle' });
const tail = [made.letter, made.words];

const statement = (change = {}) => made.say({ type: 'statement', party: 'mayor', on: '2027-02-01', language: 'en', text: 'No.', stances: [], source: NO_SOURCE, clarifies: '', ...change });
const question = (about = '') => made.say({ type: 'question', about, language: 'en', text: 'Enough?', choices: [{ id: 'yes', text: 'Yes' }, { id: 'no', text: 'No' }], closes: '2027-05-01' });
const notice = (change = {}) => made.say({ type: 'notice', on: '2027-02-01', kind: 'deadline', about: '', language: 'en', text: 'x', closes: '2027-05-01', ...change });

test('keys of one body, or of all', () => {
	assert.equal(bundle(list, a, ...tail), 'valid');
	assert.equal(bundle(list, b, ...tail), 'valid');
	assert.equal(bundle(list, a, b, ...tail), 'valid');
	assert.equal(bundle(list, ...tail), 'keys_due 4');
	assert.equal(bundle(list, b, a, ...tail), 'keys_unasked 3');
	assert.equal(bundle(list, a, a, ...tail), 'repeated 3');
	assert.equal(bundle(list, a), 'no_letter 3');
	assert.equal(verdict([list, a, ...tail]), 'keys_due 3'); /* as a letter file */
	const three = roster({ a: A, b: B, c: [9, 10] });
	const more = new Made({ rosters: [three] });
	assert.equal(bundle(three[0], three[1], three[3], more.letter, more.words), 'bundle 4'); /* two of three */
	assert.equal(bundle(three[0], three[3], more.letter, more.words), 'valid');
});

test('of one body in every roster that has it', () => {
	const wave = (bodies) => roster(bodies, { extends: nameOf(list) });
	const both = wave({ a: [10, 11, 12], c: [13] }), other = wave({ c: [10, 11, 12] });
	assert.equal(bundle(list, a, ...tail, both[0], both[1]), 'valid');
	assert.equal(bundle(list, a, ...tail, both[0], both[2]), 'bundle 7');
	assert.equal(bundle(list, a, ...tail, both[0]), 'bundle 6');
	assert.equal(bundle(list, a, ...tail, both[0], both[1], both[2]), 'bundle 8');
	assert.equal(bundle(list, a, b, ...tail, ...both), 'valid');
	assert.equal(bundle(list, a, b, ...tail, both[0], both[1]), 'bundle 8');
	assert.equal(bundle(list, a, ...tail, other[0]), 'valid'); /* which does not have it */
	assert.equal(bundle(list, ...tail, other[0], other[1]), 'valid'); /* a new body's members */
	assert.equal(bundle(list, ...tail, both[0], both[1]), 'bundle 6'); /* it was in the first too */
});

test('letter, words or sealed, questions with what they need, deadlines', () => {
	const head = [list, a, ...tail];
	const sealed = made.say({ type: 'sealed', ciphertext: new Uint8Array(40 + 4096) });
	assert.equal(bundle(list, a, made.letter, sealed), 'valid');
	assert.equal(bundle(list, a, made.letter, sealed, made.words), 'bundle 5');
	const first = statement(), then = statement({ text: 'Rather.', clarifies: nameOf(first) });
	assert.equal(bundle(...head, first, then, question(nameOf(then))), 'valid');
	assert.equal(bundle(...head, first, then, question(nameOf(first))), 'bundle 6'); /* nobody needs the second */
	assert.equal(bundle(...head, first), 'bundle 5');
	assert.equal(bundle(...head, question(nameOf(first)), first), 'about_unknown 5');
	assert.equal(bundle(...head, notice()), 'valid');
	assert.equal(bundle(...head, notice({ about: nameOf(b) })), 'valid'); /* a record that is not here */
	assert.equal(bundle(...head, notice({ kind: 'note', closes: '' })), 'bundle 5');
	const signature = made.sign(1, 'a', A);
	for (const record of [signature, made.act(1, signature, { type: 'withdrawal' }), made.act(1, signature, { type: 'vote', question: nameOf(question()), choice: 'yes' })])
		assert.equal(bundle(...head, question(), record), 'bundle 6');
	assert.equal(bundle(...head, made.say({ type: 'publication', outlet: 'x', on: '2027-01-01', source: NO_SOURCE })), 'bundle 5');
});

test('everything in it is judged as in a letter', () => {
	const wrong = { ...made.words, signatures: [] };
	assert.equal(bundle(list, a, made.letter, wrong), 'quorum_organisers 4');
	assert.equal(bundle(list, { ...a, keys: b.keys.slice(0, a.keys.length) }, ...tail), 'keys_other 2');
	assert.equal(bundle({ ...list, signatures: list.signatures.slice(1) }, a, ...tail), 'quorum_registrars 3');
	assert.equal(bundle(list, a, ...tail, notice({ closes: '2028-01-01' })), 'after_ends 5');
	assert.equal(bundle('{"type":"roster","v":2}'), 'newer 1');
});

test('whose key it is; which rings are whole; what its report leaves out', () => {
	const letter = read(fileOf([list, a, ...tail]), { mode: 'bundle' });
	const { own, all } = letter.roll.findKey(member(1).key);
	assert.deepEqual([own.complete, all.complete, own.points.length, all.size], [true, false, 4, 9]);
	assert.equal(letter.roll.findKey(member(4).key), null);
	const report = reportOf(letter, '2027-02-01', 0);
	assert.deepEqual([report.kind, report.json, report.words.title], ['bundle', null, 'On the harbour']);
});
