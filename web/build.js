// SPDX-License-Identifier: AGPL-3.0-or-later
// build.js: one HTML file that holds everything: node web/build.js OUTFILE. The same sources give the same bytes, wherever they are built

import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const ROOT = dirname(fileURLToPath(import.meta.url));
/** Larger than this is a fault. */
export const MAX_SIZE = 400 * 1024;
const TARGET = ['es2022', 'chrome100', 'firefox115', 'safari16'];
/** What is inside the file, besides our own. */
const BUNDLED = ['@noble/curves', '@noble/hashes', 'commonmark', 'mdurl', 'lean-qr'];

/**
 * @param {{ worker?: string, root?: string }} [options] worker: another worker's source file, for tests of the page alone
 * @returns {Promise<{ html: Uint8Array, sha256: Uint8Array }>}
 */
export async function buildPage({ worker = 'src/worker/worker.js', root = ROOT } = {}) {
	const notices = licences(root);
	const workerSource = await bundle(root, worker, {});
	const script = await bundle(root, 'src/page/main.js', { WORKER_SOURCE: JSON.stringify(workerSource), NOTICES: JSON.stringify(notices) });
	const style = await minifyStyle(root);
	const html = fillTemplate(readFileSync(join(root, 'src/page/index.html'), 'utf8'), { script, style, policy: policy(script, style) });
	const bytes = new TextEncoder().encode(html);
	return { html: bytes, sha256: createHash('sha256').update(bytes).digest() };
}

/** @param {string} root @param {string} entry @param {Record<string, string>} define @param {import('esbuild').BuildOptions} [options] @returns {Promise<string>} one classic script */
export async function bundle(root, entry, define, options = {}) {
	const result = await build({
		absWorkingDir: root, entryPoints: [entry], define, bundle: true, write: false, format: 'iife', platform: 'browser', target: TARGET, plugins: [withoutWriters, listedTexts], alias: { entities: './src/page/entities.js' },
		minify: true, charset: 'utf8', legalComments: 'none', sourcemap: false, metafile: false, logLevel: 'error', treeShaking: true, ...options,
	});
	return inScript(result.outputFiles[0].text.trim());
}

/** @param {string} root @returns {Promise<string>} */
async function minifyStyle(root) {
	const result = await build({ absWorkingDir: root, entryPoints: ['src/page/style.css'], bundle: true, write: false, minify: true, charset: 'utf8', legalComments: 'none', target: ['chrome111', 'firefox115', 'safari16.4'], logLevel: 'error' });
	return result.outputFiles[0].text.trim();
}

/** Text that may stand inside <script>: nothing in it ends the element or opens a comment. @param {string} script @returns {string} */
function inScript(script) {
	return script.replace(/<(?=\/script|!--)/gi, '\\x3C');
}

/** @param {string} script @param {string} style */
const policy = (script, style) => [
	"default-src 'none'", `script-src '${hash(script)}'`, `style-src '${hash(style)}'`, 'worker-src blob:', 'img-src data:', "connect-src 'self'", "form-action 'none'", "base-uri 'none'",
	"require-trusted-types-for 'script'", 'trusted-types worker',
].join('; ');

/** @param {string} text */
const hash = (text) => `sha256-${createHash('sha256').update(text).digest('base64')}`;

/** @param {string} template @param {Record<string, string>} values @returns {string} */
function fillTemplate(template, values) {
	return template.replace(/\{\{(\w+)\}\}/g, (_, name) => values[name]);
}

