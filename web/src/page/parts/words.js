// SPDX-License-Identifier: AGPL-3.0-or-later
// page/parts/words.js: the letter itself: title, receivers, body, demands; in its own language or a translation

import { day, language, languageName, t } from '../../text/catalogue.js';
import { h, name, refill } from '../dom.js';
import { markdown } from '../markdown.js';
import { listed, p } from '../say.js';

/** @typedef {import('../../worker/tasks.js').Report} Report */
/** @typedef {{ language: string, title: string, body: string, demands: { id: string, text: string }[], on?: string }} Version */

/**
 * The sheet with the letter. The words must be there.
 * @param {Report} report @param {{ heading?: string }} [options] heading: above the sheet, '' for none
 */
export function letterWords(report, { heading = t('words.title') } = {}) {
	const words = /** @type {NonNullable<Report['words']>} */ (report.words);
	/** @type {Version[]} */
	const versions = [words, ...report.translations];
	const sheet = h('div', { class: 'sheet' });
	const show = (/** @type {number} */ i) => refill(sheet, version(versions[i], report, i > 0));
	show(startVersion(versions));
	return h('section', { class: 'words' },
		heading && h('h2', null, heading),
		versions.length > 1 && languageSwitch(versions, show),
		sheet,
		words.contact && h('p', null, t('words.contact'), ' ', h('bdi', { class: 'address' }, words.contact)),
		words.replaces && p('words.replaces'));
}

/** The version in the reader's language if there is one, else the letter's own. @param {Version[]} versions */
const startVersion = (versions) => Math.max(0, versions.findIndex((version) => version.language.toLowerCase().split('-')[0] === language()));

/** @param {Version[]} versions @param {(i: number) => void} show */
function languageSwitch(versions, show) {
	const start = startVersion(versions);
	const select = h('select', { id: 'version', on: { change: () => show(Number(select.value)) } },
		...versions.map((version, i) => h('option', { value: String(i), selected: i === start }, languageName(version.language), i === 0 && ` (${t('words.original')})`)));
	return h('p', { class: 'field language no-print' }, h('label', { for: 'version' }, t('words.read_in')), select);
}

/** @param {Version} version @param {Report} report @param {boolean} translated */
function version(version, report, translated) {
	const words = /** @type {NonNullable<Report['words']>} */ (report.words);
	return h('article', { class: 'letter' },
		translated && h('p', { class: 'hint' }, t('words.translated', { on: day(version.on ?? ''), language: languageName(words.language) })),
		h('h3', { lang: version.language, dir: 'auto', class: 'letter-title' }, version.title),
		h('p', { class: 'letter-to' }, t('words.to'), ' ', listed(words.addressees.map((addressee) => addressee.name)), words.dated && [t('list.comma'), day(words.dated)]),
		markdown(version.body, version.language),
		version.demands.length > 0 && h('div', { class: 'demands' },
			h('h4', null, t('words.demands')),
			h('ol', { dir: 'auto' }, ...version.demands.map((demand) => h('li', { lang: version.language }, demand.text, ' ', h('span', { class: 'demand-id', dir: 'ltr' }, demand.id))))));
}

/** @param {Report} report @param {string} id @returns {Node} a demand, short, for a heading */
export function demandName(report, id) {
	if (id === '*')
		return document.createTextNode(t('words.whole'));
	const words = report.words;
	const demand = words?.demands.find((one) => one.id === id);
	return demand ? h('bdi', { lang: words?.language }, demand.text) : name(id);
}
