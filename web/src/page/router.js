// SPDX-License-Identifier: AGPL-3.0-or-later
// page/router.js: one document, several views. Back and forward work; the address and the title never change, and the browser's history holds numbers only

import { refill } from './dom.js';

/**
 * A view, from its mount function. `params` is the view's memory: when the language changes the view is mounted again with the same object, so what must survive belongs into it.
 * element: what is shown; its h1 (or the first heading, or [data-focus]) takes the focus.
 * toStep: the reader went to another step of this view by Back or Forward (see step()); close: the view leaves the screen; it may come back.
 * @typedef {{ element: HTMLElement, toStep?: (step: number) => void, close?: () => void }} View
 * @typedef {(app: import('./app.js').App, params: Record<string, any>) => View} Mount
 * @typedef {{ name: string, params: Record<string, any>, step: number, view: View | null }} Entry
 */

export class Router {
	/** @type {Entry[]} */
	#entries = [];
	#at = -1;
	#app;
	#views;
	#place;

	/** @param {import('./app.js').App} app @param {Record<string, Mount>} views @param {HTMLElement} place */
	constructor(app, views, place) {
		this.#app = app;
		this.#views = views;
		this.#place = place;
		window.addEventListener('popstate', (event) => this.#travel(Number(event.state?.at ?? 0)));
	}

	/** The name of the view on screen. */
	get name() {
		return this.#entries[this.#at]?.name ?? '';
	}

	/** Work ends with the view that asked for it. */
	#endWork() {
		if (this.#app.client.busy)
			this.#app.client.stop();
		this.#app.host?.stop();
	}

	/** The page is put aside: what the view on screen would still do by itself ends. */
	pause() {
		this.#shown?.close?.();
		this.#app.host?.stop();
	}

	/** Opens a view as a new page of the history. @param {string} name @param {Record<string, any>} [params] */
	go(name, params = {}) {
		this.#endWork();
		this.#push({ name, params, step: 0, view: null });
		this.#show();
	}

	/** The first view. @param {string} name @param {Record<string, any>} [params] */
	begin(name, params = {}) {
		this.#entries = [{ name, params, step: 0, view: null }];
		this.#at = 0;
		history.replaceState({ at: 0 }, '');
		this.#show(false);
	}

	/** A further step of the view on screen: Back will call its toStep with the step before. @param {number} step */
	step(step) {
		const { name, params, view } = this.#entries[this.#at];
		this.#push({ name, params, step, view });
	}

	back() {
		history.back();
	}

	/** Draws the view on screen again, from its params; after a change of language, while no work is going on. Other views are made anew when they come back. */
	again() {
		for (const entry of this.#entries)
			entry.view = null;
		this.#shown = null; /* it goes on, in other words */
		this.#show(false);
	}

	/** Forgets all views. */
	clear() {
		this.pause();
		this.#shown = null;
		this.#entries = [];
		this.#at = -1;
		this.#place.replaceChildren();
	}

	/** @param {Entry} entry */
	#push(entry) {
		this.#entries.length = this.#at + 1;
		this.#entries.push(entry);
		this.#at++;
		history.pushState({ at: this.#at }, '');
	}

	/** @param {number} at */
	#travel(at) {
		if (!this.#entries[at])
			return;
		const old = this.#entries[this.#at];
		this.#at = at;
		const entry = this.#entries[at];
		if (old?.view && entry.view === old.view)
			entry.view.toStep?.(entry.step);
		else {
			this.#endWork();
			this.#show();
		}
	}

	#show(focus = true) {
		const entry = this.#entries[this.#at];
		if (this.#shown && this.#shown !== entry.view)
			this.#shown.close?.();
		if (!entry.view) {
			const view = this.#views[entry.name](this.#app, entry.params);
			for (const other of this.#entries)
				if (other.params === entry.params)
					other.view = view;
		}
		this.#shown = entry.view;
		refill(this.#place, entry.view?.element);
		entry.view?.toStep?.(entry.step);
		if (focus) {
			scrollTo(0, 0);
			focusHeading(this.#place);
		}
	}

	/** @type {View | null} */
	#shown = null;
}

/** Moves the focus, and with it a screen reader, to what is new. @param {Element} place */
export function focusHeading(place) {
	const heading = /** @type {HTMLElement | null} */ (place.querySelector('[data-focus]') ?? place.querySelector('h1, h2'));
	if (!heading)
		return;
	heading.tabIndex = -1;
	heading.focus({ preventScroll: false });
}
