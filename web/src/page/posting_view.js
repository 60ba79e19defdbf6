// SPDX-License-Identifier: AGPL-3.0-or-later
// page/posting_view.js: what one sees of a line on its way to the server: the seconds until its moment, and what came of it

import { t } from '../text/catalogue.js';
import { h, refill } from './dom.js';
import { theEnd } from './hand_in.js';
import { HostFault } from './host.js';
import { Moment } from './moment.js';
import { button } from './parts/button.js';
import { callout } from './parts/callout.js';
import { errorPanel } from './parts/error.js';
import { p } from './say.js';

/** @param {import('./parts/stepper.js').Walk} w state.posting is on its way */
export function postingView(w) {
	const posting = /** @type {import('./posting.js').Posting} */ (w.state.posting);
	const place = h('div', { class: 'posting' }), said = h('div', { role: 'status' });
	const self = button(t('post.self'), () => {
		w.state.byHand = true;
		posting.stop();
		w.again();
	});
	const again = button(t('served.again'), () => posting.again(new Moment()), { kind: 'first' });
	const views = {
		waiting: () => {
			refill(said, p('post.why'));
			refill(place, clock(posting), h('div', { class: 'actions' }, self));
		},
		sending: () => {
			refill(said, p('post.sending'));
			refill(place, h('progress', { 'aria-label': t('post.sending') }));
		},
		kept: () => {
			refill(said, callout('good', [p('post.kept'), p('hand.how_4')], { title: t('post.kept_title') }));
			refill(place, theEnd(w.app));
		},
		stopped: () => {
			refill(said, p(posting.unclear ? 'post.twice' : 'post.stopped'));
			refill(place, h('div', { class: 'actions' }, again, self));
		},
		failed: () => {
			const { error } = posting;
			refill(said);
			refill(place, errorPanel(error, { actions: [error instanceof HostFault && !error.passing ? null : again, self] }), theEnd(w.app, { quiet: true }));
		},
	};
	posting.onChange = () => views[posting.status]();
	posting.onChange();
	return h('div', null, said, place);
}

/** The seconds that are left; not read aloud one by one. @param {import('./posting.js').Posting} posting */
function clock(posting) {
	const element = h('p', { class: 'countdown', role: 'timer' });
	const tick = () => {
		element.replaceChildren(t('post.waiting', { n: posting.seconds }));
		setTimeout(() => posting.status === 'waiting' && element.isConnected && tick(), 1000);
	};
	tick();
	return element;
}
