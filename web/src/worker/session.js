// SPDX-License-Identifier: AGPL-3.0-or-later
// worker/session.js: every task of tasks.d.ts: what the worker holds, a letter and a key, and what may be asked of them. Nothing here needs a browser

import { Refusal } from '../base/refusal.js';
import { checked } from '../letter/act.js';
import { optionsOf } from '../letter/options.js';
import { reportOf, statementOf } from '../letter/report.js';
import { openSealed } from '../letter/seal.js';
import { signStatement } from '../letter/statement.js';
import { KEY_FILE_SIZE, peekKeyFile } from '../proof/keyfile.js';
import { AuthorityKey } from './authority.js';
import { MemberKey } from './member.js';
import { readLetter } from './reading.js';

/** @typedef {import('../base/refusal.js').Progress} Progress */
/** @typedef {import('../base/refusal.js').Random} Random */
/** @typedef {import('../letter/letter.js').Letter} Letter */
/** @typedef {import('../letter/act.js').Actor} Actor */
/** @typedef {import('./tasks.d.ts').Tasks} Tasks */
/** @typedef {import('./tasks.d.ts').Stage} Stage */
/** @typedef {(stage: Stage, done: number, total: number) => void} Tell */
/** @typedef {{ letter: Letter, today: string }} Read */

/** @param {Blob} file @returns {Promise<Uint8Array>} at most one byte more than a key file has */
const keyFileBytes = async (file) => new Uint8Array(await file.slice(0, KEY_FILE_SIZE + 1).arrayBuffer());

/** What one page asks of its worker. */
export class Session {
	/** @type {Random} */
	#random;
	/** @type {() => number} */
	#now;
	/** @type {Read | null} */
	#read = null;
	/** @type {MemberKey | AuthorityKey | null} */
	#key = null;
	/** The key on the letter, its tag computed; of this letter and this key alone. @type {Actor | null} */
	#actor = null;

	/** @param {{ random: Random, now: () => number }} given now: milliseconds, from anywhere */
	constructor({ random, now }) {
		this.#random = random;
		this.#now = now;
	}

	/**
	 * @template {keyof Tasks} T
	 * @param {T} task @param {Tasks[T]['args']} args @param {Tell} [tell]
	 * @returns {Promise<Tasks[T]['result']>}
	 * @throws {Refusal} as the task says; an Error is our own mistake
	 */
	async run(task, args, tell = () => {}) {
		if (!Object.hasOwn(this.#tasks, task))
			throw new Error(`no such task: ${task}`);
		return this.#tasks[task](args, tell);
	}

	/** @type {{ [T in keyof Tasks]: (args: Tasks[T]['args'], tell: Tell) => Tasks[T]['result'] | Promise<Tasks[T]['result']> }} */
	#tasks = {
		read: async ({ file, today }, tell) => {
			const started = this.#now();
			this.#read = this.#actor = null;
			this.#read = { letter: await readLetter(file, this.#random, tell), today };
			return this.#report(started);
		},
		open_words: ({ link }) => {
			const started = this.#now();
			this.#actor = null;
			openSealed(this.#readLetter().letter, link);
			return this.#report(started);
		},

		key_new: (args) => this.#hold(() => MemberKey.make(args, this.#random)).showNew(),
		key_file: ({ passphrase, thrifty }, tell) => ({ file: this.#held().seal(passphrase, thrifty, this.#random, staged(tell, 'passphrase')) }),
		code_check: ({ typed }) => ({ wrong: this.#member().wrongGroups(typed) }),
		key_open: async ({ file, passphrase }, tell) => {
			const bytes = await keyFileBytes(file);
			return this.#hold(() => MemberKey.open(bytes, passphrase, staged(tell, 'passphrase'))).show();
		},
		key_peek: async ({ file }) => peekKeyFile(await keyFileBytes(file)),
		key_from_code: (args) => this.#hold(() => MemberKey.fromCode(args)).show(),
		key_advance: ({ edition }) => {
			this.#member().advance(edition);
			this.#actor = null;
			return this.#member().showNew();
		},
		forget: () => {
			this.#key?.wipe();
			this.#key = this.#read = this.#actor = null;
			return {};
		},

		authority_new: () => this.#hold(() => new AuthorityKey(this.#random(32))).show(),
		authority_open: async ({ file, passphrase }, tell) => {
			const bytes = await keyFileBytes(file);
			return this.#hold(() => AuthorityKey.open(bytes, passphrase, staged(tell, 'passphrase'))).show();
		},
		statement: ({ today, sign, ...said }) => {
			const key = this.#held();
			if (!(key instanceof AuthorityKey))
				throw new Refusal('key_kind');
			const { line, id, record } = signStatement(this.#readLetter().letter, key, said, today);
			return { line: sign ? new TextDecoder().decode(line) : '', statement: statementOf({ id, line: 0, record, authenticated: true }) };
		},

		enrol: ({ body, editions }) => this.#member().enrol(body, editions, this.#random),

		options: ({ today, waits = false }) => optionsOf(this.#act(), today, waits),
		sign: ({ ring, today }, tell) => this.#timed(() => this.#act().sign(ring, { today, random: this.#random, progress: staged(tell, 'proving') })),
		withdraw: ({ today, waits }) => this.#timed(() => this.#act().withdraw({ today, random: this.#random, waits })),
		vote: ({ question, choice, today, waits }) => this.#timed(() => this.#act().vote(question, choice, { today, random: this.#random, waits })),
	};

	/** The key from now on; where it cannot be had, there is none: nobody acts with one that they believe replaced. @template {MemberKey | AuthorityKey} K @param {() => K} make @returns {K} */
	#hold(make) {
		this.#key?.wipe();
		this.#key = this.#actor = null;
		const key = make();
		this.#key = key;
		return key;
	}

	#held() {
		if (this.#key === null)
			throw new Error('asked before there was a key');
		return this.#key;
	}

	#member() {
		const key = this.#held();
		if (key instanceof MemberKey)
			return key;
		throw new Refusal('key_kind');
	}

	#readLetter() {
		if (this.#read === null)
			throw new Error('asked before a letter was read');
		return this.#read;
	}

	#act() {
		return (this.#actor ??= checked(this.#readLetter().letter, this.#member()));
	}

	/** @param {number} started */
	#report(started) {
		const { letter, today } = this.#readLetter();
		return reportOf(letter, today, Math.round(this.#now() - started));
	}

	/** @param {() => string} act */
	#timed(act) {
		const started = this.#now();
		return { line: act(), milliseconds: Math.round(this.#now() - started) };
	}
}

/** @param {Tell} tell @param {Stage} stage @returns {Progress} */
function staged(tell, stage) {
	return (done, total) => tell(stage, done, total);
}
