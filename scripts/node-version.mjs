// Imported first by every script: says what is missing before newer syntax or tools fail with something obscure.
const wanted = 20;
const major = Number(process.versions.node.split(".")[0]);
if (major < wanted) {
  console.error(`hadal needs Node.js ${wanted} or newer; this is ${process.versions.node}. Debian 12's own nodejs package is 18: install Node ${wanted} or newer first.`);
  process.exit(1);
}