/** The parser's package brings writers of HTML and XML, which nothing here uses: they stay out. @type {import('esbuild').Plugin} */
const withoutWriters = {
	name: 'without-writers',
	setup(builder) {
		builder.onResolve({ filter: /^\.\/render\// }, ({ path, resolveDir }) => ({ path: join(resolveDir, path), sideEffects: false }));
	},
};

/**
 * Texts stand in the file without what repeats. English: by the first part of their keys, once for each. Other languages have the keys of English, and stand there without them: as runs of texts in the order of English, each run with the place where it begins.
 * @type {import('esbuild').Plugin}
 */
const listedTexts = {
	name: 'listed-texts',
	setup(builder) {
		builder.onLoad({ filter: /\/text\/[a-z]{2}(_[a-z]+)?\.js$/ }, async ({ path }) => {
			const [[name, texts]] = Object.entries(await import(pathToFileURL(path).href));
			if (basename(path).startsWith('en'))
				return { contents: `export const ${name} = Object.fromEntries(Object.entries(${JSON.stringify(byStem(texts))}).flatMap(([stem, ends]) => Object.entries(ends).map(([end, text]) => [stem + '.' + end, text])));` };
			const english = await englishTexts(dirname(path));
			return {
				contents: `${english.map(({ file, name }) => `import { ${name} } from './${file}';`).join('\n')}
const keys = Object.keys({ ${english.map(({ name }) => `...${name}`).join(', ')} });
export const ${name} = Object.fromEntries(${JSON.stringify(runs(english.flatMap(({ keys }) => keys), texts))}.flatMap(([start, ...texts]) => texts.map((text, i) => [keys[start + i], text])));`,
			};
		});
	},
};

/** @param {Record<string, string>} texts @returns {Record<string, Record<string, string>>} */
function byStem(texts) {
	/** @type {Record<string, Record<string, string>>} */
	const out = {};
	for (const [key, text] of Object.entries(texts)) {
		const [stem, end] = key.split('.');
		(out[stem] ??= {})[end] = text;
	}
	return out;
}

/** The files that hold all English texts, each text once: those whose texts no other file takes in; and their keys in the order in which the page will have them. @param {string} folder */
async function englishTexts(folder) {
	const files = readdirSync(folder).filter((name) => /^en(_[a-z]+)?\.js$/.test(name)).sort();
	const all = await Promise.all(files.map(async (file) => {
		const [[name, texts]] = Object.entries(await import(pathToFileURL(join(folder, file)).href));
		return { file, name, keys: Object.entries(byStem(texts)).flatMap(([stem, ends]) => Object.keys(ends).map((end) => `${stem}.${end}`)) };
	}));
	return all.filter(({ file, keys }) => !all.some((other) => other.keys.length > keys.length && other.keys.includes(keys[0])));
}

/** @param {string[]} keys @param {Record<string, string>} texts @returns {(number | string)[][]} */
function runs(keys, texts) {
	/** @type {(number | string)[][]} */
	const out = [];
	keys.forEach((key, i) => {
		if (!Object.hasOwn(texts, key))
			return;
		if (i === 0 || !Object.hasOwn(texts, keys[i - 1]))
			out.push([i]);
		out[out.length - 1].push(texts[key]);
	});
	const lost = Object.keys(texts).filter((key) => !keys.includes(key));
	if (lost.length > 0)
		throw new Error(`no English text for ${lost.join(', ')}`);
	return out;
}

const MIT = /Permission is hereby granted, free of charge[^]*?DEALINGS\s+IN\s+THE\s+SOFTWARE\./gi;

/** Name, version and licence of everything that is bundled; the words of the MIT licence once, at the end. @param {string} root @returns {string} */
function licences(root) {
	let mit = '';
	const notices = BUNDLED.map((name) => {
		const folder = join(root, 'node_modules', name);
		const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
		const file = readdirSync(folder).filter((entry) => /^licen[cs]e/i.test(entry)).sort()[0];
		if (!file)
			throw new Error(`${name} has no licence file`);
		const text = readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim();
		return `${name} ${version}\n\n${text.replace(MIT, (words) => {
			if (plain(words) !== plain(mit ||= words))
				throw new Error(`${name}: its MIT licence has other words`);
			return '(MIT licence, at the end)';
		})}`;
	});
	return [...notices, mit].join('\n\n----\n\n');
}

/** Words without the accidents of typing. @param {string} text */
const plain = (text) => text.toLowerCase().replace(/[\s“”"]+/g, ' ').trim();

/** The first 80 bits as 24 digits, as all fingerprints here are read aloud. @param {Uint8Array} digest @returns {string} */
export function shortForm(digest) {
	const n = BigInt('0x' + Buffer.from(digest.subarray(0, 10)).toString('hex')) % 10n ** 24n;
	return n.toString().padStart(24, '0').match(/.{4}/g)?.join(' ') ?? '';
}

async function main() {
	const [out] = process.argv.slice(2);
	if (!out) {
		console.error('usage: node web/build.js OUTFILE');
		process.exit(2);
	}
	const { html, sha256 } = await buildPage();
	if (html.length > MAX_SIZE) {
		console.error(`the page has ${html.length} bytes; at most ${MAX_SIZE} are allowed`);
		process.exit(1);
	}
	mkdirSync(dirname(resolve(out)), { recursive: true });
	writeFileSync(out, html);
	console.log(`${out}\n${html.length} bytes\nsha256 ${sha256.toString('hex')}\n       ${shortForm(sha256)}`);
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url))
	await main();
