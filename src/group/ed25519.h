/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* group/ed25519.h: from the Edwards encoding of Ed25519 keys (RFC 8032) to the group (spec/protocol.md §7) */
#ifndef UND_GROUP_ED25519_H
#define UND_GROUP_ED25519_H

#include "group/group.h"

/*
 * The group element of an Ed25519 point: that of RFC 9496's map from the same curve, so that a*B becomes a*G.
 * in must already be known to be canonical, of the prime-order subgroup and not the identity (und_ed25519_point_check_var): points that differ
 * by a part of small order would give the same element. Errors: UND_ERR_ED25519_POINT (no point of the curve); out untouched. For public keys only.
 */
UND_MUST_USE enum und_err und_point_from_ed25519_var(struct und_point *out, const uint8_t in[32]);

#endif
