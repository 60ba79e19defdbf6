// SPDX-License-Identifier: AGPL-3.0-or-later
// letter/report.js: a letter or bundle as the page shows it: the Report of worker/tasks.d.ts, whose types say what each member is

import { shortForm } from '../proof/pin.js';
import { encodeBase64url } from '../base/base64url.js';
import { bytesOfName, compareNames } from '../record/fields.js';
import { stateOf, toJson } from './state.js';

/** @typedef {import('./letter.js').Letter} Letter */
/** @typedef {import('./state.js').State} State */
/** @typedef {import('../record/shapes.js').LetterRecord} LetterRecord */

/** @param {string} name @returns {string} */
const shortOf = (name) => shortForm(bytesOfName(name));

/**
 * @param {Letter} letter one that ended without fault @param {string} today @param {number} milliseconds that reading took
 * @returns {import('../worker/tasks.d.ts').Report}
 */
export function reportOf(letter, today, milliseconds) {
	const state = stateOf(letter, today);
	const record = /** @type {LetterRecord} */ (letter.record);
	const roster = /** @type {import('./roll.js').RosterEntry} */ (letter.roll.last);
	const { series, name, edition: number, from, until } = roster.record;
	return {
		kind: /** @type {'letter' | 'bundle'} */ (letter.bundle ? 'bundle' : 'letter'),
		...fingerprints(letter, record, roster.id),
		json: letter.bundle ? null : toJson(state),
		signers: state.signers, bodies: state.bodies, undisclosed: state.undisclosed, withdrawn: state.withdrawn,
		keys: letter.roll.keys, headcount: letter.roll.headcount,
		sealed: state.sealed, opened: letter.opened !== null, thresholds_met: state.thresholdsMet,
		rules: record.rules, closes: state.closes,
		edition: { series, name, number, from, until },
		registrars_quorum: record.registrars.quorum, organisers_quorum: record.organisers.quorum,
		vouchers: vouchersOf(record),
		rings: state.rings.map((ring) => ringOf(ring, state)),
		words: wordsOf(letter),
		parties: partiesOf(letter),
		...recordsOf(letter),
		days: daysOf(letter, today),
		stances: state.stances,
		questions: state.questions.map(questionOf),
		translations: state.translations.map(({ record: { language, on, title, body, demands } }) => ({ language, on, title, body, demands })),
		waits: state.waits, dated_after: state.datedAfter,
		lines: letter.lines, bytes: letter.bytes, milliseconds,
	};
}

/** @param {Letter} letter @param {LetterRecord} record @param {string} roster */
function fingerprints(letter, record, roster) {
	const pin = letter.pin;
	return {
		letter: letter.id, roster, words_id: record.words, pin: encodeBase64url(pin),
		short: { letter: shortOf(letter.id), words: shortOf(record.words), roster: shortOf(roster), pin: shortForm(pin) },
	};
}

/** Every key of both councils, once, by key: who holds it in both is named by the registrars' entry. @param {LetterRecord} record */
function vouchersOf({ registrars, organisers }) {
	const keys = new Map([...organisers.keys, ...registrars.keys].map((entry) => [entry.key, entry]));
	const has = (/** @type {import('../record/shapes.js').Council} */ council, /** @type {string} */ key) => council.keys.some((entry) => entry.key === key);
	return [...keys.values()].sort((a, b) => compareNames(a.key, b.key)).map(({ key, name, where }) => (
		{ key, short: shortOf(key), name, where, registrar: has(registrars, key), organiser: has(organisers, key) }));
}

/** @param {import('./ring.js').Ring} ring @param {State} state */
const ringOf = (ring, { aboveShare }) => ({
	roster: ring.roster.id, wave: ring.roster.wave, id: ring.label, name: ring.name, signers: ring.signers, made: ring.made, keys: ring.size,
	headcount: ring.headcount, above_share: aboveShare.has(ring),
});

/** @param {Letter} letter */
function wordsOf({ shownWords: words }) {
	if (words === null)
		return null;
	const { title, body, language, dated, contact, replaces, addressees, demands } = words;
	return { title, body, language, dated, contact, replaces, addressees, demands };
}

/** Those of opened words speak too, though nothing in the file can name them yet. @param {Letter} letter */
function partiesOf({ parties, words, opened }) {
	const source = { url: '', sha256: '' };
	const sealed = words === null && opened !== null ? opened.words.addressees.map(({ id, name, key }) => ({ id, name, key, addressee: true, source })) : [];
	return [...sealed, ...parties.all];
}

/** In the order of the file. @param {Letter} letter */
function recordsOf({ statements, notices }) {
	return {
		statements: [...statements.values()].map(statementOf),
		notices: notices.map(({ record: { on, kind, about, language, text, closes } }) => ({ on, kind, about, language, text, closes })),
	};
}

/** What happened, by day; on one day in the order of the file. @param {Letter} letter @param {import('../record/shapes.js').Day} today @returns {import('../worker/tasks.d.ts').Report['days']} */
function daysOf({ deliveries, publications, statements, questions, notices, translations }, today) {
	const none = { url: '', sha256: '' };
	const on = (/** @type {string} */ id) => statements.get(id)?.record.on ?? '';
	return [
		...publications.map(({ line, record: { outlet, on, source } }) => ({ line, on, kind: /** @type {const} */ ('published'), who: outlet, text: '', source })),
		...deliveries.map(({ line, record: { party, on, source } }) => ({ line, on, kind: /** @type {const} */ ('delivered'), who: party, text: '', source })),
		...[...statements.values()].map(({ line, record }) => ({ line, on: record.on, kind: record.clarifies ? /** @type {const} */ ('clarified') : /** @type {const} */ ('said'), who: record.party, text: on(record.clarifies), source: none })),
		...[...questions.values()].filter(({ record }) => record.closes < today).map(({ line, record }) => ({ line, on: record.closes, kind: /** @type {const} */ ('voted'), who: '', text: record.text, source: none })),
		...notices.map(({ line, record: { on, kind } }) => ({ line, on, kind: /** @type {const} */ ('noticed'), who: '', text: kind, source: none })),
		...translations.map(({ line, record: { on, language } }) => ({ line, on, kind: /** @type {const} */ ('translated'), who: '', text: language, source: none })),
	].sort((a, b) => Number(a.on > b.on) - Number(a.on < b.on) || a.line - b.line).map(({ line: _, ...event }) => event);
}

/** @param {Omit<import('./letter.js').PlacedStatement, 'chain' | 'idBytes'>} statement */
export const statementOf = ({ id, line, authenticated, record: { party, on, language, text, stances, source, clarifies } }) => (
	{ id, line, party, on, language, text, stances, source, clarifies, authenticated });

/** @param {import('./state.js').Tally} question */
const questionOf = ({ id, record: { about, language, text, choices, closes }, counts }) => ({
	id, about, language, text, closes, choices: choices.map((choice, i) => ({ ...choice, count: counts[i] })),
});
