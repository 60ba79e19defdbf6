/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* sandbox.c: files first, since the calls that confine them are then given up too */
#include "os/sandbox.h"

bool und_confine_built(void)
{
#ifdef UND_UNCONFINED
	return false;
#else
	return true;
#endif
}

enum und_err und_confine(struct und_confined *out, const struct und_confine *c)
{
	enum und_err e = UND_OK;

	*out = (struct und_confined){ .files = c->files_done };
	if (und_confine_built() && !c->files_done)
		e = und_confine_files(out, c);
	if (e == UND_OK && und_confine_built())
		e = und_confine_calls(out, c);
	return e;
}
