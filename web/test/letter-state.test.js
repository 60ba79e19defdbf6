// SPDX-License-Identifier: AGPL-3.0-or-later
// letter-state.test.js: what lines add up to: counts, shares, stances, tallies, days; the report that the page shows

import assert from 'node:assert/strict';
import test from 'node:test';
import { reportOf } from '../src/letter/report.js';
import { stateOf, toJson } from '../src/letter/state.js';
import { authority, fileOf, Made, nameOf, NO_SOURCE, read, roster, signed } from './maker.js';

const A = [0, 1, 2, 3], B = [4, 5, 6, 7, 8];
const made = new Made();
const TODAY = '2027-03-01';
const letterOf = (...lines) => read(fileOf([...made.lines, ...lines]));
const stateWith = (...lines) => stateOf(letterOf(...lines), TODAY);

const statement = (change = {}, ...by) => made.say({
	type: 'statement', party: 'mayor', on: '2027-02-01', language: 'en', text: 'No.', stances: [{ demand: 'd1', stance: 'rejects', note: '' }], source: NO_SOURCE, clarifies: '', ...change,
}, ...by);
const stance = (demand, stance) => ({ stances: [{ demand, stance, note: '' }] });
const question = made.say({ type: 'question', about: '', language: 'en', text: 'Enough?', choices: [{ id: 'yes', text: 'Yes' }, { id: 'no', text: 'No' }], closes: '2027-05-01' });
const notice = (on, closes, text = 'x') => made.say({ type: 'notice', on, kind: closes ? 'deadline' : 'note', about: '', language: 'en', text, closes });
const delivery = (party, on) => made.say({ type: 'delivery', party, on, source: NO_SOURCE });
const signature = made.sign(1, 'a', A), second = made.sign(2, 'a', A), everywhere = made.sign(4, '*', [...A, ...B]);
const withdrawal = made.act(1, signature, { type: 'withdrawal' });
const vote = (i, of, choice) => made.act(i, of, { type: 'vote', question: nameOf(question), choice });

test('signers, bodies, undisclosed, withdrawn; thresholds', () => {
	const counts = ({ signers, bodies, undisclosed, withdrawn, thresholdsMet }) => [signers, bodies, undisclosed, withdrawn, thresholdsMet];
	assert.deepEqual(counts(stateWith()), [0, 0, 0, 0, false]);
	assert.deepEqual(counts(stateWith(signature)), [1, 1, 0, 0, false]);
	assert.deepEqual(counts(stateWith(signature, everywhere)), [2, 1, 1, 0, true]);
	assert.deepEqual(counts(stateWith(signature, everywhere, withdrawal)), [1, 0, 1, 1, false]);
	assert.deepEqual(counts(stateWith(signature, second, withdrawal)), [1, 1, 0, 1, false]);
	const wave = roster({ a: [10, 11, 12] }, { extends: nameOf(made.roster) });
	assert.deepEqual(counts(stateWith(signature, ...wave, made.sign(10, 'a', [10, 11, 12], { roster: nameOf(wave[0]) }))), [2, 1, 0, 0, true]); /* one body */
});

test('headcounts: the newest of each body; unknown where one is', () => {
	const wave = roster({ a: [10, 11], c: [12] }, { extends: nameOf(made.roster) }); /* a: 8, then 4; b: 10; c: 2 */
	const counts = (letter) => [letter.roll.headcount, ...letter.roll.rings.map((ring) => `${ring.label} ${ring.headcount}`)];
	assert.deepEqual(counts(letterOf()), [18, '* 18', 'a 8', 'b 10']);
	assert.deepEqual(counts(letterOf(...wave)), [16, '* 14', 'a 4', 'b 10', '* 6', 'a 4', 'c 2']);
	const unknown = roster({ c: [10, 11, 12] }, { extends: nameOf(made.roster) });
	unknown[0] = signed({ ...unknown[0], bodies: unknown[0].bodies.map((body) => ({ ...body, headcount: 0 })) }, 'r1', 'r2');
	assert.deepEqual(counts(letterOf(...unknown)), [0, '* 18', 'a 8', 'b 10', '* 0', 'c 0']);
});

