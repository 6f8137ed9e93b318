'use strict';
// Asks Copydesk about one article. The same file serves Strapi and Directus; it needs Node 18 and nothing else.

const crypto = require('crypto');

const LONGEST_ANSWER = 4 * 1024 * 1024; // bytes
const DEEPEST = 20; // blocks inside blocks
const TAGS = { paragraph: 'p', quote: 'blockquote', code: 'pre', 'list-item': 'li' };
const HELD_AT = { review: ['review', 'hold'], hold: ['hold'] };
const FORMATS = ['html', 'markdown', 'text', 'blocks'];

/** Settings that were checked; throws an Error that names the first wrong one. */
function settings(given) {
  const found = { timeout: 3000, fail: 'hold', holdAt: 'review', releaseRoles: [], types: {}, ...given };
  const wrong = (name, expected) => { throw new Error(`copydesk: ${name}: expected ${expected}`); };
  let url;
  try { url = new URL(found.url); } catch { wrong('url', 'an address such as http://127.0.0.1:8000'); }
  const here = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  if (!['http:', 'https:'].includes(url.protocol) || url.username || url.search || url.hash) wrong('url', 'a plain http(s) address');
  if (url.protocol === 'http:' && !here && found.insecure !== true) wrong('url', 'https, or "insecure": true beside http');
  found.url = url.href.replace(/\/+$/, '');
  if (found.secret) key(found.secret);
  if (!(Number(found.timeout) >= 100 && Number(found.timeout) <= 60000)) wrong('timeout', 'milliseconds from 100 to 60000');
  found.timeout = Number(found.timeout);
  if (!['hold', 'publish'].includes(found.fail)) wrong('fail', 'hold or publish');
  if (!HELD_AT[found.holdAt]) wrong('holdAt', 'review or hold');
  if (!Array.isArray(found.releaseRoles)) wrong('releaseRoles', 'a list');
  const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isObject(found.types) || !Object.keys(found.types).length) wrong('types', 'the types of article to check');
  found.types = { ...found.types };
  for (const [name, type] of Object.entries(found.types)) {
    if (!isObject(type)) wrong(`types.${name}`, 'an object such as {"title": "title", "body": "body"}');
    if (!FORMATS.includes(type.format ?? 'html')) wrong(`types.${name}.format`, FORMATS.join(', '));
    found.types[name] = { title: 'title', body: 'body', format: 'html', note: '', ...type };
  }
  return found;
}

/** SHA-256 of the title, a NUL and the body: what holds and releases are kept under. */
function contentHash(article) {
  return crypto.createHash('sha256').update(`${article.title}\0${article.body}`).digest('hex');
}

/** The article in an entry: its title and its body, blocks as HTML. */
function articleOf(type, values) {
  const title = values?.[type.title];
  let body = values?.[type.body];
  if (type.format === 'blocks') {
    if (typeof body === 'string') { try { body = JSON.parse(body); } catch { /* no blocks: its text is judged */ } }
    if (typeof body !== 'string') body = blocks(body);
  }
  return { title: typeof title === 'string' ? title : '', body: typeof body === 'string' ? body : '', format: type.format };
}

/**
 * What Copydesk says: {report} or, where it gave no answer that can be trusted in time, {why}. Never throws.
 */
async function score(config, id, article) {
  try {
    const { body, type, query } = request(id, article);
    const messageId = `copydesk_${crypto.randomUUID()}`;
    const headers = { 'Content-Type': type, Accept: 'application/json' };
    if (config.secret) Object.assign(headers, signed(config.secret, messageId, body));
    else if (config.token) headers.Authorization = `Bearer ${config.token}`;
    const signal = AbortSignal.timeout(config.timeout);
    const answer = await fetch(`${config.url}/score${query}`, { method: 'POST', body, headers, signal, redirect: 'manual' });
    const data = await bounded(answer);
    if (answer.status === 422) return { why: 'Copydesk cannot read the article', unreadable: true };
    if (answer.status !== 200) return { why: `Copydesk answered with ${answer.status}` };
    if (config.secret && !trusted(config.secret, messageId, answer.headers, data)) return { why: 'the answer is not signed by Copydesk' };
    const report = JSON.parse(data.toString('utf8'));
    if (!['publish', 'review', 'hold'].includes(report?.action) || !Array.isArray(report.evidence)) return { why: 'the answer is no report' };
    return { report };
  } catch (error) {
    return { why: error?.name === 'TimeoutError' ? 'Copydesk did not answer in time' : 'Copydesk cannot be reached' };
  }
}

