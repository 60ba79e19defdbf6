// SPDX-License-Identifier: AGPL-3.0-or-later
// letter/parties.js: who speaks about the letter: addressees and those introduced later (spec/records.md, Types: `party`)

import { Refusal } from '../base/refusal.js';

/** @typedef {{ id: string, name: string, key: string, addressee: boolean, source: import('../record/shapes.js').Source }} Party key: a Name, or '' */

export class Parties {
	/** @type {Map<string, Party>} as they were introduced */
	#byId = new Map();
	/** @type {Set<string>} */
	#names = new Set();
	/** @type {Set<string>} */
	#keys = new Set();

	/** @param {import('../record/shapes.js').Council[]} councils whose keys no party may have */
	constructor(...councils) {
		for (const { keys } of councils)
			for (const { key } of keys)
				this.#keys.add(key);
	}

	/** @param {string} id @returns {Party | undefined} */
	get(id) {
		return this.#byId.get(id);
	}

	/** @returns {Party[]} */
	get all() {
		return [...this.#byId.values()];
	}

	/** Whether a `party` record introduces somebody, or gives a known party its key. @param {{ id: string, name: string, key: string }} record */
	check({ id, name, key }) {
		const known = this.#byId.get(id);
		if (known && (known.name !== name || known.key !== '' || key === ''))
			throw new Refusal('party_known', { member: 'id' });
		if (!known && this.#names.has(name))
			throw new Refusal('name_taken', { member: 'name' });
		if (key !== '' && this.#keys.has(key))
			throw new Refusal('key_taken', { member: 'key' });
	}

	/** @param {Party} party one that check let pass */
	introduce(party) {
		const known = this.#byId.get(party.id);
		if (known)
			known.key = party.key;
		else
			this.#byId.set(party.id, { ...party });
		this.#names.add(party.name);
		if (party.key !== '')
			this.#keys.add(party.key);
	}
}
