// SPDX-License-Identifier: AGPL-3.0-or-later
// cross-walk.test.js: a letter grows by records drawn by lot, plausible and not: after each the page and the command say the same, of its line or of its state.
// MUTATIONS=2000 says how many records (unless told, few); SEED draws others

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import test from 'node:test';
import { encodeBase64url } from '../src/base/base64url.js';
import { Refusal } from '../src/base/refusal.js';
import { checked } from '../src/letter/act.js';
import { Letter } from '../src/letter/letter.js';
import { stateOf, toJson } from '../src/letter/state.js';
import { signWithTag } from '../src/proof/tag.js';
import { tagMessageOf } from '../src/record/record.js';
import { MemberKey } from '../src/worker/member.js';
import { canonical, idOf, pick, seeded } from './mutations.js';
import { everyType, publicOf, signed } from './resigned.js';
import { day, TODAY, Town } from './town.js';

const COUNT = Number(process.env.MUTATIONS ?? 60);
const SEED = Number(process.env.SEED ?? randomBytes(4).readUInt32LE());
const STEPS = 60; /* then anew */
const random = (/** @type {number} */ n) => new Uint8Array(randomBytes(n));
const below = seeded(SEED);
/** @template T @param {...T} list */
const one = (...list) => pick(below, list);

const town = new Town();
const { lines, seeds } = everyType(town);
const head = lines.slice(0, lines.findIndex((line) => line.includes('"type":"words"')) + 1);
const { signatures: _, ...letterCore } = JSON.parse(head[head.length - 2]);
const letter = idOf(canonical(letterCore));
const [o1, o2, r1] = [town.public.o1, town.public.o2, town.public.r1];
const partyKeys = [1, 2, 3].map((n) => {
	const seed = new Uint8Array(32).fill(n);
	seeds.set(publicOf(seed), seed);
	return publicOf(seed);
});
const SOURCE = { sha256: '', url: '' };

/** Waves: two that follow each other, one that does not. Each with its keys lines. */
const waves = (() => {
	const late = ['mint-7', 'mint-8', 'mint-9', 'works-7', 'works-8', 'works-9'];
	late.forEach((member) => town.member(member));
	const extend = (/** @type {string} */ from, /** @type {string} */ to, /** @type {string[]} */ members) => {
		town.ok('roster', 'new', '--extends', from, '--bodies', 'bodies.csv', '-o', to, '--enrolments', ...members.map((member) => `${member}.enrol`));
		for (const who of ['r1', 'r2'])
			town.ok('cosign', to, '--authority', who);
		const all = new TextDecoder().decode(town.read(to)).trimEnd().split('\n');
		return all.slice(all.findLastIndex((each) => each.includes('"type":"roster"')));
	};
	return [extend('staff.roster', 'w1', late.slice(0, 3)), extend('w1', 'w2', late.slice(3)), extend('staff.roster', 'w3', late.slice(4))];
})();

const MEMBERS = ['mint-1', 'mint-2', 'works-1', 'harbour-1', 'post-1', 'mint-7', 'works-7'];
const QUESTIONS = [1, 2].map((n) => ({
	type: 'question', v: 1, letter, about: '', language: 'en', text: `Question ${n}?`, choices: [{ id: 'no', text: 'No' }, { id: 'yes', text: 'Yes' }], closes: day(n),
}));

/** What each member can add: signatures in both rings, the withdrawal, votes. */
const acts = MEMBERS.map((name) => {
	const member = MemberKey.open(town.read(`${name}.key`), '');
	const whole = new Letter({ random });
	whole.feed(Buffer.from([...head, ...waves[0], ...waves[1], ''].join('\n')));
	whole.end();
	const actor = checked(whole, member);
	const rings = [actor.place.own, actor.place.all].filter(({ size }) => size >= 2);
	const signatures = rings.map(({ label }) => actor.sign(label, { today: TODAY, random }));
	const { tag } = JSON.parse(signatures[0]);
	/** @param {any} record */
	const withTag = (record) => canonical({ ...record, proof: encodeBase64url(signWithTag(member.secret(), whole.idBytes, tagMessageOf(record), random(32))) });
	return {
		signatures,
		withdrawal: withTag({ type: 'withdrawal', v: 1, letter, tag }),
		votes: QUESTIONS.flatMap((question) => ['no', 'yes', 'other'].map((choice) => withTag({ type: 'vote', v: 1, letter, question: idOf(canonical(question)), tag, choice }))),
	};
});

/** @param {any} record @param {string[]} [keys] */
const line = (record, keys) => [signed({ v: 1, letter, ...record }, keys ?? one([o1, o2], [o1, o2], [o1, o2], [o1, o2], [o1, o2], [o1], [o1, o2, r1]), seeds)];
const on = () => day(one(-3, -2, -1, 0, 1));

