// SPDX-License-Identifier: AGPL-3.0-or-later
// browser/browsers.js: Debian's two browsers, as people have them and as hardened ones run; everything that they send ends here

import { mkdtempSync, rmSync } from 'node:fs';
import { createServer as createHttpServer, request as ask } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import puppeteer from 'puppeteer-core';

/** The page's own settings for Firefox: whatever the browser would fetch for itself is off, downloads are not asked about. @param {string} downloads @param {number} proxy @param {'light' | 'dark'} scheme */
const firefoxPrefs = (downloads, proxy, scheme) => ({
	'browser.download.dir': downloads,
	'browser.download.folderList': 2,
	'browser.download.useDownloadDir': true,
	'browser.download.always_ask_before_handling_new_types': false,
	'browser.download.alwaysOpenPanel': false,
	'layout.css.prefers-color-scheme.content-override': scheme === 'dark' ? 0 : 1,
	'intl.accept_languages': 'en',
	'network.proxy.type': 1,
	'network.proxy.http': '127.0.0.1',
	'network.proxy.http_port': proxy,
	'network.proxy.ssl': '127.0.0.1',
	'network.proxy.ssl_port': proxy,
	'network.proxy.allow_hijacking_localhost': true,
	'network.captive-portal-service.enabled': false,
	'network.connectivity-service.enabled': false,
	'media.gmp-manager.updateEnabled': false,
	'extensions.systemAddon.update.enabled': false,
});

/* what "Safest" of Tor Browser and Lockdown-like settings turn off */
const NO_JIT = {
	'javascript.options.ion': false,
	'javascript.options.baselinejit': false,
	'javascript.options.blinterp': false,
	'javascript.options.asmjs': false,
	'javascript.options.wasm': false,
	'javascript.options.native_regexp': false,
};

/** @typedef {'chromium' | 'chromium-jitless' | 'firefox' | 'firefox-nojit'} Name */
/** @type {Name[]} */
export const NAMES = ['chromium', 'chromium-jitless', 'firefox', 'firefox-nojit'];

/** Those of the names that UND_BROWSERS (names, spaces between) leaves; all of them where it is not set. @param {Name[]} [names] */
export const chosen = (names = NAMES) => names.filter((name) => !process.env.UND_BROWSERS || process.env.UND_BROWSERS.split(' ').includes(name));

/* what the browsers say to their makers when they start; no page is behind that, and the proxy answers none of it */
const MAKERS_TALK = /^(CONNECT|GET|POST) (http:\/\/)?(clients\d*\.google\.com|accounts\.google\.com|update\.googleapis\.com|(content-autofill|optimizationguide-pa|safebrowsing)\.googleapis\.com|www\.google\.com|redirector\.gvt1\.com|[\w.-]+\.mozilla\.(com|org|net))[:/]/;

/** A request that was let through to the one server; body in Latin-1; at: when, milliseconds. @typedef {{ method: string, path: string, headers: import('node:http').IncomingHttpHeaders, body: string, at: number }} Passed */

/**
 * A running browser. downloads: the folder into which it saves; sent: the first line of everything that it tried to send anywhere else than to the server; passed: what went there.
 * @typedef {{ name: Name, browser: import('puppeteer-core').Browser, downloads: string, sent: string[], passed: Passed[], scheme: 'light' | 'dark', stop: () => Promise<void> }} Running
 */

