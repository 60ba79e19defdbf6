// SPDX-License-Identifier: AGPL-3.0-or-later
// release_notes.js: what is new in a version, with the hashes of its files: node web/release_notes.js [VERSION]. NEWS.md holds the words; the figures are those of the page that these sources make, and of what ./dev deb made

import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildPage, shortForm } from './build.js';

const NEWS = fileURLToPath(new URL('../NEWS.md', import.meta.url));
const RELEASE = fileURLToPath(new URL('../build/release', import.meta.url));

/**
 * The section of a version, its holes filled.
 * @param {string} news the text of NEWS.md @param {string} version '' for the newest @param {Record<string, string>} figures by the hole's name
 * @returns {string}
 */
export function sectionOf(news, version, figures) {
	const sections = news.split(/^(?=## )/m).slice(1);
	const section = sections.find((text) => version === '' || text.startsWith(`## ${version} `) || text.startsWith(`## ${version}\n`));
	if (section === undefined)
		throw new Error(`NEWS.md has no section for ${version || 'any version'}`);
	return section.replace(/\{\{([\w.]+)\}\}/g, (_, name) => {
		if (!Object.hasOwn(figures, name))
			throw new Error(`NEWS.md asks for ${name}, which nothing gives`);
		return figures[name];
	});
}

/**
 * The rows of a table: name, size and hash of each file that the folder's SHA256SUMS names, but for what only debuggers read. The hashes are taken anew.
 * @param {string} folder of a release (./dev deb) @param {string} page the hash of the page that these sources make: a release with another is of other sources
 * @returns {string} '' where there is no release
 */
export function fileRows(folder, page) {
	if (!existsSync(join(folder, 'SHA256SUMS')))
		return '';
	const sums = readFileSync(join(folder, 'SHA256SUMS'), 'utf8').trim().split('\n').map((line) => line.split('  '));
	const files = sums.map(([sum, name]) => {
		const bytes = readFileSync(join(folder, name));
		const sha256 = createHash('sha256').update(bytes).digest('hex');
		if (sha256 !== sum)
			throw new Error(`${name} is not what SHA256SUMS says`);
		return { name, sha256, size: bytes.length.toLocaleString('en') };
	});
	if (files.find(({ name }) => name === 'undersigned.html')?.sha256 !== page)
		throw new Error('the release in build/release has another page than these sources: ./dev deb makes it anew');
	return files.filter(({ name }) => name !== 'undersigned.html' && !name.includes('-dbgsym_')).map(({ name, sha256, size }) => `\n  | ${name} | ${size} | \`${sha256}\` |`).join('');
}

/** @param {string} version @returns {Promise<string>} */
export async function releaseNotes(version, folder = RELEASE) {
	const { html, sha256 } = await buildPage();
	const page = Buffer.from(sha256).toString('hex');
	return sectionOf(readFileSync(NEWS, 'utf8'), version, {
		'page.bytes': html.length.toLocaleString('en'), 'page.sha256': page, 'page.short': shortForm(sha256), 'release.rows': fileRows(folder, page),
	});
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url))
	process.stdout.write(await releaseNotes(process.argv[2] ?? ''));
