// SPDX-License-Identifier: AGPL-3.0-or-later
// letter/state.js: what a letter's lines add up to (spec/records.md, The state of a letter)

import { encodeBase64url } from '../base/base64url.js';
import { compare } from '../base/bytes.js';
import { daysBetween } from '../record/day.js';

/** @typedef {import('./letter.js').Letter} Letter */
/** @typedef {import('./letter.js').PlacedStatement} PlacedStatement */
/** @typedef {import('./ring.js').Ring} Ring */
/** @typedef {import('../record/shapes.js').StanceEntry} StanceEntry */
/** @template R @typedef {import('./letter.js').Placed<R>} Placed */

/** @typedef {{ party: string, demand: string, stance: StanceEntry['stance'], authenticated: boolean, statement: string }} Stance */
/** counts: one a choice, in the question's order. @typedef {Placed<import('../record/shapes.js').Question> & { counts: number[] }} Tally */
/** @typedef {{ party: string, name: string, delivered: string, answered: boolean, days: number }} Wait */
/**
 * @typedef {object} State
 * @property {Letter} letter
 * @property {number} signers tags that signed and did not withdraw
 * @property {number} bodies those with such a signature in their own ring
 * @property {number} undisclosed signers in `*`
 * @property {number} withdrawn
 * @property {Ring[]} rings the letter's roster, then each wave: `*`, then bodies by id
 * @property {Set<Ring>} aboveShare
 * @property {boolean} thresholdsMet
 * @property {boolean} sealed the words are not in the file
 * @property {string} closes the last day to sign
 * @property {Stance[]} stances by party and demand
 * @property {Tally[]} questions by id as bytes
 * @property {Wait[]} waits addressees to whom the letter was delivered, in the order of the words
 * @property {Placed<import('../record/shapes.js').Translation>[]} translations the one that counts of each language, by language
 * @property {number[]} datedAfter lines dated after today
 */

/** Of a letter, or a bundle, that ended without fault. Time in proportion to its lines. @param {Letter} letter @param {string} today @returns {State} */
export function stateOf(letter, today) {
	const { rules, roll } = letter;
	const rings = roll.rings;
	const signers = rings.reduce((n, ring) => n + ring.signers, 0);
	const bodies = new Set(rings.filter((ring) => ring.body !== null && ring.signers > 0).map((ring) => ring.label)).size;
	return {
		letter, rings, signers, bodies,
		undisclosed: rings.reduce((n, ring) => n + (ring.body === null ? ring.signers : 0), 0),
		withdrawn: rings.reduce((n, ring) => n + ring.withdrawn, 0),
		aboveShare: new Set(rings.filter((ring) => isAboveShare(ring, rules))),
		thresholdsMet: signers >= rules.signers && bodies >= rules.bodies,
		sealed: letter.words === null,
		closes: closesOf(letter),
		stances: stancesOf(letter),
		questions: talliesOf(letter),
		waits: waitsOf(letter, today),
		translations: translationsOf(letter),
		datedAfter: datedAfter(letter, today),
	};
}

/**
 * Signatures ever made, the withdrawn too: one more binds who signs and collects, not validity. more: how many are about to come.
 * @param {Ring} ring @param {import('../record/shapes.js').Rules} rules @param {number} [more]
 */
export function isAboveShare(ring, rules, more = 0) {
	const [made, share] = ring.label === '*' ? [ring.roster.made, rules.max_share_all] : [ring.made, rules.max_share];
	return (made + more) * 100 > share * ring.size;
}

/** Which of two counts: the greater (`on`, id). @template {{ record: { on: string }, idBytes: Uint8Array }} P @param {P} a @param {P} b */
const isLater = (a, b) => (a.record.on === b.record.on ? compare(a.idBytes, b.idBytes) > 0 : a.record.on > b.record.on);

/** @template {{ record: { on: string }, idBytes: Uint8Array }} P @param {P[]} placed @returns {P | null} */
const latest = (placed) => placed.reduce((best, one) => (best === null || isLater(one, best) ? one : best), /** @type {P | null} */ (null));

/** The last day to sign. @param {Letter} letter @returns {string} */
export function closesOf({ notices, rules }) {
	return latest(notices.filter(({ record }) => record.kind === 'deadline'))?.record.closes ?? rules.closes;
}

/** @param {PlacedStatement} a @param {PlacedStatement} b whether a counts and not b, where both touch a demand */
function outranks(a, b) {
	if (a.authenticated !== b.authenticated)
		return a.authenticated;
	if (a.record.on === b.record.on && a.chain !== b.chain)
		return a.chain > b.chain;
	return isLater(a, b);
}

