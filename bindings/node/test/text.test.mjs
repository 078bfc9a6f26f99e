// How JavaScript's strings, which are UTF-16 and may be ill-formed, become UTF-8.

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { Key, Signer, Verifier, inspectUnverified } from 'jeton'
import { hs256, now, policy, tokenOf, verifier } from './support.mjs'

const lone = ['\uD800', '\uDC00', 'a\uDBFFb', '\uDC00\uD800', '\uD83D\uD83D\uDE00']

test('a token with any character that is not ASCII is malformed', () => {
  const token = tokenOf()
  const judge = verifier()
  for (const text of [...lone, '\uFFFD', 'é', '😀', '\u0165']) {
    for (const bad of [token + text, text + token, token.slice(0, 9) + text + token.slice(10)]) {
      assert.throws(() => judge.verify(bad, { now }), { code: 'ERR_JETON_MALFORMED' })
      assert.throws(() => inspectUnverified(bad), { code: 'ERR_JETON_MALFORMED' })
    }
  }
})

test('no character is cut down to the byte of a good one', () => {
  // The low byte of each of these is the character that it takes the place of.
  const token = tokenOf()
  const raised = [...token].map((letter) => String.fromCharCode(letter.charCodeAt(0) + 0x100)).join('')
  assert.throws(() => verifier().verify(raised, { now }), { code: 'ERR_JETON_MALFORMED' })
})

test('two texts never become one: a lone surrogate is refused', () => {
  const utf8 = { name: 'JetonError', code: 'ERR_JETON_UTF8', number: 102 }
  for (const text of lone) {
    assert.throws(() => Key.fromSecret(text.repeat(32), { algorithm: 'HS256' }), utf8)
    assert.throws(() => Key.fromPem(text), utf8)
    assert.throws(() => Key.fromJwk(`{"kty":"${text}"}`), utf8)
    assert.throws(() => Key.generate(text), utf8)
    assert.throws(() => new Signer(hs256(), `{"issuer":"${text}"}`), utf8)
    assert.throws(() => new Signer(hs256()).signJson(`{"sub":"${text}"}`), utf8)
    assert.throws(() => new Verifier(hs256(), `{"issuer":"${text}"}`), utf8)
  }
})

test('JSON.stringify escapes a lone surrogate, and Jeton refuses the escape', () => {
  for (const text of lone) {
    assert.throws(() => new Signer(hs256()).sign({ sub: text }), { code: 'ERR_JETON_CONFIG' })
    assert.throws(() => new Verifier(hs256(), { ...policy, subject: text }), { code: 'ERR_JETON_CONFIG' })
  }
})

test('U+FFFD that somebody wrote, and every pair, is text like any other', () => {
  for (const sub of ['\uFFFD', '\uFFFD😀', '😀\uFFFD', '\u{10FFFF}\uFFFD', '\0']) {
    const token = new Signer(hs256(), { ttl_s: 60 }).signJson(JSON.stringify({ sub }), { now })
    assert.equal(verifier({ subject: sub }).verify(token, { now }).sub, sub)
  }
})

test('texts of every length around the sizes of the buffers arrive whole', () => {
  const signer = new Signer(hs256(), { ttl_s: 60 })
  const judge = verifier()
  for (const letter of ['x', 'é', '€', '😀', '\uFFFD']) {
    for (let bytes = 4050; bytes < 4110; bytes++) {
      const sub = letter.repeat(Math.floor(bytes / Buffer.byteLength(letter)))
      assert.equal(judge.verify(signer.signJson(JSON.stringify({ sub }), { now }), { now }).sub, sub)
    }
  }
})

test('tokens of every length around the sizes of the buffers arrive whole', () => {
  const signer = new Signer(hs256())
  const judge = new Verifier(hs256(), { algorithms: ['HS256'], payload: 'bytes' })
  for (let length = 2980; length < 3060; length++) {
    const payload = new Uint8Array(length).fill(length)
    assert.deepEqual(judge.verifyBytes(signer.signBytes(payload)), payload)
  }
})

test('strings of every kind V8 has arrive whole', () => {
  const token = tokenOf({ sub: 'me' })
  const rope = token.slice(0, 30) + token.slice(30)
  const slice = `xx${token}xx`.slice(2, -2)
  const twoByte = `${token}€`.slice(0, -1)
  for (const text of [rope, slice, twoByte]) assert.equal(verifier().verify(text, { now }).sub, 'me')
})
