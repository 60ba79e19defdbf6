/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* serve/pages.h: the pages for people (page/view.h): their routes and documents, for the options of a server */
#ifndef UND_SERVE_PAGES_H
#define UND_SERVE_PAGES_H

#include "page/view.h"
#include "serve/serve.h"

/*
 * Sets routes, documents and fault of options. app: the one HTML file that signs, or empty; it must outlive the server, and holds its policy (<meta http-equiv="Content-Security-Policy" content="…">, of
 * printable ASCII without entities, at most 2,048 bytes): else UND_ERR_TEXT, and options stay as they are.
 */
UND_MUST_USE enum und_err und_serve_pages(struct und_serve_options *options, struct und_bytes app);

/*
 * What the pages of a letter are told, for whoever holds a folded letter: a server, or a command that writes the same pages into files (view->generation is not looked at). Everything that a view points to
 * is in the arena, or in what it was made of.
 */
UND_MUST_USE enum und_err und_serve_letter_view(struct und_view_letter *out, struct und_arena *arena, const struct und_serve_view *view);
UND_MUST_USE enum und_err und_serve_roster_view(struct und_view_roster *out, struct und_arena *arena, const struct und_serve_view *view);
enum und_serve_picture { UND_SERVE_SQUARE, UND_SERVE_PREVIEW, UND_SERVE_PRINT };
/* Its press kit (page/view.h), of view->sha256. */
UND_MUST_USE enum und_err und_serve_press(struct und_buf *out, const struct und_page_frame *f, const struct und_serve_view *view, und_day embargo, bool alone);
/* The picture of its signers (page/picture.h): one group a body; those who named none are one more. */
UND_MUST_USE enum und_err und_serve_picture(struct und_buf *out, const struct und_serve_view *view, enum und_serve_picture picture);
/* The same in two steps: what it is drawn of, quickly; then the picture, of that alone. */
UND_MUST_USE enum und_err und_serve_crowd(struct und_buf *out, const struct und_serve_view *view);
UND_MUST_USE enum und_err und_serve_draw(struct und_buf *out, struct und_bytes crowd, enum und_serve_picture picture);

#endif
