/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* state.c: a letter's state, and the list of letters, for programs */
#include "letter/state_json.h"
#include "serve/parts.h"

enum und_err serve_put_state(struct und_buf *out, struct und_serve *s, const struct und_serve_view *view, unsigned variant)
{
	struct und_json j;

	(void)s;
	(void)variant;
	und_json_init(&j, out);
	und_state_put(&j, view->l, view->state, view->today);
	und_buf_add_u8(out, '\n');
	return out->err;
}

static enum und_err put_one(void *ctx, const struct und_serve_view *view)
{
	struct und_json *j = ctx;
	const struct und_state *state = view->state;

	und_json_open_object(j);
	und_member_number(j, "bodies", state->bodies);
	und_member_day(j, "closes", state->closes);
	und_member_day(j, "ends", state->record->rules.ends);
	und_member_number(j, "generation", view->generation);
	und_member_id(j, "letter", state->letter);
	und_member_flag(j, "sealed", state->sealed);
	und_member_number(j, "signers", state->signers);
	und_member_number(j, "size", view->size);
	und_member_text(j, "slug", und_cstr(view->slug));
	und_member_text(j, "title", state->words != NULL ? state->words->title : und_bytes("", 0));
	und_json_close_object(j);
	return UND_OK;
}

enum und_err serve_put_list(struct und_buf *out, struct und_serve *s, const struct und_serve_view *view, unsigned variant)
{
	struct und_json j;
	enum und_err e;

	(void)view;
	(void)variant;
	und_json_init(&j, out);
	und_json_open_object(&j);
	und_json_name(&j, "letters");
	und_json_open_list(&j);
	if ((e = und_serve_each(s, put_one, &j)) != UND_OK)
		return e;
	und_json_close_list(&j);
	und_json_close_object(&j);
	und_buf_add_u8(out, '\n');
	return out->err;
}
