// SPDX-License-Identifier: AGPL-3.0-or-later
// page/card_step.js: what stands on the invitation card: series, edition, pin; and its code, which is used later

import { t } from '../text/catalogue.js';
import { cardLink, isPin, isSeries, parseCard, shortOf } from './card.js';
import { h, refill } from './dom.js';
import { field, tick } from './fields.js';
import { callout } from './parts/callout.js';
import { disclosure } from './parts/disclosure.js';
import { fingerprint } from './parts/fingerprint.js';
import { p, say } from './say.js';

/** Afterwards state.series, state.pin ('' for none), state.edition; state.cardCode where it was there, with state.cardSeries. @param {(w: import('./parts/stepper.js').Walk) => import('./dom.js').Children} [more] below @returns {import('./parts/stepper.js').Step} */
export function cardStep(more) {
	/** @type {() => boolean} */
	let leave = () => false;
	return {
		title: t('card.title'),
		body: (w) => {
			const form = cardForm(w);
			leave = form.leave;
			return [form.element, more?.(w)].flat();
		},
		leave: () => leave(),
	};
}

/** @param {import('./parts/stepper.js').Walk} w */
function cardForm({ app, state, next }) {
	const short = h('div', { role: 'status' }), taken = h('div', { role: 'status' });
	const onEnter = () => void next();
	const series = field({ label: t('card.series'), hint: say('card.series_hint'), code: true, value: state.series ?? '', onEnter, onInput: (value, pasted) => spread(value, 'series', pasted) });
	const pin = field({ label: t('card.pin'), hint: t('card.pin_hint'), code: true, rows: 2, value: state.pin ?? '', onEnter, onInput: (value, pasted) => spread(value, 'pin', pasted) });
	const edition = field({ label: t('card.edition'), hint: t('card.edition_hint'), code: true, mode: 'numeric', value: String(state.edition ?? 1), onEnter, onInput: (value) => (state.edition = value.trim()) });
	const warned = h('div', { hidden: !state.noPin }, callout('warning', p('card.no_pin_means')));
	const none = tick({ label: t('card.no_pin'), checked: Boolean(state.noPin), onChange: (checked) => {
		state.noPin = checked;
		pin.element.hidden = checked;
		warned.hidden = !checked;
		showShort();
	} });
	/** Pasted into one field, all of the card goes to its places. Some keyboards do not tell a paste: then a text that ends in a whole pin is taken for one. @param {string} value @param {'series' | 'pin'} own @param {boolean} pasted */
	function spread(value, own, pasted) {
		const found = parseCard(value);
		const whole = cardLink(value.trim()) !== null || (/\s/.test(value.trim()) && (pasted || (found.pin !== '' && value.trim().endsWith(found.pin))));
		if (whole && (found.pin || (found.series && own === 'series'))) {
			series.input.value = found.series || (own === 'series' ? '' : series.value());
			pin.input.value = found.pin || (own === 'pin' ? '' : pin.value());
			edition.input.value = found.edition || edition.value();
			if (found.code)
				Object.assign(state, { cardCode: found.code, cardSeries: found.series });
			showCode();
		}
		Object.assign(state, { series: series.value().trim(), pin: pin.value().trim(), edition: edition.value().trim() });
		showShort();
	}
	function showCode() {
		refill(taken, app.host && state.cardCode && p('card.code_taken', {}, 'hint'));
	}
	function showShort() {
		const digits = state.noPin ? '' : shortOf(state.pin ?? '');
		refill(short, digits && callout('info', [p('card.compare'), h('p', { class: 'pin' }, fingerprint(digits, t('roll.pin')))], { title: t('card.compare_title') }));
	}
	pin.element.hidden = Boolean(state.noPin);
	showShort();
	showCode();
	return {
		element: h('div', null, p('card.intro'), series.element, pin.element, short, taken, none, warned, disclosure(t('card.rare'), edition.element, { open: String(state.edition ?? 1) !== '1' })),
		leave: () => {
			if (!isSeries(series.value().trim()))
				return series.fault(t('card.series_wrong'));
			if (!state.noPin && pin.value().trim() === '')
				return pin.fault(t('card.pin_missing'));
			if (!state.noPin && !isPin(pin.value().trim()))
				return pin.fault(t('card.pin_wrong'));
			if (!isEdition(edition.value().trim())) {
				edition.element.closest('details')?.setAttribute('open', '');
				return edition.fault(t('card.edition_wrong'));
			}
			Object.assign(state, { series: series.value().trim(), edition: edition.value().trim() });
			return true;
		},
	};
}

/** @param {string} text @returns {boolean} 1 … 65535 */
export const isEdition = (text) => /^[1-9]\d{0,4}$/.test(text) && Number(text) <= 65535;
