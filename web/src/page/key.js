// SPDX-License-Identifier: AGPL-3.0-or-later
// page/key.js: making a key; and making its file anew from the written code

import { t } from '../text/catalogue.js';
import { cardStep } from './card_step.js';
import { deviceStep } from './device_step.js';
import { h } from './dom.js';
import { done, numbered, theEnd } from './hand_in.js';
import { openKeyStep, lostKey } from './open_key.js';
import { button } from './parts/button.js';
import { fingerprint } from './parts/fingerprint.js';
import { stepper } from './parts/stepper.js';
import { passphraseStep } from './passphrase_step.js';
import { checkCodeStep, saveFileStep, unsavedNote, writeCodeStep } from './save_steps.js';
import { p } from './say.js';
import { claimKey, holdsKey } from './session.js';

/** @type {import('./router.js').Mount} */
export function key(app, params) {
	return stepper(app, params, {
		title: t('make.title'),
		intro: p('make.lead', {}, 'lead'),
		steps: [
			...deviceStep(params, [h('h3', null, t('make.need_title')), numbered('make.need', 3)]),
			cardStep(({ state }) => app.host && state.cardCode && button(t('card.have_key'), () => app.go('enrol', { state: { ...ofCard(state), series: state.series, pin: state.noPin ? '' : state.pin } }), { kind: 'quiet' })),
			passphraseStep({ next: t('make.do'), make: async (w) => {
				const { series, edition, pin, noPin } = w.state;
				claimKey(w);
				const made = await app.client.ask('key_new', { series, edition: Number(edition), pin: noPin ? '' : pin });
				claimKey(w);
				return made;
			} }),
			saveFileStep(),
			writeCodeStep(),
			checkCodeStep(),
			{ title: t('make.end_title'), locked: true, body: (w) => madeEnd(w) },
		],
	});
}

/** What the card is for, handed on. @param {Record<string, any>} state */
const ofCard = ({ cardCode, cardSeries, pin, noPin }) => ({ cardCode, cardSeries, cardPin: noPin ? '' : pin });

/** @param {import('./parts/stepper.js').Walk} w */
const madeEnd = (w) => [
	done(t(w.state.skipCheck ? 'make.ready_unchecked' : 'make.ready')),
	!w.state.saved && unsavedNote(w.state),
	h('p', null, t('make.short'), ' ', fingerprint(w.state.key.short, t('make.short'))),
	h('h3', null, t('make.next_title')),
	p('make.next'),
	holdsKey(w) && h('div', { class: 'actions' }, button(t('make.enrol'), () => w.app.go('enrol', { state: { key: w.state.key, keyMark: w.state.keyMark, ...ofCard(w.state) } }), { kind: 'first' })),
	theEnd(w.app, { quiet: holdsKey(w) }),
];

/** @type {import('./router.js').Mount} */
export function restore(app, params) {
	const first = deviceStep(params);
	return stepper(app, params, {
		title: t('restore.title'),
		intro: p('restore.lead', {}, 'lead'),
		steps: [
			...first,
			openKeyStep(app, params, { title: t('restore.code_title'), intro: p('restore.code'), codeOnly: true }),
			passphraseStep({ next: t('restore.do'), make: async (w) => w.state.key, lost: (w) => lostKey(w, first.length) }),
			saveFileStep(),
			{ title: t('restore.end_title'), locked: true, body: (w) => [
				done(t('restore.ready')),
				!w.state.saved && unsavedNote(w.state),
				h('p', null, t('make.short'), ' ', fingerprint(w.state.key.short, t('make.short'))),
				p('restore.edition', { n: String(w.state.key.edition) }),
				theEnd(w.app),
			] },
		],
	});
}
