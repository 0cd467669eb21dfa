// TLS to the exchange: certificates of a CA that is made on the spot, good ones and all kinds of bad ones.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { createServer as createTlsServer } from "node:tls";
import { cleanUps, folder, fresh, run, startServe, startSim, until } from "./live-support.mjs";
import { programs } from "./support.mjs";

const missing = spawnSync("openssl", ["version"]).error ? "the openssl command is not there" : false;
const place = join(folder, "tls");
const at = (name) => join(place, name);
const openssl = (...args) => {
  const { status, stderr } = spawnSync("openssl", args, { cwd: place, encoding: "utf8" });
  assert.equal(status, 0, `openssl ${args.join(" ")}: ${stderr}`);
};
const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];

/** A certificate for these names, signed by the CA; `openssl ca` because it can say from when to when. */
function sign(name, names, [from, to] = ["20240101000000Z", "20491231235959Z"], ca = "ca") {
  openssl("req", ...key, "-keyout", `${name}.key`, "-out", `${name}.csr`, "-subj", `/CN=${name}`, "-addext", `subjectAltName=${names}`);
  openssl("ca", "-batch", "-notext", "-config", "ca.cnf", "-cert", `${ca}.pem`, "-keyfile", `${ca}.key`, "-in", `${name}.csr`, "-startdate", from, "-enddate", to, "-out", `${name}.pem`);
}

