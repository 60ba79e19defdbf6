// SPDX-License-Identifier: AGPL-3.0-or-later
// page/report/life.js: what came after the letter: questions and votes, notices, deliveries, publications

import { day, list, number, percent, t } from '../../text/catalogue.js';
import { h, name, theirs } from '../dom.js';
import { portions } from '../parts/portions.js';
import { p } from '../say.js';
import { paragraphs, partyName, source } from './answers.js';

/** @typedef {import('../../worker/tasks.js').Report} Report */

/** So many lines dated later are named. */
const LINES = 30;

/** @param {Report} report */
export function questions(report) {
	return report.questions.length > 0 && h('section', null,
		h('h2', null, t('questions.title')),
		p('questions.lead', {}, 'hint'),
		portions(report.questions, (question) => tally(report, question)));
}

/** @param {Report} report @param {Report['questions'][number]} question */
function tally(report, question) {
	const votes = question.choices.reduce((sum, choice) => sum + choice.count, 0);
	const about = report.statements.find((statement) => statement.id === question.about);
	return h('article', { class: 'question' },
		h('h3', { lang: question.language, dir: 'auto' }, question.text.trim()),
		about && h('p', { class: 'hint' }, t('questions.about', { who: partyName(report, about.party), on: day(about.on) })),
		h('ul', { class: 'tally' }, ...question.choices.map((choice) => h('li', null,
			theirs(choice.text, question.language),
			h('span', { class: 'chance' },
				h('span', { class: 'chance-bar', 'aria-hidden': 'true' }, h('span', { style: { 'inline-size': `${votes > 0 ? ((choice.count * 100) / votes).toFixed(1) : 0}%` } })),
				h('span', null, t('questions.count', { n: choice.count, percent: percent(votes > 0 ? Math.round((choice.count * 100) / votes) : 0) })))))),
		h('p', { class: 'hint' }, t('questions.turnout', { n: votes, signers: number(report.signers), closes: day(question.closes) })));
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
export function deliveries(report) {
	if (report.deliveries.length === 0 && report.publications.length === 0)
		return null;
	return h('section', null,
		h('h2', null, t('delivered.title')),
		portions(report.deliveries, (delivery) => h('li', null, t('delivered.to', { who: partyName(report, delivery.party), on: day(delivery.on) }), source(delivery.source)), h('ul')),
		portions(report.publications, (publication) => h('li', null, t('delivered.published', { outlet: publication.outlet, on: day(publication.on) }), source(publication.source)), h('ul')));
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
