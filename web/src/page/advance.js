// SPDX-License-Identifier: AGPL-3.0-or-later
// page/advance.js: moving a key to a later edition, on the announced day; what came before is forgotten

import { t } from '../text/catalogue.js';
import { isEdition } from './card_step.js';
import { deviceStep } from './device_step.js';
import { h } from './dom.js';
import { field } from './fields.js';
import { done, facts, numbered, theEnd } from './hand_in.js';
import { lostKey, openKeyStep } from './open_key.js';
import { callout } from './parts/callout.js';
import { stepper } from './parts/stepper.js';
import { passphraseStep } from './passphrase_step.js';
import { checkCodeStep, saveFileStep, unsavedNote, writeCodeStep } from './save_steps.js';
import { p, say } from './say.js';
import { holdsKey } from './session.js';

/** @type {import('./router.js').Mount} */
export function advance(app, params) {
	const first = deviceStep(params, [p('advance.need')]);
	const keyStep = first.length;
	const passphrase = passphraseStep({ next: t('advance.do'), lost: (w) => lostKey(w, keyStep), make: (w) => app.client.ask('key_advance', { edition: Number(w.state.edition) }) });
	return stepper(app, params, {
		title: t('advance.title'),
		intro: p('advance.lead', {}, 'lead'),
		steps: [
			...first,
			openKeyStep(app, params, { intro: p('open.first') }),
			editionStep(keyStep),
			{ ...passphrase, body: (w) => [holdsKey(w) && p('advance.passphrase'), passphrase.body(w)].flat() },
			saveFileStep(),
			writeCodeStep(callout('warning', p('advance.code_new'))),
			checkCodeStep(),
			{ title: t('advance.end_title'), locked: true, body: (w) => [
				done(t('advance.ready', { n: String(w.state.key.edition) })),
				!w.state.saved && unsavedNote(w.state),
				h('h3', null, t('advance.destroy')),
				numbered('advance.destroy', 3),
				p('advance.flash', {}, 'hint'),
				theEnd(w.app),
			] },
		],
	});
}

/** Which edition, and whether it is time. @param {number} keyStep @returns {import('./parts/stepper.js').Step} */
function editionStep(keyStep) {
	/** @type {import('./fields.js').Field | null} */
	let edition = null;
	return {
		title: t('advance.edition_title'),
		next: t('advance.day_yes'),
		ready: (w) => holdsKey(w) && w.state.key.kind === 'chain',
		body: (w) => {
			const { state } = w;
			if (!holdsKey(w))
				return lostKey(w, keyStep);
			if (state.key.kind !== 'chain')
				return callout('info', p('advance.imported'));
			state.edition ??= String(state.key.edition + 1);
			edition = field({ label: t('advance.edition'), hint: t('advance.edition_hint', { n: String(state.key.edition) }), code: true, mode: 'numeric', value: state.edition, onInput: (value) => (state.edition = value.trim()), onEnter: () => void w.next() });
			return [
				edition.element,
				h('h3', null, t('advance.day')),
				p('advance.day_text'),
				facts([say('advance.after_1'), say('advance.after_2'), say('advance.after_3')]),
			];
		},
		leave: ({ state }) => isEdition(state.edition) && Number(state.edition) > state.key.edition || edition?.fault(t('advance.edition_wrong', { n: String(state.key.edition) })),
	};
}
