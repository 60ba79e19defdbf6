// SPDX-License-Identifier: AGPL-3.0-or-later
// page/report/life.js: what came after the letter: what happened day by day, questions and votes, notices

import { day, languageName, list, number, t } from '../../text/catalogue.js';
import { h, name } from '../dom.js';
import { portions } from '../parts/portions.js';
import { p, say } from '../say.js';
import { paragraphs, partyName, source } from './answers.js';
import { tally } from './tally.js';

/** @typedef {import('../../worker/tasks.js').Report} Report */

/** So many lines dated later are named. */
const LINES = 30;

/** Those that are about no statement: the others stand with theirs. @param {Report} report @param {string} today */
export function questions(report, today) {
	const alone = report.questions.filter(({ about }) => !about);
	return alone.length > 0 && h('section', null,
		h('h2', null, t('questions.title')),
		p('questions.lead', {}, 'hint'),
		portions(alone, (question) => tally(report, question, today, 'h3')));
}

/** @param {Report} report */
export function notices(report) {
	return report.notices.length > 0 && h('section', null,
		h('h2', null, t('notices.title')),
		portions(report.notices, (notice) => h('article', { class: 'statement' },
			h('h3', null, t(`notice.${notice.kind}`), t('list.comma'), day(notice.on)),
			notice.closes && h('p', null, t('notices.closes', { closes: day(notice.closes) })),
			...paragraphs(notice.text, notice.language))));
}

/** @param {Report} report */
export function days(report) {
	return report.days.length > 0 && h('section', null,
		h('h2', null, t('days.title')),
		portions(report.days, (event) => h('li', null, h('span', { class: 'hint' }, day(event.on)), ' ', happened(report, event), source(event.source)), h('ol', { class: 'days' })));
}

/** @param {Report} report @param {Report['days'][number]} event */
function happened(report, { kind, who, text }) {
	if (kind === 'noticed')
		return t(`notice.${text}`);
	return say(`days.${kind}`, { who: name(kind === 'published' ? who : partyName(report, who)), text: kind === 'clarified' ? day(text) : kind === 'translated' ? languageName(text) : name(text) });
}

/** Who speaks besides those to whom the letter goes. @param {Report} report */
export function parties(report) {
	const others = report.parties.filter((party) => !party.addressee);
	return others.length > 0 && h('section', null,
		h('h2', null, t('parties.title')),
		p('parties.lead', {}, 'hint'),
		portions(others, (party) => h('li', null, name(party.name), source(party.source)), h('ul')));
}

/** The first of them. @param {number[]} lines */
const someLines = (lines) => (lines.length > LINES ? `${lines.slice(0, LINES).map(number).join(t('list.comma'))} …` : list(lines.map(number)));

/** What no check of a file can know. @param {Report} report @param {string} today */
export function limits(report, today) {
	return h('section', { class: 'limits' },
		h('h2', null, t('limits.title')),
		h('ul', null,
			h('li', null, t('limits.stamp')),
			h('li', null, t('limits.roll')),
			report.dated_after.length > 0 && h('li', null, t('limits.after', { n: report.dated_after.length, today: day(today), lines: someLines(report.dated_after) }))));
}
