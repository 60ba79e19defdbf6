// SPDX-License-Identifier: AGPL-3.0-or-later
// page/withdraw.js: taking a signature back

import { day, t } from '../text/catalogue.js';
import { makingStep, openingSteps } from './act_steps.js';
import { h } from './dom.js';
import { facts, handInStep, theEnd } from './hand_in.js';
import { callout } from './parts/callout.js';
import { stepper } from './parts/stepper.js';
import { p, say } from './say.js';
import { mayWait } from './session.js';

/** @typedef {import('../worker/tasks.js').Options} Options */

/** Why there is nothing to take back. @param {Options} options @returns {'' | 'unsigned' | 'withdrawn' | 'over'} */
export function whyNotWithdraw({ stands, certain, open_to_act: open }) {
	if (stands === 'withdrawn')
		return 'withdrawn';
	if (stands === 'none' && certain)
		return 'unsigned';
	return open ? '' : 'over';
}

/** @type {import('./router.js').Mount} */
export function withdraw(app, params) {
	const { steps, keyStep } = openingSteps(app, params, 'withdraw');
	return stepper(app, params, {
		title: t('withdraw.title'),
		intro: p('withdraw.lead', {}, 'lead'),
		close: () => params.state.posting?.stop(),
		steps: [
			...steps,
			makingStep(params, {
				task: 'withdraw', keyStep, title: t('withdraw.confirm_title'), args: () => ({}),
				next: () => (whyNotWithdraw(params.state.options) ? '' : t('withdraw.do')),
				body: (w) => body(w),
			}),
			handInStep('withdraw'),
		],
	});
}

/** @param {import('./parts/stepper.js').Walk} w */
function body({ app, state }) {
	const options = /** @type {Options} */ (state.options);
	const why = whyNotWithdraw(options);
	if (why)
		return [callout('info', p(`withdraw.${why}`, { day: day(options.ends) }), { title: t(`withdraw.${why}_title`) }), theEnd(app)];
	return [
		h('h3', null, t('shows.everybody')),
		facts([say('withdraw.seen'), t('withdraw.count'), state.report.questions.length > 0 && t('withdraw.votes')]),
		h('h3', null, t('shows.nobody')),
		facts([t('shows.no_name'), t('shows.no_day')]),
		h('h3', null, t('shows.later')),
		facts([say('withdraw.never_again'), t('withdraw.copies'), t('withdraw.unpublished')]),
		!options.certain && callout('info', p(state.report.kind === 'bundle' ? 'withdraw.bundle' : 'post.waits')),
		mayWait({ app, state }) && p('post.ready_act'),
	];
}
