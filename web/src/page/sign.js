// SPDX-License-Identifier: AGPL-3.0-or-later
// page/sign.js: signing a letter: read it, open the key, look at the roll, choose whom to hide among, see what it shows, and only then sign

import { day, percent, t } from '../text/catalogue.js';
import { makingStep, openingSteps } from './act_steps.js';
import { h } from './dom.js';
import { facts, handInStep } from './hand_in.js';
import { callout } from './parts/callout.js';
import { stepper } from './parts/stepper.js';
import { chosenRing, ringStep, share } from './ring_step.js';
import { p, say } from './say.js';

/** @typedef {import('../worker/tasks.js').Options} Options */

/** @type {import('./router.js').Mount} */
export function sign(app, params) {
	const { steps, keyStep } = openingSteps(app, params, 'sign');
	return stepper(app, params, {
		title: t('sign.title'),
		intro: p('sign.lead', {}, 'lead'),
		close: () => params.state.posting?.stop(),
		steps: [
			...steps,
			ringStep(params, { keyStep }),
			makingStep(params, { task: 'sign', keyStep, title: t('shows.title'), next: () => t('shows.sign'), body: (w) => whatItShows(w.state, w.app.host !== null && Boolean(w.state.slug)), args: ({ ring }) => ({ ring }) }),
			handInStep('sign'),
		],
	});
}

/** @param {Record<string, any>} state @param {boolean} served whether the page hands it in */
function whatItShows(state, served) {
	const options = /** @type {Options} */ (state.options);
	const ring = chosenRing(state);
	const other = ring === options.all ? options.own : options.all;
	return [
		h('h3', null, t('shows.everybody')),
		facts([
			state.report.kind === 'bundle' ? t('shows.one_more') : say('shows.one_more_of', { n: state.report.signers }),
			say(ring === options.all ? 'shows.among_all' : 'shows.among_own', { n: ring.keys, body: ring.name || ring.label }),
			share(ring, ring === options.all),
			t('shows.together'),
		]),
		h('h3', null, t('shows.nobody')),
		facts([t('shows.no_name'), t('shows.no_day'), say('shows.only_among')]),
		otherRing(ring, other, options),
		whoCanFind(options),
		h('h3', null, t('shows.later')),
		facts([say('shows.take_back', { day: day(options.ends) }), t('shows.not_again'), say('shows.batches', { n: options.release })]),
		browserNote(),
		h('h3', null, t('shows.ready')),
		p(served ? 'post.ready' : 'shows.ready_text'),
	];
}

/** @param {import('../worker/tasks.js').RingChoice} ring @param {import('../worker/tasks.js').RingChoice} other @param {Options} options */
function otherRing(ring, other, options) {
	if (other.may !== 'yes' || ring.label === options.better)
		return null;
	return callout('warning', other.percent === null || ring.percent === null
		? p('shows.other_larger')
		: p('shows.other_better', { here: percent(ring.percent), there: percent(other.percent) }));
}

/** @param {Options} options */
const whoCanFind = ({ edition }) => h('div', null,
	h('h3', null, t('shows.key')),
	edition.kind === 'imported'
		? callout('warning', p('shows.key_imported'))
		: h('div', null, p('shows.key_found'), p('shows.key_until', { n: String(edition.number), day: day(edition.until) })));

const browserNote = () => h('div', null, h('h3', null, t('shows.browser')), p('shows.browser_device'), p('shows.browser_time'));
