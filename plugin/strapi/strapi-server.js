'use strict';
// Strapi 5: every way to publish (admin, REST, GraphQL, scheduled releases, code) goes through the document service, and so through
// this middleware. docs/cms/strapi.md says how it is installed and configured.

const { AsyncResource } = require('async_hooks');
const copydesk = require('./client.cjs');

const MOST_UNSCORED = 1000;
const MOST_REMEMBERED = 10000;
const RETRY_EVERY = 60 * 1000; // milliseconds
const known = { passed: new Map(), held: new Map() }; // content hashes of this process

function remember(map, hash, value = true) {
  map.set(hash, value);
  if (map.size > MOST_REMEMBERED) map.delete(map.keys().next().value);
}

function applicationError(message, details) {
  const { errors } = require('@strapi/utils');
  return new errors.ApplicationError(message, details);
}

function store(strapi, key) {
  return { type: 'plugin', name: 'copydesk', key };
}

async function isReleased(strapi, hash) {
  return Boolean(await strapi.store.get(store(strapi, `released.${hash}`)));
}

/** May the person behind this request release a held text? Nobody may where no person is: API tokens, scheduled releases, code. */
function mayRelease(strapi, config) {
  const user = strapi.requestContext.get()?.state?.user;
  return (user?.roles ?? []).some((role) => config.releaseRoles.includes(role.code) || config.releaseRoles.includes(role.name));
}

/** The articles that a call would publish: a stored draft, what the call carries, or the one over the other. */
async function articles(strapi, type, context) {
  const { action, params = {}, uid } = context;
  const locale = params.locale ? { locale: params.locale } : {};
  const drafts = action === 'create' ? [] : await strapi.documents(uid).findMany({
    filters: { documentId: params.documentId }, status: 'draft', populate: '*', ...locale,
  });
  if (action === 'publish') return drafts.map((draft) => ({ id: params.documentId, locale: draft.locale, values: { ...draft, ...params.data } }));
  return [{ id: params.documentId ?? 'new', locale: params.locale, values: { ...drafts[0], ...params.data } }];
}

function publishes({ action, params }) {
  return action === 'publish' || (['create', 'update', 'clone'].includes(action) && params?.status === 'published');
}

/** Throws where the article is to be held; true where it goes out without a verdict, and is to be scored later. */
async function judge(strapi, config, type, uid, { id, values }, write) {
  const article = copydesk.articleOf(type, values);
  const hash = copydesk.contentHash(article);
  if (known.passed.has(hash) || (await isReleased(strapi, hash))) return false;
  if (known.held.has(hash) && mayRelease(strapi, config)) {
    known.held.delete(hash);
    remember(known.passed, hash);
    write(store(strapi, `released.${hash}`), { at: new Date().toISOString() });
    strapi.log.info(`copydesk: ${uid} ${id} was released`);
    return false;
  }
  const { report, why, unreadable } = await copydesk.score(config, `${uid}/${id}`, article);
  if (report && !copydesk.held(config, report)) {
    remember(known.passed, hash);
    return false;
  }
  if (!report) {
    strapi.log.warn(`copydesk: ${uid} ${id} was not scored: ${why}`);
    if (config.fail === 'publish') return !unreadable;
  }
  remember(known.held, hash);
  const { summary, quotes } = report ? copydesk.reasons(report) : { summary: `not scored (${why})`, quotes: [] };
  const release = mayRelease(strapi, config) ? ' Publish once more to release it as it is.' : '';
  const message = [`Held for review: ${summary}.`, ...quotes.map((each) => `${each}.`)].join(' ') + release;
  throw applicationError(message, { code: 'copydesk-hold', action: report?.action ?? null, summary, quotes });
}

/** What went out without a verdict is scored when Copydesk is back, and unpublished where it would have been held. */
async function rescore(strapi, config) {
  const waiting = (await strapi.store.get(store(strapi, 'unscored'))) ?? [];
  const left = [];
  for (const each of waiting) {
    const type = config.types[each.uid];
    const entry = type && (await strapi.documents(each.uid).findOne({ ...each, uid: undefined, status: 'published', populate: '*' }));
    if (!entry) continue; // deleted or unpublished meanwhile
    const article = copydesk.articleOf(type, entry);
    const hash = copydesk.contentHash(article);
    const { report } = (await isReleased(strapi, hash)) ? { report: { action: 'publish', evidence: [] } } : await copydesk.score(config, `${each.uid}/${each.documentId}`, article);
    if (!report) { left.push(each); continue; }
    if (!copydesk.held(config, report)) continue;
    remember(known.held, hash);
    await unpublish(strapi, type, each, copydesk.reasons(report));
    strapi.log.warn(`copydesk: ${each.uid} ${each.documentId} was scored late, and unpublished: ${copydesk.reasons(report).summary}`);
  }
  const now = (await strapi.store.get(store(strapi, 'unscored'))) ?? [];
  const added = now.slice(waiting.length);
  if (waiting.length) await strapi.store.set({ ...store(strapi, 'unscored'), value: [...left, ...added].slice(-MOST_UNSCORED) });
}