test('rings above their share: of signatures ever made', () => {
	const above = (...lines) => [...stateWith(...lines).aboveShare].map((ring) => ring.label);
	assert.deepEqual(above(signature, second), []); /* 2 of 4, at most 50 % */
	const third = made.sign(3, 'a', A);
	assert.deepEqual(above(signature, second, third), ['a']);
	assert.deepEqual(above(signature, second, third, withdrawal), ['a']);
	const b = B.map((i) => made.sign(i, 'b', B));
	assert.deepEqual(above(signature, second, ...b.slice(0, 2)), []);
	assert.deepEqual(above(signature, second, ...b.slice(0, 3)), ['b']); /* all: 5 of 9, at most 60 % */
	assert.deepEqual(above(signature, second, third, ...b.slice(0, 3)), ['*', 'a', 'b']);
});

test('a stance: authenticated before recorded, then the day, the chain, the id', () => {
	const says = (...lines) => stateWith(...lines).stances.map(({ party, demand, stance: what, authenticated }) => `${party} ${demand} ${what}${authenticated ? ' itself' : ''}`);
	assert.deepEqual(says(statement()), ['mayor d1 rejects']);
	assert.deepEqual(says(statement({}, 'mayor'), statement({ on: '2027-03-01', ...stance('d1', 'accepts') })), ['mayor d1 rejects itself']);
	assert.deepEqual(says(statement({ on: '2027-03-01' }), statement(stance('d1', 'accepts'))), ['mayor d1 rejects']);
	const first = statement(stance('d1', 'partly'));
	assert.deepEqual(says(first, statement({ clarifies: nameOf(first), ...stance('d1', 'accepts') })), ['mayor d1 accepts']);
	const two = [statement(stance('d1', 'accepts')), statement(stance('d1', 'counter'))];
	const greater = Buffer.compare(Buffer.from(nameOf(two[0]), 'base64url'), Buffer.from(nameOf(two[1]), 'base64url')) > 0 ? 'accepts' : 'counter';
	assert.deepEqual(says(...two), [`mayor d1 ${greater}`]);
	assert.deepEqual(says(...two.reverse()), [`mayor d1 ${greater}`]);
	assert.deepEqual(says(statement(stance('d2', 'none')), statement({ party: 'council', ...stance('*', 'supports') }), statement(stance('*', 'partly'))),
		['council * supports', 'mayor * partly', 'mayor d2 none']);
});

test('votes of the withdrawn are not counted, wherever they stand', () => {
	const tally = (...lines) => stateWith(question, ...lines).questions.map(({ counts }) => counts);
	assert.deepEqual(tally(), [[0, 0]]);
	assert.deepEqual(tally(signature, second, vote(1, signature, 'yes'), vote(2, second, 'no')), [[1, 1]]);
	assert.deepEqual(tally(signature, second, vote(1, signature, 'yes'), vote(2, second, 'yes'), withdrawal), [[1, 0]]);
	assert.deepEqual(tally(signature, withdrawal, vote(1, signature, 'no')), [[0, 0]]);
	assert.deepEqual(toJson(stateWith(question, signature, vote(1, signature, 'no'))).questions, [{ id: nameOf(question), tally: { no: 1, yes: 0 } }]);
});

test('the last day to sign; lines dated after today; the translation that counts', () => {
	assert.equal(stateWith().closes, '2027-03-31');
	assert.equal(stateWith(notice('2027-02-02', '2027-04-02'), notice('2027-02-01', '2027-05-01'), notice('2027-03-01', '')).closes, '2027-04-02');
	const same = [notice('2027-02-02', '2027-04-02'), notice('2027-02-02', '2027-04-03')];
	assert.equal(stateWith(...same).closes, stateWith(...same.reverse()).closes);
	assert.deepEqual(stateWith(notice('2027-03-01', ''), notice('2027-03-02', ''), delivery('mayor', '2027-03-02')).datedAfter, [7, 8]);
	const translation = (on, title, language) => made.say({ type: 'translation', on, language, title, body: 'B', demands: [{ id: 'd1', text: 'x' }, { id: 'd2', text: 'y' }] });
	assert.deepEqual(stateWith(translation('2027-02-02', 'late', 'fr'), translation('2027-02-01', 'early', 'FR'), translation('2027-01-01', 'other', 'de')).translations.map(({ record }) => record.title), ['other', 'late']);
});

