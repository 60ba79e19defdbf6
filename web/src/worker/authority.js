// SPDX-License-Identifier: AGPL-3.0-or-later
// worker/authority.js: the key of a party while the worker lives: made, opened, written, signing, wiped

import { encodeBase64url } from '../base/base64url.js';
import { Refusal } from '../base/refusal.js';
import { authorityKey, signAuthority } from '../proof/authority.js';
import { openKeyFile } from '../proof/keyfile.js';
import { shortForm } from '../proof/pin.js';
import { sealed } from './member.js';

/** @typedef {import('../base/refusal.js').Progress} Progress */
/** @typedef {import('../base/refusal.js').Random} Random */

/** An authority's key: the same file as `undersigned authority new` makes. */
export class AuthorityKey {
	#seed;
	#public;

	/** @param {Uint8Array} seed taken over: wipe() clears it */
	constructor(seed) {
		this.#seed = seed;
		this.#public = authorityKey(seed);
	}

	/** @param {Uint8Array} file @param {string} passphrase @param {Progress} [progress] @throws {Refusal} also key_kind: a member's */
	static open(file, passphrase, progress) {
		const { kind, secret } = openKeyFile(file, passphrase, progress);
		if (kind === 'authority')
			return new AuthorityKey(secret);
		secret.fill(0);
		throw new Refusal('key_kind');
	}

	/** A Name. */
	get key() {
		return encodeBase64url(this.#public);
	}

	/** @returns {import('./tasks.d.ts').AuthorityShown} */
	show() {
		return { key: this.key, short: shortForm(this.#public) };
	}

	/** @param {string} passphrase '': none @param {boolean} thrifty @param {Random} random @param {Progress} [progress] */
	seal(passphrase, thrifty, random, progress) {
		return sealed({ kind: 'authority', edition: 0, secret: this.#seed, series: '', pin: null }, passphrase, thrifty, random, progress);
	}

	/** @param {Uint8Array} message */
	sign(message) {
		return signAuthority(this.#seed, message);
	}

	wipe() {
		this.#seed.fill(0);
	}
}
