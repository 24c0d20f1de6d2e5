#!/bin/sh
# SPDX-License-Identifier: ISC
# An application that shows who called: all it does is read its environment.
# A body left unread would cost the answer under Apache's mod_cgid.
[ -z "${CONTENT_LENGTH-}" ] || cat >/dev/null
printf 'Content-Type: text/plain; charset=utf-8\n'
printf 'Cache-Control: no-store\n\n'
printf '%s\n' \
    "REMOTE_USER=${REMOTE_USER-}" \
    "AUTH_TYPE=${AUTH_TYPE-}" \
    "LATCHKEY_ACCOUNT_ID=${LATCHKEY_ACCOUNT_ID-}" \
    "LATCHKEY_USER=${LATCHKEY_USER-}" \
    "LATCHKEY_KEY=${LATCHKEY_KEY-}" \
    "LATCHKEY_KIND=${LATCHKEY_KIND-}" \
    "LATCHKEY_SCOPES=${LATCHKEY_SCOPES-}" \
    "LATCHKEY_WORKSPACES=${LATCHKEY_WORKSPACES-}" \
    "LATCHKEY_EXPIRES=${LATCHKEY_EXPIRES-}" \
    "LATCHKEY_RATE_REMAINING=${LATCHKEY_RATE_REMAINING-}"
