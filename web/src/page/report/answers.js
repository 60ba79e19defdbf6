// SPDX-License-Identifier: AGPL-3.0-or-later
// page/report/answers.js: who said what to which demand, and how far that is proved

import { decodeBase64url } from '../../base/base64url.js';
import { toHex } from '../../base/bytes.js';
import { day, t } from '../../text/catalogue.js';
import { h, name, theirs } from '../dom.js';
import { callout } from '../parts/callout.js';
import { icon } from '../parts/icon.js';
import { portions } from '../parts/portions.js';
import { dataTable } from '../parts/table.js';
import { demandName } from '../parts/words.js';
import { say } from '../say.js';
import { tally } from './tally.js';

/** @typedef {import('../../worker/tasks.js').Report} Report */
/** @typedef {Report['statements'][number]} Statement */

const ICONS = /** @type {const} */ ({ accepts: 'check', rejects: 'wrong', partly: 'info', counter: 'forward', supports: 'check', none: 'more' });
/** Columns that stand beside each other and can be read. */
const COLUMNS_MAX = 4;

/** @param {Report} report @param {string} today */
export function answers(report, today) {
	if (report.statements.length === 0 && report.waits.length === 0 && report.stances.length === 0)
		return null;
	return h('section', null,
		h('h2', null, t('answers.title')),
		...report.waits.filter((wait) => !wait.answered).map((wait) => waiting(report, wait)),
		matrix(report),
		report.statements.length > 0 && h('div', null, h('h3', null, t('answers.said')), portions(inChains(report.statements), (statement) => h('div', { class: statement.clarifies ? 'clearer' : undefined },
			article(report, statement),
			...report.questions.filter(({ about }) => about === statement.id).map((question) => tally(report, question, today))))));
}

/** Each with what made it clearer below it. @param {Statement[]} statements in the order of the file @returns {Statement[]} */
function inChains(statements) {
	/** @type {Map<string, Statement[]>} by the id of every statement */
	const chains = new Map();
	for (const statement of statements) {
		const chain = chains.get(statement.clarifies) ?? [];
		chain.push(statement);
		chains.set(statement.id, chain);
	}
	return [...new Set(chains.values())].flat();
}

/** Demands by parties. Where there are too many parties to stand beside each other, demand below demand. @param {Report} report */
function matrix(report) {
	const silent = report.waits.filter(({ party, answered }) => !answered && !report.stances.some((stance) => stance.party === party)).map(({ party }) => party);
	const parties = [...new Set([...report.stances.map(({ party }) => party), ...silent])];
	if (parties.length === 0 || !report.words)
		return null;
	const stanceOn = new Map(report.stances.map((stance) => [`${stance.party} ${stance.demand}`, stance]));
	const cell = (/** @type {string} */ party, /** @type {string} */ demand) => {
		const stance = stanceOn.get(`${party} ${demand}`);
		if (stance)
			return [stanceChip(stance.stance), h('span', { class: 'hint' }, t(stance.authenticated ? 'answers.authenticated' : 'answers.recorded'))];
		return silent.includes(party) ? h('span', { class: 'chip' }, t('answers.silent')) : h('span', { class: 'hint' }, t('answers.nothing'));
	};
	const whole = report.words.demands.length === 0 || report.stances.some(({ demand }) => demand === '*');
	const rows = [...(whole ? ['*'] : []), ...report.words.demands.map(({ id }) => id)];
	if (parties.length <= COLUMNS_MAX)
		return dataTable({ caption: t('answers.by_demand'), rows, fixed: true, columns: [
			{ label: t('answers.demand'), head: true, cell: (id) => demandName(report, id) },
			...parties.map((party) => ({ label: partyName(report, party), heading: name(partyName(report, party)), cell: (/** @type {string} */ id) => cell(party, id) })),
		] });
	return h('div', null, h('h3', null, t('answers.by_demand')), portions(rows, (id) => h('div', { class: 'answer' },
		h('h4', { dir: 'auto' }, demandName(report, id)),
		portions(parties.filter((party) => silent.includes(party) || stanceOn.has(`${party} ${id}`)), (party) => h('li', null, h('span', null, name(partyName(report, party)), t('list.colon')), cell(party, id)), h('ul', { class: 'stances' })))));
}

/** The name of a party by its id. @param {Report} report @param {string} id @returns {string} */
export const partyName = (report, id) => report.parties.find((party) => party.id === id)?.name ?? report.words?.addressees.find((addressee) => addressee.id === id)?.name ?? id;

/** @param {Report} report @param {Report['waits'][number]} wait */
function waiting(report, wait) {
	const contact = report.words?.contact;
	return callout('info', [
		h('p', null, h('strong', null, name(wait.name)), t('list.colon'), h('strong', null, t('answers.wait', { n: wait.days })), '. ', t('answers.delivered', { on: day(wait.delivered) })),
		h('p', null, contact ? [t('answers.send'), ' ', h('bdi', { class: 'address' }, contact)] : t('answers.send_nowhere')),
	], { title: t('answers.no_reply') });
}

/** @param {keyof typeof ICONS} stance */
const stanceChip = (stance) => h('span', { class: `chip ${stance}` }, icon(ICONS[stance]), t(`stance.${stance}`));

/** @param {boolean} authenticated @param {string} who */
const proved = (authenticated, who) => (authenticated ? t('answers.signed', { who }) : t('answers.recorded'));

/** @param {Report} report @param {Statement} statement @param {'h3' | 'h4'} [heading] */
export function article(report, statement, heading = 'h4') {
	const who = partyName(report, statement.party);
	const earlier = report.statements.find((other) => other.id === statement.clarifies);
	const later = report.statements.filter((other) => other.clarifies === statement.id);
	return h('article', { class: 'statement' },
		h(heading, null, name(who), t('list.comma'), day(statement.on)),
		h('p', { class: statement.authenticated ? 'proved yes' : 'proved' }, icon(statement.authenticated ? 'check' : 'info'), h('span', null, proved(statement.authenticated, who))),
		earlier && h('p', { class: 'hint' }, t('answers.clarifies', { on: day(earlier.on) })),
		later.length > 0 && h('p', { class: 'hint' }, t('answers.clarified', { on: day(later[later.length - 1].on) })),
		h('blockquote', null, ...paragraphs(statement.text, statement.language)),
		statement.stances.length > 0 && h('ul', { class: 'stances' }, ...statement.stances.map((stance) => h('li', null,
			h('span', null, stance.demand === '*' ? t('answers.on_whole') : say('answers.on', { demand: demandName(report, stance.demand) })), stanceChip(stance.stance), stance.note && theirs(stance.note, statement.language, 'note')))),
		source(statement.source));
}

/** A text in paragraphs, in its own language. @param {string} text @param {string} language */
export const paragraphs = (text, language) => text.trim().split(/\n{2,}/).map((part) => theirs(part, language, 'lines'));

/** Where something can be read, as text. @param {import('../../worker/tasks.js').Source} source */
export function source({ url, sha256 }) {
	if (!url && !sha256)
		return null;
	return h('p', { class: 'hint source' }, url && [t('source.at'), ' ', h('bdi', { class: 'address' }, url)], url && sha256 && h('br'), sha256 && [t('source.hash'), ' ', h('span', { class: 'mono', dir: 'ltr' }, toHex(decodeBase64url(sha256) ?? new Uint8Array()))]);
}
