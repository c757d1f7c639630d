// Makes fresh keys, signs the payload of template.json with jose and writes bundle files for Shenbao to open.
import { readFileSync, writeFileSync } from 'node:fs';
import * as jose from 'jose';
import canonicalize from 'canonicalize';

const [folder] = process.argv.slice(2);
const template = JSON.parse(readFileSync(`${folder}/template.json`, 'utf8'));
const attachments = JSON.parse(readFileSync(`${folder}/attachments.json`, 'utf8'));

async function signer(alg, options) {
  const { privateKey, publicKey } = await jose.generateKeyPair(alg, { extractable: true, ...options });
  const jwk = await jose.exportJWK(publicKey);
  return { alg, privateKey, jwk, kid: await jose.calculateJwkThumbprint(jwk) };
}

async function write(name, signers) {
  const payload = structuredClone(template);
  payload.signer.kids = signers.map((it) => it.kid);
  const token = new jose.GeneralSign(new TextEncoder().encode(canonicalize(payload)));
  for (const { alg, privateKey, jwk, kid } of signers) {
    // The header must be canonical: jose writes members in the order given.
    const header = JSON.parse(canonicalize({ alg, cty: 'vnd.sab-statement+json', jwk, kid, typ: 'vnd.sab-statement+jws' }));
    token.addSignature(privateKey).setProtectedHeader(header);
  }
  const { payload: encoded, signatures } = await token.sign();
  const statement = { payload: encoded, signatures: signatures.map(({ protected: it, signature }) => ({ protected: it, signature })) };
  writeFileSync(`${folder}/${name}`, JSON.stringify({ sab: '1.0', statements: [statement], attachments }, null, 1));
}

const [p256, ed25519] = [await signer('ES256'), await signer('EdDSA', { crv: 'Ed25519' })];
await write('jose-es256.sab.json', [p256]);
await write('jose-eddsa.sab.json', [ed25519]);
await write('jose-both.sab.json', [p256, ed25519]);
