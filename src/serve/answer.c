/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* answer.c: which status of HTTP an error is; calls that wait for a judge */
#include "serve/parts.h"

static unsigned status_of(enum und_err e)
{
	switch (e) {
	case UND_ERR_MEMORY:
	case UND_ERR_RANDOM:
	case UND_ERR_IO:
	case UND_ERR_STOPPED:
	case UND_ERR_STORE_DAMAGED:
	case UND_ERR_STORE_MOVED:
		return 503;
	case UND_ERR_STORE_FULL:
		return 507;
	case UND_ERR_LETTER_UNKNOWN:
	case UND_ERR_SERIES_UNKNOWN:
	case UND_ERR_CARD_UNKNOWN:
	case UND_ERR_RING_UNKNOWN:
	case UND_ERR_ROSTER_UNKNOWN:
		return 404;
	case UND_ERR_NO_ROLE:
	case UND_ERR_REQUEST_OTHER:
	case UND_ERR_REQUEST_DATE:
	case UND_ERR_REQUEST_TWICE:
		return 403;
	case UND_ERR_LETTER_TAKEN:
	case UND_ERR_CARD_USED:
	case UND_ERR_CARD_VOID:
	case UND_ERR_RING_ABOVE_SHARE:
	case UND_ERR_CLOSED:
	case UND_ERR_THRESHOLDS:
	case UND_ERR_OPENED:
	case UND_ERR_NOT_SEALED:
	case UND_ERR_SAID_ENOUGH:
		return 409;
	case UND_ERR_CARD_FORM:
	case UND_ERR_CARD_CHECK:
	case UND_ERR_ENROLLING_FORM:
		return 400;
	case UND_ERR_TOO_MANY_CODES:
		return 429;
	default:
		return 422;
	}
}

static unsigned retry_of(unsigned status)
{
	return status == 503 ? 10 : status == 507 || status == 429 ? 60 : 0;
}

void serve_refusal(struct und_serve_result *out, enum und_err e, const struct und_diag *diag)
{
	*out = (struct und_serve_result){ .status = status_of(e), .why = e, .name = und_err_name(e) };
	out->retry_after = retry_of(out->status);
	if (diag != NULL)
		out->diag = *diag;
}

void serve_refuse(und_serve_done *done, void *ctx, enum und_err e, const struct und_diag *diag)
{
	struct und_serve_result result;

	serve_refusal(&result, e, diag);
	done(ctx, &result);
}

/* ---- calls ---- */

static void run_call(void *arg)
{
	struct serve_call *call = arg;

	if (und_work_stopping(call->serve->judges))
		serve_refuse(call->done, call->ctx, UND_ERR_STOPPED, NULL);
	else
		call->run(call);
	free(call);
}

void serve_call_later(const struct serve_call *call)
{
	struct serve_call *copy = und_alloc(1, sizeof *copy);
	enum und_err e = UND_ERR_MEMORY;

	if (copy != NULL) {
		*copy = *call;
		e = und_work_add(call->serve->judges, run_call, copy);
	}
	if (e == UND_OK)
		return;
	free(copy);
	if (e == UND_ERR_LIMIT) {
		atomic_fetch_add(&call->serve->counters.busy, 1);
		e = UND_ERR_STOPPED; /* 503: come again */
	}
	serve_refuse(call->done, call->ctx, e, NULL);
}
