// SPDX-License-Identifier: AGPL-3.0-or-later
// page/commonmark.d.ts: what we use of the package commonmark

declare module 'commonmark' {
	export interface Node {
		readonly type: string;
		readonly isContainer: boolean;
		readonly literal: string | null;
		readonly destination: string | null;
		readonly title: string | null;
		/** Of a fenced block: what stands behind the fence. */
		readonly info: string | null;
		readonly level: number;
		readonly listType: 'bullet' | 'ordered';
		readonly listStart: number;
		readonly firstChild: Node | null;
		readonly lastChild: Node | null;
		walker(): { next(): { entering: boolean; node: Node } | null };
	}
	export class Parser {
		/** After parse: link definitions by their label. They leave no node. */
		readonly refmap: object;
		parse(text: string): Node;
	}
}
