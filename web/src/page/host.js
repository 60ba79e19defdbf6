// SPDX-License-Identifier: AGPL-3.0-or-later
// page/host.js: the server from which this page came, if it came from one: what is asked of it and handed in there (spec/server.md). Its answers are a stranger's

import { Refusal } from '../base/refusal.js';

/** As the server offers this file. */
const OWN_PATH = '/undersigned.html';
const LETTER_MAX = 256 * 1024 * 1024, LIST_MAX = 8 * 1024 * 1024, ANSWER_MAX = 64 * 1024;
/** spec/server.md, Handing in */
const FILL = 4096;
const LETTERS_MAX = 10_000, TITLE_MAX = 1000;
/** Milliseconds without an answer, or without the next piece of a file. */
const PATIENCE = 60_000;

const SLUG = /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/;

/** The name by which a server calls a letter. @param {string} text */
export const isSlug = (text) => SLUG.test(text);

/** Reasons that may come as answers; all others are told as `other`. */
const REASONS = [
	'closed', 'letter_unknown', 'series_unknown', 'card_form', 'card_check', 'card_unknown', 'card_used', 'card_void', 'too_many_codes',
	'proof', 'possession', 'ring_unknown', 'ring_not_allowed', 'ring_below_min', 'ring_above_share', 'question_unknown', 'choice_unknown',
];

/**
 * Why the server gave nothing. code: unreached (no answer came), answer (one that cannot be right), busy, missing, other, or one of REASONS; told as the text refused.CODE or refusal.CODE.
 * groups: of a card's code that are mistyped, from 1; swapped: these two changed places.
 */
export class HostFault extends Error {
	/** @type {number[]} */
	groups = [];
	swapped = false;

	/** @param {string} code @param {string} detail for engineers */
	constructor(code, detail) {
		super(`${code} (${detail})`);
		this.code = code;
	}

	/** Whether what was sent may have been taken all the same. */
	get unclear() {
		return ['unreached', 'answer'].includes(this.code);
	}

	/** Whether trying the same again may help. */
	get passing() {
		return this.unclear || ['busy', 'too_many_codes'].includes(this.code);
	}
}

/** @typedef {{ slug: string, title: string, signers: number }} Listed title '': sealed */
/** @typedef {(done: number, total: number) => void} Told total 0: unknown */

export class Host {
	#fetch;
	#patience;
	/** @type {Set<AbortController>} what is going on */
	#open = new Set();

	/** @param {{ fetch?: (path: string, options: RequestInit) => Promise<Response>, patience?: number }} [given] */
	constructor({ fetch = (path, options) => globalThis.fetch(path, options), patience = PATIENCE } = {}) {
		this.#fetch = fetch;
		this.#patience = patience;
	}

	get busy() {
		return this.#open.size > 0;
	}

	/** Ends all that is going on; whoever waits is told `stopped`. */
	stop() {
		for (const going of this.#open)
			going.abort();
	}

	/** @returns {Promise<Listed[]>} */
	async letters() {
		const { letters } = await this.#json('/api/v1/letters', undefined, '', 200, LIST_MAX);
		if (!Array.isArray(letters) || letters.length > LETTERS_MAX)
			throw new HostFault('answer', 'no list of letters');
		return letters.map(listed);
	}

	/** The whole file of a letter, the same for everybody. @param {string} slug @param {Told} [told] @returns {Promise<Blob>} */
	letter(slug, told) {
		return this.#ask(`/letters/${slug}.letter`, { most: LETTER_MAX, told }, async (answer, bytes) => {
			if (answer.status !== 200)
				throw refusalOf(answer, await bytes());
			must(answer, 'application/x-ndjson');
			return bytes();
		});
	}

	/** Hands in a signature, withdrawal or vote, filled up: its length would tell the size of the ring to whoever watches the network. @param {string} slug @param {string} line without LF */
	submit(slug, line) {
		return this.#hand(`/api/v1/letters/${slug}/submissions`, line + '\n'.repeat(FILL - (line.length % FILL)), 'application/x-ndjson');
	}

	/** Hands in what a party signed: it is named, and waits for nothing. @param {string} slug @param {string} line without LF */
	async record(slug, line) {
		const { added, known } = await this.#json(`/api/v1/letters/${slug}/records`, line, 'application/x-ndjson', 200, ANSWER_MAX);
		if (Number(added) + Number(known) !== 1)
			throw new HostFault('answer', 'not added');
	}

	/** @param {string} series @param {string} code 35 digits @param {string} line without LF */
	enrol(series, code, line) {
		return this.#hand(`/api/v1/series/${series}/enrolments`, `{"code":"${code}","enrolment":${line}}`, 'application/json');
	}

	/** @param {string} path @param {string} body @param {string} type */
	async #hand(path, body, type) {
		if ((await this.#json(path, body, type, 202, ANSWER_MAX)).kept !== true)
			throw new HostFault('answer', 'not kept');
	}

	/** @param {string} path @param {string | undefined} body @param {string} type @param {number} status @param {number} most @returns {Promise<Record<string, unknown>>} */
	#json(path, body, type, status, most) {
		return this.#ask(path, { body, type, most }, async (answer, bytes) => {
			const text = await (await bytes()).text();
			if (answer.status !== status)
				throw refusalOf(answer, text);
			must(answer, 'application/json');
			return objectOf(text);
		});
	}

	/**
	 * @template T
	 * @param {string} path @param {{ body?: string, type?: string, most: number, told?: Told }} what @param {(answer: Response, bytes: () => Promise<Blob>) => Promise<T>} read
	 * @returns {Promise<T>}
	 */
	async #ask(path, { body, type = '', most, told }, read) {
		const going = new AbortController();
		let late = false;
		/** @type {ReturnType<typeof setTimeout> | undefined} */
		let timer;
		const alive = () => {
			clearTimeout(timer);
			timer = setTimeout(() => {
				late = true;
				going.abort();
			}, this.#patience);
		};
		this.#open.add(going);
		alive();
		try {
			const answer = await this.#fetch(path, {
				method: body === undefined ? 'GET' : 'POST', body, headers: type ? { 'Content-Type': type } : {},
				mode: 'same-origin', credentials: 'omit', referrerPolicy: 'no-referrer', redirect: 'error', cache: 'no-store', signal: going.signal,
			});
			return await read(answer, () => collect(answer, most, (done, total) => {
				if (told) /* a file may take its time, as long as it comes */
					alive();
				told?.(done, total);
			}));
		} catch (error) {
			if (error instanceof HostFault)
				throw error;
			if (going.signal.aborted && !late)
				throw new Refusal('stopped');
			throw new HostFault('unreached', late ? 'too slow' : String(error));
		} finally {
			clearTimeout(timer);
			this.#open.delete(going);
			going.abort(); /* the rest of an answer that was refused is not waited for */
		}
	}
}

