// SPDX-License-Identifier: AGPL-3.0-or-later
// letter-rules.test.js: what may be appended and what not, rule by rule, beyond the vectors; every record is signed anew, so that only the rule can refuse it

import assert from 'node:assert/strict';
import test from 'node:test';
import { compare } from '../src/base/bytes.js';
import { encodeRecord } from '../src/record/record.js';
import { authority, council, fileOf, Made, member, nameOf, NO_SOURCE, read, roster, RULES, signed, verdict } from './maker.js';

const A = [0, 1, 2, 3], B = [4, 5, 6, 7, 8];
const made = new Made();
const plain = made.lines; /* roster, keys a, keys b, letter, words */
/** What a letter says to further lines. */
const after = (...lines) => verdict([...plain, ...lines]);

const party = (change = {}, ...by) => made.say({ type: 'party', id: 'ally', name: 'The Ally', key: '', source: NO_SOURCE, ...change }, ...by);
const statement = (change = {}, ...by) => made.say({
	type: 'statement', party: 'mayor', on: '2027-02-01', language: 'en', text: 'No.', stances: [{ demand: 'd1', stance: 'rejects', note: '' }], source: NO_SOURCE, clarifies: '', ...change,
}, ...by);
const question = (change = {}, ...by) => made.say({
	type: 'question', about: '', language: 'en', text: 'Enough?', choices: [{ id: 'yes', text: 'Yes' }, { id: 'no', text: 'No' }], closes: '2027-05-01', ...change,
}, ...by);
const notice = (change = {}, ...by) => made.say({ type: 'notice', on: '2027-02-01', kind: 'note', about: '', language: 'en', text: 'So.', closes: '', ...change }, ...by);
const delivery = (change = {}, ...by) => made.say({ type: 'delivery', party: 'mayor', on: '2027-01-10', source: NO_SOURCE, ...change }, ...by);
const publication = (change = {}, ...by) => made.say({ type: 'publication', outlet: 'The Paper', on: '2027-01-10', source: NO_SOURCE, ...change }, ...by);
const translation = (change = {}, ...by) => made.say({
	type: 'translation', on: '2027-01-10', language: 'fr', title: 'T', body: 'B', demands: [{ id: 'd1', text: 'x' }, { id: 'd2', text: 'y' }], ...change,
}, ...by);
const signature = made.sign(1, 'a', A);

test('whoever signs a record: organisers alone, at their quorum', () => {
	for (const record of [party, question, notice, delivery, publication, translation, statement]) {
		assert.equal(after(record()), 'valid');
		assert.equal(after(record({}, 'o3', 'o1')), 'valid');
		assert.equal(after(record({}, 'o1', 'o2', 'o3')), 'valid');
		assert.equal(after(record({}, 'o1')), 'quorum_organisers 6');
		assert.equal(after(record({}, 'r1', 'r2')), 'no_role 6');
		assert.equal(after(record({}, 'o1', 'o2', 'stranger')), 'no_role 6');
		assert.equal(after({ ...record(), signatures: [] }), 'quorum_organisers 6');
		const wrong = record();
		wrong.signatures[1].signature = wrong.signatures[0].signature;
		assert.equal(after(wrong), 'authority_signature 6');
		assert.equal(after(record({ letter: nameOf(plain[0]) })), 'other_letter 6');
		assert.equal(after(record(), record()), 'repeated 7');
		assert.equal(after(record(), record({}, 'o2', 'o3')), 'repeated 7'); /* the same id with other signatures */
		assert.equal(verdict([...made.head, record()]), record === notice ? 'valid' : 'before_words 5');
		assert.equal(verdict([...plain.slice(0, 3), record()]), 'before_letter 4');
	}
});

