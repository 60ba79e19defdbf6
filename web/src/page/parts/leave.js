// SPDX-License-Identifier: AGPL-3.0-or-later
// page/parts/leave.js: away, at once: memory ended, page emptied, an empty page in its place

import { t } from '../../text/catalogue.js';
import { button } from './button.js';

/** The tab's own name while it is left: it tells a page that Back brought up again to stay away. It says nothing, and the tab takes it along. */
const LEFT = '-';

/** Three times Escape within this many milliseconds leaves, too. */
const ESCAPES_WITHIN = 2000;

/**
 * Ends the worker, empties the document, and puts about:blank in the place of this page. What it cannot take away: the file itself, and the browser's memory that this file was opened.
 * @param {import('../app.js').App} app
 */
export function leaveNow(app) {
	app.client.stop();
	app.router.clear();
	document.body.replaceChildren();
	document.documentElement.classList.add('left');
	window.name = LEFT;
	history.replaceState(null, '');
	/* if the browser brings this emptied page back from its cache, it leaves again */
	addEventListener('pageshow', () => location.replace('about:blank'));
	location.replace('about:blank');
}

/** Whether Back or Forward brought up a page that was left: then it stays empty. A page that is opened anew starts anew. @returns {boolean} */
export function staysAway() {
	const [entry] = performance.getEntriesByType('navigation');
	const left = window.name === LEFT;
	if (left && /** @type {PerformanceNavigationTiming} */ (entry)?.type === 'back_forward') {
		location.replace('about:blank');
		return true;
	}
	if (left)
		window.name = '';
	return false;
}

/** @param {import('../app.js').App} app */
export function leaveButton(app) {
	return button(t('leave.do'), () => leaveNow(app), { kind: 'danger', icon: 'leave' });
}

/** @param {import('../app.js').App} app */
export function watchEscape(app) {
	/** @type {number[]} */
	let presses = [];
	window.addEventListener('keydown', (event) => {
		if (event.key !== 'Escape' || event.repeat)
			return;
		presses = [...presses.filter((time) => event.timeStamp - time < ESCAPES_WITHIN), event.timeStamp];
		if (presses.length >= 3)
			leaveNow(app);
	}, { capture: true });
}