/** @type {((known: { id: string, record: any }[]) => string[])[]} a record, or several that go together */
const draws = [
	() => [pick(below, pick(below, acts).signatures)],
	() => [pick(below, pick(below, acts).signatures)],
	() => [pick(below, acts).withdrawal],
	() => [pick(below, pick(below, acts).votes)],
	() => [pick(below, pick(below, acts).votes)],
	() => pick(below, waves),
	() => line(pick(below, QUESTIONS), [o1, o2]),
	() => line({ type: 'party', id: one('ally', 'friend', 'mayor', 'foe'), name: one('The Ally', 'A Friend', 'The Mayor', 'The Foe'), key: one('', '', ...partyKeys, o1, r1), source: SOURCE }),
	() => line({ type: 'delivery', party: one('mayor', 'mayor', 'ally', 'nobody'), on: on(), source: SOURCE }),
	() => line({ type: 'publication', outlet: one('The Paper', 'The Radio'), on: on(), source: SOURCE }),
	(known) => statement(known),
	(known) => statement(known),
	(known) => statement(known),
	(known) => {
		const kind = one('note', 'deadline', 'deadline', 'closed', 'replaced', 'correction');
		return line({ type: 'notice', on: on(), kind, about: one('', '', idOfAny(known)), language: 'en', text: one('A', 'B'), closes: (kind === 'deadline') === (below(8) > 0) ? day(one(3, 50, 200, 201)) : '' });
	},
	() => line({ type: 'translation', on: on(), language: one('fr', 'FR', 'de', 'en', 'en-GB'), title: one('T', 'U'), body: 'B', demands: one([{ id: 'd1', text: 'x' }], [{ id: 'd1', text: 'x' }], []) }),
	(known) => line({ type: 'question', about: one('', idOfAny(known)), language: 'en', text: 'More?', choices: [{ id: 'a', text: 'A' }, { id: 'b', text: 'B' }], closes: day(one(1, 200, 201)) }),
	() => [pick(below, lines)],
	() => [`{"type":"${one('roster', 'letter', 'vote', 'other')}","v":${one(1, 2)}}`],
];

/** @param {{ id: string }[]} known */
const idOfAny = (known) => (known.length > 0 ? pick(below, known).id : 'A'.repeat(43));

/** @param {{ id: string, record: any }[]} known */
function statement(known) {
	const earlier = known.filter(({ record }) => record.type === 'statement');
	const clarifies = below(2) || earlier.length === 0 ? '' : one(pick(below, earlier).id, pick(below, earlier).id, pick(below, earlier).id, idOfAny(known));
	const party = one('mayor', 'mayor', 'ally', 'friend', earlier.find(({ id }) => id === clarifies)?.record.party ?? 'foe');
	const stances = one([{ demand: 'd1', stance: one('accepts', 'rejects'), note: '' }], [{ demand: '*', stance: 'partly', note: '' }, { demand: 'd1', stance: 'none', note: '' }], []);
	return line({ type: 'statement', party, on: on(), language: 'en', text: one('We will.', 'We will not.'), stances, source: SOURCE, clarifies },
		one([o1, o2], [o1, o2], [o1, o2], [partyKeys[0]], [partyKeys[1]], [partyKeys[2]], [o1, partyKeys[0]], [o2]));
}

/** @param {string[]} all @returns {unknown} the state, or where and whether the fault is */
function verdictOfPage(all) {
	const whole = new Letter({ random });
	try {
		whole.feed(Buffer.from([...all, ''].join('\n')));
		whole.end();
		return toJson(stateOf(whole, TODAY));
	} catch (error) {
		if (!(error instanceof Refusal))
			throw error;
		return { valid: error.code === 'newer' ? null : false, line: error.line };
	}
}

/** @param {string[]} all @returns {unknown} */
function verdictOfCommand(all) {
	town.write('walk.letter', [...all, ''].join('\n'));
	const said = JSON.parse(town.run('verify', 'walk.letter', '--json', '--threads', '1').out);
	return said.valid === true ? said : { valid: said.valid, line: said.line };
}

test(`a letter that grows by lot has one state (${COUNT}, SEED=${SEED})`, (t) => {
	const counts = { taken: 0, refused: 0 };
	/** @type {Record<string, number>} */
	const types = {};
	let all = head;
	/** @type {{ id: string, record: any }[]} */
	let known = [];
	for (let step = 0; step < COUNT; step++) {
		if (step % STEPS === 0)
			[all, known] = [head, []];
		const more = pick(below, draws)(known);
		const next = [...all, ...more];
		const page = verdictOfPage(next), command = verdictOfCommand(next);
		assert.deepEqual(page, command, `SEED=${SEED}, step ${step}: ${more.join('\n')}\nbehind\n${all.slice(head.length).join('\n')}`);
		if (/** @type {any} */ (page).valid !== true) {
			counts.refused++;
			continue;
		}
		counts.taken++;
		all = next;
		for (const each of more) {
			const { signatures: _s, ...core } = JSON.parse(each);
			known.push({ id: idOf(canonical(core)), record: core });
			types[core.type] = (types[core.type] ?? 0) + 1;
		}
	}
	t.diagnostic(JSON.stringify({ ...counts, ...types }));
	assert.ok(counts.taken > 0 && counts.refused > 0);
});