test('statements: by the party alone, or recorded by the organisers; never a mixture', () => {
	assert.equal(after(statement({}, 'mayor')), 'valid');
	assert.equal(after(statement({}, 'mayor', 'o1', 'o2')), 'no_role 6');
	assert.equal(after(statement({ party: 'council' }, 'mayor')), 'no_role 6');
	assert.equal(after(statement({ party: 'nobody' })), 'party_unknown 6');
	assert.equal(after(party({ key: authority('ally').key }), statement({ party: 'ally' }, 'ally')), 'valid');
	assert.equal(after(statement({ party: 'ally' }, 'ally'), party({ key: authority('ally').key })), 'party_unknown 6');
	assert.equal(after(statement({ stances: [] })), 'valid');
	assert.equal(after(statement({ stances: [{ demand: '*', stance: 'none', note: 'x' }, { demand: 'd2', stance: 'counter', note: '' }] })), 'valid');
	assert.equal(after(statement({ stances: [{ demand: 'd3', stance: 'none', note: '' }] })), 'demand_unknown 6');
});

test('clarifications: of an earlier statement of that party, not dated later, never of an authenticated by a recorded one', () => {
	const first = statement(), own = statement({}, 'mayor');
	const then = (change, ...by) => statement({ text: 'Rather.', clarifies: nameOf(first), ...change }, ...by);
	assert.equal(after(first, then({ on: '2027-02-01' })), 'valid');
	assert.equal(after(first, then({}, 'mayor')), 'valid');
	assert.equal(after(own, then({ clarifies: nameOf(own) }, 'mayor')), 'valid');
	assert.equal(after(own, then({ clarifies: nameOf(own) })), 'clarifies_authenticated 7');
	assert.equal(after(first, then({ on: '2027-01-31' })), 'clarifies_later 7');
	assert.equal(after(first, then({ party: 'council' })), 'clarifies_unknown 7');
	assert.equal(after(then({}), first), 'clarifies_unknown 6');
	assert.equal(after(publication(), then({ clarifies: nameOf(publication()) })), 'clarifies_unknown 7');
});

test('parties: their own name, their own key, introduced once, given a key once', () => {
	const key = authority('ally').key;
	assert.equal(after(party(), party({ key })), 'valid');
	assert.equal(after(party({ key })), 'valid');
	assert.equal(after(made.say({ type: 'party', id: 'council', name: 'The Council', key, source: NO_SOURCE })), 'valid');
	assert.equal(after(party(), party({ source: { sha256: '', url: 'https://x' } })), 'party_known 7');
	assert.equal(after(party({ key }), party({ key: authority('other').key })), 'party_known 7');
	assert.equal(after(party(), party({ key, name: 'Another' })), 'party_known 7');
	assert.equal(after(party({ id: 'mayor', name: 'The Mayor', key })), 'party_known 6'); /* has one */
	assert.equal(after(party(), party({ id: 'other' })), 'name_taken 7');
	assert.equal(after(party({ name: 'The Mayor' })), 'name_taken 6');
	assert.equal(after(party({ key }), party({ id: 'other', name: 'Other', key })), 'key_taken 7');
	for (const who of ['mayor', 'o1', 'o3', 'r2'])
		assert.equal(after(party({ key: authority(who).key })), 'key_taken 6');
});

test('deliveries to addressees, dates before the end, questions about statements, notices about anything above', () => {
	assert.equal(after(party(), delivery({ party: 'ally' })), 'not_addressee 7');
	assert.equal(after(delivery({ party: 'nobody' })), 'not_addressee 6');
	assert.equal(after(question({ closes: RULES.ends })), 'valid');
	assert.equal(after(question({ closes: '2027-07-01' })), 'after_ends 6');
	assert.equal(after(statement(), question({ about: nameOf(statement()) })), 'valid');
	assert.equal(after(question({ about: nameOf(statement()) }), statement()), 'about_unknown 6');
	assert.equal(after(delivery(), question({ about: nameOf(delivery()) })), 'about_unknown 7');
	for (const record of [...plain, signature])
		assert.equal(after(signature, notice({ about: nameOf(record) })), 'valid', record.type);
	assert.equal(after(notice({ about: nameOf(signature) }), signature), 'about_unknown 6');
	assert.equal(after(notice({ kind: 'deadline', closes: RULES.ends })), 'valid');
	assert.equal(after(notice({ kind: 'deadline', closes: '2027-07-01' })), 'after_ends 6');
	assert.equal(after(notice({ kind: 'deadline' })), 'closes_kind 6');
	assert.equal(after(notice({ closes: '2027-02-02' })), 'closes_kind 6');
});

