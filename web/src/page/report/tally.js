// SPDX-License-Identifier: AGPL-3.0-or-later
// page/report/tally.js: how the signers voted on a question

import { day, number, t } from '../../text/catalogue.js';
import { h, theirs } from '../dom.js';
import { chance } from './share.js';

/** @typedef {import('../../worker/tasks.js').Report} Report */

/** @param {Report} report @param {Report['questions'][number]} question @param {string} today @param {'h3' | 'h4'} [heading] */
export function tally({ signers }, { choices, language, text, closes }, today, heading = 'h4') {
	const votes = choices.reduce((sum, choice) => sum + choice.count, 0);
	return h('article', { class: 'question' },
		h(heading, { lang: language, dir: 'auto' }, text.trim()),
		h('ul', { class: 'tally' }, ...choices.map((choice) => h('li', null,
			theirs(choice.text, language),
			h('span', { class: 'chance' },
				h('span', { class: 'chance-bar', 'aria-hidden': 'true' }, h('span', { style: { 'inline-size': `${votes > 0 ? ((choice.count * 100) / votes).toFixed(1) : 0}%` } })),
				h('span', null, t('questions.count', { n: choice.count, percent: chance(choice.count, votes) })))))),
		h('p', { class: 'hint' }, t('questions.turnout', { n: votes, signers: number(signers) }), ' ', t(closes < today ? 'questions.ended' : 'questions.open', { closes: day(closes) })));
}