test('days without an answer, per addressee to whom the letter was delivered', () => {
	const waits = (...lines) => stateWith(...lines).waits.map(({ party, delivered, answered, days }) => [party, delivered, answered, days]);
	assert.deepEqual(waits(statement()), []);
	assert.deepEqual(waits(delivery('mayor', '2027-01-12'), delivery('mayor', '2027-01-10')), [['mayor', '2027-01-10', false, 50]]);
	assert.deepEqual(waits(delivery('mayor', '2027-02-01'), statement()), [['mayor', '2027-02-01', true, 0]]);
	assert.deepEqual(waits(statement(), delivery('mayor', '2027-02-02')), [['mayor', '2027-02-02', false, 27]]);
	assert.deepEqual(waits(delivery('council', '2027-03-09'), delivery('mayor', '2027-02-01'), statement({ party: 'council' })), [['mayor', '2027-02-01', false, 28], ['council', '2027-03-09', false, 0]]);
});

test('the state is a function of the set of lines', () => {
	const lines = [question, signature, second, everywhere, withdrawal, vote(2, second, 'no'), statement(), notice('2027-02-02', '2027-04-02')];
	const want = { ...toJson(stateWith(...lines)), dated_after_today: [] };
	const rank = { question: 0, statement: 0, notice: 0, signature: 0 };
	for (let turn = 1; turn < lines.length; turn++) {
		const turned = [...lines.slice(turn), ...lines.slice(0, turn)].sort((a, b) => (rank[a.type] ?? 1) - (rank[b.type] ?? 1)); /* what is referred to first */
		assert.deepEqual({ ...toJson(stateWith(...turned)), dated_after_today: [] }, want);
	}
});

test('the report: what the page shows', () => {
	const ally = made.say({ type: 'party', id: 'ally', name: 'The Ally', key: '', source: { sha256: '', url: 'https://x' } });
	const letter = letterOf(question, signature, withdrawal, ally, statement({}, 'mayor'), delivery('mayor', '2027-01-10'), notice('2027-02-02', '2027-04-02'));
	const report = reportOf(letter, TODAY, 12);
	assert.deepEqual([report.kind, report.letter, report.words_id, report.sealed, report.opened, report.lines, report.milliseconds], ['letter', made.id, nameOf(made.words), false, false, 12, 12]);
	assert.match(report.short.letter, /^(\d{4} ){5}\d{4}$/);
	assert.deepEqual(report.rings.map(({ id, wave, signers, made: ever, keys, headcount, above_share }) => [id, wave, signers, ever, keys, headcount, above_share]),
		[['*', 0, 0, 0, 9, 18, false], ['a', 0, 0, 1, 4, 8, false], ['b', 0, 0, 0, 5, 10, false]]);
	assert.deepEqual(report.vouchers.map(({ registrar, organiser }) => `${registrar} ${organiser}`).sort(), ['false true', 'false true', 'false true', 'true false', 'true false']);
	assert.ok(report.vouchers.every(({ key }, i, all) => i === 0 || Buffer.compare(Buffer.from(all[i - 1].key, 'base64url'), Buffer.from(key, 'base64url')) < 0));
	assert.deepEqual(report.parties.map(({ id, addressee, key }) => [id, addressee, key]), [['mayor', true, authority('mayor').key], ['council', true, ''], ['ally', false, '']]);
	assert.deepEqual(report.statements.map(({ line, authenticated, party }) => [line, authenticated, party]), [[10, true, 'mayor']]);
	assert.deepEqual(report.days.map(({ on, kind, who, text }) => [on, kind, who, text]), [['2027-01-10', 'delivered', 'mayor', ''], ['2027-02-01', 'said', 'mayor', ''], ['2027-02-02', 'noticed', '', 'deadline']]); /* the vote is open */
	assert.deepEqual(reportOf(letter, '2027-05-02', 0).days.at(-1), { on: '2027-05-01', kind: 'voted', who: '', text: 'Enough?', source: { url: '', sha256: '' } });
	assert.notEqual(reportOf(letter, '2027-05-01', 0).days.at(-1)?.kind, 'voted');
	assert.deepEqual(report.questions[0].choices, [{ id: 'yes', text: 'Yes', count: 0 }, { id: 'no', text: 'No', count: 0 }]);
	assert.deepEqual([report.closes, report.rules.closes, report.edition.number, report.registrars_quorum, report.organisers_quorum], ['2027-04-02', '2027-03-31', 1, 2, 2]);
	assert.deepEqual(report.json, toJson(stateOf(letter, TODAY)));
	assert.deepEqual(structuredClone(report), report); /* it goes through a message */
});