test('translations: another language, the same demands in the same order', () => {
	assert.equal(after(translation(), translation({ title: 'Later' })), 'valid');
	assert.equal(after(translation({ language: 'EN' })), 'language_own 6');
	assert.equal(after(translation({ language: 'en-GB' })), 'valid');
	for (const ids of [['d2', 'd1'], ['d1'], ['d1', 'd2', 'd3'], []])
		assert.equal(after(translation({ demands: ids.map((id) => ({ id, text: 'x' })) })), 'demands_other 6');
});

test('signatures: one a tag, in a ring that is there, allowed and large enough', () => {
	const all = [...A, ...B];
	assert.equal(after(signature, made.sign(2, 'a', A), made.sign(4, '*', all)), 'valid');
	assert.equal(verdict([...made.head, signature]), 'valid');
	assert.equal(after(signature, signature), 'repeated 7');
	assert.equal(after(signature, made.sign(1, '*', all)), 'tag_known 7');
	assert.equal(after({ ...signature, ring: 'c' }), 'ring_unknown 6');
	assert.equal(after({ ...signature, roster: made.id }), 'roster_unknown 6');
	assert.equal(after({ ...signature, proof: signature.proof.slice(0, 128) }), 'size 6');
	assert.equal(after(made.sign(1, 'a', A, { tag: made.sign(2, 'a', A).tag })), 'proof 6');
	assert.equal(after(made.sign(1, 'b', A)), 'size 6');
	assert.equal(verdict([...plain.slice(0, 3), signature, ...plain.slice(3)]), 'before_letter 4');
	for (const [rings, own, other] of [['body', 'valid', 'ring_not_allowed 6'], ['roster', 'ring_not_allowed 6', 'valid'], ['either', 'valid', 'valid']]) {
		const strict = new Made({ rules: { rings, bodies: 0 } });
		assert.equal(verdict([...strict.lines, strict.sign(1, 'a', A)]), own);
		assert.equal(verdict([...strict.lines, strict.sign(1, '*', all)]), other);
	}
	const five = new Made({ rules: { min_ring: 5, release: 5 } });
	assert.equal(verdict([...five.lines, five.sign(1, 'a', A)]), 'ring_below_min 6');
	assert.equal(verdict([...five.lines, five.sign(4, 'b', B)]), 'valid');
});

test('withdrawals and votes: by a tag that signed, once, signed with the tag', () => {
	const vote = (i, of, choice = 'yes') => made.act(i, of, { type: 'vote', question: nameOf(question()), choice });
	const withdrawal = made.act(1, signature, { type: 'withdrawal' });
	assert.equal(after(question(), signature, vote(1, signature), withdrawal), 'valid');
	assert.equal(after(question(), signature, withdrawal, vote(1, signature)), 'valid');
	assert.equal(after(signature, withdrawal, made.act(1, signature, { type: 'withdrawal' })), 'repeated 8');
	assert.equal(after(signature, withdrawal, { ...made.sign(1, '*', [...A, ...B]) }), 'tag_known 8');
	assert.equal(after(withdrawal, signature), 'tag_unknown 6');
	assert.equal(after(signature, made.act(2, signature, { type: 'withdrawal' })), 'proof 7');
	assert.equal(after(signature, { ...withdrawal, proof: new Uint8Array(64) }), 'proof 7');
	assert.equal(after(signature, vote(1, signature), question()), 'question_unknown 7');
	assert.equal(after(question(), vote(1, signature), signature), 'tag_unknown 7');
	assert.equal(after(question(), signature, vote(1, signature, 'maybe')), 'choice_unknown 8');
	assert.equal(after(question(), signature, vote(1, signature), vote(1, signature, 'no')), 'voted_already 9');
	assert.equal(after(question(), signature, { ...vote(1, signature), choice: 'no' }), 'proof 8');
	assert.equal(verdict([...made.head, signature, withdrawal]), 'valid');
	assert.equal(verdict([...made.head, signature, vote(1, signature)]), 'before_words 6');
});

