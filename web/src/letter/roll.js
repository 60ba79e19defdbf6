// SPDX-License-Identifier: AGPL-3.0-or-later
// letter/roll.js: the rosters of a letter, one above the other, and the keys and rings that come of them (spec/records.md, Growth and rings)

import { KeyIndex } from './key_index.js';
import { Ring } from './ring.js';

/** @typedef {import('../group/point.js').Point} Point */
/** @typedef {import('../record/shapes.js').Roster} Roster */
/** @typedef {import('../base/refusal.js').Random} Random */

/**
 * A body, over all rosters of the file.
 * @typedef {object} Body
 * @property {string} id
 * @property {string} name
 * @property {number} headcount the newest; 0: unknown
 * @property {Block[]} blocks one a roster that lists it with keys
 */
/**
 * The keys that one roster adds to one body.
 * @typedef {object} Block
 * @property {RosterEntry} roster
 * @property {Body} body
 * @property {number} count
 * @property {string} name of the `keys` record
 * @property {Uint8Array | null} keys concatenated; null: not (yet) in the file
 * @property {Point[] | null} points once a ring needed them
 */
/**
 * A roster of the file.
 * @typedef {object} RosterEntry
 * @property {Roster} record
 * @property {string} id base64url
 * @property {Uint8Array} idBytes
 * @property {number} line
 * @property {number} wave 0: up to the letter's own; n: the n-th after the letter
 * @property {Block[]} blocks in the order of its bodies; those with keys
 * @property {number} due which of them comes next
 * @property {boolean} left whether a line that is not of its keys came
 * @property {number} keys by its counts
 * @property {number} made signatures that name it, in any ring
 * @property {Body[]} ringBodies the bodies that have a ring in it, ascending by id; [] unless a wave or the letter's
 * @property {Map<string, Ring>} rings `*`, then bodies ascending by id; empty unless a wave or the letter's
 */

export class Roll {
	/** @type {RosterEntry[]} in the order of the file */
	rosters = [];
	/** @type {Map<string, Body>} */
	bodies = new Map();
	/** Keys by the counts of all rosters. */
	keys = 0;
	/** @type {RosterEntry | null} the one that the letter names */
	base = null;
	/** @type {RosterEntry[]} those after the letter */
	waves = [];
	/** @type {Map<string, RosterEntry>} */
	#byId = new Map();
	/** @type {Block[]} in the order in which their keys came */
	#indexed = [];
	#index;

	/** @param {Random} random */
	constructor(random) {
		this.#index = new KeyIndex(random);
	}

	/** @returns {RosterEntry | null} */
	get last() {
		return this.rosters.at(-1) ?? null;
	}

	/** @param {string} id @returns {RosterEntry | undefined} */
	roster(id) {
		return this.#byId.get(id);
	}

	/** One that was judged. @param {Roster} record @param {string} id @param {Uint8Array} idBytes @param {number} line */
	add(record, id, idBytes, line) {
		/** @type {RosterEntry} */
		const roster = {
			record, id, idBytes, line, wave: this.base === null ? 0 : this.waves.length + 1, blocks: [], due: 0, left: false, keys: 0, made: 0, ringBodies: [], rings: new Map(),
		};
		for (const { id: body, name, headcount, count, keys } of record.bodies) {
			const known = this.bodies.get(body) ?? { id: body, name, headcount, blocks: [] };
			known.headcount = headcount;
			this.bodies.set(body, known);
			if (count === 0)
				continue;
			/** @type {Block} */
			const block = { roster, body: known, count, name: keys, keys: null, points: null };
			known.blocks.push(block);
			roster.blocks.push(block);
			roster.keys += count;
		}
		this.keys += roster.keys;
		this.rosters.push(roster);
		this.#byId.set(id, roster);
		if (this.base !== null)
			this.#openWave(roster);
		return roster;
	}

	/** The letter stands: the rosters above it add up to the rings of the last. */
	settle() {
		const base = /** @type {RosterEntry} */ (this.last);
		base.ringBodies = [...this.bodies.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
		base.rings.set('*', new Ring(base, null, this.rosters.flatMap((roster) => roster.blocks)));
		for (const body of base.ringBodies)
			base.rings.set(body.id, new Ring(base, body, body.blocks.slice()));
		this.base = base;
	}

	/** Its rings hold only what it adds. @param {RosterEntry} roster */
	#openWave(roster) {
		this.waves.push(roster);
		roster.ringBodies = roster.record.bodies.map(({ id }) => /** @type {Body} */ (this.bodies.get(id)));
		roster.rings.set('*', new Ring(roster, null, roster.blocks));
		for (const body of roster.ringBodies)
			roster.rings.set(body.id, new Ring(roster, body, []));
		for (const block of roster.blocks)
			roster.rings.set(block.body.id, new Ring(roster, block.body, [block]));
	}

	/** The letter's roster, then each wave: `*`, then bodies by id. @returns {Ring[]} */
	get rings() {
		const rosters = this.base === null ? [] : [this.base, ...this.waves];
		return rosters.flatMap((roster) => [...roster.rings.values()]);
	}

	/** @param {Block} block @param {Uint8Array} keys group elements, ascending @returns {number} -1, or which of them the file had before */
	fill(block, keys) {
		block.keys = keys;
		this.#indexed.push(block);
		return this.#index.add(keys);
	}

	/**
	 * Whose key it is. @param {Uint8Array} key
	 * @returns {{ body: Body, roster: RosterEntry, own: Ring, all: Ring } | null} roster: the one whose rings hold it; null: not in this file, or no letter yet
	 */
	findKey(key) {
		const found = this.#index.find(key);
		if (found === null || this.base === null)
			return null;
		const block = this.#indexed[found.run];
		const roster = block.roster.wave === 0 ? this.base : block.roster;
		return { body: block.body, roster, own: /** @type {Ring} */ (roster.rings.get(block.body.id)), all: /** @type {Ring} */ (roster.rings.get('*')) };
	}

	/** Newest headcounts of all bodies; 0 if any is unknown. */
	get headcount() {
		const counts = [...this.bodies.values()].map((body) => body.headcount);
		return counts.includes(0) ? 0 : counts.reduce((n, count) => n + count, 0);
	}
}
