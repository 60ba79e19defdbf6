// SPDX-License-Identifier: AGPL-3.0-or-later
// page/answer_form.js: what a party says: words, day, where it stands on each demand

import { day, t } from '../text/catalogue.js';
import { h } from './dom.js';
import { field, oneOf } from './fields.js';
import { demandName } from './parts/words.js';
import { say } from './say.js';

/** @typedef {import('./fields.js').Field} Field */
/** @typedef {import('../worker/tasks.js').Report} Report */

const STANCES = ['accepts', 'rejects', 'partly', 'counter', 'supports', 'none'];

/**
 * What is typed stands in state.draft: the arguments of the task `statement`, stances by demand. Another letter, or another party, begins anew.
 * @param {import('./parts/stepper.js').Walk} w @param {Report['parties'][number]} party
 * @returns {{ element: HTMLElement, fields: Record<string, Field> }} fields: by the member of the record
 */
export function answerForm({ app, state }, party) {
	const report = /** @type {Report} */ (state.report), { language = '', demands = [] } = report.words ?? {};
	const about = report.letter + party.id;
	if (state.about !== about)
		Object.assign(state, { about, draft: { text: '', language, on: app.today(), source: '', clarifies: '', stances: {} } });
	const { draft } = state;
	/** @param {string} member @param {Partial<import('./fields.js').FieldOptions>} [options] */
	const typed = (member, options) => field({ label: t(`answer.${member}`), value: draft[member], onInput: (value) => (draft[member] = value), ...options });
	const fields = {
		text: typed('text', { rows: 8 }),
		language: typed('language', { hint: t('answer.language_hint'), code: true }),
		on: typed('on', { type: 'date' }),
		source: typed('source', { hint: h('bdi', { dir: 'ltr' }, 'https://…') }),
	};
	return {
		fields,
		element: h('div', null, fields.text.element, fields.language.element, fields.on.element, earlier(report, party, draft),
			...['*', ...demands.map(({ id }) => id)].map((demand) => stanceOn(report, demand, draft.stances)), fields.source.element),
	};
}

/** Which answer it makes clearer. @param {Report} report @param {Report['parties'][number]} party @param {Record<string, any>} draft */
function earlier({ statements }, { id }, draft) {
	const own = statements.filter(({ party }) => party === id);
	const select = h('select', { id: 'clarifies', on: { change: () => (draft.clarifies = select.value) } },
		h('option', { value: '' }, t('answer.clarifies_none')),
		...own.map(({ id, on, text }) => h('option', { value: id, selected: id === draft.clarifies }, `${day(on)}${t('list.colon')}${[...text].slice(0, 40).join('')}`)));
	return own.length > 0 && h('p', { class: 'field' }, h('label', { for: 'clarifies' }, t('answer.clarifies')), select);
}

/** @param {Report} report @param {string} demand @param {Record<string, import('../worker/tasks.js').Stance>} stances */
function stanceOn(report, demand, stances) {
	const own = (stances[demand] ??= { demand, stance: /** @type {any} */ (''), note: '' });
	const note = field({ label: t('answer.note'), value: own.note, onInput: (value) => (own.note = value) });
	note.element.hidden = !own.stance;
	return h('div', { class: 'stance-on' },
		oneOf({
			legend: demand === '*' ? t('answers.on_whole') : say('answers.on', { demand: demandName(report, demand) }),
			chosen: own.stance,
			options: ['', ...STANCES].map((id) => ({ id, label: t(id ? `stance.${id}` : 'answer.silent') })),
			onChoose: (id) => {
				own.stance = /** @type {any} */ (id);
				note.element.hidden = !id;
			},
		}),
		note.element);
}