test('the letter: its roster, its councils, its rules, its words', () => {
	const says = (options) => verdict(new Made(options).lines);
	assert.equal(says({ rules: { ends: '2027-12-31' } }), 'valid');
	assert.equal(says({ rules: { ends: '2028-01-01' } }), 'outside_edition 4');
	assert.equal(says({ rules: { closes: '2027-07-01' } }), 'dates_order 4');
	assert.equal(says({ rules: { min_ring: 9 } }), 'valid');
	assert.equal(says({ rules: { min_ring: 10 } }), 'min_ring_above_roster 4');
	assert.equal(says({ rules: { rings: 'roster', bodies: 1 } }), 'rules_bodies 4');
	assert.equal(says({ organisers: ['o1'] }), 'quorum_organisers 4');
	assert.equal(says({ organisers: ['o1', 'o2', 'r1'] }), 'no_role 4');
	assert.equal(says({ letter: { registrars: council(2, 'r1', 'r3') } }), 'quorum_registrars 4');
	assert.equal(says({ letter: { registrars: council(1, 'r1', 'r3') } }), 'valid'); /* a roster may carry others' signatures */
	assert.equal(says({ letter: { registrars: council(2, 'o1', 'o2') } }), 'quorum_registrars 4');
	assert.equal(says({ rosters: [roster({ a: A }, {}, 'o1', 'o2')], letter: { registrars: council(2, 'o1', 'o2') } }), 'valid'); /* registrars may be organisers */
	assert.equal(says({ letter: { organisers: { ...council(2, 'o1', 'o2'), quorum: 3 } } }), 'quorum_size 4');
	assert.equal(says({ letter: { words: nameOf(signature) } }), 'words_other 5');
	for (const who of ['o3', 'r1'])
		assert.equal(says({ words: { addressees: [{ id: 'x', name: 'X', key: authority(who).key }] } }), 'key_taken 5');
	assert.equal(verdict([...made.head, made.letter, made.words]), 'second_letter 5');
	assert.equal(verdict([...plain, signed({ ...made.words, salt: new Uint8Array(32) }, 'o1', 'o2')]), 'words_other 6');
	assert.equal(after(made.words), 'repeated 6');
});

test('sealed: once, before the words', () => {
	const sealed = (fill, ...by) => made.say({ type: 'sealed', ciphertext: new Uint8Array(40 + 4096).fill(fill) }, ...by);
	assert.equal(verdict([...made.head, sealed(1)]), 'valid');
	assert.equal(verdict([...made.head, sealed(1), made.words]), 'valid');
	assert.equal(verdict([...made.head, sealed(1), sealed(2)]), 'sealed_twice 6');
	assert.equal(after(sealed(1)), 'sealed_after_words 6');
	assert.equal(verdict([...made.head, sealed(1, 'o1')]), 'quorum_organisers 5');
});

test('rosters add up before the letter, and one extends the other', () => {
	const first = roster({ a: A });
	const more = (bodies, change = {}) => roster(bodies, { extends: nameOf(first[0]), ...change });
	const says = (...rosters) => verdict(new Made({ rosters }).lines);
	assert.equal(says(first, more({ a: [9], b: B })), 'valid');
	assert.equal(says(first, more({ b: [] })), 'valid'); /* a new body without keys */
	const gaining = more({ a: [9], b: B });
	const grown = new Made({ rosters: [first, gaining] });
	assert.equal(verdict([...grown.lines, grown.sign(9, 'a', [...A, 9])]), 'valid');
	assert.equal(verdict([...grown.lines, grown.sign(1, 'a', [...A, 9])]), 'valid');
	assert.equal(verdict([...grown.lines, grown.sign(1, 'a', [...A, 9], { roster: nameOf(first[0]) })]), 'roster_earlier 8');
	for (const change of [{ series: 'others' }, { name: 'X' }, { edition: 2 }, { from: '2027-01-02' }, { until: '2027-12-30' }])
		assert.equal(says(first, more({ b: B }, change)), 'roster_other 3');
	assert.equal(says(first, more({ b: B }, { extends: '' })), 'extends 3');
	assert.equal(says(more({ b: B })), 'extends 1');
	assert.equal(says(first, more({ a: [] })), 'body_gains_nothing 3');
	assert.equal(says(first, more({ a: [3, 9] })), 'key_doubled 4');
	assert.equal(says(first, more({ b: [3, 9] })), 'key_doubled 4');
	const renamed = more({ a: [9] });
	renamed[0] = signed({ ...renamed[0], bodies: [{ ...renamed[0].bodies[0], name: 'Other' }] }, 'r1', 'r2');
	assert.equal(says(first, renamed), 'body_renamed 3');
	assert.equal(says(first, roster({ b: B }, { extends: nameOf(first[0]) }, 'r1')), 'quorum_registrars 5'); /* the letter's fault */
	const broken = roster({ a: A });
	broken[0].signatures[0].signature = broken[0].signatures[1].signature;
	assert.equal(says(broken), 'authority_signature 1');
});