/** Is the article to be held? */
function held(config, report) {
  return HELD_AT[config.holdAt].includes(report.action);
}

/** A report in words: one line, and the worst lines quoted. Plain text: whoever shows it escapes it. */
function reasons(report, most = 3) {
  const flagged = Object.entries(report.signals ?? {}).filter(([, signal]) => signal?.flagged).map(([name]) => name);
  const lines = report.evidence.filter((each) => flagged.includes(each.signal) && each.related !== true);
  lines.sort((a, b) => Number(b.score) - Number(a.score));
  const names = flagged.map((name) => name.replace(/_/g, ' ')).join(' + ') || report.action;
  const count = lines.length ? `, ${lines.length} line${lines.length > 1 ? 's' : ''}` : '';
  return { summary: names + count, quotes: lines.slice(0, most).map((each) => `“${shown(each.quote, 160)}” (${shown(each.message, 80)})`) };
}

function request(id, article) {
  const named = { id: String(id).slice(0, 200), title: article.title };
  if (article.format === 'markdown') return { body: article.body, type: 'text/markdown; charset=utf-8', query: `?${new URLSearchParams(named)}` };
  const text = article.format === 'text' ? { text: article.body } : { html: article.body };
  return { body: JSON.stringify({ ...named, ...text }), type: 'application/json', query: '' };
}

async function bounded(answer) {
  const parts = [];
  let size = 0;
  for await (const part of answer.body ?? []) {
    size += part.length;
    if (size > LONGEST_ANSWER) throw new Error('too large');
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function key(secret) {
  const found = Buffer.from(String(secret).startsWith('whsec_') ? secret.slice(6) : '', 'base64');
  if (found.length < 24 || found.length > 64) throw new Error('copydesk: secret: expected whsec_ and the base64 of 24 to 64 bytes');
  return found;
}

// Standard Webhooks: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
function signature(secret, id, time, body) {
  return `v1,${crypto.createHmac('sha256', key(secret)).update(`${id}.${time}.`).update(body).digest('base64')}`;
}

function signed(secret, id, body) {
  const time = String(Math.floor(Date.now() / 1000));
  return { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': signature(secret, id, time, body) };
}

function trusted(secret, id, headers, data) {
  const time = headers.get('webhook-timestamp') ?? '';
  if (headers.get('webhook-id') !== id || !/^[1-9][0-9]{0,11}$/.test(time)) return false;
  if (Math.abs(Date.now() / 1000 - Number(time)) > 300) return false;
  const expected = Buffer.from(signature(secret, id, time, data));
  return (headers.get('webhook-signature') ?? '').split(' ').some((each) => {
    const given = Buffer.from(each);
    return given.length === expected.length && crypto.timingSafeEqual(given, expected);
  });
}

function blocks(list, depth = 0) {
  if (depth > DEEPEST || !Array.isArray(list)) return '';
  return list.map((block) => {
    if (typeof block !== 'object' || !block) return '';
    if (block.type === 'text') return typeof block.text === 'string' ? escape(block.text) : '';
    const inner = blocks(block.children, depth + 1);
    if (block.type === 'link') return `<a href="${escape(typeof block.url === 'string' ? block.url : '')}">${inner}</a>`;
    const level = Number.isInteger(block.level) && block.level >= 1 && block.level <= 6 ? block.level : 2;
    const list_ = block.format === 'ordered' ? 'ol' : 'ul';
    const tag = block.type === 'heading' ? `h${level}` : block.type === 'list' ? list_ : Object.hasOwn(TAGS, block.type) ? TAGS[block.type] : '';
    return tag ? `<${tag}>${inner}</${tag}>` : inner;
  }).join('');
}

function escape(text) {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

function shown(text, most) {
  const line = String(text ?? '').replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ').split(/\s+/).join(' ').trim();
  const cut = [...line];
  return cut.length <= most ? line : `${cut.slice(0, most - 1).join('')}…`;
}

module.exports = { settings, contentHash, articleOf, score, held, reasons, shown };
