// SPDX-License-Identifier: AGPL-3.0-or-later
// letter/rules_roster.js: what a roster and its keys must be (spec/records.md, Types, Order, Growth and rings)

import { Refusal } from '../base/refusal.js';
import { decodePoints } from '../group/point.js';
import { KEYS_MAX } from '../record/types.js';
import { checkRegistrars, checkSignatures } from './roles.js';

/** @typedef {import('./letter.js').Letter} Letter */
/** @typedef {import('./letter.js').Place} Place */
/** @typedef {import('../record/shapes.js').Roster} Roster */
/** @typedef {import('./roll.js').RosterEntry} RosterEntry */

const SIZE = 32;
/** Keys that are decoded at once: their points are not kept. */
const DECODED_AT_ONCE = 4096;

/** @param {Letter} letter @param {Roster} roster @param {Place} place */
export function takeRoster(letter, roster, place) {
	const { roll, record } = letter;
	checkExtension(roster, roll.last);
	checkBodies(letter, roster);
	const more = roster.bodies.reduce((n, { count }) => n + count, 0);
	if (roll.keys + more > KEYS_MAX)
		throw new Refusal('keys_too_many', { member: 'bodies.count' });
	if (record !== null) {
		if (record.rules.roster === 'fixed')
			throw new Refusal('roster_fixed');
		if (more < Math.max(record.rules.release, record.rules.min_ring))
			throw new Refusal('wave_small', { member: 'bodies.count' });
		checkRegistrars(roster, record.registrars);
	}
	checkSignatures(roster);
	roll.add(roster, place.id, place.idBytes, place.line);
}

/** @param {Roster} roster @param {RosterEntry | null} above */
function checkExtension(roster, above) {
	if (roster.extends !== (above === null ? '' : above.id))
		throw new Refusal('extends', { member: 'extends' });
	for (const member of /** @type {const} */ (['series', 'name', 'edition', 'from', 'until']))
		if (above !== null && roster[member] !== above.record[member])
			throw new Refusal('roster_other', { member });
}

/** Only bodies that are new or gain keys. @param {Letter} letter @param {Roster} roster */
function checkBodies({ roll }, roster) {
	for (const { id, name, count } of roster.bodies) {
		const known = roll.bodies.get(id);
		if (known && known.name !== name)
			throw new Refusal('body_renamed', { member: 'bodies.name' });
		if (known && count === 0)
			throw new Refusal('body_gains_nothing', { member: 'bodies.count' });
	}
}

/** @param {Letter} letter @param {import('../record/shapes.js').Keys} record @param {Place} place */
export function takeKeys(letter, record, place) {
	const roster = letter.roll.last;
	if (roster === null || roster.due === roster.blocks.length)
		throw new Refusal('keys_unasked');
	const at = letter.bundle ? letter.bundle.place(roster, record.body) : roster.due;
	const block = roster.blocks[at];
	if (block.body.id !== record.body)
		throw new Refusal('keys_other', { member: 'body' });
	if (block.count * SIZE !== record.keys.length || block.name !== place.id)
		throw new Refusal('keys_other', { member: 'keys' });
	checkPoints(record.keys, letter.progress);
	if (letter.roll.fill(block, record.keys) >= 0)
		throw new Refusal('key_doubled', { member: 'keys' });
	roster.due = at + 1;
}

/** @param {Uint8Array} keys @param {Letter['progress']} progress */
function checkPoints(keys, progress) {
	const step = DECODED_AT_ONCE * SIZE;
	for (let at = 0; at < keys.length; at += step) {
		const bad = decodePoints(keys.subarray(at, at + step));
		if (typeof bad === 'number') {
			const key = keys.subarray(at + bad * SIZE, at + (bad + 1) * SIZE);
			throw new Refusal(key.every((byte) => byte === 0) ? 'identity' : 'point', { member: 'keys' });
		}
		if (keys.length > step)
			progress?.('reading', Math.min(at + step, keys.length) / SIZE, keys.length / SIZE);
	}
}

/** Every roster above the letter carries the registrars' quorum; the letter names the last of them. @param {Letter} letter @param {import('../record/shapes.js').LetterRecord} record */
export function checkRostersAbove({ roll }, { roster, registrars, rules }) {
	const last = roll.last;
	if (last === null || roster !== last.id)
		throw new Refusal('roster_unknown', { member: 'roster' });
	if (rules.ends > last.record.until)
		throw new Refusal('outside_edition', { member: 'rules.ends' });
	if (rules.min_ring > roll.keys)
		throw new Refusal('min_ring_above_roster', { member: 'rules.min_ring' });
	for (const { record } of roll.rosters)
		checkRegistrars(record, registrars);
}
