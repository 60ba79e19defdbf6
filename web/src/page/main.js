// SPDX-License-Identifier: AGPL-3.0-or-later
// page/main.js: the frame round every view, and the start

import { LANGUAGES, direction, language, pickLanguage, setLanguage, t } from '../text/catalogue.js';
import { takeFragment, targetOf } from './address.js';
import { App } from './app.js';
import { h, refill } from './dom.js';
import { hostOf } from './host.js';
import { button } from './parts/button.js';
import { guardDrops } from './parts/file.js';
import { leaveButton, staysAway, watchEscape } from './parts/leave.js';
import { focusHeading } from './router.js';
import { VIEWS } from './views.js';
import { WorkerClient, startWorker } from './worker_client.js';

const place = h('main', { id: 'main' });
const header = h('header', { class: 'bar no-print' });
const footer = h('footer', { class: 'foot no-print' });
const app = new App(new WorkerClient(startWorker), VIEWS, place, hostOf());

/** The frame in the language of now. */
function frame() {
	document.documentElement.lang = language();
	document.documentElement.dir = direction();
	refill(header,
		h('div', { class: 'bar-inner' },
			button(t('frame.skip'), () => focusHeading(place), { kind: 'quiet' }),
			h('nav', { 'aria-label': t('frame.nav') }, button(t('frame.home'), () => app.go('home'), { kind: 'quiet' })),
			leaveButton(app)));
	header.querySelector('button')?.classList.add('skip');
	refill(footer,
		h('div', { class: 'foot-inner' },
			languageChoice(),
			button(t('frame.about'), () => app.go('about'), { kind: 'quiet' }),
			h('p', { class: 'hint' }, t(app.host ? 'served.promise' : 'frame.promise'))));
}

/** Not kept: the browser's own language chooses first every time. */
function languageChoice() {
	const select = h('select', { id: 'language', on: { change: () => void speak(select.value) } },
		...Object.entries(LANGUAGES).map(([tag, { name }]) => h('option', { value: tag, lang: tag, selected: tag === language() }, name)));
	return h('p', { class: 'field language' }, h('label', { for: 'language' }, t('frame.language')), select);
}

/** The view follows at once, or when the work that it waits for is done. @param {string} tag */
async function speak(tag) {
	setLanguage(tag);
	frame();
	document.getElementById('language')?.focus();
	if (app.busy)
		await app.idle();
	app.router.again();
}

function start() {
	const fragment = takeFragment();
	/* the policy of the file lets a page of a server talk with that server; this one has none */
	if (!app.host)
		document.head.append(h('meta', { 'http-equiv': 'Content-Security-Policy', content: "connect-src 'none'" }));
	setLanguage(pickLanguage(navigator.languages));
	guardDrops();
	watchEscape(app);
	refill(document.body, header, place, footer, app.live);
	frame();
	addEventListener('pagehide', () => app.router.pause());
	/* another link, put into the address of the open page: it must not stay there either */
	addEventListener('hashchange', () => follow(takeFragment()));
	follow(fragment);
}

/** Begins with what a link asks for. @param {string} fragment without #; '': nothing */
function follow(fragment) {
	const target = fragment && targetOf(fragment, app.host !== null);
	app.router.begin('home', { strange: target === null });
	if (target)
		app.go(target.view, target.params);
}

if (!staysAway())
	start();
