// Reads cases.json and says for each case what jose (two majors) and sm-crypto think of it.
// A case: {name, statement, keys: [pinned public JWK of every signature]}.
import { readFileSync, writeFileSync } from 'node:fs';
import * as jose from 'jose';
import * as jose4 from 'jose-4';
import canonicalize from 'canonicalize';
import smCrypto from 'sm-crypto';

const [folder] = process.argv.slice(2);
const algorithms = ['ES256', 'EdDSA'];
const hex = (text) => Buffer.from(text, 'base64url').toString('hex');

async function withJose(library, statement, keys) {
  for (const jwk of keys) {
    const key = await library.importJWK(jwk, jwk.crv === 'P-256' ? 'ES256' : 'EdDSA');
    await library.generalVerify(statement, key, { algorithms });
  }
}

function withSmCrypto(statement, keys) {
  keys.forEach((jwk, idx) => {
    const { protected: header, signature } = statement.signatures_ext[idx];
    const message = Array.from(Buffer.from(`${header}.${statement.payload}`));
    const point = '04' + hex(jwk.x) + hex(jwk.y);
    const isGood = smCrypto.sm2.doVerifySignature(message, hex(signature), point, { hash: true });
    if (!isGood) throw new Error('sm-crypto refuses it');
  });
}

const results = [];
for (const { name, statement, keys } of JSON.parse(readFileSync(`${folder}/cases.json`, 'utf8'))) {
  const registered = keys.filter((it) => !it.crv.startsWith('urn:'));
  const sm2 = keys.filter((it) => it.crv.startsWith('urn:'));
  const attempts = { 'jose 6': () => withJose(jose, statement, registered), 'jose 4': () => withJose(jose4, statement, registered) };
  if (sm2.length > 0) attempts['sm-crypto'] = () => withSmCrypto(statement, sm2);
  for (const [program, attempt] of Object.entries(attempts)) {
    let accepts = true;
    try { await attempt(); } catch { accepts = false; }
    results.push({ name, program, accepts });
  }
}
const values = readFileSync(`${folder}/values.jsonl`, 'utf8').split('\n').filter((it) => it !== '');
const differing = values.filter((it) => canonicalize(JSON.parse(it)) !== it).length;
writeFileSync(`${folder}/node.json`, JSON.stringify({ results, n_values: values.length, differing }));
