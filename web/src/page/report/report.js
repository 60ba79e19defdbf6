// SPDX-License-Identifier: AGPL-3.0-or-later
// page/report/report.js: everything that a checked file says, in the order in which a reader needs it

import { t } from '../../text/catalogue.js';
import { h } from '../dom.js';
import { toAnswer } from '../answer.js';
import { button, saveButton } from '../parts/button.js';
import { callout } from '../parts/callout.js';
import { disclosure } from '../parts/disclosure.js';
import { took } from '../parts/progress.js';
import { p } from '../say.js';
import { servedActs } from '../served.js';
import { answers } from './answers.js';
import { reportText } from './export.js';
import { headline } from './headline.js';
import { hidden } from './hidden.js';
import { days, limits, notices, parties, questions } from './life.js';
import { rules } from './rules.js';
import { sealedWords } from './sealed.js';
import { shorts, vouch } from './vouch.js';
import { letterWords } from '../parts/words.js';

/** @typedef {import('../../worker/tasks.js').Report} Report */
/** @typedef {import('../served.js').Served | ''} Served */

/**
 * @param {import('../app.js').App} app @param {Report} report
 * @param {{ today: string, mark: string, file: Blob, served?: Served, sealFault?: unknown, onOpen: (report: Report, link: string) => void }} options mark: the client's letterMark when this letter was read; served: where it stands on this page's server; sealFault: why a link did not open the words; onOpen: sealed words were opened, with this link
 * @returns {HTMLElement}
 */
export function reportView(app, report, { today, mark, file, served, sealFault, onOpen }) {
	const words = report.words ? letterWords(report) : sealedWords(app, mark, sealFault, onOpen);
	if (report.kind === 'bundle')
		return h('div', { class: 'report' }, bundleHead(), words, vouch(report), shorts(report), another(app));
	return h('div', { class: 'report' },
		headline(report),
		report.opened && report.sealed && callout('info', p('sealed.opened')),
		served && servedActs(app, report, served),
		saving(report, today),
		hidden(report),
		rules(report),
		vouch(report),
		words,
		notices(report),
		answers(report, today),
		toAnswer(app, report, served || { file }),
		questions(report, today),
		days(report),
		parties(report),
		shorts(report),
		limits(report, today),
		h('p', { class: 'hint' }, t('report.checked', { n: report.lines, took: took(report.milliseconds) })),
		another(app));
}

const bundleHead = () => h('section', null, h('h1', { 'data-focus': true }, t('bundle.title')), callout('info', [p('bundle.what'), p('bundle.next')]));

/** @param {import('../app.js').App} app */
const another = (app) => h('div', { class: 'actions no-print' }, button(t('report.another'), () => app.go('check'), { icon: 'file' }));

/** Names of saved files say nothing. @param {Report} report @param {string} today */
function saving(report, today) {
	return h('div', { class: 'no-print' }, disclosure(t('save.title'), [
		p('save.lead', {}, 'hint'),
		h('div', { class: 'actions' },
			button(t('save.print'), () => print()),
			saveButton(t('save.text'), 'document.txt', () => reportText(report, today), { type: 'text/plain' }),
			report.json && saveButton(t('save.json'), 'document.json', () => `${JSON.stringify(report.json)}\n`, { type: 'application/json' })),
	]));
}
