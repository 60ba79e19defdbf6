// SPDX-License-Identifier: AGPL-3.0-or-later
// page/app.js: what every view gets: the worker, the way to other views, a voice for screen readers

import { h } from './dom.js';
import { Router } from './router.js';

export class App {
	/** Polite announcements; always in the document. */
	live = h('div', { class: 'unseen', role: 'status', 'aria-live': 'polite' });

	/**
	 * @param {import('./worker_client.js').WorkerClient} client
	 * @param {Record<string, import('./router.js').Mount>} views
	 * @param {HTMLElement} place where views stand
	 * @param {import('./host.js').Host | null} host null: this page has no server
	 */
	constructor(client, views, place, host) {
		this.client = client;
		this.host = host;
		this.router = new Router(this, views, place);
	}

	/** Opens a view. @param {string} name @param {Record<string, any>} [params] */
	go(name, params) {
		this.router.go(name, params);
	}

	get busy() {
		return this.client.busy || Boolean(this.host?.busy);
	}

	/** Resolves when there is no work, and none follows at once. */
	async idle() {
		do
			await new Promise((resolve) => setTimeout(resolve, 50));
		while (this.busy);
	}

	/** Says it to a screen reader. @param {string} text */
	announce(text) {
		this.live.textContent = text;
	}

	/** @returns {string} today, YYYY-MM-DD, UTC as all days of the format */
	today() {
		return new Date().toISOString().slice(0, 10);
	}
}