test('keys follow their roster, in the order of its bodies', () => {
	const [list, a, b, letter, words] = plain;
	assert.equal(verdict([list, b, a, letter, words]), 'keys_other 2');
	assert.equal(verdict([list, a, letter, words]), 'keys_due 3');
	assert.equal(verdict([list, a]), 'keys_due 3');
	assert.equal(verdict([list, a, b]), 'no_letter 4');
	assert.equal(verdict([a]), 'keys_unasked 1');
	assert.equal(verdict([list, a, b, a]), 'repeated 4');
	assert.equal(verdict([list, a, b, { ...a, body: 'c' }]), 'keys_unasked 4');
	const other = { ...a, keys: b.keys.slice(0, a.keys.length) };
	assert.equal(verdict([list, other, b]), 'keys_other 2');
	const odd = (keys) => {
		const record = { type: 'keys', v: 1, body: 'a', keys };
		const bodies = [{ id: 'a', name: 'A', headcount: 0, count: keys.length / 32, keys: nameOf(record) }];
		return verdict([signed({ ...list, bodies }, 'r1', 'r2'), record]);
	};
	assert.equal(odd(a.keys), 'no_letter 3');
	assert.equal(odd(new Uint8Array(32)), 'identity 2');
	assert.equal(odd(new Uint8Array(32).fill(255)), 'point 2');
});

test('a wave: where the roster grows, large enough, with rings of its own', () => {
	const wave = (bodies, change = {}, ...by) => roster(bodies, { extends: nameOf(made.roster), ...change }, ...by);
	const three = wave({ a: [10, 11], c: [12], d: [] });
	assert.equal(after(...three), 'valid');
	assert.equal(after(...wave({ a: [10, 11] })), 'wave_small 6');
	assert.equal(after(...roster({ a: [10, 11, 12] }, { extends: nameOf(made.roster) }, 'r1')), 'quorum_registrars 6');
	assert.equal(after(...wave({ a: [10, 11, 12] }, {}, 'r1', 'r2', 'stranger')), 'valid');
	assert.equal(after(three[0], three[1], signature), 'keys_due 8');
	assert.equal(after(three[0], three[1]), 'keys_due 8');
	assert.equal(verdict([...made.head, ...three, signature]), 'valid');
	const fixed = new Made({ rules: { roster: 'fixed' } });
	assert.equal(verdict([...fixed.lines, ...three]), 'roster_fixed 6');
	const large = new Made({ rules: { min_ring: 4 } });
	assert.equal(verdict([...large.lines, ...three]), 'wave_small 6');
	const named = { roster: nameOf(three[0]) };
	assert.equal(after(...three, made.sign(10, 'a', [10, 11], named), made.sign(11, '*', [10, 11, 12], named), signature), 'valid');
	assert.equal(after(...three, made.sign(12, 'c', [12, 10], named)), 'ring_below_min 9');
	assert.equal(after(...three, made.sign(4, 'b', B, named)), 'ring_unknown 9');
	assert.equal(after(...three, made.sign(1, 'a', [1, 10], named)), 'proof 9'); /* an old key in a new ring */
	assert.equal(after(...three, made.sign(10, 'a', [10, 1, 2, 3])), 'proof 9'); /* a new key in an old ring */
	assert.equal(after(made.sign(10, 'a', [10, 11], named), ...three), 'roster_unknown 6');
});

