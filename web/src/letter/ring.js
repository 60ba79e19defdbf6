// SPDX-License-Identifier: AGPL-3.0-or-later
// letter/ring.js: a ring that a signature may name: which keys, in which order, decoded when first needed (spec/records.md, Growth and rings)

import { compare } from '../base/bytes.js';
import { decodePoints } from '../group/point.js';
import { ringId } from '../proof/ring.js';

/** @typedef {import('../group/point.js').Point} Point */
/** @typedef {import('./roll.js').Block} Block */
/** @typedef {import('./roll.js').RosterEntry} RosterEntry */
/** @typedef {import('./roll.js').Body} Body */

const SIZE = 32;

/** Every key of a block as a point; they were judged when they were read. Each is decoded once: rings share them. @param {Block} block @returns {Point[]} */
export function pointsOf(block) {
	block.points ??= /** @type {Point[]} */ (decodePoints(block.keys ?? new Uint8Array(0)));
	return block.points;
}

/** A body's ring, or that of all keys (`*`), in one roster: what proofs are checked against (proof/ring.js takes it as it is). */
export class Ring {
	/** Signatures ever made in it, and how many of them were withdrawn. */
	made = 0;
	withdrawn = 0;
	/** @type {{ keys: Uint8Array, points: Point[] } | null} */
	#ordered = null;
	/** @type {Uint8Array | null} */
	#id = null;

	/** @param {RosterEntry} roster the one that signatures in it name @param {Body | null} body null: all of them @param {Block[]} blocks */
	constructor(roster, body, blocks) {
		this.roster = roster;
		this.body = body;
		this.blocks = blocks;
		/** A body's id or `*`. */
		this.label = body === null ? '*' : body.id;
		/** How many keys the rosters give it; a bundle may lack them. */
		this.size = blocks.reduce((n, block) => n + block.count, 0);
	}

	/** The body's name, '' for `*`. */
	get name() {
		return this.body === null ? '' : this.body.name;
	}

	/** 0: unknown. */
	get headcount() {
		if (this.body !== null)
			return this.body.headcount;
		const counts = this.roster.ringBodies.map((body) => body.headcount);
		return counts.includes(0) ? 0 : counts.reduce((n, count) => n + count, 0);
	}

	/** Not withdrawn. */
	get signers() {
		return this.made - this.withdrawn;
	}

	/** Whether its keys are in the file: always, but in a bundle. */
	get complete() {
		return this.blocks.every((block) => block.keys !== null);
	}

	/** SHA-256 of roster and label (spec/protocol.md §2), 32 bytes. */
	get id() {
		this.#id ??= ringId(this.roster.idBytes, this.label);
		return this.#id;
	}

	/** Ascending, concatenated. Only of a complete ring. */
	get keys() {
		return this.blocks.length === 1 ? /** @type {Uint8Array} */ (this.blocks[0].keys) : this.#order().keys;
	}

	/** In the order of its keys; the same objects in every ring that holds them. Only of a complete ring. @returns {Point[]} */
	get points() {
		return this.blocks.length === 1 ? pointsOf(this.blocks[0]) : this.#order().points;
	}

	#order() {
		this.#ordered ??= inOrder(this.blocks);
		return this.#ordered;
	}
}

/** @param {Block[]} blocks each ascending @returns {{ keys: Uint8Array, points: Point[] }} */
function inOrder(blocks) {
	const all = blocks.map((block) => block.keys ?? new Uint8Array(0));
	const points = blocks.flatMap(pointsOf);
	const keys = new Uint8Array(SIZE * points.length);
	let at = 0;
	for (const run of all) {
		keys.set(run, at);
		at += run.length;
	}
	const keyAt = (/** @type {number} */ i) => keys.subarray(SIZE * i, SIZE * (i + 1));
	/* the first six bytes decide nearly always; they fit a double */
	const heads = Float64Array.from(points, (_, i) => keys.subarray(SIZE * i, SIZE * i + 6).reduce((n, byte) => n * 256 + byte, 0));
	const order = Uint32Array.from(points, (_, i) => i).sort((a, b) => heads[a] - heads[b] || compare(keyAt(a), keyAt(b)));
	const sorted = new Uint8Array(keys.length);
	order.forEach((from, to) => sorted.set(keyAt(from), SIZE * to));
	return { keys: sorted, points: Array.from(order, (from) => points[from]) };
}