/** @param {Response} answer @param {number} most @param {Told} told @returns {Promise<Blob>} */
async function collect(answer, most, told) {
	const said = Number(answer.headers.get('content-length') ?? 0), total = Number.isSafeInteger(said) && said > 0 ? said : 0;
	/** @type {Uint8Array<ArrayBuffer>[]} */
	const pieces = [];
	const reader = answer.body?.getReader();
	let size = 0;
	if (total > most)
		throw new HostFault('answer', 'too long');
	for (let piece; reader && (piece = (await reader.read()).value);) {
		if ((size += piece.length) > most)
			throw new HostFault('answer', 'too long');
		pieces.push(piece);
		told(size, size <= total ? total : 0);
	}
	return new Blob(pieces);
}

/** @param {Response} answer @param {string} type */
function must(answer, type) {
	const said = (answer.headers.get('content-type') ?? '').split(';')[0].trim().toLowerCase();
	if (said !== type)
		throw new HostFault('answer', `${answer.status} ${said}`);
}

/** @param {string} text @returns {Record<string, unknown>} */
function objectOf(text) {
	let value = null;
	try {
		value = JSON.parse(text);
	} catch { /* told below */ }
	if (typeof value !== 'object' || value === null)
		throw new HostFault('answer', 'no JSON object');
	return value;
}

/** @param {any} given @returns {Listed} */
function listed(given) {
	const { slug, title, signers } = given ?? {};
	if (typeof slug !== 'string' || !isSlug(slug) || typeof title !== 'string' || title.length > TITLE_MAX || !Number.isSafeInteger(signers) || signers < 0)
		throw new HostFault('answer', 'no letter of a list');
	return { slug, title, signers };
}

/** @param {unknown} value */
const textOf = (value) => (typeof value === 'string' ? value : '');

/** A problem (RFC 9457), of which only the name counts and, for a code, which groups; the sentences are ours. @param {Response} answer @param {string | Blob} text @returns {HostFault} */
function refusalOf(answer, text) {
	const { status } = answer;
	const problem = typeof text === 'string' && (answer.headers.get('content-type') ?? '').startsWith('application/problem+json') ? objectOf(text) : {};
	const name = /^\/problems\/([a-z0-9-]{1,40})$/.exec(textOf(problem.type))?.[1].replaceAll('-', '_') ?? '';
	const code = REASONS.includes(name) ? name : [429, 503, 507].includes(status) ? 'busy' : status === 404 ? 'missing' : status >= 400 && status < 500 ? 'other' : 'answer';
	const fault = new HostFault(code, `${status} ${name}`);
	const [, how, groups] = /^Member (groups|swapped)((?: [1-7]){1,7})\.$/.exec(textOf(problem.detail)) ?? [];
	if (code === 'card_check' && groups)
		Object.assign(fault, { groups: groups.trim().split(' ').map(Number), swapped: how === 'swapped' });
	return fault;
}

/** The server of this page; null where it was opened from a disk, or lies anywhere else. @returns {Host | null} */
export const hostOf = ({ protocol, pathname } = location) => (/^https?:$/.test(protocol) && pathname === OWN_PATH ? new Host() : null);
