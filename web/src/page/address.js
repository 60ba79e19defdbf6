// SPDX-License-Identifier: AGPL-3.0-or-later
// page/address.js: what a link asks for behind its # sign, which no browser sends to a server

import { cardLink } from './card.js';
import { isSlug } from './host.js';

/** @typedef {{ view: string, params: Record<string, any> }} Target */

/** @param {string} fragment without # @param {boolean} hosted whether there is a server to ask @returns {Target | null} null: not whole, or nothing that is known */
export function targetOf(fragment, hosted) {
	const card = cardLink(fragment);
	if (card)
		return { view: 'key', params: { state: { series: card.series, pin: card.pin, noPin: card.pin === '', edition: card.edition || '1', cardCode: card.code, cardSeries: card.series } } };
	const [, what, slug, key] = /^(letter|sign|answer):([^:;]*)(?:;key=(.{0,99}))?$/.exec(hosted ? fragment : '') ?? [];
	if (slug && isSlug(slug)) {
		/* whether the key opens anything is seen when the letter is here: until then there is nothing to say of it */
		const asked = key === undefined ? { slug } : { slug, link: key };
		return what === 'letter' ? { view: 'check', params: asked } : { view: what, params: { state: asked } };
	}
	return hosted && fragment === 'enrol' ? { view: 'key', params: {} } : null;
}

/** Takes the fragment out of the address, at once. @returns {string} without # */
export function takeFragment() {
	const fragment = location.hash.slice(1);
	if (location.href.includes('#'))
		history.replaceState(null, '', location.href.split('#')[0]);
	return fragment;
}