/** A proxy that hands requests for one server on, whole, and refuses all others. @param {string} origin @param {string[]} sent @param {Passed[]} passed */
function passing(origin, sent, passed) {
	const proxy = createHttpServer(async (request, response) => {
		const url = request.url ?? '';
		if (!url.startsWith(`${origin}/`)) {
			MAKERS_TALK.test(`${request.method} ${url}`) || sent.push(`${request.method} ${url}`);
			return request.socket.destroy();
		}
		/** @type {Buffer[]} */
		const pieces = [];
		for await (const piece of request)
			pieces.push(piece);
		const body = Buffer.concat(pieces), path = url.slice(origin.length), { 'proxy-connection': _, ...headers } = request.headers;
		passed.push({ method: request.method ?? '', path, headers, body: body.toString('latin1'), at: Date.now() });
		const onward = ask(origin + path, { method: request.method, headers: { ...headers, connection: 'close', ...(body.length > 0 ? { 'content-length': body.length } : {}) }, agent: false }, (answer) => {
			response.writeHead(answer.statusCode ?? 500, answer.rawHeaders);
			answer.pipe(response);
		});
		onward.on('error', () => request.socket.destroy());
		onward.end(body);
	});
	const refused = (/** @type {import('node:http').IncomingMessage} */ request, /** @type {import('node:stream').Duplex} */ socket) => {
		const line = `${request.method} ${request.url} HTTP/1.1`;
		MAKERS_TALK.test(line) || sent.push(line);
		socket.destroy();
	};
	proxy.on('connect', refused);
	proxy.on('upgrade', refused);
	return proxy;
}

/**
 * Starts a browser whose only way out is a proxy that writes down who asks and answers nothing, but for one server. Throws where the browser is missing: a test that did not run did not pass.
 * @param {Name} name @param {{ scheme?: 'light' | 'dark', origin?: string }} [options] scheme: for Firefox, which cannot change it later; origin: of the server that may be asked, http://HOST:PORT
 * @returns {Promise<Running>}
 */
export async function startBrowser(name, { scheme = 'light', origin = '' } = {}) {
	/** @type {string[]} */
	const sent = [];
	/** @type {Passed[]} */
	const passed = [];
	const server = origin ? passing(origin, sent, passed) : null;
	const proxy = createServer((socket) => {
		socket.on('error', () => {});
		socket.once('data', (bytes) => {
			const line = String(bytes).split('\r\n')[0];
			if (server && line.includes(` ${origin}/`)) {
				socket.pause();
				socket.unshift(bytes);
				server.emit('connection', socket);
				return void socket.resume();
			}
			if (!MAKERS_TALK.test(line))
				sent.push(line);
			socket.destroy();
		});
	});
	await new Promise((resolve) => proxy.listen(0, '127.0.0.1', () => resolve(undefined)));
	const port = /** @type {import('node:net').AddressInfo} */ (proxy.address()).port;
	const downloads = mkdtempSync(join(tmpdir(), 'undersigned-browser-'));
	const browser = await (name.startsWith('chromium') ? startChromium(name, downloads, port) : startFirefox(name, downloads, port, scheme));
	const stop = async () => {
		await browser.close();
		proxy.close();
		rmSync(downloads, { recursive: true, force: true });
	};
	return { name, browser, downloads, sent, passed, scheme, stop };
}

/** @param {Name} name @param {string} downloads @param {number} port */
async function startChromium(name, downloads, port) {
	const browser = await puppeteer.launch({
		executablePath: process.env.UND_CHROMIUM ?? '/usr/bin/chromium',
		headless: true,
		protocolTimeout: 600_000,
		args: [
			`--proxy-server=127.0.0.1:${port}`, '--proxy-bypass-list=<-loopback>', '--lang=en', '--disable-features=OptimizationHints,MediaRouter,NetworkTimeServiceQuerying', '--disable-sync', '--no-pings',
			'--no-sandbox', // it does not start as root, nor in most containers; only our own file is opened here
			...(name === 'chromium-jitless' ? ['--js-flags=--jitless'] : []),
		],
	});
	const session = await browser.target().createCDPSession();
	await session.send('Browser.setDownloadBehavior', { behavior: 'allow', downloadPath: downloads });
	return browser;
}

/** @param {Name} name @param {string} downloads @param {number} port @param {'light' | 'dark'} scheme */
const startFirefox = (name, downloads, port, scheme) => puppeteer.launch({
	browser: 'firefox',
	executablePath: process.env.UND_FIREFOX ?? '/usr/bin/firefox-esr',
	headless: true,
	protocolTimeout: 600_000,
	extraPrefsFirefox: { ...firefoxPrefs(downloads, port, scheme), ...(name === 'firefox-nojit' ? NO_JIT : {}) },
});
