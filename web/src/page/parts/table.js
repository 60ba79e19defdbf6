// SPDX-License-Identifier: AGPL-3.0-or-later
// page/parts/table.js: a table that can be sorted and searched, and that becomes a list of cards on a phone

import { collate, number, t } from '../../text/catalogue.js';
import { h, refill } from '../dom.js';
import { button } from './button.js';

/**
 * @template Row
 * @typedef {{ label: string, heading?: import('../dom.js').Children, cell: (row: Row) => import('../dom.js').Children, order?: (row: Row) => number | string, falling?: boolean, numeric?: boolean, head?: boolean }} Column
 * heading: the label as it stands above the column, where it is somebody else's text; order: what to sort by; falling: the first click sorts from the greatest; head: names the row
 */

let last = 0;

/** Longer tables show so many rows at first; all of them in print. */
const SHOWN = 10;

/**
 * @template Row
 * @param {{ caption: string, columns: Column<Row>[], rows: Row[], sorted?: number, words?: (row: Row) => string, searchFrom?: number, fixed?: boolean }} options
 * sorted: the column by which rows are sorted at first, -1: as they come; words: what a search looks through; searchFrom: rows from which there is a search field; fixed: all columns are as wide, whatever words stand in them
 * @returns {HTMLElement}
 */
export function dataTable({ caption, columns, rows, sorted = -1, words, searchFrom = 12, fixed = false }) {
	let by = sorted, falling = Boolean(columns[sorted]?.falling), wanted = '', whole = rows.length <= SHOWN + 2;
	const body = h('tbody', { role: 'rowgroup' });
	const count = h('p', { class: 'hint', role: 'status' });
	const heads = columns.map((column, i) => h('th', { scope: 'col', role: 'columnheader', class: column.numeric ? 'numeric' : undefined }, column.order && rows.length > 1 ? sorter(column.label, () => sortBy(i)) : column.heading ?? column.label));
	const drawn = new Map(rows.map((row) => [row, drawRow(columns, row)]));

	const unfold = button(t('table.all', { n: rows.length }), () => {
		whole = true;
		draw();
		/** @type {HTMLElement | null} */ (table.querySelector('.sorter'))?.focus({ preventScroll: true });
	});
	unfold.classList.add('no-print');

	function draw() {
		const order = columns[by]?.order;
		const shown = rows.filter((row) => !wanted || (words?.(row) ?? '').toLocaleLowerCase().includes(wanted));
		if (order)
			shown.sort((a, b) => (falling ? -1 : 1) * compareValues(order(a), order(b)));
		refill(body, ...shown.map((row) => /** @type {Node} */ (drawn.get(row))));
		drawn.forEach((element) => element.classList.remove('rest'));
		shown.slice(whole ? shown.length : SHOWN).forEach((row) => drawn.get(row)?.classList.add('rest'));
		unfold.hidden = whole || shown.length <= SHOWN;
		count.textContent = wanted ? t('table.found', { n: shown.length, all: number(rows.length) }) : '';
		heads.forEach((head, i) => {
			if (i === by)
				head.setAttribute('aria-sort', falling ? 'descending' : 'ascending');
			else
				head.removeAttribute('aria-sort');
		});
	}
	/** @param {number} i */
	function sortBy(i) {
		falling = by === i ? !falling : Boolean(columns[i].falling);
		by = i;
		draw();
	}
	const table = h('table', { class: fixed ? 'cards fixed' : 'cards', role: 'table' },
		h('caption', null, caption),
		h('thead', { role: 'rowgroup' }, h('tr', { role: 'row' }, ...heads)),
		body);
	draw();
	return h('div', { class: 'table' }, words && rows.length >= searchFrom && search((text) => {
		wanted = text;
		draw();
	}), count, rows.length > 1 && columns.some(({ order }) => order) && phoneSort(columns, by, (i) => {
		by = -1;
		sortBy(i);
	}), table, unfold);
}

/** @template Row @param {Column<Row>[]} columns @param {Row} row */
const drawRow = (columns, row) => h('tr', { role: 'row' }, ...columns.map((column) => h(column.head ? 'th' : 'td', {
	scope: column.head ? 'row' : undefined, role: column.head ? 'rowheader' : 'cell', class: column.numeric ? 'numeric' : undefined, 'data-label': column.head ? undefined : column.label,
}, column.cell(row))));

/** @param {string} label @param {() => void} act */
const sorter = (label, act) => h('button', { type: 'button', class: 'sorter', on: { click: act } }, label, h('span', { class: 'sorter-mark', 'aria-hidden': 'true' }));

/** @param {(text: string) => void} onSearch */
function search(onSearch) {
	const id = `search-${++last}`;
	const input = h('input', { type: 'search', id, autocomplete: 'off', spellcheck: 'false', on: { input: () => onSearch(input.value.trim().toLocaleLowerCase()) } });
	return h('p', { class: 'field search no-print' }, h('label', { for: id }, t('table.search')), input);
}

/** On a phone the heads of the table are not seen: a choice takes their place. @template Row @param {Column<Row>[]} columns @param {number} by @param {(i: number) => void} onSort */
function phoneSort(columns, by, onSort) {
	const id = `sort-${++last}`;
	const select = h('select', { id, on: { change: () => onSort(Number(select.value)) } },
		...columns.map((column, i) => column.order && h('option', { value: String(i), selected: i === by }, column.label)));
	return h('p', { class: 'field phone-only no-print' }, h('label', { for: id }, t('table.sort')), select);
}

/** @param {number | string} a @param {number | string} b */
const compareValues = (a, b) => (typeof a === 'number' && typeof b === 'number' ? a - b : collate(String(a), String(b)));