if (!missing) {
  mkdirSync(place);
  writeFileSync(at("ca.cnf"), "[ca]\ndefault_ca=d\n[d]\nnew_certs_dir=.\ndatabase=index\nserial=serial\ndefault_md=sha256\npolicy=p\ncopy_extensions=copy\nunique_subject=no\n[p]\ncommonName=supplied\n");
  writeFileSync(at("index"), "");
  writeFileSync(at("serial"), "01\n");
  for (const ca of ["ca", "other-ca"]) openssl("req", "-x509", ...key, "-keyout", `${ca}.key`, "-out", `${ca}.pem`, "-subj", `/CN=hadal ${ca}`, "-days", "2");
  sign("good", "DNS:localhost,IP:127.0.0.1");
  sign("elsewhere", "DNS:exchange.example,IP:192.0.2.1");
  sign("expired", "DNS:localhost,IP:127.0.0.1", ["20240101000000Z", "20240102000000Z"]);
  sign("early", "DNS:localhost,IP:127.0.0.1", ["20480101000000Z", "20490101000000Z"]);
  sign("strangers", "DNS:localhost,IP:127.0.0.1", undefined, "other-ca");
  openssl("req", "-x509", ...key, "-keyout", "own.key", "-out", "own.pem", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-days", "2");
}

/** TLS in front of an exchange: the bytes inside are passed on. */
async function startTls(certificate, exchangePort, options = {}) {
  const names = [];
  const versions = [];
  const sockets = new Set();
  const server = createTlsServer({ key: readFileSync(at(`${certificate}.key`)), cert: readFileSync(at(`${certificate}.pem`)), ...options }, (socket) => {
    names.push(socket.servername);
    versions.push(socket.getProtocol());
    const inner = connect(exchangePort, "127.0.0.1");
    for (const one of [socket, inner]) {
      sockets.add(one);
      one.on("error", () => {});
    }
    socket.pipe(inner).pipe(socket);
    socket.on("close", () => inner.destroy());
    inner.on("close", () => socket.destroy());
  });
  server.on("tlsClientError", () => {}); // that is what most of these tests are about
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanUps.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  return { port: server.address().port, names, versions };
}

const record = (url, ca, ...args) => run(["record", "BTC/USD", "--url", url, "--retries", "0", "--out", fresh("tls.journal"), ...(ca ? ["--ca-file", ca] : []), ...args]);

test("a good certificate: a verified book, by name and by address, and the name is asked for", { skip: missing }, async () => {
  const sim = await startSim();
  const tls = await startTls("good", sim.port);
  for (const [host, name] of [["localhost", "localhost"], ["127.0.0.1", false]]) {
    const file = fresh("tls.journal");
    const { status, stderr } = await run(["record", "BTC/USD", "--url", `wss://${host}:${tls.port}/v2`, "--ca-file", at("ca.pem"), "--out", file, "--for", "1"]);
    assert.equal(status, 0, stderr);
    assert.equal(tls.names.at(-1), name); // RFC 6066: an address is no name
    const replayed = programs.native(["replay", "--json", file]);
    assert.equal(replayed.status, 0);
    assert.ok(JSON.parse(replayed.stdout).matched > 0);
  }
  assert.ok(tls.versions.every((version) => /^TLSv1\.[23]$/.test(version)), tls.versions.join());

  const watched = await run(["watch", "BTC/USD", "--plain", "--url", `wss://localhost:${tls.port}/v2`, "--ca-file", at("ca.pem"), "--for", "1"]);
  assert.equal(watched.status, 0, watched.stderr);
  assert.ok(watched.stdout.split("\n").map((line) => JSON.parse(line)).some(({ type, to }) => type === "book_state" && to === "live"));

  const server = await startServe(`wss://localhost:${tls.port}/v2`, ["BTC/USD"], { args: ["--ca-file", at("ca.pem")] });
  await until(async () => (await server.get("/health")).status === 200, "a live book");
});

test("TLS 1.2 is new enough", { skip: missing }, async () => {
  const sim = await startSim();
  const tls = await startTls("good", sim.port, { maxVersion: "TLSv1.2" });
  const { status, stderr } = await record(`wss://localhost:${tls.port}/v2`, at("ca.pem"), "--for", "1");
  assert.equal(status, 0, stderr);
  assert.deepEqual(tls.versions, ["TLSv1.2"]);
});

const refused = [
  ["a certificate for another host", "elsewhere", "ca.pem", /its certificate is not for localhost/],
  ["a certificate for another address", "elsewhere", "ca.pem", /its certificate is not for 127\.0\.0\.1/, "127.0.0.1"],
  ["a certificate that has expired", "expired", "ca.pem", /its certificate cannot be trusted: certificate has expired/],
  ["a certificate of the future", "early", "ca.pem", /its certificate cannot be trusted: certificate is not yet valid/],
  ["a self-signed certificate", "own", "ca.pem", /its certificate cannot be trusted: self[- ]signed certificate/],
  ["a certificate of an unknown CA", "strangers", "ca.pem", /its certificate cannot be trusted: unable to get local issuer certificate/],
  ["a certificate of a CA that the system does not know", "good", undefined, /its certificate cannot be trusted: unable to get local issuer certificate/],
  ["a server that speaks TLS 1.1 alone", "good", "ca.pem", /TLS with localhost:\d+: .*(version|protocol)/, "localhost", { minVersion: "TLSv1.1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" }],
];
for (const [what, certificate, ca, reason, host = "localhost", options] of refused) {
  test(`${what} is refused, with the reason`, { skip: missing }, async () => {
    const sim = await startSim();
    const tls = await startTls(certificate, sim.port, options);
    const url = `wss://${host}:${tls.port}/v2`;
    const recorded = await record(url, ca && at(ca));
    const watched = await run(["watch", "BTC/USD", "--plain", "--url", url, "--retries", "0", ...(ca ? ["--ca-file", at(ca)] : [])]);
    for (const { status, stderr } of [recorded, watched]) {
      assert.equal(status, 4, stderr);
      assert.match(stderr, reason);
      assert.doesNotMatch(stderr, /transport_opened/);
    }
    assert.deepEqual(tls.versions, [], "nobody came through");
    sim.child.stdin.write("quit\n");
    await sim.exit();
    assert.match(sim.out.all.at(-1), /^hadal sim: 0 connections served/); // and nobody went around
  });
}

test("the reason is in the message at the end, too", { skip: missing }, async () => {
  const sim = await startSim();
  const tls = await startTls("expired", sim.port);
  const { stderr } = await record(`wss://localhost:${tls.port}/v2`, at("ca.pem"), "--log-level", "off");
  assert.match(stderr, /^hadal: record: could not connect: .*certificate has expired/m);
});

test("wss:// to a server without TLS does not go on without it", { skip: missing }, async () => {
  const sim = await startSim();
  const { status, stderr } = await record(`wss://localhost:${sim.port}/v2`, at("ca.pem"));
  assert.equal(status, 4);
  assert.match(stderr, new RegExp(`TLS with localhost:${sim.port}: \\S`));
  assert.doesNotMatch(stderr, /transport_opened/);
});

test("a server that accepts and says nothing is given up after times.connect", { skip: missing }, async () => {
  const server = createServer((socket) => socket.on("error", () => {}));
  const held = new Set();
  server.on("connection", (socket) => held.add(socket));
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanUps.push(() => {
    for (const socket of held) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  const { status, stderr } = await record(`wss://localhost:${server.address().port}/v2`, at("ca.pem"), "--session", '{"times.connect":500}');
  assert.equal(status, 4, stderr);
  assert.match(stderr, /connect_timeout/);
});

test("ws:// to another machine is wrong usage without --allow-plaintext", () => {
  for (const url of ["ws://192.0.2.1/v2", "ws://exchange.example:8080/v2", "ws://127.0.0.1.example/v2"]) {
    for (const command of [["record", "--out", fresh("none.journal")], ["serve"], ["watch", "--plain"]]) {
      const { status, stdout, stderr } = programs.native([...command, "BTC/USD", "--url", url], { timeout: 20_000 });
      assert.deepEqual([status, stdout], [2, ""], url);
      assert.match(stderr, /^hadal: --url ws:\/\/\S+: other machines are spoken to with wss:\/\/ only; add --allow-plaintext[^\n]*\n$/);
    }
  }
});

test("a --ca-file that holds no certificates is wrong usage", () => {
  const rubbish = fresh("rubbish.pem");
  writeFileSync(rubbish, "no certificate\n");
  for (const file of [rubbish, join(folder, "none.pem"), folder]) {
    const { status, stdout, stderr } = programs.native(["record", "BTC/USD", "--url", "wss://localhost:1/v2", "--ca-file", file, "--out", fresh("none.journal")], { timeout: 20_000 });
    assert.ok(status === 1 || status === 2, `${status}`);
    assert.equal(stdout, "");
    assert.equal(stderr.trim().split("\n").length, 1, stderr);
    assert.ok(stderr.startsWith("hadal: ") && stderr.includes(file), stderr);
  }
});
