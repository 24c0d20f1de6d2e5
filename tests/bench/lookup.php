<?php
// SPDX-License-Identifier: ISC
// The check as a PHP page does it: one look into the same tables, over a
// connection that stays open.

function answer(int $status, array $body): never
{
	http_response_code($status);
	header('Content-Type: application/json');
	header('Cache-Control: no-store');
	echo json_encode($body);
	exit;
}

function digest(string $token, string $key): string
{
	$parts = pack('J', 16) . str_repeat("\0", 16) .
	    pack('J', strlen($token)) . $token;
	return hash_hmac('sha256', $parts, $key, true);
}

$site = require $_SERVER['BENCH_SITE'];
$given = $_SERVER['HTTP_AUTHORIZATION'] ?? '';
if (strncmp($given, 'Bearer ', 7) !== 0)
	answer(401, ['active' => false]);

$db = new PDO($site['dsn'], $site['user'], $site['password'], [
	PDO::ATTR_PERSISTENT => true,
	PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION,
]);
$found = $db->prepare(
	'SELECT HEX(k.id) AS id, k.kind, k.label, k.disabled, ' .
	'k.revoked_at, k.starts_at, k.expires_at, HEX(u.id) AS user_id, ' .
	'u.username, u.type, u.blocked, u.verified, u.deleted_at, ' .
	'HEX(a.id) AS account_id, a.legacy_id, a.active, ' .
	'HEX(r.permissions) AS permissions, w.handle AS workspace ' .
	'FROM key_secrets s JOIN `keys` k ON k.id = s.key_id ' .
	'JOIN users u ON u.id = k.user_id ' .
	'JOIN accounts a ON a.id = k.account_id ' .
	'LEFT JOIN user_roles g ON g.user_id = u.id ' .
	'LEFT JOIN roles r ON r.id = g.role_id ' .
	'LEFT JOIN workspaces w ON w.id = g.workspace_id ' .
	'WHERE s.digest = ?');
$found->execute([digest(substr($given, 7), $site['key'])]);
$rows = $found->fetchAll(PDO::FETCH_ASSOC);
$key = $rows[0] ?? null;
$now = (int)(microtime(true) * 1000);

if ($key === null || $key['revoked_at'] !== null || $key['disabled'] ||
    ($key['starts_at'] ?? 0) > $now ||
    ($key['expires_at'] ?? PHP_INT_MAX) <= $now ||
    $key['blocked'] || !$key['verified'] || $key['deleted_at'] !== null ||
    !$key['active'])
	answer(401, ['active' => false]);
answer(200, [
	'active' => true,
	'account' => ['id' => $key['account_id'],
	    'legacy_id' => $key['legacy_id']],
	'user' => ['id' => $key['user_id'], 'username' => $key['username'],
	    'type' => $key['type']],
	'credential' => ['id' => $key['id'], 'kind' => $key['kind'],
	    'label' => $key['label']],
	'permissions' => array_column($rows, 'permissions'),
	'workspaces' => array_column($rows, 'workspace'),
	'expires_at' => $key['expires_at'],
]);
