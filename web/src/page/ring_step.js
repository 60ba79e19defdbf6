// SPDX-License-Identifier: AGPL-3.0-or-later
// page/ring_step.js: among whom to hide: the own body, or all on the roll

import { day, percent, t } from '../text/catalogue.js';
import { h } from './dom.js';
import { oneOf } from './fields.js';
import { button } from './parts/button.js';
import { callout } from './parts/callout.js';
import { p, say } from './say.js';
import { holdsKey } from './session.js';
import { lostKey } from './open_key.js';
import { theEnd } from './hand_in.js';

/** @typedef {import('../worker/tasks.js').Options} Options */
/** @typedef {import('../worker/tasks.js').RingChoice} RingChoice */
/** @typedef {import('./parts/stepper.js').Walk} Walk */

/** Why there is nothing to choose. @param {Options | null} options @returns {'' | 'signed' | 'withdrawn' | 'closed' | 'no_ring'} */
export function whyNotSign(options) {
	if (!options)
		return '';
	if (options.stands !== 'none')
		return options.stands;
	if (!options.open_to_sign)
		return 'closed';
	return options.own.may === 'yes' || options.all.may === 'yes' ? '' : 'no_ring';
}

/** The ring as chosen, or the better one at first. @param {Record<string, any>} state @returns {RingChoice} */
export const chosenRing = ({ options, ring }) => (ring === options.all.label ? options.all : options.own);

/** state.ring afterwards: the label. @param {Record<string, any>} params @param {{ keyStep: number }} options @returns {import('./parts/stepper.js').Step} */
export function ringStep(params, { keyStep }) {
	/** @type {ReturnType<typeof oneOf> | null} */
	let question = null;
	return {
		title: t('ring.title'),
		get next() {
			return whyNotSign(params.state?.options) ? '' : t('step.next');
		},
		body: (w) => {
			if (!holdsKey(w))
				return lostKey(w, keyStep);
			const { options } = w.state;
			const why = whyNotSign(options);
			if (why)
				return deadEnd(w, why);
			w.state.ring ||= options.better;
			question = ringQuestion(w.state, options);
			return [p('ring.intro'), options.wave > 0 && callout('info', p('ring.wave')), question, options.own.made === null && p('ring.bundle', {}, 'hint'), p('ring.never', {}, 'hint')];
		},
		leave: (w) => {
			if (!w.state.ring)
				return question?.fault(t('ring.choose'));
		},
	};
}

/** @param {Record<string, any>} state @param {Options} options */
function ringQuestion(state, options) {
	const both = options.own.may === 'yes' && options.all.may === 'yes';
	return oneOf({
		legend: t('ring.question'),
		chosen: state.ring,
		onChoose: (id) => (state.ring = id),
		options: [options.own, options.all].map((ring) => ({
			id: ring.label,
			disabled: ring.may !== 'yes',
			label: say(ring === options.all ? 'ring.all' : 'ring.own', { n: ring.keys, body: ring.name || ring.label }),
			more: [
				h('span', null, share(ring, ring === options.all)),
				ring.may !== 'yes' && h('span', { class: 'no' }, t(`ring.may_${ring.may}`)),
				both && h('span', { class: ring.label === options.better ? 'better' : undefined }, say(whyBetter(ring, options))),
				ring.may === 'yes' && h('span', null, t(ring === options.all ? 'ring.counts_no_body' : 'ring.counts_body')),
				both && ring === options.all && h('span', null, t('ring.all_guess')),
			],
		})),
	});
}

/** "With you 15 of 24 will have signed (any one of them: 63 %)". @param {RingChoice} ring @param {boolean} all */
export const share = (ring, all) => ring.made === null || ring.percent === null
	? t('ring.share_unknown')
	: say(all ? 'ring.share_all' : 'ring.share', { made: ring.made + 1, keys: ring.keys, percent: percent(ring.percent) });

/** @param {RingChoice} ring @param {Options} options */
const whyBetter = (ring, options) => ring.made === null
	? ring.label === options.better ? 'ring.better_larger' : 'ring.worse_smaller'
	: ring.label === options.better ? 'ring.better' : 'ring.worse';

/** @param {Walk} w @param {'signed' | 'withdrawn' | 'closed' | 'no_ring'} why */
function deadEnd(w, why) {
	const { options } = w.state;
	return [
		callout(why === 'signed' ? 'good' : 'info', [
			p(`ring.${why}`, { day: day(options.closes) }),
			why === 'signed' && options.stands_in && p('ring.signed_in', { ring: options.stands_in === '*' ? t('ring.all_short') : options.own.name || options.own.label }),
			why === 'no_ring' && h('ul', null, ...[options.own, options.all].map((ring) => h('li', null, say('ring.no_ring_why', { ring: ring === options.all ? t('ring.all_short') : ring.name || ring.label, why: h('span', null, t(`ring.may_${ring.may}`)) })))),
		], { title: t(`ring.${why}_title`) }),
		why === 'signed' && options.open_to_act && h('div', { class: 'actions' }, button(t('home.withdraw'), () => w.app.go('withdraw', { state: { file: w.state.file, slug: w.state.slug } }), { kind: 'quiet' }), w.state.report.questions.length > 0 && button(t('home.vote'), () => w.app.go('vote', { state: { file: w.state.file, slug: w.state.slug } }), { kind: 'quiet' })),
		theEnd(w.app),
	];
}
