// SPDX-License-Identifier: ISC
// What @redocly/cli says of a description:  node lint.mjs FILE
// FILE is JSON: file.

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

const { file } = JSON.parse(readFileSync(process.argv[2]));
const done = spawnSync("node", ["node_modules/@redocly/cli/bin/cli.js",
    "lint", "--format=json", file], { encoding: "utf8", env: {
	...process.env, REDOCLY_TELEMETRY: "off",
	REDOCLY_SUPPRESS_UPDATE_NOTICE: "true" } });
const { totals, problems } =
    JSON.parse(done.stdout.slice(done.stdout.indexOf("{")));

console.log(JSON.stringify({ totals, problems }));
