/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* api/signer.h: what stands behind a signer's handle. For api/ only */
#ifndef UND_API_SIGNER_H
#define UND_API_SIGNER_H

#include "api/api.h"
#include "proof/edition.h"
#include "proof/keyfile.h"

struct und_signer {
	struct und_key_plain plain; /* a chain or imported, never an authority */
	struct und_scalar x;
	uint8_t key[UND_POINT_SIZE]; /* x*G */
};

#endif
