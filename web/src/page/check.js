// SPDX-License-Identifier: AGPL-3.0-or-later
// page/check.js: checking a letter: choose a file, wait, read the result

import { Refusal } from '../base/refusal.js';
import { t } from '../text/catalogue.js';
import { h, refill } from './dom.js';
import { button } from './parts/button.js';
import { errorPanel } from './parts/error.js';
import { fileChooser } from './parts/file.js';
import { icon } from './parts/icon.js';
import { progressBar } from './parts/progress.js';
import { headlineText } from './report/headline.js';
import { reportView } from './report/report.js';
import { focusHeading } from './router.js';
import { p } from './say.js';
import { fetchLetter } from './served.js';

/** Faults of a file that is perhaps no letter at all. @type {readonly string[]} */
const NOT_A_LETTER = ['json', 'not_object', 'text', 'no_letter', 'file_too_large', 'type'];

/**
 * params: report (once a file was checked), mark, today; error. slug: of the letter of this server that it is, file: what was got of it, link: the key of its seal, if it is known; sealFault: why it did not open it.
 * @type {import('./router.js').Mount}
 */
export function check(app, params) {
	const element = h('div', { class: 'check' });

	function choose() {
		const chooser = fileChooser({ label: t(params.error ? 'check.other' : 'check.choose'), hint: t('check.hint'), accept: '.letter,.jsonl,.txt', onFile: (file) => {
			params.slug = params.link = '';
			void read(file);
		} });
		refill(element, params.error ? [...fault(params.error), params.slug && h('div', { class: 'actions' }, button(t('served.again'), () => void serve(), { kind: 'first' })), chooser] : [
			h('h1', null, t('check.title')),
			p('check.lead', {}, 'lead'),
			chooser,
			h('h2', null, t('check.what_title')), p('check.what_yes'), p('check.what_no'),
		]);
	}

	/** Gets the letter from the server, and goes on as if it had been chosen. */
	async function serve() {
		const place = h('div');
		params.error = null;
		refill(element, h('h1', null, t('check.title')), place);
		try {
			params.file = await fetchLetter(app, params.slug, place);
		} catch (error) {
			params.error = error;
			draw();
			return focusHeading(element);
		}
		await read(params.file);
	}

	/** @param {Blob} file */
	async function read(file) {
		params.file = file;
		const stop = () => app.client.stop();
		if (app.client.busy)
			stop();
		const bar = progressBar({ title: t('check.working'), onStop: stop });
		params.error = params.report = null;
		refill(element, h('h1', null, t('check.title')), bar.element);
		focusHeading(element);
		try {
			params.today = app.today();
			params.report = await app.client.ask('read', { file, today: params.today }, bar.update);
			params.mark = app.client.letterMark;
			await unseal();
			app.announce(headlineText(params.report));
		} catch (error) {
			params.error = error;
		} finally {
			bar.end();
		}
		draw();
		scrollTo(0, 0);
		focusHeading((params.sealFault && element.querySelector('.words')) || element); /* a link that opens nothing is told far below */
	}

	/** With the key of the link, where the letter is sealed and there is one. */
	async function unseal() {
		params.sealFault = null;
		if (!params.link || params.report.words)
			return;
		try {
			params.report = await app.client.ask('open_words', { link: params.link });
		} catch (error) {
			if (!(error instanceof Refusal))
				throw error;
			params.link = '';
			params.sealFault = error;
		}
	}

	function draw() {
		if (!params.report)
			return choose();
		refill(element, reportView(app, params.report, { today: params.today, mark: params.mark, file: params.file, sealFault: params.sealFault, served: params.slug && { slug: params.slug, file: params.file, link: params.link }, onOpen: (report, link) => {
			Object.assign(params, { report, link });
			draw();
			focusHeading(element.querySelector('.words') ?? element);
		} }));
	}

	/** @param {unknown} error */
	function fault(error) {
		if (!(error instanceof Refusal) || error.code === 'stopped' || error.code === 'newer')
			return [h('h1', null, t('check.title')), errorPanel(error)];
		const foreign = NOT_A_LETTER.includes(error.code) && error.line <= 1;
		return [
			h('h1', { class: 'fault-title' }, icon('wrong'), h('span', null, t(foreign ? 'check.not_a_letter' : 'check.invalid'))),
			errorPanel(error, { title: t('check.why') }),
			h('h2', null, t('check.next_title')),
			h('ul', null, ...(foreign ? ['check.next_file', 'check.next_copy'] : ['check.next_count', 'check.next_copy', 'check.next_tell']).map((key) => h('li', null, t(key)))),
		];
	}

	if (params.slug && !params.report && !params.error)
		void serve();
	else
		draw();
	return { element };
}