test('newer: a roster or letter above the letter, and nothing else', () => {
	const newer = (type, v = 2) => `{"anything":[{"a":null}],"type":"${type}","v":${v}}`;
	assert.equal(verdict([newer('roster')]), 'newer 1');
	assert.equal(verdict([plain[0], newer('roster')]), 'newer 2'); /* though keys are due */
	assert.equal(verdict([...plain.slice(0, 3), newer('letter')]), 'newer 4');
	assert.equal(verdict([...plain.slice(0, 3), newer('letter', 0)]), 'version 4');
	assert.equal(verdict([newer('words')]), 'version 1');
	assert.equal(after(newer('roster')), 'version 6');
	assert.equal(after(newer('letter')), 'version 6');
	assert.equal(verdict([newer('letter').replace('null', 'NaN')]), 'json 1');
	assert.equal(verdict([newer('letter'), 'rubbish']), 'newer 1');
});

test('the first fault is named, though later lines fail first', () => {
	const wrong = { ...signature, proof: signature.proof.slice().reverse() };
	assert.equal(after(wrong, 'rubbish'), 'proof 6');
	assert.equal(after(signature, 'rubbish'), 'json 7');
	assert.equal(after(made.sign(2, 'a', A), wrong, made.sign(3, 'a', A), signature), 'proof 7'); /* before the tag that stands twice */
	assert.equal(verdict(fileOf([...plain, wrong]).slice(0, -1)), 'truncated 6');
	assert.equal(verdict(fileOf([...plain, wrong, signature]).slice(0, -1)), 'proof 6');
	assert.equal(verdict([...plain, wrong, ...A.slice(2).map((i) => made.sign(i, 'a', A))], { waitingMax: 300 }), 'proof 6');
	assert.equal(verdict([...plain, signature, made.sign(2, 'a', A), { ...made.sign(3, 'a', A), proof: wrong.proof }], { waitingMax: 300 }), 'proof 8');
});

test('chunks of any size give the same', () => {
	const good = fileOf([...plain, statement(), signature]), bad = fileOf([...plain, statement(), 'x', signature]);
	for (const size of [1, 2, 7, 64, 1000, 4096, good.length - 1]) {
		assert.equal(read(good, {}, size).lines, 7);
		assert.throws(() => read(bad, {}, size), { code: 'json', line: 7 });
		assert.throws(() => read(good.subarray(0, -1), {}, size), { code: 'truncated', line: 7 });
	}
});

test('after a fault nothing more is taken', () => {
	const letter = read(fileOf(plain));
	assert.throws(() => letter.feed(fileOf(['x'])), { code: 'json', line: 6 });
	assert.throws(() => letter.feed(fileOf([statement()])), { code: 'json', line: 6 });
	assert.throws(() => letter.end(), { code: 'json', line: 6 });
});

test('whose key it is', () => {
	const three = roster({ a: [10, 11], c: [12] }, { extends: nameOf(made.roster) });
	const { roll } = read(fileOf([...plain, ...three]));
	for (const [i, body, wave] of [[0, 'a', 0], [8, 'b', 0], [10, 'a', 1], [12, 'c', 1]]) {
		const found = roll.findKey(member(i).key);
		assert.deepEqual([found.body.id, found.roster.wave, found.own.label, found.all.label, found.all.roster], [body, wave, body, '*', found.roster]);
		assert.ok(found.own.points.some((point) => found.all.points.includes(point))); /* the same objects */
	}
	assert.equal(roll.findKey(member(9).key), null);
	const { keys, points, size } = roll.rings[0];
	assert.equal(size, 9);
	for (let i = 1; i < size; i++)
		assert.ok(compare(keys.subarray(32 * i - 32, 32 * i), keys.subarray(32 * i, 32 * i + 32)) < 0);
	assert.equal(points.length, size);
});

test('an enrolment is no line of a letter', () => {
	const line = encodeRecord({ type: 'enrolment', v: 1, body: 'a', series: 'staff', keys: [{ edition: 1, key: nameOf(signature), proof: new Uint8Array(64) }] });
	assert.equal(after(line), 'type 6');
});
