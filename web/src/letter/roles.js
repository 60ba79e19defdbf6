// SPDX-License-Identifier: AGPL-3.0-or-later
// letter/roles.js: whose signatures a record carries, and whether they suffice (spec/records.md, Form and Types: "made valid by")

import { Refusal } from '../base/refusal.js';
import { verifyAuthority } from '../proof/authority.js';
import { bytesOfName } from '../record/fields.js';
import { signedMessageOf } from '../record/record.js';

/** @typedef {import('../record/shapes.js').SignedRecord} SignedRecord */
/** @typedef {import('../record/shapes.js').Council} Council */
/** @typedef {import('../base/refusal.js').Code} Code */

const member = 'signatures';

/** Every entry verifies (spec/protocol.md §8). @param {SignedRecord} record */
export function checkSignatures(record) {
	const message = signedMessageOf(record);
	for (const { key, signature } of record.signatures)
		if (!verifyAuthority(bytesOfName(key), message, signature))
			throw new Refusal('authority_signature', { member });
}

/** @param {SignedRecord} record @param {Council} council how many of its keys are among the signatures */
function countOf({ signatures }, { keys }) {
	const ours = new Set(keys.map(({ key }) => key));
	return signatures.filter(({ key }) => ours.has(key)).length;
}

/** Signed by nobody else than this council, at its quorum. @param {SignedRecord} record @param {Council} council */
export function checkOrganisers(record, council) {
	const count = countOf(record, council);
	if (count < record.signatures.length)
		throw new Refusal('no_role', { member });
	if (count < council.quorum)
		throw new Refusal('quorum_organisers', { member });
}

/** Signed by the registrars' quorum; others may stand there too. @param {import('../record/shapes.js').Roster} roster @param {Council} registrars */
export function checkRegistrars(roster, registrars) {
	if (countOf(roster, registrars) < registrars.quorum)
		throw new Refusal('quorum_registrars', { member });
}

/**
 * Exactly the party's key, or only organisers at their quorum.
 * @param {import('../record/shapes.js').Statement} statement @param {string} key the party's, or '' @param {Council} organisers @returns {boolean} whether it is the party's
 */
export function isAuthenticated(statement, key, organisers) {
	const { signatures } = statement;
	if (key !== '' && signatures.length === 1 && signatures[0].key === key)
		return true;
	checkOrganisers(statement, organisers);
	return false;
}
