// SPDX-License-Identifier: AGPL-3.0-or-later
// page/report/sealed.js: words that only the holders of a link can read, and a field for that link

import { t } from '../../text/catalogue.js';
import { h, refill } from '../dom.js';
import { button } from '../parts/button.js';
import { callout } from '../parts/callout.js';
import { errorPanel } from '../parts/error.js';
import { p } from '../say.js';

let last = 0;

/**
 * The field, or, where another letter was read since, a word on how to come back.
 * @param {import('../app.js').App} app @param {string} mark the client's letterMark when this letter was read @param {unknown} fault why a link did not open the words, if one was tried already @param {(report: import('../../worker/tasks.js').Report, link: string) => void} onOpen
 */
export function sealedWords(app, mark, fault, onOpen) {
	const id = `link-${++last}`;
	const input = h('input', { type: 'text', id, autocomplete: 'off', autocapitalize: 'off', autocorrect: 'off', spellcheck: 'false', dir: 'ltr', class: 'code' });
	const trouble = h('div', null, fault ? errorPanel(fault) : null);
	const open = async () => {
		if (app.client.busy)
			return;
		trouble.replaceChildren();
		if (app.client.letterMark !== mark)
			return refill(trouble, callout('info', t('sealed.again')));
		try {
			const link = input.value.trim();
			onOpen(await app.client.ask('open_words', { link }), link);
		} catch (error) {
			refill(trouble, errorPanel(error));
		}
	};
	input.addEventListener('keydown', (event) => event.key === 'Enter' && void open());
	return h('section', { class: 'words' },
		h('h2', null, t('sealed.title')),
		p('sealed.what'),
		h('div', { class: 'field no-print' }, h('label', { for: id }, t('sealed.link')), input),
		h('div', { class: 'actions no-print' }, button(t('sealed.open'), () => void open(), { icon: 'sealed' })),
		trouble);
}
