// SPDX-License-Identifier: AGPL-3.0-or-later
// record/shape.js: what the members of one record must be to each other (spec/records.md, Types)

import { Refusal } from '../base/refusal.js';
import { KEYS_MAX } from './types.js';

/** @typedef {import('./shapes.js').AnyRecord} AnyRecord */

/** @param {import('./shapes.js').Roster} roster */
function checkRoster(roster) {
	if (roster.from > roster.until)
		throw new Refusal('dates_order', { member: 'until' });
	let keys = 0;
	for (const body of roster.bodies) {
		if ((body.count === 0) !== (body.keys === ''))
			throw new Refusal('keys_other', { member: 'bodies.keys' });
		keys += body.count;
	}
	if (keys > KEYS_MAX)
		throw new Refusal('keys_too_many', { member: 'bodies.count' });
}

/** @param {import('./shapes.js').LetterRecord} letter */
function checkLetter({ registrars, organisers, rules }) {
	for (const [member, council] of Object.entries({ registrars, organisers }))
		if (council.quorum > council.keys.length)
			throw new Refusal('quorum_size', { member: `${member}.quorum` });
	if (rules.closes > rules.ends)
		throw new Refusal('dates_order', { member: 'rules.ends' });
	if (rules.rings === 'roster' && rules.bodies !== 0)
		throw new Refusal('rules_bodies', { member: 'rules.bodies' });
}

/** @param {import('./shapes.js').Notice} notice */
function checkNotice({ kind, closes }) {
	if ((kind === 'deadline') !== (closes !== ''))
		throw new Refusal('closes_kind', { member: 'closes' });
}

/** @param {AnyRecord} record */
export function checkShape(record) {
	if (record.type === 'roster')
		checkRoster(record);
	else if (record.type === 'letter')
		checkLetter(record);
	else if (record.type === 'notice')
		checkNotice(record);
}