async function unpublish(strapi, type, { uid, documentId, locale }, { summary, quotes }) {
  const where = { documentId, ...(locale ? { locale } : {}) };
  await strapi.documents(uid).unpublish(where);
  if (type.note) await strapi.documents(uid).update({ ...where, data: { [type.note]: [summary, ...quotes].join('\n') } });
}

function register({ strapi }) {
  const config = copydesk.settings(strapi.config.get('plugin::copydesk'));
  strapi.plugin('copydesk').checked = config;
  if (config.gate === 'webhook') return;
  // A refused publication is rolled back, and with it what was written on the way: so this is written outside of its transaction.
  const write = AsyncResource.bind((key, value) => {
    setImmediate(() => strapi.store.set({ ...key, value }).catch((error) => strapi.log.error(`copydesk: ${error.message}`)));
  });
  strapi.documents.use(async (context, next) => {
    const type = config.types[context.uid];
    if (!type || !publishes(context)) return next();
    const unscored = [];
    for (const each of await articles(strapi, type, context)) {
      if (await judge(strapi, config, type, context.uid, each, write)) unscored.push(each);
    }
    const result = await next();
    for (const { id, locale } of unscored) {
      const documentId = id === 'new' ? result?.documentId : id;
      const waiting = (await strapi.store.get(store(strapi, 'unscored'))) ?? [];
      const entry = { uid: context.uid, documentId, ...(locale ? { locale } : {}) };
      if (documentId) await strapi.store.set({ ...store(strapi, 'unscored'), value: [...waiting, entry].slice(-MOST_UNSCORED) });
    }
    return result;
  });
}

let timer;

function bootstrap({ strapi }) {
  const config = strapi.plugin('copydesk').checked;
  let busy = false;
  timer = setInterval(() => {
    if (busy) return;
    busy = true;
    rescore(strapi, config).catch((error) => strapi.log.error(`copydesk: ${error.message}`)).finally(() => { busy = false; });
  }, config.retryEvery ?? RETRY_EVERY);
  timer.unref();
}

function destroy() {
  clearInterval(timer);
}

// Two routes for the webhook way (gate: 'webhook'): Strapi's own REST API cannot unpublish. They take API tokens like any other route.
const controllers = {
  article: ({ strapi }) => ({
    async look(ctx) {
      const { type, where } = wanted(strapi, ctx.request.query, ctx);
      if (!type) return;
      const [live, draft] = await Promise.all(['published', 'draft'].map((status) => strapi.documents(where.uid).findOne({ ...where, uid: undefined, status, populate: '*' })));
      if (!live && !draft) { ctx.status = 410; return; }
      const entry = live ?? { ...draft, publishedAt: null };
      ctx.body = { entry: Object.fromEntries(['publishedAt', 'updatedAt', type.title, type.body, ...(type.note ? [type.note] : [])].map((name) => [name, entry[name] ?? null])) };
      if (type.note) ctx.body.entry[type.note] = draft?.[type.note] ?? null;
    },
    async act(ctx) {
      const given = ctx.request.body ?? {};
      const { type, where } = wanted(strapi, given, ctx);
      if (!type) return;
      if (!['hold', 'settle'].includes(given.action) || typeof given.note !== 'string' || given.note.length > 10000) return ctx.badRequest('action and note are needed');
      const { uid, ...which } = where;
      const live = await strapi.documents(uid).findOne({ ...which, status: 'published' });
      if (!live) { ctx.status = (await strapi.documents(uid).findOne({ ...which, status: 'draft' })) ? 409 : 410; return; }
      if (new Date(live.updatedAt).toISOString() !== given.updatedAt) { ctx.status = 409; return; }
      if (given.action === 'hold') await strapi.documents(uid).unpublish(which);
      if (type.note) await strapi.documents(uid).update({ ...which, data: { [type.note]: given.note || null } });
      ctx.body = { done: given.action };
    },
  }),
};

function wanted(strapi, given, ctx) {
  const { uid, documentId, locale } = given;
  const types = strapi.plugin('copydesk').checked.types;
  const type = typeof uid === 'string' && Object.hasOwn(types, uid) ? types[uid] : null;
  if (!type || !/^[a-z0-9]{1,64}$/.test(documentId ?? '') || !/^[A-Za-z0-9-]{0,20}$/.test(locale ?? '')) {
    ctx.badRequest('no such type, or no such entry');
    return {};
  }
  return { type, where: { uid, documentId, ...(locale ? { locale } : {}) } };
}

const routes = {
  'content-api': {
    type: 'content-api',
    routes: [
      { method: 'GET', path: '/article', handler: 'article.look' },
      { method: 'POST', path: '/article', handler: 'article.act' },
    ],
  },
};

module.exports = { register, bootstrap, destroy, controllers, routes, config: { default: {}, validator() {} } };