/** @param {Letter} letter @returns {Stance[]} */
function stancesOf({ statements }) {
	/** @type {Map<string, { from: PlacedStatement, entry: StanceEntry }>} */
	const best = new Map();
	for (const from of statements.values())
		for (const entry of from.record.stances) {
			const place = `${from.record.party} ${entry.demand}`;
			const rival = best.get(place);
			if (rival === undefined || outranks(from, rival.from))
				best.set(place, { from, entry });
		}
	const stances = [...best.values()].map(({ from, entry }) => ({
		party: from.record.party, demand: entry.demand, stance: entry.stance, authenticated: from.authenticated, statement: from.id,
	}));
	return stances.sort((a, b) => order(a.party, b.party) || order(a.demand, b.demand));
}

/** @param {string} a @param {string} b */
const order = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

/** Votes of the withdrawn are not counted. @param {Letter} letter @returns {Tally[]} */
function talliesOf({ questions, tags }) {
	/** @type {Map<string, Map<string, number>>} question → choice → count */
	const counts = new Map();
	for (const id of questions.keys())
		counts.set(id, new Map());
	for (const { withdrawn, votes } of tags.values())
		for (const [question, choice] of withdrawn || votes === null ? [] : votes) {
			const tally = /** @type {Map<string, number>} */ (counts.get(question));
			tally.set(choice, (tally.get(choice) ?? 0) + 1);
		}
	return [...questions.values()]
		.map((question) => ({ ...question, counts: question.record.choices.map(({ id }) => counts.get(question.id)?.get(id) ?? 0) }))
		.sort((a, b) => compare(a.idBytes, b.idBytes));
}

/** @param {Letter} letter @param {string} today @returns {Wait[]} */
function waitsOf({ parties, deliveries, statements }, today) {
	/** @type {Map<string, string>} */
	const first = new Map();
	for (const { record } of deliveries)
		if (!first.has(record.party) || record.on < /** @type {string} */ (first.get(record.party)))
			first.set(record.party, record.on);
	/** @type {Set<string>} */
	const answered = new Set();
	for (const { record } of statements.values())
		if (first.has(record.party) && record.on >= /** @type {string} */ (first.get(record.party)))
			answered.add(record.party);
	return parties.all.filter(({ id }) => first.has(id)).map(({ id, name }) => {
		const delivered = /** @type {string} */ (first.get(id));
		return { party: id, name, delivered, answered: answered.has(id), days: answered.has(id) ? 0 : Math.max(0, daysBetween(delivered, today)) };
	});
}

/** @param {Letter} letter */
function translationsOf({ translations, opened }) {
	/** @type {Map<string, Placed<import('../record/shapes.js').Translation>>} */
	const best = new Map();
	for (const translation of [...translations, ...(opened?.translations ?? [])]) {
		const language = translation.record.language.toLowerCase();
		const rival = best.get(language);
		if (rival === undefined || isLater(translation, rival))
			best.set(language, translation);
	}
	return [...best.entries()].sort(([a], [b]) => order(a, b)).map(([, translation]) => translation);
}

/** @param {Letter} letter @param {string} today @returns {number[]} */
function datedAfter({ deliveries, publications, statements, notices, translations }, today) {
	return [...deliveries, ...publications, ...statements.values(), ...notices, ...translations]
		.filter(({ record }) => record.on > today)
		.map(({ line }) => line)
		.sort((a, b) => a - b);
}

/** What `undersigned verify --json` prints of a valid letter, member for member. @param {State} state */
export function toJson({ letter, rings, aboveShare, ...state }) {
	return {
		valid: true,
		signers: state.signers, bodies: state.bodies, undisclosed: state.undisclosed, withdrawn: state.withdrawn,
		keys: letter.roll.keys, headcount: letter.roll.headcount, lines: letter.lines,
		sealed: state.sealed, thresholds_met: state.thresholdsMet, closes: state.closes,
		above_share: [...aboveShare].map((ring) => ({ roster: ring.roster.id, ring: ring.label })),
		rings: rings.map((ring) => ({ roster: ring.roster.id, id: ring.label, signers: ring.signers, keys: ring.size })),
		statements: letter.statements.size,
		stances: state.stances,
		questions: state.questions.map(({ id, record, counts }) => ({ id, tally: Object.fromEntries(record.choices.map((choice, i) => [choice.id, counts[i]])) })),
		dated_after_today: state.datedAfter,
		letter: letter.id,
		pin: encodeBase64url(letter.pin),
		roster: /** @type {import('./roll.js').RosterEntry} */ (letter.roll.last).id,
	};
}
