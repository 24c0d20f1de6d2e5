<?php
/* SPDX-License-Identifier: ISC */
/* An application that shows who called: all it does is read its environment. */
header('Content-Type: text/plain; charset=utf-8');
header('Cache-Control: no-store');
foreach (['REMOTE_USER', 'AUTH_TYPE', 'LATCHKEY_ACCOUNT_ID', 'LATCHKEY_USER',
    'LATCHKEY_KEY', 'LATCHKEY_KIND', 'LATCHKEY_SCOPES', 'LATCHKEY_WORKSPACES',
    'LATCHKEY_EXPIRES', 'LATCHKEY_RATE_REMAINING'] as $name)
	echo $name, '=', $_SERVER[$name] ?? '', "\n";
